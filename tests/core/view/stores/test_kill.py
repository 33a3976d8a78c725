"""A process is killed in the middle of writing. ``network-4-stores`` does it two hundred times."""

from __future__ import annotations

import random
from pathlib import Path

from tests.core.view.stores.stream import kill_once

KILLS = 20


def test_every_acknowledged_transaction_outlives_a_kill_and_none_is_there_by_half(tmp_path: Path) -> None:
    """Each process goes on where the one before it was killed, on the same file."""
    chance, newest = random.Random(4), -1
    for _ in range(KILLS):
        newest = kill_once(tmp_path / "view.sqlite", newest + 1, chance)
    assert newest > KILLS
