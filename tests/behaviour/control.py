"""A controller of bytes: it listens on loopback, the switch connects, and the test speaks OpenFlow to it by hand."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from typing import Final, TypeVar

from nox.lib.openflow import errorcodes, messages
from nox.lib.openflow.codec import encode
from nox.lib.openflow.frames import Frame, frames
from nox.lib.openflow.messages import Error, Message
from nox.lib.openflow.versions import Version

Kind = TypeVar("Kind", bound=Message)
ACCEPTED: Final = "accepted"
CLOSED: Final = "it has closed the connection"
_REST: Final = 0.005  # seconds without an answer after which a switch is woken
PATIENCE: Final = 10.0  # seconds until a switch that should answer is taken for one that does not


class Closed(Exception):
    """The switch has closed the connection."""


class Control:
    """One controller.

    :ivar settle: waits until the switch has done with the frames that it has got; `wake`: has it look around.
    """

    def __init__(self, version: Version) -> None:
        self.version = version
        self.settle: Callable[[], None] = lambda: None
        self.wake: Callable[[], None] = lambda: None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        self.port: int = self._listener.getsockname()[1]
        self._socket: socket.socket | None = None
        self._buffer = bytearray()
        self._heard: list[Message] = []
        self._xid = 1000

    def accept(self, hello: bytes = b"") -> None:
        """Take the switch's connection, and say hello.

        :param hello: another one than that of the version.
        """
        self._socket, _ = self._listener.accept()
        self._socket.settimeout(PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._write(hello or encode(messages.Hello(), self.version))

    def agree(self) -> None:
        """Wait until the switch has agreed on the version."""
        while not isinstance(self._read().decode(), messages.Hello):
            pass
        self.do()

    def drop(self) -> None:
        """End the connection, and forget what was heard; the switch will connect again."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._buffer.clear()
        self._heard.clear()

    def leave(self) -> None:
        """End the connection, and take none for a while."""
        self.drop()
        self._listener.close()

    def come_back(self) -> None:
        """Take connections again."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listener.settimeout(PATIENCE)

    def called(self) -> bool:
        """Whether the switch has connected, and waits to be taken."""
        readable, _, _ = select.select([self._listener], [], [], 0.05)
        return bool(readable)

    def close(self) -> None:
        """End the connection, and listen no longer."""
        self.drop()
        self._listener.close()

    def say(self, *said: Message) -> int:
        """Send messages; the last one's xid."""
        for message in said:
            self._xid += 1
            self._write(encode(message, self.version, self._xid))
        return self._xid

    def say_bytes(self, kind: int, body: bytes, *, version: int | None = None, length: int | None = None) -> bytes:
        """Send a message that may be malformed; all of it, header included.

        :param version: another one in its header; `length`: too.
        """
        self._xid += 1
        size = 8 + len(body) if length is None else length
        head = bytes((self.version if version is None else version, kind))
        message = head + size.to_bytes(2) + self._xid.to_bytes(4) + body
        self._write(message)
        return message

    def ask(self, message: Message, kind: type[Kind]) -> Kind:
        """Send a request; its answer, the entries of all its parts together where it is a multipart."""
        xid = self.say(message)
        answers: list[Message] = []
        while not answers or (
            getattr(answers[-1], "flags", 0) & 1 and isinstance(answers[-1], messages.MultipartReply)
        ):
            frame = self._read()
            (answers if frame.xid == xid else self._heard).append(frame.decode())
        assert all(isinstance(answer, kind) for answer in answers), answers
        return _joined([answer for answer in answers if isinstance(answer, kind)])

    def barrier(self) -> list[Message]:
        """Wait until all that was said is done; what the switch has said meanwhile."""
        xid = self.say(messages.BarrierRequest())
        while (frame := self._read()).xid != xid:
            self._heard.append(frame.decode())
        heard, self._heard = self._heard, []
        return heard

    def do(self, *said: Message) -> None:
        """Send what has no answer, and see that nothing of it is refused."""
        self.say(*said)
        heard = self.barrier()
        errors = [self._name(one) for one in heard if isinstance(one, Error)]
        assert not errors, errors
        self._heard = heard

    def outcome(self, message: Message | None = None) -> str:
        """Send a message; `ACCEPTED`, or the error by its names in 1.3's terms. None for what was sent already.

        `CLOSED` where the switch ends the connection.
        """
        if message is not None:
            self.say(message)
        try:
            heard = self.barrier()
        except (Closed, ConnectionError):
            return CLOSED
        errors = [one for one in heard if isinstance(one, Error)]
        self._heard = [one for one in heard if not isinstance(one, Error)]
        return "; ".join(map(self._name, errors)) or ACCEPTED

    def events(self, kind: type[Kind], count: int = 0) -> list[Kind]:
        """The messages of a kind that nobody has asked for, since the last look at them.

        :param count: how many there must be at least; they are waited for.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            self.settle()
            self._heard = self.barrier()
            found = [one for one in self._heard if isinstance(one, kind)]
            if len(found) >= count or time.monotonic() > deadline:
                self._heard = [one for one in self._heard if not isinstance(one, kind)]
                assert len(found) >= count, f"{len(found)} of {count} {kind.__name__}; also heard: {self._heard}"
                return found

    def _name(self, error: Error) -> str:
        known = errorcodes.from_version((error.type, error.code), self.version)
        return errorcodes.name(known) if known else f"{error.type}/{error.code}, which {self.version} does not have"

    def _write(self, data: bytes) -> None:
        assert self._socket is not None
        self._socket.sendall(data)

    def _read(self) -> Frame:
        """The next message; echo requests are answered."""
        assert self._socket is not None
        while True:
            for frame in frames(self._buffer):
                if frame.type == 2:
                    self._write(encode(messages.EchoReply(data=frame.body), self.version, frame.xid))
                    continue
                return frame
            self._await(self._socket)
            data = self._socket.recv(65536)
            if not data:
                raise Closed("the switch has closed the connection")
            self._buffer += data

    def _await(self, connection: socket.socket) -> None:
        """Wait for bytes. A switch that rests is woken, since it may look at what has come in half a second only."""
        deadline = time.monotonic() + PATIENCE
        while not select.select([connection], [], [], _REST)[0] and time.monotonic() < deadline:
            self.wake()

    def said(self) -> Frame:
        """The next message, whatever it is."""
        return self._read()


def _joined(parts: list[Kind]) -> Kind:
    """One message with the entries of all parts."""
    (first, *rest) = parts
    for name in ("entries", "ports", "tables"):
        if rest and hasattr(first, name):
            every = tuple(entry for part in parts for entry in getattr(part, name))
            object.__setattr__(first, name, every)
    return first
