"""A host below its transports: Ethernet, ARP, neighbour discovery and IP."""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from nox.emulator.hosts.interface import Interface
from nox.emulator.hosts.neighbours import Neighbours
from nox.emulator.hosts.timers import Timers
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.flowkey import ICMPV6
from nox.lib.packet import arp, ethernet
from nox.lib.packet import neighbours as nd
from nox.lib.packet.arp import Arp
from nox.lib.packet.checksum import Address, Ends
from nox.lib.packet.ethernet import BROADCAST, Ethernet
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.ipv6 import Ipv6

Packet = Ipv4 | Ipv6
Build = Callable[[Ends], bytes]

MTU: Final = 1500  # bytes of an IP packet
UNSPECIFIED: Final = IPv4Address(0)
_MOST_FRAME: Final = MTU + 14
_ALL_NODES: Final = IPv6Address("ff02::1")
_ARP_REQUEST: Final = bytes.fromhex("0806 0001 0800 0604 0001")  # what stands at offset 12


class Lie(NamedTuple):
    """What a host falsely says of itself; None for what is true."""

    mac: EthernetAddress | None = None
    ipv4: IPv4Address | None = None
    ipv6: IPv6Address | None = None


class Node(ABC):
    """What sends and receives IP packets.

    :ivar asleep: whether it hears and sends nothing.
    :ivar malformed: how many frames were wrong.
    """

    __slots__ = (
        "_drawn",
        "_neighbours",
        "_outbox",
        "asleep",
        "ipv4",
        "ipv6",
        "lie",
        "mac",
        "malformed",
        "name",
        "timers",
    )

    def __init__(
        self,
        name: str,
        mac: EthernetAddress,
        ipv4: Interface[IPv4Address] | None = None,
        ipv6: Interface[IPv6Address] | None = None,
    ) -> None:
        """:param ipv6: an address besides the link-local one, which is made of the Ethernet address."""
        self.name, self.mac, self.ipv4, self.ipv6 = name, mac, ipv4, ipv6
        self.lie: Lie | None = None
        self.asleep = False
        self.malformed = 0
        self.timers = Timers()
        self._outbox: list[bytes] = []
        self._neighbours: Neighbours | None = None
        self._drawn = 0

    @abstractmethod
    def deliver(self, packet: Packet, now: float, *, to_all: bool) -> None:
        """A packet for this host.

        :param to_all: whether it is for others too: nobody answers it with an error.
        :raises RemoteProtocolError: when what it carries is malformed.
        """

    # Towards who drives it

    @property
    def next_wake(self) -> float | None:
        """When `run` is to be called next; None for never, as long as nothing else happens."""
        return None if self.asleep else self.timers.next

    def run(self, now: float) -> None:
        """Do what is due."""
        if not self.asleep:
            self.timers.run(now)

    def take(self) -> list[bytes]:
        """The frames that it wants to send, in order, once."""
        frames, self._outbox = self._outbox, []
        return frames

    def receive(self, frame: bytes, now: float) -> None:
        """A frame that has arrived. What is malformed is counted, and otherwise ignored, as is what is for others."""
        if self.asleep or not self._concerns(frame):
            return
        if len(frame) > _MOST_FRAME:  # an answer as large could not be sent
            self.malformed += 1
            return
        try:
            self._frame(Ethernet.parse(frame), now)
        except RemoteProtocolError:
            self.malformed += 1

    # What it says of itself

    @property
    def sender_mac(self) -> EthernetAddress:
        """The Ethernet address that it sends from."""
        return self.lie.mac if self.lie and self.lie.mac else self.mac

    @property
    def own4(self) -> IPv4Address:
        """The IPv4 address that it sends from; `UNSPECIFIED` without one."""
        if self.lie and self.lie.ipv4:
            return self.lie.ipv4
        return self.ipv4.address if self.ipv4 else UNSPECIFIED

    @property
    def link_local(self) -> IPv6Address:
        """Its address on the link."""
        return nd.link_local(self.mac)

    def own6(self, dst: IPv6Address) -> IPv6Address:
        """The IPv6 address that it sends to `dst` from."""
        if self.lie and self.lie.ipv6:
            return self.lie.ipv6
        near = dst.is_link_local or dst.is_multicast or self.ipv6 is None
        return self.link_local if near or self.ipv6 is None else self.ipv6.address

    def owns(self, address: Address) -> bool:
        """Whether packets for this address are for this host."""
        if isinstance(address, IPv4Address):
            return address == self.own4 or (self.ipv4 is not None and address == self.ipv4.address)
        lied = self.lie is not None and address == self.lie.ipv6
        return lied or address == self.link_local or (self.ipv6 is not None and address == self.ipv6.address)

    def draw(self) -> int:
        """A number of 32 bits that differs from host to host and from call to call, the same in each run."""
        self._drawn += 1
        return zlib.crc32(self._drawn.to_bytes(4), zlib.crc32(self.mac))

    def announce(self) -> None:
        """Say where it is, to everybody: its link has come up, or it has moved (RFC 5227, section 2.3)."""
        if self.own4 != UNSPECIFIED:
            self._arp(arp.REQUEST, arp.NOBODY, self.own4, BROADCAST)
        self._advertise(self.own6(_ALL_NODES), _ALL_NODES, nd.OVERRIDE)

    # Sending

    def send_frame(self, dst: EthernetAddress, eth_type: int, payload: bytes) -> None:
        """Send a frame from the address that it says to have."""
        self.send_raw(Ethernet(dst, self.sender_mac, eth_type, payload).build())

    def send_raw(self, frame: bytes) -> None:
        """Send any frame."""
        if not self.asleep:
            self._outbox.append(frame)

    def send_ip(
        self, dst: Address, protocol: int, build: Build, now: float, *, src: Address | None = None, hops: int = 64
    ) -> bool:
        """Send a packet, after its next hop has been found.

        :param build: makes what it carries, knowing both addresses.
        :returns: False where there is no way to `dst`.
        :raises LocalProtocolError: when it is larger than `MTU`.
        """
        if isinstance(dst, IPv4Address):
            source4 = src if isinstance(src, IPv4Address) else self.own4
            packet = Ipv4(
                source4, dst, protocol, build(Ends(source4, dst)), ttl=hops, identification=self.draw() & 0xFFFF
            )
            return self._route(dst, ethernet.IPV4, packet.build(), self.ipv4, now)
        source6 = src if isinstance(src, IPv6Address) else self.own6(dst)
        packet6 = Ipv6(source6, dst, protocol, build(Ends(source6, dst)), hops)
        way = self.ipv6 if self.ipv6 and not dst.is_link_local else Interface(self.link_local, 64)
        return self._route(dst, ethernet.IPV6, packet6.build(), way, now)

    def _route(self, dst: Address, eth_type: int, data: bytes, way: Interface | None, now: float) -> bool:  # type: ignore[type-arg]
        if len(data) > MTU:
            raise LocalProtocolError(
                f"{self.name}: a packet of {len(data)} bytes for {dst}; emulated hosts send up to {MTU}"
            )
        group = self._group(dst, way)
        if group is not None:
            self.send_frame(group, eth_type, data)
            return True
        hop = way.next_hop(dst) if way else None
        if hop is not None:
            self._known().send(hop, eth_type, data, now)
        return hop is not None

    def _group(self, dst: Address, way: Interface | None) -> EthernetAddress | None:  # type: ignore[type-arg]
        """The Ethernet address of a packet for many; None for one host's."""
        if isinstance(dst, IPv6Address):
            return nd.group_address(dst) if dst.is_multicast else None
        if dst.is_multicast:
            return EthernetAddress(b"\x01\0\x5e" + (int(dst) & 0x7FFFFF).to_bytes(3))
        everybody = int(dst) == 0xFFFFFFFF or (way is not None and way.is_broadcast(dst))
        return BROADCAST if everybody else None

    def _known(self) -> Neighbours:
        if self._neighbours is None:
            self._neighbours = Neighbours(self.timers, self._ask, self.send_frame)
        return self._neighbours

    def forget_neighbours(self) -> None:
        """All that ARP and neighbour discovery have found."""
        self._neighbours = None

    def _ask(self, address: Address) -> None:
        if isinstance(address, IPv4Address):
            self._arp(arp.REQUEST, arp.NOBODY, address, BROADCAST)
            return
        group = nd.solicited_node(address)
        source = self.own6(address)
        own = nd.link_layer_option(nd.SOURCE_LINK_LAYER, self.sender_mac)
        body = nd.NeighbourSolicitation(address, (own,)).build()
        self._icmpv6(nd.SOLICITATION, body, source, group, nd.group_address(group))

    def _arp(self, operation: int, tha: EthernetAddress, tpa: IPv4Address, dst: EthernetAddress) -> None:
        self.send_frame(dst, ethernet.ARP, Arp(operation, self.sender_mac, self.own4, tha, tpa).build())

    def _advertise(self, target: IPv6Address, dst: IPv6Address, flags: int, mac: EthernetAddress | None = None) -> None:
        own = nd.link_layer_option(nd.TARGET_LINK_LAYER, self.sender_mac)
        body = nd.NeighbourAdvertisement(target, flags, (own,)).build()
        self._icmpv6(nd.ADVERTISEMENT, body, target, dst, mac or nd.group_address(dst))

    def _icmpv6(self, kind: int, body: bytes, src: IPv6Address, dst: IPv6Address, mac: EthernetAddress) -> None:
        inside = Icmpv6(kind, 0, body).build(Ends(src, dst))
        self.send_frame(mac, ethernet.IPV6, Ipv6(src, dst, ICMPV6, inside, nd.HOP_LIMIT).build())

    # Receiving

    def _concerns(self, frame: bytes) -> bool:
        """Whether to look at a frame at all: most of what is sent to all is a question to somebody else."""
        dst = frame[:6]
        if dst == self.mac:
            return True
        if not frame or not frame[0] & 1:
            return self.lie is not None and dst == self.lie.mac
        if frame[12:22] == _ARP_REQUEST and len(frame) >= 42:
            return frame[38:42] in (self.own4.packed, frame[28:32]) or self.lie is not None
        if dst[:3] == b"\x33\x33\xff":
            ends = (self.mac[3:], self.ipv6.address.packed[13:] if self.ipv6 else b"", self._lied_end())
            return dst[3:] in ends
        return True

    def _lied_end(self) -> bytes:
        return self.lie.ipv6.packed[13:] if self.lie and self.lie.ipv6 else b""

    def _frame(self, frame: Ethernet, now: float) -> None:
        if any(tag.vid for tag in frame.tags):
            return
        if frame.eth_type == ethernet.ARP:
            self._hear_arp(Arp.parse(frame.payload), now)
        elif frame.eth_type == ethernet.IPV4:
            self._hear_ipv4(Ipv4.parse(frame.payload), frame.dst.is_multicast, now)
        elif frame.eth_type == ethernet.IPV6:
            self._hear_ipv6(Ipv6.parse(frame.payload), frame.src, now)

    def _hear_arp(self, heard: Arp, now: float) -> None:
        for_us = self.owns(heard.tpa) and heard.tpa != UNSPECIFIED
        if heard.spa != UNSPECIFIED and not self.owns(heard.spa):
            self._known().learn(heard.spa, heard.sha, now, create=for_us)
        if for_us and heard.operation == arp.REQUEST and heard.spa != heard.tpa:
            reply = Arp(arp.REPLY, self.sender_mac, heard.tpa, heard.sha, heard.spa)
            self.send_frame(heard.sha, ethernet.ARP, reply.build())

    def _hear_ipv4(self, packet: Ipv4, to_all: bool, now: float) -> None:
        if packet.is_fragment:
            return
        to_many = packet.dst.is_multicast or int(packet.dst) == 0xFFFFFFFF
        to_many = to_many or (self.ipv4 is not None and self.ipv4.is_broadcast(packet.dst))
        if to_many or self.owns(packet.dst) or self.ipv4 is None:
            self.deliver(packet, now, to_all=to_many or to_all)

    def _hear_ipv6(self, packet: Ipv6, mac: EthernetAddress, now: float) -> None:
        if packet.is_fragment:
            return
        to_all = packet.dst.is_multicast
        if not to_all and not self.owns(packet.dst):
            return
        if packet.protocol == ICMPV6 and packet.payload[:1] in (b"\x87", b"\x88"):
            self._hear_nd(packet, mac, now)
        else:
            self.deliver(packet, now, to_all=to_all)

    def _hear_nd(self, packet: Ipv6, mac: EthernetAddress, now: float) -> None:
        message = Icmpv6.parse(packet.payload, packet.ends)
        if packet.hop_limit != nd.HOP_LIMIT or message.code:
            return
        if message.type == nd.SOLICITATION:
            self._hear_solicitation(nd.NeighbourSolicitation.parse(message.body), packet.src, mac, now)
            return
        said = nd.NeighbourAdvertisement.parse(message.body)
        theirs = nd.link_layer(said.options, nd.TARGET_LINK_LAYER)
        if theirs is not None and not self.owns(said.target):
            self._known().learn(said.target, theirs, now, create=False)

    def _hear_solicitation(
        self, asked: nd.NeighbourSolicitation, src: IPv6Address, mac: EthernetAddress, now: float
    ) -> None:
        if not self.owns(asked.target):
            return
        if src.is_unspecified:  # somebody asks whether the address is free
            self._advertise(asked.target, _ALL_NODES, nd.OVERRIDE)
            return
        theirs = nd.link_layer(asked.options, nd.SOURCE_LINK_LAYER) or mac
        self._known().learn(src, theirs, now, create=True)
        self._advertise(asked.target, src, nd.SOLICITED | nd.OVERRIDE, theirs)
