"""Reading from many switches at little cost each.

Twisted's reactor spends several microseconds on every ready connection before its protocol sees a byte, which is more
than a packet-in costs. So plain connections are watched by an epoll set of our own, which is itself one descriptor to
the reactor: when it is ready, all that is ready in it is read in one loop. Connections with TLS, and systems without
epoll, are read by the reactor as usual.

Of a group of ready connections all are read first, then all that was read is handled: one after the other, the
kernel's network code and Python would push each other out of the processor's caches, which costs a tenth. A round goes
over all groups, at most `READ_SIZE` bytes from each connection, so that none waits for another's flood for longer than
it takes to handle that much. The answers are sent when nothing more is ready, or after `HOLD` bytes: a peer that waits
sleeps, to wake it costs more than to answer it, and it sleeps once for all that is sent together. Rounds go on, without
returning to the reactor, until there is nothing to read and to send, or `BUDGET` bytes have been read.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IReactorFDSet, IReadDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer

if TYPE_CHECKING:
    from nox.core.openflow.channel import Channel
    from nox.core.openflow.home import Home

READ_SIZE = 16384  # bytes that one connection gives in one round
BUDGET = 65536  # bytes after which the reactor has its turn
HOLD = 16384  # bytes after which answers are sent although more is ready
GROUP = 16  # connections that are read, then handled

Recv = Callable[[int], bytes]


def available() -> bool:
    """Whether this system has epoll."""
    return hasattr(select, "epoll")


@implementer(IReadDescriptor)
class Reading:
    """The plain connections, as one descriptor.

    The set tells of a connection once, when bytes have come ("edge-triggered"): what was not read to its end is kept in
    `_more` for the next round.
    """

    def __init__(self, home: Home, reactor: IReactorFDSet) -> None:
        self._home = home
        self._reactor = reactor
        self._epoll = select.epoll()
        self._channels: dict[int, tuple[Channel, Recv]] = {}
        self._descriptors: dict[Channel, int] = {}
        self._more: list[tuple[int, int]] = []
        reactor.addReader(self)

    def add(self, channel: Channel, handle: socket.socket) -> None:
        """Watch this connection."""
        descriptor = handle.fileno()
        self._channels[descriptor] = channel, handle.recv
        self._descriptors[channel] = descriptor
        self._epoll.register(descriptor, select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)

    def remove(self, channel: Channel) -> None:
        """Watch it no more. It is still open."""
        descriptor = self._forget(channel)
        if descriptor is not None:
            self._epoll.unregister(descriptor)

    def lost(self, channel: Channel) -> None:
        """It has been closed, and so has left the set; its number may be another connection's by now."""
        self._forget(channel)

    def _forget(self, channel: Channel) -> int | None:
        descriptor = self._descriptors.pop(channel, None)
        if descriptor is not None and self._channels[descriptor][0] is channel:
            del self._channels[descriptor]
        return descriptor

    def close(self) -> None:
        """Watch nothing more."""
        self._reactor.removeReader(self)
        self._epoll.close()

    # IReadDescriptor

    def fileno(self) -> int:
        """The set's own descriptor."""
        return self._epoll.fileno()

    def logPrefix(self) -> str:
        """What the reactor calls it."""
        return "openflow"

    def doRead(self) -> None:
        """Read what is ready, round after round."""
        if self._epoll.closed:  # between two turns
            return
        home, poll, budget = self._home, self._epoll.poll, BUDGET
        home.begin_read()
        held = 0
        while budget > 0:
            if ready := self._once(poll(0)) if self._more else poll(0):
                size = self._round(ready)
                held += size
                budget -= size
            elif not held:
                break
            if held >= HOLD or not ready:
                home.send()  # and look once more: whoever waited for it may have more to say
                held = 0
        home.end_read()
        if self._more:
            home.clock.callLater(0, self.doRead)

    def _once(self, told: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """What has more and what the set tells of: each once, or a flood, which is both, would have ever more turns."""
        return list((dict(self._more) | dict(told)).items())

    def _round(self, ready: list[tuple[int, int]]) -> int:
        """Read once from each of these and handle it, group by group; how many bytes."""
        self._more = []
        size = 0
        for start in range(0, len(ready), GROUP):
            size += self._handle(ready[start : start + GROUP])
        self._home.drain()
        return size

    def _handle(self, ready: list[tuple[int, int]]) -> int:
        """Read once from each of these, then handle what was read; how many bytes."""
        channels, size = self._channels, 0
        read: list[tuple[Channel, bytes]] = []
        for event in ready:
            try:
                channel, recv = channels[event[0]]
                data = recv(READ_SIZE)
            except (KeyError, BlockingIOError):  # closed by what another sent; or told of twice
                continue
            except OSError:
                data = b""
            if not data:
                self._over(channel)
                continue
            if len(data) == READ_SIZE or event[1] != select.EPOLLIN:  # the end of a stream is told of once too
                self._more.append(event)
            size += len(data)
            read.append((channel, data))
        for channel, data in read:
            channel.receive(data)
        return size

    def _over(self, channel: Channel) -> None:
        """The end of a connection, orderly or not, is for its transport to meet."""
        self.remove(channel)
        channel.read_by_transport()

    def connectionLost(self, reason: Failure) -> None:
        """The reactor cannot watch the set any more."""
