"""The dispatcher: who sees which event, in which order.

Two ways in. `dispatch` runs the handlers now: OpenFlow messages are dispatched as they are read. `post` queues:
what components post while a read is handled is drained at the end of that read, in order; at any other time in the
next turn of the reactor. A queue that grows over `PRESSURE` calls the `on_pressure` listeners, so that reading from
switches pauses until it has been drained.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from nox.core.events.accounting import HandlerStats
from nox.core.events.chain import Chain
from nox.core.events.event import Event, Outcome
from nox.core.events.handler import Handler
from nox.core.events.where import Selector

PRESSURE = 10_000  # queued events above which reading from switches pauses, and drained in one turn

E = TypeVar("E", bound=Event)
OnError = Callable[[str, Event, BaseException], None]
OnSlow = Callable[[str], None]


class HandlerError(TypeError):
    """A handler returned neither CONTINUE nor STOP."""


class Registration:
    """A handler's place in the dispatcher, until it is cancelled."""

    __slots__ = ("_cancel",)

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel: Callable[[], None] | None = cancel

    def cancel(self) -> None:
        """Withdraw the handler. A second call does nothing."""
        if self._cancel is not None:
            cancel, self._cancel = self._cancel, None
            cancel()


class Dispatcher:
    """Events in, handlers called.

    :ivar on_change: called when handlers come or go, so that what `runner` gave can be asked for anew.
    :ivar on_pressure: called with True when reading from switches shall pause, and with False when it may go on.
    :ivar turn: counts reads; `is_reading`: whether one is being handled now.
    :ivar expired: held events that were dropped because their time limit had passed.
    :ivar dispatched_posts: how many posted events have been drained.
    """

    log = Logger(namespace="nox.events")

    def __init__(self, clock: IReactorTime, on_error: OnError | None = None, on_slow: OnSlow | None = None) -> None:
        self._clock = clock
        self._on_error = on_error
        self._on_slow = on_slow
        self._handlers: dict[type[Event], list[Handler]] = {}
        self._selectors: dict[type[Event], Selector | None] = {}
        self._runners: dict[type[Event], Callable[[Event], None] | None] = {}
        self._orders: dict[str, list[str]] = {}
        self._sequence = 0
        self._queue: deque[Event] = deque()
        self._held: dict[Event, tuple[Handler, IDelayedCall]] = {}
        self.is_reading = False
        self.turn = 0
        self._scheduled = False
        self._pressed = False
        self.on_change: list[Callable[[], None]] = []
        self.on_pressure: list[Callable[[bool], None]] = []
        self.expired = 0
        self.dispatched_posts = 0

    # Handlers

    def register(
        self,
        event_type: type[E],
        handler: Callable[[E], Outcome],
        *,
        owner: str,
        priority: int = 0,
        where: object = None,
    ) -> Registration:
        """Have a handler called for each event of that class.

        :param priority: higher runs first; equal ones in the order in which they were registered.
        :param where: only for events that it fits: a `Match` for packets, else a mapping of fields to values.
        :raises NoxError: when this event cannot be asked for that.
        """
        if where is not None:
            event_type.conditions(where)
        self._sequence += 1
        entry = Handler(event_type, handler, owner, priority, where, self._sequence)
        self._handlers.setdefault(event_type, []).append(entry)
        self._forget_selectors()
        return Registration(lambda: self._withdraw(entry))

    def _withdraw(self, handler: Handler) -> None:
        self._handlers[handler.event_type].remove(handler)
        self._forget_selectors()
        for event in [event for event, (holder, _) in self._held.items() if holder is handler]:
            self._let_go(event)
            event._hold.expire()

    def order(self, event_name: str, components: Sequence[str]) -> None:
        """Override the order for an event class: these components' handlers first, in this order."""
        self._orders[event_name] = list(components)
        self._forget_selectors()

    def _forget_selectors(self) -> None:
        for selector in self._selectors.values():
            if selector is not None:
                selector.settle()
        self._selectors.clear()
        self._runners.clear()
        for changed in self.on_change:
            changed()

    def _selector(self, event_type: type[Event]) -> Selector | None:
        if event_type not in self._selectors:
            handlers = self._in_order(event_type)
            self._selectors[event_type] = Selector(event_type, handlers, self._chain) if handlers else None
        return self._selectors[event_type]

    def _in_order(self, event_type: type[Event]) -> list[Handler]:
        handlers = [h for base in event_type.__mro__ for h in self._handlers.get(base, ())]
        order = self._orders.get(event_type.__name__, [])
        for handler in handlers:
            handler.rank = order.index(handler.owner) if handler.owner in order else len(order)
        return sorted(handlers, key=Handler.position)

    def _chain(self, handlers: Sequence[Handler]) -> Chain:
        return Chain(handlers, self._failed, self._hold)

    # Events

    def runner(self, event_type: type[Event]) -> Callable[[Event], None] | None:
        """What runs the handlers of that class, to be kept for the length of one read; None where nobody listens."""
        if event_type not in self._runners:
            selector = self._selector(event_type)
            self._runners[event_type] = selector.runner() if selector is not None else None
        return self._runners[event_type]

    def dispatch(self, event: Event) -> None:
        """Run the handlers of this event now."""
        run = self.runner(type(event))
        if run is not None:
            run(event)

    def post(self, event: Event) -> None:
        """Queue an event: it is dispatched at the end of this read, or in the next turn of the reactor."""
        self._queue.append(event)
        if not self.is_reading:
            self._schedule()
        if len(self._queue) > PRESSURE:
            self._press(True)

    @property
    def queued(self) -> int:
        """How many posted events wait."""
        return len(self._queue)

    def begin_read(self) -> None:
        """What is posted from here on is drained by `end_read`."""
        self.turn += 1
        self.is_reading = True

    def end_read(self) -> None:
        """Drain what was posted."""
        self.drain()
        self.is_reading = False

    def drain(self) -> None:
        """Dispatch what was posted so far in this read."""
        if self._queue:
            self._drain()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._clock.callLater(0, self._turn)

    def _turn(self) -> None:
        self._scheduled = False
        self.begin_read()
        self.end_read()

    def _drain(self) -> None:
        """Dispatch the queue, in order; what is left after PRESSURE events waits for the next turn."""
        queue = self._queue
        for _ in range(PRESSURE):
            if not queue:
                break
            self.dispatched_posts += 1
            self.dispatch(queue.popleft())
        if queue:
            self._schedule()
        else:
            self._press(False)

    def _press(self, pressed: bool) -> None:
        if pressed != self._pressed:
            self._pressed = pressed
            for listener in self.on_pressure:
                listener(pressed)

    # What handlers do

    def _failed(self, handler: Handler, event: Event, outcome: BaseException | object) -> None:
        """Count a handler's error; log the first, and then each time their number has doubled."""
        handler.errors += 1
        error = outcome if isinstance(outcome, BaseException) else _wrong_answer(handler, outcome)
        if self._on_error is not None:
            self._on_error(handler.owner, event, error)
        if handler.errors & (handler.errors - 1) or (isinstance(error, HandlerError) and handler.errors > 1):
            return
        self.log.error(
            "{component}: {handler} failed on {event} ({errors} so far): {error}",
            component=handler.owner,
            handler=handler.name,
            event=type(event).__name__,
            errors=handler.errors,
            error=repr(error),
            log_failure=Failure(error, type(error), error.__traceback__),
        )

    def codes(self) -> set[object]:
        """The code of every handler. Another thread may ask."""
        return {h.code for handlers in tuple(self._handlers.values()) for h in tuple(handlers)} - {None}

    def is_slow(self, code: object, seconds: float) -> None:
        """The handler whose function has this code kept everything waiting; count it, log it."""
        for handler in (h for handlers in self._handlers.values() for h in handlers if h.code is code):
            handler.slow += 1
            handler.worst = max(handler.worst, seconds)
            if self._on_slow is not None:
                self._on_slow(handler.owner)
            self.log.warn(
                "{component}: {handler} ran for more than {seconds} s on one {event}; everything else waited",
                component=handler.owner,
                handler=handler.name,
                event=handler.event_type.__name__,
                seconds=seconds,
            )

    def _hold(self, handler: Handler, event: Event) -> None:
        """A handler holds the event: it goes on when it is resumed, and is dropped when that takes too long."""
        self._held[event] = handler, self._clock.callLater(event.time_limit, self._expire, event)
        handler.held += 1
        event._hold.place(lambda: self._carry_on(event), lambda: self._let_go(event))

    def _let_go(self, event: Event) -> Handler:
        handler, limit = self._held.pop(event)
        handler.held -= 1
        if limit.active():
            limit.cancel()
        return handler

    def _carry_on(self, event: Event) -> None:
        handler = self._let_go(event)
        del event._hold
        selector = self._selector(type(event))
        if selector is not None:
            selector.select(event).continue_after(event, handler)

    def _expire(self, event: Event) -> None:
        handler = self._let_go(event)
        event._hold.expire()
        handler.expired += 1
        self.expired += 1
        self.log.warn(
            "{component}: {handler} held {event} for more than {limit} s; it is dropped",
            component=handler.owner,
            handler=handler.name,
            event=type(event).__name__,
            limit=event.time_limit,
        )

    def stats(self) -> list[HandlerStats]:
        """Every handler's account, by event class and in the order in which they run."""
        live: dict[int, list[int]] = {}
        for selector in self._selectors.values():
            for chain in selector.chains() if selector is not None else ():
                for handler, calls, stops in chain.counted():
                    account = live.setdefault(id(handler), [0, 0])
                    account[0] += calls
                    account[1] += stops
        handlers = [h for event_type in self._handlers for h in self._handlers[event_type]]
        handlers.sort(key=lambda h: (h.event_type.__name__, h.position()))
        return [handler.stats(*live.get(id(handler), (0, 0))) for handler in handlers]


def _wrong_answer(handler: Handler, outcome: object) -> HandlerError:
    return HandlerError(f"{handler.name} returned {outcome!r}; a handler returns CONTINUE or STOP")
