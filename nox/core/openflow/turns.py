"""Turns: so many at once, and the others wait, in the order in which they came.

After a restart all switches come back within a second. What a join needs at its height (replies, entries to
compare) is then there for a few at a time and not for all, so the process does not grow for good by what it needs
once. A turn lasts for `LASTS` at most: a peer that says nothing, or lives far away, goes on without one. So the bound
holds for what keeps the processor busy, and silent peers delay the others little.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

AT_ONCE: Final = 16
LASTS: Final = 0.1  # seconds: several times what a join takes on a local network while all the others join too

GiveBack: TypeAlias = Callable[[], None]


class Turns:
    """Who has a turn, and who waits for one."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._count = 0
        self._taken: dict[int, IDelayedCall] = {}
        self._waiting: deque[Deferred[GiveBack]] = deque()
        self._is_giving = False

    def take(self) -> Deferred[GiveBack]:
        """Fires when it is one's turn, with what gives it back."""
        turn: Deferred[GiveBack] = Deferred()
        self._waiting.append(turn)
        self._give()
        return turn

    def _give(self) -> None:
        """Let those begin that may. One that ends at once, as after its connection has gone, comes back here."""
        if self._is_giving:  # the loop below goes on: thousands may end at once, and the stack does not grow with them
            return
        self._is_giving = True
        try:
            while self._waiting and len(self._taken) < AT_ONCE:
                self._count += 1
                self._taken[self._count] = self._clock.callLater(LASTS, self._end, self._count)
                self._waiting.popleft().callback(partial(self._end, self._count))
        finally:
            self._is_giving = False

    def _end(self, number: int) -> None:
        """It was given back, or has lasted for long enough."""
        limit = self._taken.pop(number, None)
        if limit is not None:
            if limit.active():
                limit.cancel()
            self._give()

    def close(self) -> None:
        """Nobody gets a turn any more."""
        self._waiting.clear()
        for limit in self._taken.values():
            limit.cancel()
        self._taken.clear()
