"""Fixtures of the lab: real Open vSwitch, real hosts, the real controller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.lab.lab import Lab, what_is_missing

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them where the lab cannot run."""
    missing = what_is_missing()
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.lab)
            if missing:
                item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A network of the test's own, removed afterwards."""
    with ExitStack() as stack:
        yield Lab(tmp_path, stack)
