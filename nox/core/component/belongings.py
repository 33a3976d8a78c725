"""What a component has registered, and its withdrawal.

Handlers, timers, tasks and whatever else can be withdrawn by a call belong to the component's record and not to its
code: a component that forgets to clean up leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from enum import Enum
from typing import Any, TypeVar

from twisted.internet.defer import CancelledError, Deferred, gatherResults, maybeDeferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from nox.core.component.limit import within
from nox.core.events.dispatcher import Dispatcher
from nox.core.events.event import Event, Outcome

STOP_LIMIT = 10.0  # seconds that a component's stop, and each of its tasks, may take

E = TypeVar("E", bound=Event)
Withdraw = Callable[[], object]  # may return a Deferred: the withdrawal is complete when it fires
Report = Callable[[Failure, str], None]


class Sort(Enum):
    """What kind of thing a component owns."""

    HANDLER = "handler"
    TIMER = "timer"
    TASK = "task"
    OTHER = "other"


class Owned:
    """One thing that belongs to a component, until it is cancelled or over."""

    __slots__ = ("_forget", "_withdraw", "sort", "what")

    def __init__(self, sort: Sort, what: str, withdraw: Withdraw, forget: Callable[[Owned], None]) -> None:
        self.sort = sort
        self.what = what
        self._withdraw: Withdraw | None = withdraw
        self._forget = forget

    def cancel(self) -> object:
        """Withdraw it. A second call does nothing.

        :returns: what the withdrawal returned: a Deferred where it takes time.
        """
        withdraw = self.over()
        return withdraw() if withdraw is not None else None

    def over(self) -> Withdraw | None:
        """Forget it without withdrawing: it has come to its end."""
        withdraw, self._withdraw = self._withdraw, None
        self._forget(self)
        return withdraw

    def __str__(self) -> str:
        return f"{self.sort.value} {self.what}"


class Belongings:
    """All that one component owns."""

    def __init__(self, owner: str, clock: IReactorTime, dispatcher: Dispatcher, report: Report) -> None:
        self._owner = owner
        self._clock = clock
        self._dispatcher = dispatcher
        self._report = report
        self._held: dict[Owned, None] = {}  # a set that keeps its order

    def __iter__(self) -> Iterator[Owned]:
        return iter(self._held)

    def count(self, sort: Sort) -> int:
        """How many things of that sort it owns now."""
        return sum(owned.sort is sort for owned in self._held)

    def own(self, withdraw: Withdraw, what: str, sort: Sort = Sort.OTHER) -> Owned:
        """Take over something that a call withdraws."""
        owned = Owned(sort, what, withdraw, self._forget)
        self._held[owned] = None
        return owned

    def _forget(self, owned: Owned) -> None:
        self._held.pop(owned, None)

    def register(self, event_type: type[E], handler: Callable[[E], Outcome], priority: int, where: object) -> Owned:
        """Register a handler in the component's name."""
        registration = self._dispatcher.register(event_type, handler, owner=self._owner, priority=priority, where=where)
        return self.own(registration.cancel, f"{_name(handler)} for {event_type.__name__}", Sort.HANDLER)

    def call_later(self, seconds: float, call: Callable[..., object], *args: object) -> Owned:
        """Call once, after so many seconds."""

        def ring() -> None:
            timer.over()
            self._run(call, *args)

        timer = self.own(self._clock.callLater(seconds, ring).cancel, f"{_name(call)} once", Sort.TIMER)
        return timer

    def every(self, seconds: float, call: Callable[[], object]) -> Owned:
        """Call again and again. One that fails is reported, and called again; one that takes long is not overlapped."""
        loop = LoopingCall(self._run, call)
        loop.clock = self._clock
        loop.start(seconds, now=False)
        return self.own(loop.stop, f"{_name(call)} every {seconds:g} s", Sort.TIMER)

    def spawn(self, coroutine: Coroutine[Any, Any, object]) -> Owned:
        """Run a coroutine in the background. Its failure is reported."""
        return self._watch(Deferred.fromCoroutine(coroutine), _name(coroutine))

    def _run(self, call: Callable[..., object], *args: object) -> Deferred[object]:
        """Call, and own what it starts. Never fails."""
        result: Deferred[object] = maybeDeferred(call, *args)
        self._watch(result, _name(call))
        return result

    def _watch(self, work: Deferred[Any], what: str) -> Owned:
        """Own some work until it is over; cancelled work counts as withdrawn when it has ended."""

        def withdraw() -> Deferred[Any]:
            work.cancel()
            return work

        task = self.own(withdraw, what, Sort.TASK)
        work.addErrback(self._task_failed, what)
        work.addBoth(lambda _: task.over() and None)
        return task

    def _task_failed(self, failure: Failure, what: str) -> None:
        if not failure.check(CancelledError):
            self._report(failure, what)

    async def withdraw_all(self) -> None:
        """Withdraw everything, what came last first, and wait until all of it is over."""
        await gatherResults([self._withdrawn(owned) for owned in reversed(tuple(self._held))])

    def _withdrawn(self, owned: Owned) -> Deferred[object]:
        """Withdraw one thing. Never fails: what goes wrong is reported, and the others go on."""
        done = within(STOP_LIMIT, self._clock, maybeDeferred(owned.cancel))
        return done.addErrback(self._report, f"withdrawing {owned}")


def _name(call: object) -> str:
    return getattr(call, "__qualname__", repr(call))
