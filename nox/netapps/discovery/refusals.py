"""Who may not be believed: how often that is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from nox.netapps.discovery.links import Place

PAUSE = 1.0  # seconds between two events of the same reason at the same port


class Refusals:
    """Counts refused frames by reason; tells of each reason at each port once in a `PAUSE`.

    :param tell: is given the place and the sentence.
    :ivar counts: by reason, in a word.
    """

    def __init__(self, tell: Callable[[Place, str], None]) -> None:
        self._tell = tell
        self._told: dict[Place, dict[str, float]] = {}
        self.counts: Counter[str] = Counter()

    def add(self, place: Place, reason: str, sentence: str, now: float) -> None:
        """A frame was refused.

        :param reason: one of few words. :param sentence: what is to be told.
        """
        self.counts[reason] += 1
        told = self._told.setdefault(place, {})
        if now - told.get(reason, -PAUSE) >= PAUSE:
            told[reason] = now
            self._tell(place, sentence)

    def forget(self, place: Place) -> None:
        """The port is there no more."""
        self._told.pop(place, None)
