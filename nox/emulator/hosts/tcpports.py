"""All TCP connections of a host, and the ports on which it listens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from nox.emulator.hosts.node import Node, Packet
from nox.emulator.hosts.tcp import Connection, State
from nox.emulator.hosts.udp import EPHEMERAL
from nox.lib.errors import LocalProtocolError
from nox.lib.flowkey import TCP
from nox.lib.packet.checksum import Address
from nox.lib.packet.tcp import ACK, FIN, RST, SYN, Tcp

MOST: Final = 1024  # connections of one host
_PORTS: Final = 65536 - EPHEMERAL
Accept = Callable[[Connection, float], None]
_Key = tuple[int, Address, int]  # local port, remote address, remote port


class TcpPorts:
    """Connections by their ends."""

    __slots__ = ("_connections", "_listening", "_node")

    def __init__(self, node: Node) -> None:
        self._node = node
        self._connections: dict[_Key, Connection] = {}
        self._listening: dict[int, Accept] = {}

    def listen(self, port: int, accept: Accept) -> None:
        """Accept connections.

        :param accept: called with each when it is established; it may set `changed`.
        :raises LocalProtocolError: when somebody listens there, or it is no port.
        """
        if port in self._listening or not 0 < port < 65536:
            raise LocalProtocolError(
                f"{self._node.name}: somebody listens on TCP port {port} already, or it is no port"
            )
        self._listening[port] = accept

    def connect(self, dst: Address, port: int, now: float) -> Connection:
        """Begin a connection.

        :raises LocalProtocolError: when the host has `MOST` already.
        """
        first = self._node.draw()
        keys = ((EPHEMERAL + (first + step) % _PORTS, dst, port) for step in range(_PORTS))
        key = next((key for key in keys if key not in self._connections), None)
        if key is None or not self._has_room():
            raise LocalProtocolError(f"{self._node.name}: more than {MOST} TCP connections: close some")
        connection = self._add(key, None)
        connection.connect(now)
        return connection

    def _has_room(self) -> bool:
        if len(self._connections) >= MOST:
            alive = {key: one for key, one in self._connections.items() if one.state is not State.CLOSED}
            self._connections = alive
        return len(self._connections) < MOST

    def _add(self, key: _Key, src: Address | None) -> Connection:
        local, dst, remote = key

        def transmit(segment: Tcp, now: float) -> None:
            self._node.send_ip(dst, TCP, segment.build, now, src=src)

        connection = Connection(local, remote, self._node.draw(), self._node.timers, transmit)
        self._connections[key] = connection
        return connection

    def hear(self, packet: Packet, now: float) -> None:
        """A segment. What belongs to nothing is answered with a reset."""
        segment = Tcp.parse(packet.payload, packet.ends)
        key = (segment.dst, packet.src, segment.src)
        connection = self._connections.get(key)
        if connection is not None and connection.state is State.CLOSED:
            del self._connections[key]
            connection = None
        if connection is not None:
            connection.hear(segment, now)
        elif segment.flags & (SYN | ACK | RST) == SYN and segment.dst in self._listening and self._has_room():
            self._accept(key, packet, segment, now)
        elif not segment.flags & RST:
            self._refuse(packet, segment, now)

    def _accept(self, key: _Key, packet: Packet, segment: Tcp, now: float) -> None:
        connection = self._add(key, packet.dst)
        accept = self._listening[segment.dst]

        def established(one: Connection, later: float) -> None:
            one.changed = None
            if one.state is not State.CLOSED:
                accept(one, later)

        connection.changed = established
        connection.accept(segment, now)

    def _refuse(self, packet: Packet, segment: Tcp, now: float) -> None:
        """RFC 9293, section 3.10.7.1."""
        if segment.flags & ACK:
            answer = Tcp(segment.dst, segment.src, segment.acknowledgment, 0, RST, 0)
        else:
            size = len(segment.payload) + bool(segment.flags & SYN) + bool(segment.flags & FIN)
            upto = (segment.sequence + size) & 0xFFFFFFFF
            answer = Tcp(segment.dst, segment.src, 0, upto, RST | ACK, 0)
        self._node.send_ip(packet.src, TCP, answer.build, now, src=packet.dst)
