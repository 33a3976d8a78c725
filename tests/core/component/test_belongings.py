"""What belongs to a component, and that nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock, deferLater
from twisted.logger import LogLevel, capturedLogs

from nox.core.component.belongings import STOP_LIMIT
from nox.core.component.component import Component
from nox.core.component.plugins import Installed
from nox.core.events.event import CONTINUE, Event, Outcome
from nox.core.events.lifecycle import ComponentStarted
from tests.core.component.support import Running, plugin, result


class Tick(Event):
    """Something that happens."""

    __slots__ = ()


class Worker(Component):
    """Does nothing by itself: each test has it register something."""

    def __init__(self) -> None:
        self.calls: list[object] = []

    def handle(self, event: Event) -> Outcome:
        """Note the event."""
        self.calls.append(type(event).__name__)
        return CONTINUE

    def note(self, *args: object) -> None:
        """Note a call."""
        self.calls.append(args)

    def fail(self) -> None:
        """Fail, every time."""
        self.calls.append("fail")
        raise ValueError("no luck")

    async def wait(self) -> None:
        """Take ten seconds, and note how it ended."""
        try:
            await deferLater(self._clock(), 10)
            self.calls.append("done")
        except CancelledError:
            self.calls.append("cancelled")
            raise

    async def refuse_to_end(self) -> None:
        """Go on when cancelled."""
        while True:
            try:
                await Deferred()
            except CancelledError:
                self.calls.append("ignored")

    def _clock(self) -> Clock:
        assert isinstance(self.record.clock, Clock)
        return self.record.clock


@pytest.fixture(name="running")
def _running() -> Running:
    return Running(Installed.of(plugin(Worker)), 'nox.components = ["worker"]')


@pytest.fixture(name="worker")
def _worker(running: Running) -> Worker:
    return running.instance(Worker)


def test_everything_is_withdrawn_at_the_stop(running: Running, worker: Worker) -> None:
    """After the stop the component owns nothing, no call of the clock is pending, and nothing reaches it."""
    worker.register(Tick, worker.handle)
    worker.register(Tick, worker.handle, priority=5)
    worker.every(1, worker.note)
    worker.call_later(5, worker.note)
    worker.spawn(worker.wait())
    worker.own(lambda: worker.calls.append("withdrawn"), "a thing")
    record = worker.record
    assert record.holdings() == [
        "handler Worker.handle for Tick",
        "handler Worker.handle for Tick",
        "timer Worker.note every 1 s",
        "timer Worker.note once",
        "task Worker.wait",
        "other a thing",
    ]
    result(running.kernel.unload("worker"))
    running.clock.advance(0)
    assert record.holdings() == []
    assert running.clock.getDelayedCalls() == []
    assert running.kernel.events() == []
    running.kernel.dispatcher.dispatch(Tick())
    running.clock.advance(20)
    assert worker.calls == ["withdrawn", "cancelled"]


def test_status_counts_what_it_owns(running: Running, worker: Worker) -> None:
    """Handlers, timers and tasks are counted, and what is over counts no more."""
    worker.register(Tick, worker.handle)
    worker.call_later(5, worker.note)
    worker.every(7, worker.note)
    worker.spawn(worker.wait())
    status = running.kernel.components()[0]
    assert (status.handlers, status.timers, status.tasks) == (1, 2, 1)
    running.clock.pump([5, 5])
    status = running.kernel.components()[0]
    assert (status.handlers, status.timers, status.tasks) == (1, 1, 0)


def test_a_handler_is_called_in_the_component_s_name(running: Running, worker: Worker) -> None:
    """Events that match reach it, and its account names the component."""
    worker.register(ComponentStarted, worker.handle, where={"component": "someone"})
    worker.post(ComponentStarted("someone"))
    worker.post(ComponentStarted("another"))
    running.clock.advance(0)
    assert worker.calls == ["ComponentStarted"]
    assert [(one.owner, one.calls) for one in running.kernel.events()] == [("worker", 1)]


def test_what_is_cancelled_is_no_longer_owned(running: Running, worker: Worker) -> None:
    """Whoever withdraws something early may do so twice."""
    timer = worker.call_later(5, worker.note)
    timer.cancel()
    timer.cancel()
    running.clock.advance(10)
    assert worker.record.holdings() == []
    assert worker.calls == []


def test_call_later_calls_once_with_its_arguments(running: Running, worker: Worker) -> None:
    """A timer rings at its time, once."""
    worker.call_later(5, worker.note, 1, "two")
    running.clock.pump([4, 1, 5, 5])
    assert worker.calls == [(1, "two")]
    assert worker.record.holdings() == []


def test_every_survives_a_failure(running: Running, worker: Worker) -> None:
    """A periodic call that raises is logged with the component's name, counted, and made again."""
    worker.every(1, worker.fail)
    with capturedLogs() as events:
        running.clock.pump([1, 1, 1])
    assert worker.calls == ["fail"] * 3
    assert running.kernel.components()[0].errors == 3
    assert [event["component"] for event in events if event["log_level"] is LogLevel.critical] == ["worker"] * 3


