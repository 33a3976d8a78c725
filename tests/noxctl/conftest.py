"""What the tests of noxctl share: the command, a server with a test's kernel, and a real controller."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.noxctl.command import Command
from tests.webapps.rest.support import Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The resources over a socket, with a kernel and a switch of the test's own."""
    running = Server(tmp_path / "s")
    yield running
    running.stop()


@pytest.fixture
def noxctl(server: Server) -> Command:
    """The command, told to ask that server."""
    return Command(server.path)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's own settings do not reach the command."""
    for name in ("NOX_SOCKET", "COLUMNS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
