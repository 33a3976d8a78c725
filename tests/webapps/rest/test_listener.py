"""The socket: whom it lets in, what it replaces, what it leaves behind."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.epollreactor import EPollReactor
from twisted.internet.protocol import connectionDone
from twisted.logger import ILogObserver, LogEvent, Logger, LogLevel, globalLogPublisher
from twisted.web.resource import Resource
from twisted.web.server import Site

from nox.lib.errors import ConfigError, PortInUse
from nox.webapps.rest.listener import SocketPort, clear, listen, prepare_folder
from nox.webapps.rest.location import default_socket
from nox.webapps.rest.site import RestSite
from tests.webapps.rest.support import Server

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
NOBODY = 65534


def dead_socket(path: Path) -> None:
    """What a process leaves behind that could not clean up."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))


def opened(path: Path, reactor: EPollReactor | None = None) -> SocketPort:
    """A port that nobody serves."""
    reactor = reactor or EPollReactor()
    site: Site = RestSite(Resource(), reactor, Logger())
    return listen(path, site, reactor)


def test_the_default_is_a_place_of_the_users_own() -> None:
    """Root's is in /run, a user's in the session's folder, and else in a folder that carries his number."""
    assert default_socket(0, {"XDG_RUNTIME_DIR": "/run/user/1"}) == Path("/run/nox/nox.sock")
    assert default_socket(1, {"XDG_RUNTIME_DIR": "/run/user/1"}) == Path("/run/user/1/nox.sock")
    assert default_socket(1, {}) == Path("/tmp/nox-1/nox.sock")


def test_the_folder_is_made_and_both_are_ours_alone(tmp_path: Path) -> None:
    """A missing folder is made 0700, and the socket is 0600 from the first moment on that one can connect."""
    port = opened(tmp_path / "new" / "s")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "s").stat().st_mode) == 0o600
    port.connectionLost(connectionDone)


def test_who_connects_early_waits(tmp_path: Path) -> None:
    """Between bind and serve a client can connect, and is not answered."""
    reactor = EPollReactor()
    port = opened(tmp_path / "s", reactor)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "s"))
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        reactor.iterate(0)
        with pytest.raises(BlockingIOError):
            client.recv(1, socket.MSG_DONTWAIT)
    port.connectionLost(connectionDone)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_that_others_can_write_to(tmp_path: Path, mode: int) -> None:
    """It is refused: they could put a socket of their own in place of ours."""
    tmp_path.chmod(mode)
    with pytest.raises(ConfigError, match="others can write to"):
        prepare_folder(tmp_path)


@needs_root
def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    """It is refused, with the owner's name."""
    os.chown(tmp_path, NOBODY, NOBODY)
    with pytest.raises(ConfigError, match="belongs to nobody"):
        prepare_folder(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    """A file, a link, and a folder whose own folder is missing are refused with a sentence each."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(ConfigError, match=rf"\[rest\] socket: .*{name}"):
            prepare_folder(tmp_path / name)
    with pytest.raises(ConfigError, match="No such file or directory"):
        prepare_folder(tmp_path / "a" / "b")


def test_a_dead_socket_is_replaced(tmp_path: Path) -> None:
    """What a crashed controller left does not stop the next one."""
    dead_socket(tmp_path / "s")
    port = opened(tmp_path / "s")
    port.connectionLost(connectionDone)
    assert not (tmp_path / "s").exists()


def test_a_live_socket_is_in_use(server: Server) -> None:
    """A second controller is refused in one short sentence, and the first one goes on."""
    with pytest.raises(PortInUse) as refused:
        clear(server.path)
    assert str(refused.value) == f"{server.path} is in use: change [rest] socket"
    assert server.ask("GET", "/v1/version")[0] == 200


def test_a_file_is_not_removed(tmp_path: Path) -> None:
    """A path that names something else than a socket is refused, and what is there stays."""
    (tmp_path / "s").write_text("precious")
    with pytest.raises(ConfigError, match="is not a socket"):
        clear(tmp_path / "s")
    assert (tmp_path / "s").read_text() == "precious"


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    """A UNIX socket's path has at most 107 bytes; a longer one is a sentence."""
    with pytest.raises(ConfigError, match="at most 107 bytes"):
        opened(tmp_path / ("s" * 120))


def test_only_its_own_file_is_removed(tmp_path: Path) -> None:
    """A socket that another controller has put there meanwhile stays."""
    port = opened(tmp_path / "s")
    (tmp_path / "s").unlink()
    dead_socket(tmp_path / "s")
    port.connectionLost(connectionDone)
    assert (tmp_path / "s").is_socket()


@contextmanager
def without_privileges() -> Iterator[None]:
    """As another user, for a while."""
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@needs_root
def test_a_socket_that_could_not_be_made_again_is_kept(tmp_path: Path) -> None:
    """A process that has dropped its privileges can restart `rest`: the old socket serves the new site."""
    port = opened(tmp_path / "f" / "s")
    with without_privileges():
        Deferred.fromCoroutine(port.close())
        again = opened(tmp_path / "f" / "s")
    assert again is port
    assert isinstance(again.factory, RestSite)
    Deferred.fromCoroutine(port.close())
    assert port.disconnecting
    port.connectionLost(connectionDone)


@needs_root
def test_without_privileges_the_file_stays(tmp_path: Path) -> None:
    """After the process has dropped its privileges it may not remove the file: it warns, and all is closed."""
    events: list[LogEvent] = []
    observer = cast(ILogObserver, events.append)
    folder = tmp_path / "f"
    port = opened(folder / "s")
    descriptor = port.socket.fileno()
    globalLogPublisher.addObserver(observer)
    with without_privileges():
        port.connectionLost(connectionDone)
    globalLogPublisher.removeObserver(observer)
    assert [event["path"] for event in events if event.get("log_level") is LogLevel.warn] == [folder / "s"]
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