def test_every_takes_a_coroutine_function(running: Running, worker: Worker) -> None:
    """A call that takes long is a task of the component, and is not overlapped by the next."""
    worker.every(1, worker.wait)
    running.clock.pump([1] * 13)
    assert worker.calls == ["done"]
    assert worker.record.holdings() == ["timer Worker.wait every 1 s", "task Worker.wait"]
    result(running.kernel.unload("worker"))
    assert worker.calls == ["done", "cancelled"]
    assert worker.record.holdings() == []


def test_a_failed_task_is_logged_and_counted(running: Running, worker: Worker) -> None:
    """A task that raises tells whose it was; it is over then."""

    async def break_down() -> None:
        raise ValueError("no luck")

    with capturedLogs() as events:
        worker.spawn(break_down())
    failure = next(event for event in events if "log_failure" in event)
    assert failure["component"] == "worker"
    assert failure["error"] == "no luck"
    assert worker.record.errors == 1
    assert worker.record.holdings() == []


def test_a_task_that_ignores_its_cancellation_does_not_hold_up_the_stop(running: Running, worker: Worker) -> None:
    """The stop waits for a task for its time limit and then goes on, and says so."""
    worker.spawn(worker.refuse_to_end())
    stopping = running.kernel.unload("worker")
    assert not stopping.called
    with capturedLogs() as events:
        running.clock.advance(STOP_LIMIT)
    assert result(stopping) == ["worker"]
    assert any("refuse_to_end" in str(event.get("what")) for event in events)


def test_withdrawals_that_fail_do_not_keep_others(running: Running, worker: Worker) -> None:
    """Each thing is withdrawn, whatever happens to the others; one that takes time is waited for."""
    slow: Deferred[None] = Deferred()
    worker.own(lambda: worker.calls.append("first"))
    worker.own(lambda: slow)
    worker.own(worker.fail)
    stopping = running.kernel.unload("worker")
    assert worker.calls == ["fail", "first"]
    assert not stopping.called
    slow.callback(None)
    assert result(stopping) == ["worker"]


@pytest.mark.parametrize("what", ["task", "timer"])
def test_a_task_may_unload_its_own_component(running: Running, worker: Worker, what: str) -> None:
    """Who asks for its own end is cancelled, and the end comes all the same."""

    async def leave() -> None:
        await running.kernel.unload("worker")

    begin: dict[str, Callable[[Callable[[], Coroutine[Any, Any, None]]], object]] = {
        "task": lambda coroutine: worker.spawn(coroutine()),
        "timer": lambda coroutine: worker.call_later(0, coroutine),
    }
    begin[what](leave)
    running.clock.advance(0)
    assert running.states() == {}
    assert worker.record.holdings() == []
