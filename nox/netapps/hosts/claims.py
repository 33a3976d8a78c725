"""What a frame says of its sender, and why it may not be believed.

Rules: IEEE 802.3 (no station sends from a group address), RFC 826 and 5227 (ARP), RFC 1122, section 3.2.1.3 (IPv4
source addresses), RFC 4291, sections 2.5.2, 2.5.3 and 2.7 (IPv6), RFC 4861, section 7.1 (neighbour discovery).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nox.core.view.rows import Evidence
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import RemoteProtocolError
from nox.lib.flowkey import ETH_ARP, ETH_IPV4, ETH_IPV6, ICMPV6, UDP
from nox.lib.packet import arp
from nox.lib.packet import neighbours as nd
from nox.lib.packet.arp import Arp
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv6 import Ipv6
from nox.lib.shapes import FlowKey
from nox.netapps.hosts.values import Ip, ip_text

_ARP: Final = ETH_ARP.to_bytes(2)
_IGMP: Final = 2
_BOOTP: Final = (68, 67)
_BEFORE_ADDRESS: Final = (131, 132, 143, nd.ROUTER_SOLICITATION, nd.SOLICITATION)  # ICMPv6 that may come from ``::``
_ND: Final = (nd.SOLICITATION, nd.ADVERTISEMENT)
_MAPPED: Final = bytes(10) + b"\xff\xff"  # ::ffff:0:0/96 is never on a wire
_NO_VLAN: Final = 4095  # reserved (IEEE 802.1Q, table 9-2)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a frame says of its sender.

    :ivar ip: the address that it says to have; None for none.
    :ivar is_router: what it says of itself in an advertisement; None where it says nothing.
    """

    ip: Ip | None = None
    evidence: Evidence = Evidence.PACKET
    is_router: bool | None = None


class Refused(Exception):
    """A frame is not believed.

    :ivar kind: a word for what is wrong, for counting. The text says it in a sentence.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


NOTHING: Final = Claim()


def claim_of(key: FlowKey, frame: bytes) -> Claim:
    """What a frame says of its sender.

    :param key: its header fields; `frame`: all of it, where it is ARP or neighbour discovery.
    :raises Refused: when nobody may send that.
    """
    _check_ethernet(key)
    eth_type = key.get("eth_type")
    if eth_type == ETH_ARP and key.shape.place("arp_op") is not None:
        return _arp(key, frame)
    if eth_type == ETH_IPV4 and key.shape.place("ipv4_src") is not None:
        return _ipv4(key)
    if eth_type == ETH_IPV6 and key.shape.place("ipv6_src") is not None:
        return _neighbour_discovery(frame) if key.get("icmpv6_type") in _ND else _ipv6(key)
    return NOTHING


def _check_ethernet(key: FlowKey) -> None:
    source = key.values[2]
    assert isinstance(source, bytes)
    if source[0] & 1 or not any(source):
        raise Refused("source", f"{EthernetAddress(source)} is no address of a host")
    vlan = key.get("vlan_vid")
    if isinstance(vlan, int) and vlan & 0xFFF == _NO_VLAN:
        raise Refused("vlan", f"there is no VLAN {_NO_VLAN}")


def _arp(key: FlowKey, frame: bytes) -> Claim:
    said, source = _sender_of_arp(frame), key.get("arp_spa")
    if said != key.values[2]:
        raise Refused("arp", f"its ARP says that it is {EthernetAddress(said)}")
    assert isinstance(source, int)
    if source:
        _check_ipv4(source)
        return Claim(source, Evidence.ARP)
    if key.get("arp_op") != arp.REQUEST:
        raise Refused("ip", "its ARP answers for 0.0.0.0")
    return NOTHING  # a probe: is the address free? (RFC 5227, section 2.1)


def _sender_of_arp(frame: bytes) -> bytes:
    """The Ethernet address that ARP names; `flowkey` has seen that it is ARP for IPv4, and whole."""
    if frame[12:14] == _ARP:
        return frame[22:28]
    if frame[16:18] == _ARP:  # after a tag
        return frame[26:32]
    return Arp.parse(Ethernet.parse(frame).payload).sha  # after LLC and SNAP


def _ipv4(key: FlowKey) -> Claim:
    source = key.get("ipv4_src")
    assert isinstance(source, int)
    if source:
        _check_ipv4(source)
        return Claim(source)
    protocol = key.get("ip_proto")
    asks = protocol == UDP and (key.get("udp_src"), key.get("udp_dst")) == _BOOTP
    if not asks and protocol != _IGMP:  # RFC 2131, section 4.1; RFC 3376, section 4.2.13
        raise Refused("ip", "its packet comes from 0.0.0.0, and asks for no address")
    return NOTHING


def _check_ipv4(source: int) -> None:
    first = source >> 24
    if first in (0, 127) or first >= 224:
        raise Refused("ip", f"{ip_text(source)} is no address of a host")


def _ipv6(key: FlowKey) -> Claim:
    source = key.get("ipv6_src")
    assert isinstance(source, bytes)
    if not any(source):
        if key.get("ip_proto") == ICMPV6 and key.get("icmpv6_type") in _BEFORE_ADDRESS:
            return NOTHING
        raise Refused("ip", "its packet comes from ::, and asks for no address")
    _check_ipv6(source)
    return Claim(source)


def _check_ipv6(source: bytes) -> None:
    if source[0] == 0xFF or source[:12] == _MAPPED or int.from_bytes(source) <= 1:
        raise Refused("ip", f"{ip_text(source)} is no address of a host")


def _neighbour_discovery(frame: bytes) -> Claim:
    try:
        ethernet = Ethernet.parse(frame)
        packet = Ipv6.parse(ethernet.payload)
        message = Icmpv6.parse(packet.payload, packet.ends)
        if packet.hop_limit != nd.HOP_LIMIT or message.code:
            raise Refused("nd", "its neighbour discovery comes from beyond a router")
        if message.type == nd.SOLICITATION:
            return _solicitation(packet, nd.NeighbourSolicitation.parse(message.body), ethernet.src)
        return _advertisement(nd.NeighbourAdvertisement.parse(message.body), ethernet.src)
    except RemoteProtocolError as error:
        raise Refused("malformed", f"it is no neighbour discovery: {error}") from error


def _solicitation(packet: Ipv6, said: nd.NeighbourSolicitation, mac: EthernetAddress) -> Claim:
    _check_link_layer(nd.link_layer(said.options, nd.SOURCE_LINK_LAYER), mac)
    if packet.src.is_unspecified:  # is the address free? (RFC 4862, section 5.4)
        return NOTHING
    _check_ipv6(packet.src.packed)
    return Claim(packet.src.packed, Evidence.ND)


def _advertisement(said: nd.NeighbourAdvertisement, mac: EthernetAddress) -> Claim:
    _check_link_layer(nd.link_layer(said.options, nd.TARGET_LINK_LAYER), mac)
    _check_ipv6(said.target.packed)
    return Claim(said.target.packed, Evidence.ND, bool(said.flags & nd.ROUTER))


def _check_link_layer(said: EthernetAddress | None, mac: EthernetAddress) -> None:
    if said is not None and said != mac:
        raise Refused("nd", f"its neighbour discovery says that it is {said}")
