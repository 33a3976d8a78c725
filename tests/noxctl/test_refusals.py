"""How noxctl fails: one sentence on standard error, exit code 1."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nox.noxctl.client import Client, ClientError
from tests.noxctl.command import Command
from tests.webapps.rest.support import Server

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@contextmanager
def stranger(path: Path, answer: bytes) -> Iterator[None]:
    """Something at the socket that answers one connection with these bytes."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(1)
        thread = threading.Thread(target=_answer, args=(listening, answer))
        thread.start()
        yield
        thread.join()


def _answer(listening: socket.socket, answer: bytes) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(answer)


def test_the_controllers_sentence(noxctl: Command) -> None:
    """What the controller refuses is told in its own words."""
    assert noxctl.refuses("flows", "2") == "switch 0000000000000002 is not connected"
    assert noxctl.refuses("restart", "swich") == 'component "swich" is not loaded; did you mean "switch"?'
    assert noxctl.refuses("load", "broken") == 'component "broken": no luck'


def test_no_controller(tmp_path: Path) -> None:
    """Where nobody listens, the sentence names the socket and how to start a controller."""
    missing = Command(tmp_path / "s").refuses("switches")
    assert missing.startswith(f"no controller is running at {tmp_path}/s: start it with 'twistd nox -c FILE'")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "s"))
    assert Command(tmp_path / "s").refuses("switches") == missing


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "is no NOX controller"),
        (b"HTTP/1.1 200 OK\r\n\r\n[]", "is no NOX controller"),
        (b"HTTP/1.1 200 OK\r\nNOX-API: 1\r\n\r\n<html>", "is no NOX controller"),
        (b"HTTP/1.1 404 Not Found\r\nNOX-API: 1\r\n\r\n[]", "is no NOX controller"),
        (b"HTTP/1.1 200 OK\r\nNOX-API: 2\r\n\r\n[]", "speaks version '2' of the REST interface, and this noxctl 1"),
        (b"", "closed the connection before it answered"),
    ],
)
def test_something_else_listens(tmp_path: Path, answer: bytes, sentence: str) -> None:
    """A program that is no controller of this version is named as what it is, by a sentence with the socket."""
    with stranger(tmp_path / "s", answer):
        told = Command(tmp_path / "s").refuses("switches")
    assert sentence in told
    assert str(tmp_path / "s") in told


@contextmanager
def somebody_else() -> Iterator[None]:
    """As another user, for a while."""
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@needs_root
def test_permission_denied(server: Server) -> None:
    """Another user cannot connect, and is told whom to ask."""
    with somebody_else(), pytest.raises(ClientError, match=r"permission denied at .*: run noxctl as the user who runs"):
        Client(server.path).get("version")


@needs_root
def test_a_socket_of_another_user(server: Server) -> None:
    """A socket that another user made is not believed; root may name any."""
    os.chown(server.path, NOBODY, NOBODY)
    assert Client(server.path).get("switches")
    os.chown(server.path, 12345, 12345)
    for folder in (server.path.parent, server.path.parent.parent, server.path.parent.parent.parent):
        folder.chmod(folder.stat().st_mode | 0o011)
    with somebody_else(), pytest.raises(ClientError, match="belongs to user 12345, and not to you"):
        Client(server.path).get("switches")


def test_a_path_that_is_none() -> None:
    """A path too long for a socket is a sentence too."""
    assert "s" * 120 in Command(Path("/tmp") / ("s" * 120)).refuses("switches")


def test_a_command_line_without_sense(noxctl: Command) -> None:
    """A missing argument is exit code 2, with the usage."""
    done = noxctl.run("flows")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Missing argument 'DPID'" in done.stderr
