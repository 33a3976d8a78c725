"""The answers: ARP replies and neighbour advertisements, as the host that is asked for would give them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from nox.lib.addresses import EthernetAddress
from nox.lib.flowkey import ICMPV6
from nox.lib.packet import arp
from nox.lib.packet import neighbours as nd
from nox.lib.packet.arp import Arp
from nox.lib.packet.checksum import Ends
from nox.lib.packet.ethernet import ARP, IPV6, Ethernet
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv6 import Ipv6


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody asks everybody for an address.

    :ivar frame: as it came. :ivar vlan: 0 for none.
    """

    frame: Ethernet
    vlan: int
    asker: IPv4Address | IPv6Address
    target: IPv4Address | IPv6Address


def question(data: bytes) -> Question | None:
    """The question that a frame asks of everybody; None where it asks none that anybody else may answer.

    A probe is for the host itself: is the address free? So is an announcement.

    :raises RemoteProtocolError: when the frame is malformed.
    """
    frame = Ethernet.parse(data)
    vlan = frame.tags[0].vid if frame.tags else 0
    if not frame.dst.is_multicast:
        return None
    ends = _asked_by_arp(frame.payload) if frame.eth_type == ARP else _solicited(frame.payload)
    return None if ends is None else Question(frame, vlan, *ends)


def _asked_by_arp(data: bytes) -> tuple[IPv4Address, IPv4Address] | None:
    said = Arp.parse(data)
    if said.operation != arp.REQUEST or not int(said.spa) or said.spa == said.tpa:
        return None
    return said.spa, said.tpa


def _solicited(data: bytes) -> tuple[IPv6Address, IPv6Address] | None:
    packet = Ipv6.parse(data)
    message = Icmpv6.parse(packet.payload, packet.ends)
    if message.type != nd.SOLICITATION or packet.src.is_unspecified:
        return None
    return packet.src, nd.NeighbourSolicitation.parse(message.body).target


def reply(asked: Question, mac: EthernetAddress, is_router: bool) -> bytes:
    """The answer.

    :param mac: of the host that is asked for. :param is_router: whether it says so: an answer that does not would take
        it from the asker's list of routers (RFC 4861, section 7.2.5).
    """
    frame = asked.frame
    if isinstance(asked.asker, IPv4Address) and isinstance(asked.target, IPv4Address):
        body = Arp(arp.REPLY, mac, asked.target, frame.src, asked.asker).build()
        return Ethernet(frame.src, mac, ARP, body, frame.tags).build()
    assert isinstance(asked.asker, IPv6Address)
    assert isinstance(asked.target, IPv6Address)
    flags = nd.SOLICITED | (nd.ROUTER if is_router else 0)  # of others' advertisements none overrides (section 7.2.8)
    own = nd.link_layer_option(nd.TARGET_LINK_LAYER, mac)
    message = Icmpv6(nd.ADVERTISEMENT, 0, nd.NeighbourAdvertisement(asked.target, flags, (own,)).build())
    inside = message.build(Ends(asked.target, asked.asker))
    packet = Ipv6(asked.target, asked.asker, ICMPV6, inside, nd.HOP_LIMIT)
    return Ethernet(frame.src, mac, IPV6, packet.build(), frame.tags).build()
