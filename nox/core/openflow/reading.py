"""Reading from many switches at little cost each.

Twisted's reactor spends several microseconds on every ready connection before its protocol sees a byte, which is more
than a packet-in costs. So plain connections are watched by an epoll set of our own, which is itself one descriptor to
the reactor: when it is ready, all that is ready in it is read in one loop. Connections with TLS, and systems without
epoll, are read by the reactor as usual.

What is read in one loop, and when the answers are sent, is in `rounds.py`.
"""

from __future__ import annotations

import select
import socket
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IReactorFDSet, IReadDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.openflow.rounds import Rounds

if TYPE_CHECKING:
    from nox.core.openflow.channel import Channel
    from nox.core.openflow.home import Home


def available() -> bool:
    """Whether this system has epoll."""
    return hasattr(select, "epoll")


@implementer(IReadDescriptor)
class Reading:
    """The plain connections, as one descriptor.

    The set tells of a connection once, when bytes have come ("edge-triggered").
    """

    def __init__(self, home: Home, reactor: IReactorFDSet) -> None:
        self._home = home
        self._reactor = reactor
        self._epoll = select.epoll()
        self._rounds = Rounds(home, self._over)
        self._channels: dict[int, Channel] = {}
        self._descriptors: dict[Channel, int] = {}
        reactor.addReader(self)

    def add(self, channel: Channel, handle: socket.socket) -> None:
        """Watch this connection."""
        descriptor = handle.fileno()
        self._channels[descriptor] = channel
        self._rounds.inboxes[descriptor] = channel.inbox, handle.recv
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
        if descriptor is not None and self._channels[descriptor] is channel:
            del self._channels[descriptor], self._rounds.inboxes[descriptor]
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
        self._home.begin_read()
        self._rounds.run(self._epoll.poll)
        self._home.end_read()
        if self._rounds.more:
            self._home.clock.callLater(0, self.doRead)

    def _over(self, descriptor: int) -> None:
        """The end of a connection, orderly or not, is for its transport to meet."""
        channel = self._channels[descriptor]
        self.remove(channel)
        channel.read_by_transport()

    def connectionLost(self, reason: Failure) -> None:
        """The reactor cannot watch the set any more."""
