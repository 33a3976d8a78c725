"""HTTP/1.0 over a host's TCP: one request a connection, as much as a test of a proxy or a portal needs (RFC 1945)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from nox.emulator.hosts.tcp import Connection, State

MOST_BYTES: Final = 1 << 20  # of a request or an answer
_END_OF_HEAD: Final = b"\r\n\r\n"


class HttpGet:
    """A request, and its answer.

    :ivar status: 200 and so on; 0 while there is none.
    :ivar body: what follows the head.
    :ivar error: why there is no answer: the connection's, ``too long``, ``no HTTP``.
    :ivar done: whether it is over.
    """

    __slots__ = ("_asked", "_heard", "_request", "_when_done", "body", "done", "error", "headers", "status")

    def __init__(self, host: str, path: str, when_done: Callable[[HttpGet], None] | None) -> None:
        self._request = f"GET {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        self._heard = bytearray()
        self._asked = self.done = False
        self._when_done = when_done
        self.status, self.body, self.error = 0, b"", ""
        self.headers: dict[str, str] = {}

    def changed(self, connection: Connection, now: float) -> None:
        """Something has happened on the connection."""
        if self.done:
            return
        if not self._asked and connection.state is State.ESTABLISHED:
            self._asked = True
            connection.send(self._request, now)
        self._heard += connection.read(now)
        if len(self._heard) > MOST_BYTES:
            connection.abort(now)
            self._finish("too long")
        elif connection.at_end:
            connection.close(now)
            self._read(connection.error)

    def _read(self, error: str) -> None:
        head, end, body = bytes(self._heard).partition(_END_OF_HEAD)
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ", 2)
        if not end or not words[0].startswith("HTTP/") or len(words) < 2 or not words[1].isdecimal():
            self._finish(error or "no HTTP")
            return
        pairs = (line.partition(":") for line in lines)
        self.headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        self.status, self.body = int(words[1]), body
        self._finish(error)

    def _finish(self, error: str) -> None:
        self.error, self.done = error, True
        if self._when_done is not None:
            self._when_done(self)


Answer = Callable[[str], tuple[int, bytes]]  # from a path to a status and a body


def serve(connection: Connection, now: float, answer: Answer) -> None:
    """Answer the one request of a connection that was accepted."""
    heard = bytearray()

    def changed(one: Connection, later: float) -> None:
        heard.extend(one.read(later))
        if _END_OF_HEAD in heard:
            one.changed = None
            one.send(_answered(bytes(heard), answer), later)
            one.close(later)
        elif one.at_end or len(heard) > MOST_BYTES:
            one.abort(later)

    connection.changed = changed
    changed(connection, now)


def _answered(request: bytes, answer: Answer) -> bytes:
    words = request.partition(b"\r\n")[0].decode("latin-1").split(" ")
    is_get = len(words) > 1 and words[0] == "GET"
    status, body = answer(words[1]) if is_get else (400, b"")
    return f"HTTP/1.0 {status} -\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
