"""Turns: so many at once, and the others wait, but not for long.

After a restart all switches come back within a second. What a join needs at its height (replies, entries to
compare) is then there for a few at a time and not for all, so the process does not grow for good by what it needs
once. A peer that keeps its turn and says nothing delays the others by `PATIENCE` at most.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

AT_ONCE: Final = 8
PATIENCE: Final = 1.0  # seconds


class Turns:
    """Who has a turn, and who waits for one, in their order."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._taken = 0
        self._waiting: deque[tuple[Deferred[None], IDelayedCall]] = deque()

    def take(self) -> Deferred[None]:
        """Fires when it is one's turn. `give_back` ends it."""
        turn: Deferred[None] = Deferred()
        if self._taken < AT_ONCE:
            self._taken += 1
            turn.callback(None)
        else:
            self._waiting.append((turn, self._clock.callLater(PATIENCE, self._next)))
        return turn

    def give_back(self) -> None:
        """The turn has ended: it is the next one's."""
        self._taken -= 1
        if self._waiting and self._taken < AT_ONCE:
            self._waiting[0][1].cancel()
            self._next()

    def _next(self) -> None:
        """The first that waits has its turn: its patience ends before that of the others."""
        turn, _ = self._waiting.popleft()
        self._taken += 1
        turn.callback(None)

    def close(self) -> None:
        """Nobody gets a turn any more."""
        for _, patience in self._waiting:
            patience.cancel()
        self._waiting.clear()
