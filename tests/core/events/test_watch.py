"""Finding the handler that keeps everything waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from twisted.internet.task import Clock
from twisted.logger import capturedLogs, formatEvent

from nox.core.events import watch
from nox.core.events.dispatcher import Dispatcher
from nox.core.events.event import CONTINUE, Event, Outcome
from nox.core.events.watch import Watch


class Rang(Event):
    """A bell rang."""

    __slots__ = ()


def test_a_slow_handler_is_named_with_its_component(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when it waits somewhere deep inside; those beside it are not blamed. It is found while it runs."""
    monkeypatch.setattr(watch, "PERIOD", 0.01)
    monkeypatch.setattr(watch, "SLOW", 0.03)
    slow: list[str] = []
    found = threading.Event()
    dispatcher = Dispatcher(Clock(), on_slow=slow.append)

    def tell(call: Callable[..., object], *arguments: object) -> None:
        call(*arguments)
        found.set()

    def dawdle(event: Event) -> Outcome:
        deeper()
        return CONTINUE

    def deeper() -> None:
        assert found.wait(20)

    def quick(event: Event) -> Outcome:
        return CONTINUE

    dispatcher.register(Rang, quick, owner="quick", priority=1)
    dispatcher.register(Rang, dawdle, owner="dawdler")
    looking = Watch(dispatcher, tell)
    looking.start()
    try:
        with capturedLogs() as events:
            dispatcher.begin_read()
            dispatcher.dispatch(Rang())
            dispatcher.end_read()
    finally:
        looking.stop()
    assert slow == ["dawdler"]
    assert {one.owner: one.slow for one in dispatcher.stats()} == {"quick": 0, "dawdler": 1}
    [line] = [formatEvent(event) for event in events if event.get("component") == "dawdler"]
    assert "dawdle ran for more than" in line
    assert "on one Rang; everything else waited" in line


def test_nothing_is_named_between_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A controller at rest is not slow."""
    monkeypatch.setattr(watch, "PERIOD", 0.001)
    monkeypatch.setattr(watch, "SLOW", 0.002)
    told: list[object] = []
    looking = Watch(Dispatcher(Clock()), lambda *arguments: told.append(arguments))
    looking.start()
    looked = threading.Event()
    looked.wait(0.05)
    looking.stop()
    assert told == []
