"""The UNIX socket: who may reach it, what becomes of an old one, and how it goes away.

Whoever can write to the socket's folder can put another socket in its place, and whoever can connect commands
the controller. So the folder must belong to us or to root, nobody else may write to it, and the socket is ours alone.
"""

# mypy: allow-untyped-calls
# Twisted annotates these classes in part.

from __future__ import annotations

import os
import pwd
import socket
import stat
from pathlib import Path
from typing import Any, cast

from twisted.internet import tcp, unix
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IReactorUNIX
from twisted.internet.protocol import Factory
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.server import Site

from nox.lib.errors import ConfigError, PortInUse

_LONGEST_PATH = 107  # bytes: unix(7), sun_path

log = Logger(namespace="nox.rest")

_kept: dict[Path, SocketPort] = {}  # see SocketPort.close


def listen(path: Path, site: Site, reactor: IReactorUNIX) -> SocketPort:
    """Bind the socket, without serving yet: those who connect wait until `serve`.

    :raises PortInUse: when another process serves there.
    :raises ConfigError: when folder or path cannot be used.
    """
    if len(os.fsencode(path)) > _LONGEST_PATH:
        raise ConfigError(f"[rest] socket: a path has at most {_LONGEST_PATH} bytes; name a shorter one than {path}")
    if (kept := _kept.pop(path, None)) is not None:
        kept.resume(site)
        return kept
    prepare_folder(path.parent)
    clear(path)
    port = SocketPort(os.fsencode(path), site, mode=0o600, reactor=reactor)
    try:
        port.startListening()
    except CannotListenError as error:
        site.doStop()  # startListening has started it
        raise ConfigError(f"[rest] socket: {path} cannot be bound ({error.socketError}); name another path") from error
    port.hold(site)
    return port


def prepare_folder(folder: Path) -> None:
    """See that the socket's folder is safe; make it when it is missing (0700).

    :raises ConfigError: when it is not a folder, belongs to somebody else or can be written by others.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise ConfigError(f"[rest] socket: no folder {folder} ({error.strerror}); name another path") from error
    if not stat.S_ISDIR(status.st_mode):
        raise ConfigError(f"[rest] socket: {folder} is not a folder; name another path")
    if status.st_uid not in (0, os.geteuid()):
        raise ConfigError(f"[rest] socket: {folder} belongs to {user_name(status.st_uid)}; name another path")
    if status.st_mode & 0o022:
        raise ConfigError(f"[rest] socket: others can write to {folder}; name a path in a folder of your own")


def clear(path: Path) -> None:
    """Remove the socket of a process that is gone.

    :raises PortInUse: when the process lives.
    :raises ConfigError: when something that is no socket is there.
    """
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise ConfigError(f"[rest] socket: {path} exists and is not a socket; name another path")
        if is_served(path):
            raise PortInUse(f"{path} is in use: change [rest] socket")
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(f"[rest] socket: {path} cannot be used ({error.strerror}); name another path") from error


def is_served(path: Path) -> bool:
    """Whether a process listens there. Only the kernel knows: a socket's file outlives its process."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.setblocking(False)
        try:
            probe.connect(os.fspath(path))
        except ConnectionRefusedError:
            return False
        except BlockingIOError:
            pass  # its queue of connections is full: somebody is there
    return True


def user_name(uid: int) -> str:
    """The user's name, or the number of one without a name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


class SocketPort(unix.Port):
    """A listening socket that removes its own file and no other, also where privileges were dropped meanwhile."""

    def hold(self, site: Site) -> None:
        """Let those who connect wait in the kernel's queue."""
        self._site = site
        self._file = _identity(self.path)
        self.stopReading()

    def serve(self) -> None:
        """Accept them."""
        self.startReading()

    async def close(self) -> None:
        """Close it and remove its file; or keep it for the next `listen`, where it could not be made again.

        That is so when the process has dropped the privileges with which it made the socket.
        """
        if os.access(self.path.parent, os.W_OK | os.X_OK, effective_ids=True):
            await self.stopListening()
            return
        log.info("{path} stays: without privileges it could not be made again", path=self.path)
        self.stopReading()
        self._site.doStop()
        _kept[self.path] = self

    def resume(self, site: Site) -> None:
        """Serve another site, after `serve`."""
        self._site = site
        self.factory = cast("Factory[Any]", site)
        site.doStart()

    @property
    def path(self) -> Path:
        """The socket's path."""
        return Path(os.fsdecode(self._bindPath))

    def connectionLost(self, reason: Failure) -> None:
        """The port is closed: remove the file, which Twisted would do with a traceback where it may not."""
        try:
            self._remove()
        except OSError as error:
            log.warn("{path} stays ({why}); the next start replaces it", path=self.path, why=error.strerror)
        tcp.Port.connectionLost(self, reason)

    def _remove(self) -> None:
        if _identity(self.path) == self._file:
            self.path.unlink()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
