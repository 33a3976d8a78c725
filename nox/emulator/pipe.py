"""A TCP connection inside of the process: bytes take some time, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IConsumer, IProducer, IProtocol, IPushProducer, ITCPTransport
from twisted.python.failure import Failure
from zope.interface import implementer

if TYPE_CHECKING:
    from nox.emulator.reactor import EmulatedReactor

_MUCH = 65536  # bytes on their way for a peer that does not read, above which the writer is paused


def join(
    reactor: EmulatedReactor, one: IProtocol, one_address: IPv4Address, other: IProtocol, other_address: IPv4Address
) -> None:
    """Connect two protocols."""
    here = Half(reactor, one, one_address)
    there = Half(reactor, other, other_address)
    here.far, there.far = there, here
    one.makeConnection(here)
    other.makeConnection(there)


@implementer(ITCPTransport, IConsumer, IPushProducer)
class Half:
    """One end."""

    far: Half

    def __init__(self, reactor: EmulatedReactor, protocol: IProtocol, address: IPv4Address) -> None:
        self._reactor, self._protocol, self._address = reactor, protocol, address
        self._coming: list[bytes] = []  # what this end will be given
        self._scheduled = self._paused = False
        self._closing = self.disconnected = False
        self._producer: IPushProducer | None = None
        self._held = False
        self._no_delay = self._keep_alive = False

    # What this end says

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if data and not self._closing and not self.disconnected:
            self.far._come(data)

    def writeSequence(self, iovec: Iterable[bytes]) -> None:
        """Send bytes."""
        self.write(b"".join(iovec))

    def loseConnection(self) -> None:
        """Close it, after all that was written."""
        if not self._closing:
            self._closing = True
            self.far._schedule()

    def loseWriteConnection(self) -> None:
        """Close it: nobody here does it by halves."""
        self.loseConnection()

    def abortConnection(self) -> None:
        """Close it at once: what is on its way is lost."""
        if not self.disconnected:
            self._closing = True
            self._end(ConnectionAborted(), ConnectionLost())

    # What it hears

    def _come(self, data: bytes) -> None:
        self._coming.append(data)
        self._schedule()
        if self._waiting > _MUCH:
            self.far._hold()

    @property
    def _waiting(self) -> int:
        return sum(map(len, self._coming))

    def _schedule(self) -> None:
        if not self._scheduled and not self._paused:
            self._scheduled = True
            self._reactor.callLater(self._reactor.latency, self._deliver)

    def _deliver(self) -> None:
        self._scheduled = False
        if self.disconnected or self._paused:
            return
        data = b"".join(self._coming)
        self._coming.clear()
        if data:
            self._protocol.dataReceived(data)
        self.far._release()
        if self.far._closing and not self._coming and not self.disconnected:
            self._end(ConnectionDone(), ConnectionDone())

    def _end(self, here: Exception, there: Exception) -> None:
        for half, reason in ((self, here), (self.far, there)):
            half.disconnected = True
            half._coming.clear()
            self._reactor.callLater(0, half._lost, Failure(reason))

    def _lost(self, reason: Failure) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.stopProducing()
        self._protocol.connectionLost(reason)

    # Who writes here

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """Be asked to wait while the other end does not read.

        :param streaming: whether it writes until it is asked to wait: here nobody does otherwise.
        """
        assert streaming
        self._producer = cast(IPushProducer, producer)

    def unregisterProducer(self) -> None:
        """Be asked no more."""
        self._producer = None

    def _hold(self) -> None:
        if self._producer is not None and not self._held:
            self._held = True
            self._producer.pauseProducing()

    def _release(self) -> None:
        if self._held:
            self._held = False
            if self._producer is not None:
                self._producer.resumeProducing()

    # Who reads here

    def pauseProducing(self) -> None:
        """Give nothing for now."""
        self._paused = True

    def resumeProducing(self) -> None:
        """Go on."""
        self._paused = False
        if self._coming or self.far._closing:
            self._schedule()

    def stopProducing(self) -> None:
        """Close it."""
        self.loseConnection()

    # The rest of ITCPTransport

    def getHost(self) -> IPv4Address:
        """This end's address."""
        return self._address

    def getPeer(self) -> IPv4Address:
        """The other end's."""
        return self.far._address

    def getTcpNoDelay(self) -> bool:
        """As it was set."""
        return self._no_delay

    def setTcpNoDelay(self, enabled: bool) -> None:
        """Nothing is delayed for that here."""
        self._no_delay = enabled

    def getTcpKeepAlive(self) -> bool:
        """As it was set."""
        return self._keep_alive

    def setTcpKeepAlive(self, enabled: bool) -> None:
        """Nothing is lost here."""
        self._keep_alive = enabled
