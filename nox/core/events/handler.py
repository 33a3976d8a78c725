"""One registered handler and its counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nox.core.events.accounting import HandlerStats
from nox.core.events.event import Event, Outcome

Call = Callable[[Any], Outcome]


class Handler:
    """A callable registered for an event class: by whom, how early, for which events."""

    __slots__ = (
        "call",
        "errors",
        "event_type",
        "expired",
        "held",
        "owner",
        "priority",
        "rank",
        "seconds",
        "sequence",
        "settled_calls",
        "settled_stops",
        "slow",
        "timed",
        "where",
        "worst",
    )

    def __init__(
        self, event_type: type[Event], call: Call, owner: str, priority: int, where: object, sequence: int
    ) -> None:
        self.event_type = event_type
        self.call = call
        self.owner = owner
        self.priority = priority
        self.where = where
        self.sequence = sequence
        self.rank = 0  # the configuration's order: lower first, equal where it says nothing
        self.settled_calls = self.settled_stops = 0  # counted by chains that are gone
        self.errors = self.slow = self.held = self.expired = self.timed = 0
        self.seconds = self.worst = 0.0

    @property
    def name(self) -> str:
        """The callable's name."""
        return getattr(self.call, "__qualname__", repr(self.call))

    @property
    def code(self) -> object:
        """Its function's code; None where it has none: a callable object, a compiled function."""
        return getattr(getattr(self.call, "__func__", self.call), "__code__", None)

    def position(self) -> tuple[int, int, int]:
        """Where it stands among the handlers of an event: smaller runs first."""
        return self.rank, -self.priority, self.sequence

    def time(self, seconds: float) -> None:
        """Note how long one call took."""
        self.timed += 1
        self.seconds += seconds
        if seconds > self.worst:
            self.worst = seconds

    def stats(self, calls: int, stops: int) -> HandlerStats:
        """Its account, with the calls and stops that live chains have counted."""
        return HandlerStats(
            event=self.event_type.__name__,
            owner=self.owner,
            handler=self.name,
            priority=self.priority,
            where="" if self.where is None else str(self.where),
            calls=self.settled_calls + calls,
            stops=self.settled_stops + stops,
            errors=self.errors,
            slow=self.slow,
            held=self.held,
            expired=self.expired,
            timed=self.timed,
            mean_us=round(self.seconds / self.timed * 1e6, 2) if self.timed else 0.0,
            max_us=round(self.worst * 1e6, 2),
        )
