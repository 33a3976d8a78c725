"""What the tests of noxctl share: the command, a server with a test's kernel, and a real controller."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.controller import Controller, configured
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


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[Controller]:
    """A controller with `packetdump`, on a port that the system chooses."""
    running = Controller(tmp_path, configured(tmp_path, 'components = ["packetdump"]', port=0))
    yield running
    assert running.stop() == -signal.SIGINT  # as twistd ends, once all has stopped
    assert not running.socket.exists()
    assert "Traceback" not in running.log.read_text()


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller's own settings do not reach the command."""
    for name in ("NOX_SOCKET", "COLUMNS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
