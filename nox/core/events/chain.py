"""The handlers that one event goes through, in order.

This is crossed by every packet. It counts by chain and position, and not by handler: how often the chain ran, and how
often it stopped where; each handler's calls follow from that. One run in 64 is timed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from nox.core.events.event import CONTINUE, STOP, Event
from nox.core.events.handler import Handler

_TIMED_EACH: Final = 64  # a power of two

Failed = Callable[[Handler, Event, BaseException | object], None]
Held = Callable[[Handler, Event], None]


class Chain:
    """Handlers in the order in which they see an event."""

    __slots__ = ("_failed", "_held", "_links", "handlers", "runs", "stops")

    def __init__(self, handlers: Sequence[Handler], failed: Failed, held: Held) -> None:
        self.handlers = tuple(handlers)
        self.runs = 0
        self.stops = [0] * len(handlers)
        self._links = tuple((handler.call, position) for position, handler in enumerate(handlers))
        self._failed = failed
        self._held = held

    def run(self, event: Event) -> None:
        """Give the event to each handler until one stops it."""
        self.runs = runs = self.runs + 1
        if not runs % _TIMED_EACH:
            self._run_timed(event)
            return
        position = 0
        outcome: object = None
        try:
            for call, position in self._links:  # noqa: B007 (used when the loop is left)
                outcome = call(event)
                if outcome is not CONTINUE:
                    break
            else:
                return
        except Exception as error:  # the one broad except: a handler's error is its own
            outcome = error
        self._interrupted(event, position, outcome)

    def _interrupted(self, event: Event, position: int, outcome: object) -> None:
        """A handler did not return CONTINUE: it stopped the event, or failed, and then the event goes on."""
        handler = self.handlers[position]
        if outcome is STOP:
            self.stops[position] += 1
            if getattr(event, "_hold", None) is not None:
                self._held(handler, event)
            return
        self._failed(handler, event, outcome)
        self._run_from(event, position + 1)

    def _run_from(self, event: Event, start: int) -> None:
        for position in range(start, len(self._links)):
            if not self._call(event, position):
                return

    def _call(self, event: Event, position: int) -> bool:
        """Call one handler; whether the event goes on."""
        try:
            outcome: object = self._links[position][0](event)
        except Exception as error:
            outcome = error
        if outcome is CONTINUE:
            return True
        if outcome is STOP:
            self._interrupted(event, position, outcome)
            return False
        self._failed(self.handlers[position], event, outcome)
        return True

    def _run_timed(self, event: Event) -> None:
        for position, handler in enumerate(self.handlers):
            before = time.perf_counter()
            goes_on = self._call(event, position)
            handler.time(time.perf_counter() - before)
            if not goes_on:
                return

    def continue_after(self, event: Event, handler: Handler) -> None:
        """Give the event to the handlers after this one; those before are not counted again."""
        if handler in self.handlers:
            start = self.handlers.index(handler) + 1
            for earlier in self.handlers[:start]:
                earlier.settled_calls -= 1
            self.runs += 1
            self._run_from(event, start)

    def counted(self) -> list[tuple[Handler, int, int]]:
        """For each handler its calls and stops in this chain."""
        account, reached = [], self.runs
        for handler, stops in zip(self.handlers, self.stops, strict=True):
            account.append((handler, reached, stops))
            reached -= stops
        return account

    def settle(self) -> None:
        """Write the counts into the handlers, before the chain is thrown away."""
        for handler, calls, stops in self.counted():
            handler.settled_calls += calls
            handler.settled_stops += stops
        self.runs, self.stops = 0, [0] * len(self.handlers)
