"""Messages that another implementation made; `recorded.txt` says which, and what they mean."""

from __future__ import annotations

import itertools
from pathlib import Path

_LINES = Path(__file__).with_name("recorded.txt").read_text().splitlines()

RECORDED: dict[bytes, str] = {
    bytes.fromhex(line): meaning.removeprefix("# ")
    for meaning, line in itertools.pairwise(_LINES)
    if line and not line.startswith("#")
}


def recorded(*words: str) -> bytes:
    """The one message whose meaning contains all these words."""
    [found] = [data for data, meaning in RECORDED.items() if all(word in meaning for word in words)]
    return found
