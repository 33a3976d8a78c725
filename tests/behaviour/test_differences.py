"""The table of differences has no row that nobody needs. This runs after all other tests of the suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.behaviour.differences import DIFFERENCES

_FOLDER = Path(__file__).parent


def test_every_row_is_asked_for(request: pytest.FixtureRequest, asked: set[str]) -> None:
    """A row that no test asks for is one that nobody would miss."""
    ran = {item.path for item in request.session.items}
    if not set(_FOLDER.glob("test_*.py")) <= ran:
        pytest.skip("only a part of the suite runs: it cannot have asked for every row")
    assert set(DIFFERENCES) - asked == set()


def test_every_row_has_a_reason() -> None:
    """A difference without one would be a guess."""
    assert [name for name, row in DIFFERENCES.items() if len(row.reason) < 10] == []
