"""Hosts that misbehave: floods of frames, at a rate."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Final

from nox.emulator.hosts.node import Node
from nox.lib.addresses import EthernetAddress
from nox.lib.flowkey import UDP
from nox.lib.packet import arp, ethernet
from nox.lib.packet.arp import Arp
from nox.lib.packet.ethernet import BROADCAST, Ethernet
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.udp import Udp

Make = Callable[[int], bytes]
TICK: Final = 0.01  # seconds between two bursts
_EVERYBODY: Final = IPv4Address("255.255.255.255")
_DISCARD: Final = 9  # a port


class Flood:
    """Frames at a rate, until `stop` or the last.

    :ivar sent: frames so far.
    """

    __slots__ = ("_make", "_node", "_per_second", "_start", "_total", "sent", "stopped")

    def __init__(self, node: Node, make: Make, per_second: float, total: int, now: float) -> None:
        """:param make: the frame with this number, from 0."""
        self._node, self._make, self._per_second, self._total = node, make, per_second, total
        self._start = now
        self.sent = 0
        self.stopped = False
        self._burst(now)

    def stop(self) -> None:
        """No more."""
        self.stopped = True

    def _burst(self, now: float) -> None:
        if self.stopped:
            return
        due = min(self._total, int((now - self._start) * self._per_second) + 1)
        while self.sent < due:
            self._node.send_raw(self._make(self.sent))
            self.sent += 1
        if self.sent < self._total:
            wait = max(TICK, 1 / self._per_second)
            self._node.timers.at(now + wait, self._burst)


def many_sources(seed: int) -> Make:
    """ARP announcements, each from an Ethernet and an IPv4 address of its own: what fills tables of addresses."""
    chance = random.Random(seed)

    def make(number: int) -> bytes:
        mac = EthernetAddress(b"\x02" + chance.randbytes(5))
        address = IPv4Address(10 << 24 | chance.getrandbits(24))
        return Ethernet(
            BROADCAST, mac, ethernet.ARP, Arp(arp.REQUEST, mac, address, arp.NOBODY, address).build()
        ).build()

    return make


def broadcasts(node: Node) -> Make:
    """Datagrams to everybody, from this host: a storm."""

    def make(number: int) -> bytes:
        packet = Ipv4(node.own4, _EVERYBODY, UDP, b"", identification=number & 0xFFFF)
        whole = replace(packet, payload=Udp(_DISCARD, _DISCARD, number.to_bytes(8)).build(packet.ends))
        return Ethernet(BROADCAST, node.sender_mac, ethernet.IPV4, whole.build()).build()

    return make
