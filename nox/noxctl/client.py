"""Asks the controller, over its UNIX socket."""

from __future__ import annotations

import json
import os
import pwd
import socket
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nox.lib.errors import NoxError
from nox.webapps.rest.location import API_HEADER, API_VERSION

TIME_LIMIT = 60.0  # seconds: a component may take its time to stop


class ClientError(NoxError):
    """The controller cannot be asked, or says no."""


class _UnixConnection(HTTPConnection):
    """HTTP over a UNIX socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=TIME_LIMIT)
        self._path = path

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(os.fspath(self._path))


class Client:
    """The controller behind one socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, *parts: str) -> Any:
        """What a resource is: decoded JSON, as docs/rest.md describes it.

        :param parts: of the path after ``/v1``.
        :raises ClientError: with the sentence to show.
        """
        return self._ask("GET", parts)

    def post(self, *parts: str, body: Any = None) -> Any:
        """Have something done; what the controller says of it.

        :param body: what is told with it, as JSON; None: nothing.
        :raises ClientError: with the sentence to show.
        """
        return self._ask("POST", parts, None if body is None else json.dumps(body).encode())

    def stream(self, *parts: str) -> Answer:
        """An answer that goes on; to be closed.

        :raises ClientError: with the sentence to show.
        """
        connection = _UnixConnection(self._path)
        try:
            self._must_be_trusted()
            connection.request("GET", _url(parts))
            answer = connection.getresponse()
            if answer.status != 200:
                self._must_be_ours(answer.getheader(API_HEADER))
                self._decoded(answer.status, answer.read())
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            raise ClientError(self._why(error)) from error
        self._must_be_ours(answer.getheader(API_HEADER))
        return Answer(connection.sock, answer)

    def _ask(self, method: str, parts: tuple[str, ...], body: bytes | None = None) -> Any:
        connection = _UnixConnection(self._path)
        try:
            self._must_be_trusted()
            connection.request(method, _url(parts), body, headers={"Connection": "close"})
            answer = connection.getresponse()
            found = answer.read()
        except (OSError, HTTPException, ValueError) as error:
            raise ClientError(self._why(error)) from error
        finally:
            connection.close()
        self._must_be_ours(answer.getheader(API_HEADER))
        return self._decoded(answer.status, found)

    def _must_be_trusted(self) -> None:
        """Whoever made the socket tells us what he likes: it must be ours or root's. Root knows what he names."""
        owner, own = self._path.stat().st_uid, os.geteuid()
        if own not in (0, owner) and owner != 0:
            raise ClientError(f"{self._path} belongs to {_user(owner)}, and not to you: name another with --socket")

    def _why(self, error: Exception) -> str:
        if isinstance(error, (FileNotFoundError, ConnectionRefusedError, NotADirectoryError)):
            start = "start it with 'twistd nox -c FILE', or name its socket with --socket"
            return f"no controller is running at {self._path}: {start}"
        if isinstance(error, PermissionError):
            return f"permission denied at {self._path}: run noxctl as the user who runs the controller, or as root"
        if isinstance(error, TimeoutError):
            return f"the controller at {self._path} has not answered within {TIME_LIMIT:g} s: see its log"
        if isinstance(error, ConnectionError):
            return f"the controller at {self._path} closed the connection before it answered: see its log"
        if isinstance(error, (HTTPException, OSError)):
            return self._stranger()
        return f"{str(self._path)!r} is no path of a socket: name another with --socket"

    def _must_be_ours(self, version: str | None) -> None:
        if version is None:
            raise ClientError(self._stranger())
        if version != str(API_VERSION):
            why = f"speaks version {version[:8]!r} of the REST interface, and this noxctl {API_VERSION}"
            raise ClientError(f"the controller at {self._path} {why}: use the noxctl that was installed with it")

    def _stranger(self) -> str:
        return f"what listens at {self._path} is no NOX controller: name its socket with --socket"

    def _decoded(self, status: int, body: bytes) -> Any:
        try:
            value = json.loads(body)
            if status == 200:
                return value
            sentence = str(value["error"])
        except (ValueError, KeyError, TypeError) as error:
            raise ClientError(self._stranger()) from error
        raise ClientError(sentence)


def _url(parts: tuple[str, ...]) -> str:
    return "/".join(["/v1", *(quote(part, safe="") for part in parts)])


class Answer:
    """The bytes of an answer that goes on.

    :ivar is_cut: whether it has ended without saying so: the controller has gone.
    """

    def __init__(self, connection: socket.socket, response: HTTPResponse) -> None:
        self._connection = connection
        self._response = response
        self.is_cut = False

    def read(self, size: int, deadline: float) -> bytes:
        """So many bytes; fewer at the end.

        :param deadline: a moment of `time.monotonic`.
        :raises TimeoutError: when it has passed.
        """
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        try:
            return self._response.read(size)
        except (HTTPException, ConnectionError):
            self.is_cut = True
            return b""

    def close(self) -> None:
        """Want no more of it."""
        self._response.close()
        self._connection.close()


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
