"""What is to happen happens in order."""

from __future__ import annotations

from nox.emulator.fabric.queue import Queue


def test_order() -> None:
    """By time; at one time in the order in which it was asked for, and it is so late then."""
    queue = Queue()
    done: list[tuple[str, float]] = []

    def note(what: str) -> None:
        done.append((what, queue.now))

    for when, what in ((2.0, "c"), (1.0, "a"), (1.0, "b"), (3.0, "d")):
        queue.at(when, note, what)
    queue.run(2.5)
    assert done == [("a", 1.0), ("b", 1.0), ("c", 2.0)]
    assert (queue.now, queue.next, queue.steps) == (2.5, 3.0, 3)


def test_late() -> None:
    """What should have happened before happens next, and time does not go back."""
    queue = Queue(now=5.0)
    times: list[float] = []
    queue.at(1.0, lambda _: times.append(queue.now), None)
    queue.run(5.0)
    assert times == [5.0]


def test_what_it_causes() -> None:
    """What a call asks for within the time of this run is done too."""
    queue = Queue()
    done: list[int] = []

    def again(left: int) -> None:
        done.append(left)
        if left:
            queue.at(queue.now + 1, again, left - 1)

    queue.at(0.0, again, 5)
    queue.run(3.0)
    assert done == [5, 4, 3, 2]
    assert len(queue) == 1
