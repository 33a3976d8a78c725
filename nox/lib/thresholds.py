"""When a figure is too high, and when it is so no more: pure."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

CALM: Final = 0.9  # of the threshold: what was above is below again when it is there, so that nothing flutters


class Threshold:
    """A limit for one figure of many things.

    :ivar above: those that are above it.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.above: set[Hashable] = set()

    def crossed(self, thing: Hashable, figure: float | None) -> bool | None:
        """Whether the thing has come above it (True) or is below again (False); None where nothing has changed.

        A figure that is not known changes nothing.
        """
        if figure is None:
            return None
        if thing not in self.above and figure >= self.limit:
            self.above.add(thing)
            return True
        if thing in self.above and figure < self.limit * CALM:
            self.above.discard(thing)
            return False
        return None

    def forget(self, thing: Hashable) -> None:
        """It is not there any more."""
        self.above.discard(thing)


class Sparing:
    """How many lines of a kind may be logged: so many in a time; the rest is counted.

    :ivar kept_back: lines since the last that was allowed.
    """

    def __init__(self, most: int = 10, seconds: float = 60.0) -> None:
        self._most, self._seconds = most, seconds
        self._since, self._said = 0.0, 0
        self.kept_back = 0

    def allows(self, now: float) -> bool:
        """Whether one more may be logged."""
        if now - self._since >= self._seconds:
            self._since, self._said = now, 0
        self._said += 1
        if self._said > self._most:
            self.kept_back += 1
            return False
        return True

    def take(self) -> int:
        """How many were kept back since the last time that this was asked."""
        count, self.kept_back = self.kept_back, 0
        return count
