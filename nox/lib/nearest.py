"""The nearest known name, for sentences such as ``did you mean "switch"?``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_CUTOFF = 0.6  # difflib's ratio below which two words are strangers


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like the word; None where none is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=_CUTOFF)
    return close[0] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """What to append to a sentence about an unknown word: ``; did you mean "switch"?``, or nothing."""
    found = nearest(word, known)
    return f'; did you mean "{found}"?' if found else ""
