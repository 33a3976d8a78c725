"""What is on its way to one switch.

Everything that is sent while a read is handled is gathered and written once, at the end of the read; at other times
in the next turn of the reactor. On plain TCP, while nothing waits in the transport, it goes to the socket at once:
that saves a round through the reactor for each answer. What the socket does not take is the transport's to send;
more than `MOST_WAITING` bytes there mean that the switch does not read, and it is disconnected.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

from twisted.internet.interfaces import IPushProducer, IReactorTime, ITransport
from zope.interface import implementer

MOST_WAITING = 16 * 1024 * 1024  # bytes


class Flusher:
    """The outboxes that have something to send, flushed together.

    :ivar dirty: an outbox adds itself; the first one calls `schedule` before.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self.dirty: list[Outbox] = []
        self._is_reading = self._is_scheduled = False

    def begin_read(self) -> None:
        """Whoever reads will flush."""
        self._is_reading = True

    def end_read(self) -> None:
        """Send what has been gathered; what comes from now on is sent in the next turn of the reactor."""
        self._is_reading = False
        self.flush()

    def schedule(self) -> None:
        """Have all flushed in the next turn of the reactor, unless a read is being handled."""
        if not self._is_reading and not self._is_scheduled:
            self._is_scheduled = True
            self._clock.callLater(0, self._turn)

    def _turn(self) -> None:
        self._is_scheduled = False
        self.flush()

    def flush(self) -> None:
        """Send what has been gathered."""
        dirty = self.dirty[:]
        self.dirty.clear()
        for outbox in dirty:
            outbox.flush()


@implementer(IPushProducer)
class Outbox:
    """The bytes for one switch."""

    __slots__ = ("_chunks", "_dirty", "_flusher", "_full", "_overflow", "_pulled", "_socket", "_transport", "_waiting")

    def __init__(self, transport: ITransport, flusher: Flusher, overflow: Callable[[], None]) -> None:
        self._transport: ITransport | None = transport
        self._flusher = flusher
        self._dirty = flusher.dirty
        self._overflow: Callable[[], None] | None = overflow
        self._chunks: list[bytes] = []
        self._waiting = 0
        self._socket = plain_socket(transport)
        self._pulled = self._full = self._socket is not None
        # A plain transport asks a pull producer for more whenever it is empty, which is what `send_now` has to know.
        # TLS would ask all the time: there it is told of a full buffer and of an empty one.
        transport.registerProducer(self, not self._pulled)  # type: ignore[attr-defined]

    def send(self, data: bytes) -> None:
        """Send this, after all that was given before."""
        chunks = self._chunks
        if not chunks:
            dirty = self._dirty
            if not dirty:
                self._flusher.schedule()
            dirty.append(self)
        chunks.append(data)

    def flush(self) -> None:
        """Hand all that was gathered to the socket, or to the transport."""
        chunks = self._chunks
        data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        chunks.clear()
        if self._socket is not None and not self._waiting:
            try:
                taken = self._socket.send(data)
            except BlockingIOError:
                taken = 0
            except OSError:  # the connection is broken: its transport will meet the same error
                self._socket, taken = None, 0
            if taken == len(data):
                return
            data = data[taken:]
        self._queue(data)

    def _queue(self, data: bytes) -> None:
        if self._transport is None or self._overflow is None:  # the connection has ended
            return
        if self._full:
            self._waiting += len(data)
        self._transport.write(data)
        if self._waiting > MOST_WAITING:
            self._overflow()

    def close(self) -> None:
        """Send what is left, and nothing more: the connection is about to close."""
        self.flush()
        if self._transport is not None:
            self._transport.unregisterProducer()  # type: ignore[attr-defined]
        self.stopProducing()

    def resumeProducing(self) -> None:
        """The transport has sent all that it had."""
        self._waiting = 0
        self._full = self._pulled

    def pauseProducing(self) -> None:
        """The transport's buffer is full: what is sent now is counted, up to `MOST_WAITING`."""
        self._full = True

    def stopProducing(self) -> None:
        """The transport has gone: what is sent from now on goes nowhere."""
        self._chunks.clear()
        self._socket = self._transport = self._overflow = None


def plain_socket(transport: ITransport) -> socket.socket | None:
    """The socket of a plain TCP or UNIX connection; None where bytes are transformed on their way (TLS)."""
    # Its handle, and not its attribute `socket`: TLS passes that on from the plain transport below.
    handle = getattr(transport, "getHandle", lambda: None)()
    return handle if isinstance(handle, socket.socket) else None
