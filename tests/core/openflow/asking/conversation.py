"""A joined switch of bytes written by hand, and what a test asks it."""

from __future__ import annotations

import struct
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from nox.core.openflow.datapath import Datapath
from tests.core.openflow.peer import BARRIER, STATS, Peer, new_home

T = TypeVar("T")


class Answer(Generic[T]):
    """What a coroutine came to, if it has.

    :ivar results: empty while it waits; `failures` too.
    """

    def __init__(self, asked: Coroutine[Any, Any, T]) -> None:
        self.results: list[T] = []
        self.failures: list[BaseException] = []
        Deferred.fromCoroutine(asked).addCallbacks(self.results.append, lambda f: self.failures.append(f.value))


class Conversation:
    """One switch.

    :param version: the wire's: 1 or 4.
    """

    def __init__(self, version: int) -> None:
        self.peer = Peer(new_home(Clock()), version)
        self.peer.join()
        datapath = self.peer.channel.datapath
        assert datapath is not None
        self.datapath: Datapath = datapath
        self.peer.take()

    def heard(self) -> tuple[int, int, bytes]:
        """The one message that it was sent: type, xid, body."""
        [(_, kind, xid, body)] = self.peer.take()
        return kind, xid, body

    def multipart(self, kind: int, *bodies: bytes) -> bytes:
        """Answer a multipart request in parts; the request's body after its head.

        :param kind: the type that the request must have.
        """
        sent, xid, body = self.heard()
        version = self.peer.version
        assert (sent, body[:2]) == (STATS[version], struct.pack("!H", kind))
        for place, part in enumerate(bodies, 1):
            head = struct.pack("!HH" if version == 1 else "!HH4x", kind, int(place < len(bodies)))
            self.peer.send(STATS[version] + 1, head + part, xid)
        return body[4 if version == 1 else 8 :]

    def mod(self, *, error: bytes = b"") -> tuple[int, bytes]:
        """Answer a message and the barrier behind it; the message's type and body.

        :param error: type, code and data of the error that it gives.
        """
        [(_, kind, xid, body), (_, barrier, barrier_xid, _)] = self.peer.take()
        assert barrier == BARRIER[self.peer.version]
        if error:
            self.peer.send(1, error, xid)
        self.peer.send(barrier + 1, b"", barrier_xid)
        return kind, body
