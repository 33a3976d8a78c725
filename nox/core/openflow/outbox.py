"""What is on its way to one switch.

Everything that is sent while a read is handled is gathered and written once, at the end of the read; at other times
in the next turn of the reactor. On plain TCP, while nothing waits in the transport, it goes to the socket at once:
that saves a round through the reactor for each answer. What the socket does not take waits here, and the transport
gets it piece by piece, as the switch reads. While much waits nothing is read from the switch, since each of its packets
would add to that; more than `MOST_WAITING` bytes mean that the switch does not read, and it is disconnected.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

from twisted.internet.interfaces import IPushProducer, IReactorTime, ITransport
from zope.interface import classImplements

MOST_WAITING = 16 * 1024 * 1024  # bytes that wait for a switch at most
MUCH_WAITING = 256 * 1024  # bytes above which nothing is read from it until all of them have been handed on
PIECE = 65536  # bytes that the transport is given at once


class Flusher:
    """The outboxes that have something to send, flushed together.

    :ivar dirty: an outbox adds itself; the first one calls `schedule` before.
    :ivar flush_one: flushes an outbox in place of `Outbox.flush`: who listens puts a function here, which calls that.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self.dirty: list[Outbox] = []
        self.flush_one: Callable[[Outbox], None] | None = None
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
            self.flush_now(outbox)

    def flush_now(self, outbox: Outbox) -> None:
        """Flush one."""
        if self.flush_one is not None:
            self.flush_one(outbox)
        else:
            outbox.flush()


class Outbox:
    """The bytes for one switch.

    :param press: called with True while much waits, as often as something is added, and with False when nothing does.
    :param overflow: called when more than `MOST_WAITING` bytes wait; they are dropped.
    """

    __slots__ = (
        "_chunks", "_dirty", "_flusher", "_full", "_overflow", "_press", "_pulled", "_queued", "_socket", "_stalled",
        "_transport",
    )  # fmt: skip

    def __init__(
        self, transport: ITransport, flusher: Flusher, press: Callable[[bool], None], overflow: Callable[[], None]
    ) -> None:
        self._transport: ITransport | None = transport
        self._flusher = flusher
        self._dirty = flusher.dirty
        self._press: Callable[[bool], None] | None = press
        self._overflow: Callable[[], None] | None = overflow
        self._chunks: list[bytes] = []
        self._queued = bytearray()
        self._stalled = 0  # seconds for which the switch has taken nothing of them
        self._full = False  # whether the transport wants no more for now
        self._socket = plain_socket(transport)
        self._pulled = self._socket is not None
        # A plain transport asks a pull producer for more whenever it is empty, which is what `flush` has to know.
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

    @property
    def gathered(self) -> bytes:
        """What the next `flush` sends."""
        return b"".join(self._chunks)

    def flush(self) -> None:
        """Hand all that was gathered to the socket, or to the transport. `Flusher` calls it."""
        chunks = self._chunks
        data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        chunks.clear()
        if self._socket is not None and not self._full:
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
        if self._press is None or self._overflow is None:  # the connection has ended
            return
        self._queued += data
        self._fill()
        if len(self._queued) > MOST_WAITING:
            self._queued.clear()
            self._overflow()
        elif len(self._queued) > MUCH_WAITING:
            self._press(True)

    def _fill(self) -> None:
        """Give the transport what it takes of what waits."""
        while self._queued and not self._full and self._transport is not None:
            piece = bytes(self._queued[:PIECE])
            del self._queued[:PIECE]
            self._full = self._pulled
            self._transport.write(piece)

    def tick(self) -> int:
        """Once a second: how many seconds something has waited of which the switch has taken nothing."""
        self._stalled = self._stalled + 1 if self._queued else 0
        return self._stalled

    def close(self) -> None:
        """Send what is left, and nothing more: the connection is about to close."""
        if self._chunks:
            self._flusher.flush_now(self)
        if self._transport is not None:
            self._transport.unregisterProducer()  # type: ignore[attr-defined]
            self._transport.write(bytes(self._queued))
        self.stopProducing()

    def resumeProducing(self) -> None:
        """The transport has sent all that it had."""
        self._full, self._stalled = False, 0
        self._fill()
        if not self._queued and self._press is not None:
            self._press(False)

    def pauseProducing(self) -> None:
        """The transport's buffer is full."""
        self._full = True

    def stopProducing(self) -> None:
        """The transport has gone: what is sent from now on goes nowhere."""
        self._chunks.clear()
        self._queued.clear()
        self._socket = self._transport = self._press = self._overflow = None


classImplements(Outbox, IPushProducer)  # not as a decorator: a compiled class has none


def plain_socket(transport: ITransport) -> socket.socket | None:
    """The socket of a plain TCP or UNIX connection; None where bytes are transformed on their way (TLS)."""
    # Its handle, and not its attribute `socket`: TLS passes that on from the plain transport below.
    handle = getattr(transport, "getHandle", lambda: None)()
    return handle if isinstance(handle, socket.socket) else None
