"""The wheel, the evidence, the refusals and what is gathered for the view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.task import Clock

from nox.core.view.errors import StoreError
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Switch
from nox.core.view.tables import SWITCHES
from nox.netapps.discovery.evidence import EXCUSED, Evidence
from nox.netapps.discovery.links import Ends
from nox.netapps.discovery.recorder import AGAIN, PIECE, Recorder
from nox.netapps.discovery.refusals import PAUSE, Refusals
from nox.netapps.discovery.wheel import Wheel


def test_the_wheel_spreads_evenly() -> None:
    """48,000 ports in a hundred turns: no turn has more than its share and one group."""
    wheel: Wheel[tuple[int, int]] = Wheel(100)
    for switch in range(1000):
        for first in range(0, 48, 8):
            wheel.add((switch, port) for port in range(first, first + 8))
    turns = [wheel.turn() for _ in range(100)]
    assert max(map(len, turns)) <= 480 + 8
    assert len({item for turn in turns for item in turn}) == len(wheel) == 48_000


def test_the_wheel_forgets() -> None:
    """What is removed is due no more, and removing it twice does nothing."""
    wheel: Wheel[str] = Wheel(2)
    wheel.add(["a"])
    wheel.add(["b"])
    wheel.remove("a")
    wheel.remove("a")
    assert wheel.turn() + wheel.turn() + wheel.turn() == ["b"]


def test_a_port_that_has_carried_a_host_must_have_been_down() -> None:
    """At either end of the link."""
    evidence, link = Evidence(), Ends(1, 2, 3, 4)
    evidence.carried((3, 4), 10.0)
    assert "port 4 of switch 0000000000000003 has carried a host" in evidence.objection(link, 11.0)
    assert evidence.objection(link.back, 11.0)
    evidence.clear((3, 4))
    assert evidence.objection(link, 11.0) == ""


def test_what_a_new_switch_forwarded_before_it_joined_does_not_count() -> None:
    """While its links are found. What came after counts, and so does everything with a switch that was known."""
    evidence, link = Evidence(), Ends(1, 2, 3, 4)
    evidence.carried((3, 4), 10.0)
    evidence.is_new(1, 11.0)
    assert evidence.objection(link, 11.1) == ""
    assert evidence.objection(link, 11.0 + EXCUSED)
    assert evidence.objection(Ends(5, 1, 3, 4), 11.1)
    evidence.carried((3, 5), 12.0)
    assert evidence.objection(Ends(1, 1, 3, 5), 12.1)


def test_refusals_are_told_once_in_a_while() -> None:
    """Each reason at each port; all are counted."""
    told: list[tuple[tuple[int, int], str]] = []
    refusals = Refusals(lambda place, sentence: told.append((place, sentence)))
    for now in (0.0, 0.1, 0.2, PAUSE, PAUSE + 0.1):
        refusals.add((1, 1), "forged", f"at {now}", now)
    refusals.add((1, 1), "replayed", "another", 0.2)
    refusals.add((1, 2), "forged", "elsewhere", 0.2)
    assert [sentence for _, sentence in told] == ["at 0.0", f"at {PAUSE}", "another", "elsewhere"]
    assert refusals.counts == {"forged": 6, "replayed": 1}


class _Store:
    """A view's transactions that the test answers."""

    def __init__(self) -> None:
        self.commits: list[tuple[list[tuple[Any, Any]], Deferred[int]]] = []

    def transaction(self) -> _Transaction:
        return _Transaction(self)


class _Transaction:
    def __init__(self, store: _Store) -> None:
        self._store = store
        self._changes: list[tuple[Any, Any]] = []

    def put(self, table: Any, row: Any) -> None:
        self._changes.append((row.dpid, row))

    def delete(self, table: Any, key: Any) -> None:
        self._changes.append((key[0], None))

    def commit(self) -> Deferred[int]:
        done: Deferred[int] = Deferred()
        self._store.commits.append((self._changes, done))
        return done


def _recorder(store: _Store, clock: Clock, failures: list[str]) -> Recorder:
    def later(seconds: float, call: Callable[[], Any]) -> None:
        clock.callLater(seconds, lambda: ensureDeferred(call()))

    view: INetworkView = store  # type: ignore[assignment]
    return Recorder(view, later, failures.append)


def test_what_changes_in_a_turn_is_written_together_in_pieces() -> None:
    """At most a hundred rows each, in the next turn of the reactor."""
    store, clock = _Store(), Clock()
    recorder = _recorder(store, clock, [])
    for dpid in range(1, 251):
        recorder.put(SWITCHES, (dpid,), Switch(dpid=dpid))
    assert store.commits == []
    clock.advance(0)
    assert [len(changes) for changes, _ in store.commits] == [PIECE, PIECE, 50]


def test_while_it_writes_only_the_newest_state_waits() -> None:
    """A port that flaps costs one row, however often it does."""
    store, clock = _Store(), Clock()
    recorder = _recorder(store, clock, [])
    recorder.put(SWITCHES, (1,), Switch(dpid=1))
    clock.advance(0)
    for name in ("a", "b"):
        recorder.put(SWITCHES, (2,), Switch(dpid=2, name=name))
    recorder.put(SWITCHES, (1,), Switch(dpid=1, connected=True))
    recorder.delete(SWITCHES, (1,))
    clock.advance(1)
    assert len(store.commits) == 1
    store.commits[0][1].callback(1)
    clock.advance(0)
    assert store.commits[1][0] == [(2, Switch(dpid=2, name="b")), (1, None)]


def test_what_cannot_be_written_is_tried_again() -> None:
    """After a while, unless it has changed since; and it is said."""
    store, clock, failures = _Store(), Clock(), list[str]()
    recorder = _recorder(store, clock, failures)
    recorder.put(SWITCHES, (1,), Switch(dpid=1))
    recorder.put(SWITCHES, (2,), Switch(dpid=2))
    clock.advance(0)
    recorder.delete(SWITCHES, (2,))
    store.commits[0][1].errback(StoreError("the disk is full"))
    assert failures == ["the disk is full"]
    clock.advance(AGAIN)
    assert dict(store.commits[1][0]) == {1: Switch(dpid=1), 2: None}
