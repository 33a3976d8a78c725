"""What a switch may make the log say as often as it likes: a line when it is new, and each time it has doubled."""

from __future__ import annotations

from typing import Final

MOST_KINDS: Final = 64  # that are told apart: a switch can make up any number of errors
_OTHERS: Final = "others"


class Seldom:
    """Counts what was said, by what it is."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def count(self, what: str) -> int:
        """Count it; how often it has been there now where that is to be said, 0 where it is not."""
        if what not in self._counts and len(self._counts) >= MOST_KINDS:
            what = _OTHERS
        count = self._counts[what] = self._counts.get(what, 0) + 1
        return 0 if count & (count - 1) else count
