"""ping: echo requests, their answers and how long these took."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from nox.emulator.hosts.node import Node, Packet
from nox.lib.flowkey import ICMP, ICMPV6
from nox.lib.packet import icmp, icmpv6
from nox.lib.packet.checksum import Address
from nox.lib.packet.icmp import Icmp
from nox.lib.packet.icmpv6 import Echo, Icmpv6
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.ipv6 import Ipv6

_SIZE: Final = 56  # bytes of data, as ping has


class Ping:
    """Requests to one address.

    :ivar sent: requests; `received`: those of them that were answered in time.
    :ivar times: from request to answer, seconds, in the order of the answers.
    :ivar done: whether nothing more will come.
    """

    __slots__ = (
        "_count",
        "_interval",
        "_out",
        "_timeout",
        "done",
        "identifier",
        "received",
        "sent",
        "target",
        "times",
        "when_done",
    )

    def __init__(self, target: Address, identifier: int, count: int, interval: float, timeout: float) -> None:
        self.target, self.identifier = target, identifier
        self.sent = self.received = 0
        self.times: list[float] = []
        self.done = False
        self.when_done: Callable[[Ping], None] | None = None
        self._count, self._interval, self._timeout = count, interval, timeout
        self._out: dict[int, float] = {}  # by sequence number, when it was sent

    @property
    def lost(self) -> int:
        """Requests that were not answered in time, when it is done."""
        return self.sent - self.received

    def send(self, node: Node, now: float) -> None:
        """The next request, and what follows it."""
        sequence = self.sent & 0xFFFF
        self.sent += 1
        self._out[sequence] = now
        send_echo(node, self.target, self.identifier, sequence, bytes(_SIZE), now)
        if self.sent < self._count:
            node.timers.at(now + self._interval, lambda later: self.send(node, later))
        node.timers.at(now + self._timeout, lambda _: self._give_up(sequence))

    def answered(self, sequence: int, now: float) -> None:
        """An answer; one that nobody waits for counts nothing."""
        sent = self._out.pop(sequence, None)
        if sent is not None:
            self.received += 1
            self.times.append(now - sent)
            self._finish()

    def _give_up(self, sequence: int) -> None:
        if self._out.pop(sequence, None) is not None:
            self._finish()

    def _finish(self) -> None:
        if self.sent >= self._count and not self._out:
            self.done = True
            if self.when_done is not None:
                self.when_done(self)


def send_echo(node: Node, dst: Address, identifier: int, sequence: int, data: bytes, now: float) -> None:
    """One request."""
    if dst.version == 4:
        request = Icmp(icmp.ECHO_REQUEST, 0, identifier, sequence, data)
        node.send_ip(dst, ICMP, lambda _: request.build(), now)
    else:
        request6 = Icmpv6(icmpv6.ECHO_REQUEST, 0, Echo(identifier, sequence, data).build())
        node.send_ip(dst, ICMPV6, request6.build, now)


class Echoes:
    """A host's pings, and its answers to others'."""

    __slots__ = ("_node", "_pings")

    def __init__(self, node: Node) -> None:
        self._node = node
        self._pings: dict[int, Ping] = {}

    def ping(self, target: Address, now: float, count: int, interval: float, timeout: float) -> Ping:
        """Begin to ping."""
        self._pings = {identifier: ping for identifier, ping in self._pings.items() if not ping.done}
        identifier = self._node.draw() & 0xFFFF
        while identifier in self._pings:
            identifier = self._node.draw() & 0xFFFF
        ping = self._pings[identifier] = Ping(target, identifier, count, interval, timeout)
        ping.send(self._node, now)
        return ping

    def hear4(self, packet: Ipv4, now: float, *, to_all: bool) -> None:
        """An ICMP message. A request to all is not answered, as everybody does."""
        message = Icmp.parse(packet.payload)
        if message.type == icmp.ECHO_REQUEST and not to_all:
            reply = Icmp(icmp.ECHO_REPLY, 0, message.identifier, message.sequence, message.data)
            self._node.send_ip(packet.src, ICMP, lambda _: reply.build(), now, src=packet.dst)
        elif message.type == icmp.ECHO_REPLY:
            self._answered(message.identifier, message.sequence, packet, now)

    def hear6(self, packet: Ipv6, now: float) -> None:
        """An ICMPv6 message."""
        message = Icmpv6.parse(packet.payload, packet.ends)
        if message.type == icmpv6.ECHO_REQUEST:
            reply = Icmpv6(icmpv6.ECHO_REPLY, 0, message.body)
            src = None if packet.dst.is_multicast else packet.dst
            self._node.send_ip(packet.src, ICMPV6, reply.build, now, src=src)
        elif message.type == icmpv6.ECHO_REPLY:
            echo = Echo.parse(message.body)
            self._answered(echo.identifier, echo.sequence, packet, now)

    def _answered(self, identifier: int, sequence: int, packet: Packet, now: float) -> None:
        ping = self._pings.get(identifier)
        if ping is not None and ping.target == packet.src:
            ping.answered(sequence, now)
