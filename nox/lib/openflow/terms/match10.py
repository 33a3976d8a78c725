"""Matches of OpenFlow 1.0 (1.0.0, section 5.2.3), from and into 1.3's terms.

1.0 has fewer fields, and gives some of them two meanings: ARP's opcode and addresses stand where IP's protocol and
addresses do, ICMP's type and code where ports do. Only IPv4 addresses can be masked, by prefix. A field that a switch
would not look at (IPv6 addresses, an ARP opcode over 255) is refused: the entry would match more than was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Item, Match
from nox.lib.openflow.match10 import NW_SHIFT, VLAN_NONE, Match10, Wildcard
from nox.lib.openflow.oxm import FIELDS, VLAN_PRESENT
from nox.lib.openflow.terms.checks import check_match, match_of
from nox.lib.openflow.terms.ports10 import port_from_wire, port_to_wire

_IPV4, _ARP, _IPV6 = 0x0800, 0x0806, 0x86DD
_ABOVE_IP: Final = ("ip_dscp", "ip_proto", "tcp_src", "tcp_dst", "udp_src", "udp_dst")
_ALL_BITS: Final = 0xFFFFFFFF
_VID: Final = 0xFFF


def _same(value: int) -> int:
    return value


def _vlan(vid: int) -> int:
    return vid & _VID if vid else VLAN_NONE


def _arp_op(op: int) -> int:
    if op > 0xFF:
        raise LocalProtocolError(f"OpenFlow 1.0 has eight bits for arp_op: {op} does not fit")
    return op


def _tos(dscp: int) -> int:
    return dscp << 2


# Where 1.3's fields lie in ofp_match, which bits say that they are not looked at, and how the value is written.
_PLACES: Final[dict[str, tuple[str, Wildcard, Callable[[int], int | EthernetAddress]]]] = {
    "in_port": ("in_port", Wildcard.IN_PORT, port_to_wire),
    "eth_dst": ("dl_dst", Wildcard.DL_DST, EthernetAddress),
    "eth_src": ("dl_src", Wildcard.DL_SRC, EthernetAddress),
    "eth_type": ("dl_type", Wildcard.DL_TYPE, _same),
    "vlan_vid": ("dl_vlan", Wildcard.DL_VLAN, _vlan),
    "vlan_pcp": ("dl_vlan_pcp", Wildcard.DL_VLAN_PCP, _same),
    "ip_dscp": ("nw_tos", Wildcard.NW_TOS, _tos),
    "ip_proto": ("nw_proto", Wildcard.NW_PROTO, _same),
    "arp_op": ("nw_proto", Wildcard.NW_PROTO, _arp_op),
    "ipv4_src": ("nw_src", Wildcard.NW_SRC, _same),
    "arp_spa": ("nw_src", Wildcard.NW_SRC, _same),
    "ipv4_dst": ("nw_dst", Wildcard.NW_DST, _same),
    "arp_tpa": ("nw_dst", Wildcard.NW_DST, _same),
    "tcp_src": ("tp_src", Wildcard.TP_SRC, _same),
    "udp_src": ("tp_src", Wildcard.TP_SRC, _same),
    "icmpv4_type": ("tp_src", Wildcard.TP_SRC, _same),
    "tcp_dst": ("tp_dst", Wildcard.TP_DST, _same),
    "udp_dst": ("tp_dst", Wildcard.TP_DST, _same),
    "icmpv4_code": ("tp_dst", Wildcard.TP_DST, _same),
}


def match_to_wire(match: Match) -> Match10:
    """The match as 1.0 writes it.

    :raises LocalProtocolError: when 1.0 cannot.
    """
    check_match(match)
    if match.unknown:
        raise LocalProtocolError(f"OpenFlow 1.0 has no OXM fields: {match}")
    wildcards = int(Wildcard.ALL)
    values: dict[str, int | EthernetAddress] = {}
    for name, value, mask in match.items():
        place, wildcard, write = _place(name, match)
        values[place] = write(value)
        wildcards = wildcards & ~wildcard | _unseen(name, wildcard, mask)
    return Match10(wildcards=wildcards, **values)  # type: ignore[arg-type]  # each converter gives its place's type


def _place(name: str, match: Match) -> tuple[str, Wildcard, Callable[[int], int | EthernetAddress]]:
    if name not in _PLACES:
        raise LocalProtocolError(f"OpenFlow 1.0 cannot match {name}")
    if name in _ABOVE_IP and match.get("eth_type") != _IPV4:
        raise LocalProtocolError(f"OpenFlow 1.0 looks at {name} in IPv4 alone: {match}")
    return _PLACES[name]


def _unseen(name: str, wildcard: Wildcard, mask: int | None) -> int:
    """The wildcard bits of a masked field: how many low bits of an address are not looked at."""
    if mask is None:
        return 0
    prefix = FIELDS[name].prefix(mask) if wildcard in NW_SHIFT else None
    if prefix is None:
        raise LocalProtocolError(f"OpenFlow 1.0 masks nothing but IPv4 addresses, by prefix: not {name}/{mask:#x}")
    return (32 - prefix) << NW_SHIFT[wildcard]


# The bits as plain numbers: operations on the members of an enumeration take ten times as long.
_DL_DST: Final = Wildcard.DL_DST.value
_DL_SRC: Final = Wildcard.DL_SRC.value
_DL_TYPE: Final = Wildcard.DL_TYPE.value
_DL_VLAN: Final = Wildcard.DL_VLAN.value
_DL_VLAN_PCP: Final = Wildcard.DL_VLAN_PCP.value
_IN_PORT: Final = Wildcard.IN_PORT.value
_NW_PROTO: Final = Wildcard.NW_PROTO.value
_NW_TOS: Final = Wildcard.NW_TOS.value
_TP_DST: Final = Wildcard.TP_DST.value
_TP_SRC: Final = Wildcard.TP_SRC.value
_NW_SRC_SHIFT, _NW_DST_SHIFT = NW_SHIFT[Wildcard.NW_SRC], NW_SHIFT[Wildcard.NW_DST]
_NW_BITS: Final = 0x3F


def match_from_wire(match: Match10) -> Match:
    """What the match means. A field that has no meaning for the packets that it matches is not looked at by switches.

    :raises RemoteProtocolError: when a field cannot have that value.
    """
    return match_of(_items(match))


def _items(match: Match10) -> Iterator[Item]:
    seen = ~match.wildcards
    eth_type = match.dl_type if seen & _DL_TYPE else None
    if seen & _IN_PORT:
        yield "in_port", port_from_wire(match.in_port), None
    if seen & _DL_SRC:
        yield "eth_src", int(match.dl_src), None
    if seen & _DL_DST:
        yield "eth_dst", int(match.dl_dst), None
    if eth_type is not None:
        yield "eth_type", eth_type, None
    yield from _vlan_items(match, seen)
    yield from _network_items(match, seen, eth_type)


def _vlan_items(match: Match10, seen: int) -> Iterator[Item]:
    pcp = seen & _DL_VLAN_PCP
    if seen & _DL_VLAN:
        if match.dl_vlan == VLAN_NONE:
            yield "vlan_vid", 0, None
            return
        yield "vlan_vid", VLAN_PRESENT | match.dl_vlan & _VID, None
    elif pcp:
        yield "vlan_vid", VLAN_PRESENT, VLAN_PRESENT
    if pcp:
        yield "vlan_pcp", match.dl_vlan_pcp, None


def _network_items(match: Match10, seen: int, eth_type: int | None) -> Iterator[Item]:
    if eth_type == _ARP:
        yield from _addresses(match, "arp_spa", "arp_tpa")
        if seen & _NW_PROTO:
            yield "arp_op", match.nw_proto, None
    elif eth_type in (_IPV4, _IPV6):
        if eth_type == _IPV4:
            yield from _addresses(match, "ipv4_src", "ipv4_dst")
        if seen & _NW_TOS:
            yield "ip_dscp", match.nw_tos >> 2, None
        if seen & _NW_PROTO:
            yield "ip_proto", match.nw_proto, None
            yield from _transport_items(match, seen, eth_type)


def _addresses(match: Match10, source: str, destination: str) -> Iterator[Item]:
    for name, value, shift in (
        (source, match.nw_src, _NW_SRC_SHIFT),
        (destination, match.nw_dst, _NW_DST_SHIFT),
    ):
        unseen = match.wildcards >> shift & _NW_BITS
        if unseen < 32:
            yield name, value, _ALL_BITS << unseen & _ALL_BITS


# By Ethernet type (None: any) and protocol: what lies in tp_src and tp_dst. Open vSwitch has more than 1.0 says.
_TRANSPORT: Final = {
    (_IPV4, 1): ("icmpv4_type", "icmpv4_code"),
    (_IPV6, 58): ("icmpv6_type", "icmpv6_code"),
    (None, 6): ("tcp_src", "tcp_dst"),
    (None, 17): ("udp_src", "udp_dst"),
    (None, 132): ("sctp_src", "sctp_dst"),
}


def _transport_items(match: Match10, seen: int, eth_type: int) -> Iterator[Item]:
    names = _TRANSPORT.get((eth_type, match.nw_proto)) or _TRANSPORT.get((None, match.nw_proto))
    if names is not None:
        if seen & _TP_SRC:
            yield names[0], match.tp_src, None
        if seen & _TP_DST:
            yield names[1], match.tp_dst, None
