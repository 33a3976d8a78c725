"""What the tests of the REST interface share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webapps.rest.support import Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The resources over a socket."""
    running = Server(tmp_path / "s")
    yield running
    running.stop()
