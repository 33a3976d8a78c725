"""UDP: sockets, and ports that nobody has bound."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from nox.emulator.hosts.node import Node, Packet
from nox.lib.errors import LocalProtocolError
from nox.lib.flowkey import ICMP, ICMPV6, UDP
from nox.lib.packet import icmp, icmpv6
from nox.lib.packet.checksum import Address
from nox.lib.packet.icmp import Icmp
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.udp import Udp

MOST_KEPT: Final = 1000  # datagrams of one socket that nobody has read
EPHEMERAL: Final = 49152  # the first port that is given to who wants any
_PORTS: Final = 65536 - EPHEMERAL
_QUOTED: Final = 28  # bytes of a packet that an error is about


class Datagram(NamedTuple):
    """One that was received."""

    src: Address
    src_port: int
    data: bytes
    when: float


Hear = Callable[[Datagram], None]


class UdpSocket:
    """A bound port.

    :ivar received: datagrams, the oldest first; the oldest are lost where they are more than `MOST_KEPT`.
    :ivar hear: called for each instead, where it is set.
    """

    __slots__ = ("_owner", "hear", "port", "received")

    def __init__(self, owner: UdpPorts, port: int, hear: Hear | None) -> None:
        self._owner, self.port, self.hear = owner, port, hear
        self.received: deque[Datagram] = deque(maxlen=MOST_KEPT)

    def send(self, dst: Address, port: int, data: bytes, now: float, *, src: Address | None = None) -> bool:
        """Send a datagram.

        :returns: False where there is no way to `dst`.
        :raises LocalProtocolError: when it is too large.
        """
        return self._owner.node.send_ip(dst, UDP, Udp(self.port, port, data).build, now, src=src)

    def close(self) -> None:
        """Let the port go."""
        self._owner.release(self.port)


class UdpPorts:
    """All of a host's."""

    __slots__ = ("_sockets", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self._sockets: dict[int, UdpSocket] = {}

    def bind(self, port: int = 0, hear: Hear | None = None) -> UdpSocket:
        """Bind a port; 0 for any.

        :raises LocalProtocolError: when it is bound already, or is none.
        """
        if not port:
            port = self._free()
        if port in self._sockets or not 0 < port < 65536:
            raise LocalProtocolError(f"{self.node.name}: UDP port {port} is bound already, or is no port")
        socket = self._sockets[port] = UdpSocket(self, port, hear)
        return socket

    def _free(self) -> int:
        first = self.node.draw()
        ports = (EPHEMERAL + (first + step) % _PORTS for step in range(_PORTS))
        return next((port for port in ports if port not in self._sockets), 0)

    def release(self, port: int) -> None:
        """Nobody has it any more."""
        self._sockets.pop(port, None)

    def hear(self, packet: Packet, now: float, *, to_all: bool) -> None:
        """A datagram; one for a port that nobody has is answered with an error, unless it is for all."""
        datagram = Udp.parse(packet.payload, packet.ends)
        socket = self._sockets.get(datagram.dst)
        if socket is None:
            if not to_all and self.node.owns(packet.dst):
                self._refuse(packet, now)
            return
        heard = Datagram(packet.src, datagram.src, datagram.payload, now)
        if socket.hear is not None:
            socket.hear(heard)
        else:
            socket.received.append(heard)

    def _refuse(self, packet: Packet, now: float) -> None:
        if isinstance(packet, Ipv4):
            error = Icmp(icmp.UNREACHABLE, icmp.PORT_UNREACHABLE, data=packet.build()[:_QUOTED])
            self.node.send_ip(packet.src, ICMP, lambda _: error.build(), now)
        else:
            body = bytes(4) + packet.build()[:1200]  # as much as fits (RFC 4443, section 3.1)
            self.node.send_ip(packet.src, ICMPV6, Icmpv6(icmpv6.UNREACHABLE, icmpv6.PORT_UNREACHABLE, body).build, now)
