"""Every field that a match can look at: a match, a frame that fits it and one that does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nox.lib.match import Match
from tests.behaviour.frames import (
    A4,
    A6,
    B4,
    B6,
    A,
    B,
    arp,
    eth,
    icmp,
    icmpv6,
    label,
    mpls,
    neighbour,
    over4,
    over6,
    plain,
    sctp,
    tagged,
    tcp,
    udp,
)

C, C4, C6 = "02:00:00:00:00:0c", "10.9.0.3", "2001:db9::3"


@dataclass(frozen=True)
class Case:
    """One match.

    :ivar old: whether 1.0 can say it.
    """

    name: str
    match: Match
    fits: bytes
    other: bytes
    old: bool = False


_UDP, _TCP = over4(17, udp(1000, 53)), over4(6, tcp(1000, 80))
_UDP6 = over6(17, udp(1000, 53, src=A6, dst=B6))
_UDP6_OTHER = over6(17, udp(1000, 54, src=A6, dst=B6))
_IP, _IP6, _ARP, _MPLS = {"eth_type": 0x0800}, {"eth_type": 0x86DD}, {"eth_type": 0x0806}, {"eth_type": 0x8847}
_ICMP6 = {**_IP6, "ip_proto": 58}
_ND = neighbour(135, B6, 1, A)
_HOP_BY_HOP = over6(0, bytes([17, 0, 1, 4, 0, 0, 0, 0]) + udp(1000, 53, src=A6, dst=B6))
_BEHIND = over6(0, bytes([60, 1, 1, 12, *bytes(12)]) + bytes([17, 0, 1, 4, 0, 0, 0, 0]) + udp(9, 53, src=A6, dst=B6))
_AUTHENTICATED = over6(51, bytes([17, 4, 0, 0, *bytes(20)]) + udp(9, 53, src=A6, dst=B6))


def piece(place: int) -> bytes:
    """A fragment of an IPv6 packet, which may be the first, with bytes of a UDP header.

    :param place: where it stands in the packet, in eight bytes.
    """
    return over6(44, bytes([17, 0]) + (place << 3 | 1).to_bytes(2) + bytes(4) + udp(9, 53, src=A6, dst=B6))


def _pbb(isid: int) -> bytes:
    return eth(0x88E7, bytes([0]) + isid.to_bytes(3) + plain()[:12] + b"\x08\x00" + bytes(30))


CASES: Final = (
    Case("nothing", Match(), plain(), b"", old=True),
    Case("eth_dst", Match(eth_dst=B), plain(), plain(dst=C), old=True),
    Case(
        "eth_dst, masked",
        Match(eth_dst=("01:00:00:00:00:00", "01:00:00:00:00:00")),
        plain(dst="03::".replace("::", ":00:00:00:00:01")),
        plain(),
    ),
    Case("eth_src", Match(eth_src=A), plain(), plain(src=C), old=True),
    Case("eth_src, masked", Match(eth_src=(A, "ff:ff:ff:ff:ff:f0")), plain(src=C), plain(src="02:00:00:00:01:0a")),
    Case("eth_type", Match(eth_type=0x88B5), plain(), plain(0x88B6), old=True),
    Case("vlan_vid, no tag", Match(vlan_vid=0), plain(), tagged(5), old=True),
    Case("vlan_vid", Match(vlan_vid=0x1005), tagged(5), tagged(6), old=True),
    Case("vlan_vid, any tag", Match(vlan_vid=(0x1000, 0x1000)), tagged(9), plain()),
    Case("vlan_vid, masked", Match(vlan_vid=(0x1004, 0x1006)), tagged(5), tagged(6)),
    Case(
        "vlan_vid, outermost",
        Match(vlan_vid=0x1005),
        eth(0x88B5, b"x", tags=((0x8100, 5), (0x8100, 6))),
        eth(0x88B5, b"x", tags=((0x8100, 6), (0x8100, 5))),
    ),
    Case("vlan_pcp", Match(vlan_vid=0x1005, vlan_pcp=3), tagged(3 << 13 | 5), tagged(5), old=True),
    Case("ip_dscp", Match(**_IP, ip_dscp=46), over4(17, udp(1, 2), tos=46 << 2 | 1), _UDP, old=True),
    Case("ip_dscp, IPv6", Match(**_IP6, ip_dscp=46), over6(17, udp(1, 2, src=A6, dst=B6), tos=46 << 2), _UDP6),
    Case("ip_ecn", Match(**_IP, ip_ecn=2), over4(17, udp(1, 2), tos=0xB8 | 2), over4(17, udp(1, 2), tos=0xB8)),
    Case("ip_proto", Match(**_IP, ip_proto=17), _UDP, _TCP, old=True),
    Case("ip_proto, IPv6", Match(**_IP6, ip_proto=17), _UDP6, over6(6, tcp(1, 2, src=A6, dst=B6))),
    Case("ipv4_src", Match(**_IP, ipv4_src=A4), _UDP, over4(17, udp(1, 2, src=C4), src=C4), old=True),
    Case(
        "ipv4_src, masked", Match(**_IP, ipv4_src="10.0.0.0/16"), _UDP, over4(17, udp(1, 2, src=C4), src=C4), old=True
    ),
    Case("ipv4_dst", Match(**_IP, ipv4_dst=B4), _UDP, over4(17, udp(1, 2, dst=C4), dst=C4), old=True),
    Case(
        "ipv4_dst, masked", Match(**_IP, ipv4_dst=("0.0.0.2", "0.0.0.255")), _UDP, over4(17, udp(1, 2, dst=C4), dst=C4)
    ),
    Case("tcp_src", Match(**_IP, ip_proto=6, tcp_src=1000), _TCP, over4(6, tcp(1001, 80)), old=True),
    Case("tcp_dst", Match(**_IP, ip_proto=6, tcp_dst=80), _TCP, over4(6, tcp(1000, 81)), old=True),
    Case(
        "tcp_dst, fragment",
        Match(**_IP, ip_proto=6, tcp_dst=80),
        over4(6, tcp(9, 80)),
        over4(6, tcp(9, 80), fragment=2),
    ),
    Case(
        "tcp_dst, IPv6",
        Match(**_IP6, ip_proto=6, tcp_dst=80),
        over6(6, tcp(9, 80, src=A6, dst=B6)),
        over6(6, tcp(9, 81, src=A6, dst=B6)),
    ),
    Case("udp_src", Match(**_IP, ip_proto=17, udp_src=1000), _UDP, over4(17, udp(1001, 53)), old=True),
    Case("udp_dst", Match(**_IP, ip_proto=17, udp_dst=53), _UDP, over4(17, udp(1000, 54)), old=True),
    Case("udp_dst, an IPv6 fragment", Match(**_IP6, ip_proto=17, udp_dst=53), _UDP6, piece(2)),
    Case("udp_dst, behind IPv6's options", Match(**_IP6, ip_proto=17, udp_dst=53), _BEHIND, _UDP6_OTHER),
    Case("udp_dst, behind IPv6's authentication", Match(**_IP6, ip_proto=17, udp_dst=53), _AUTHENTICATED, _UDP6_OTHER),
    Case("sctp_src", Match(**_IP, ip_proto=132, sctp_src=7), over4(132, sctp(7, 8)), over4(132, sctp(8, 8))),
    Case("sctp_dst", Match(**_IP, ip_proto=132, sctp_dst=8), over4(132, sctp(7, 8)), over4(132, sctp(7, 7))),
    Case("icmpv4_type", Match(**_IP, ip_proto=1, icmpv4_type=8), over4(1, icmp(8, 0)), over4(1, icmp(0, 0)), old=True),
    Case("icmpv4_code", Match(**_IP, ip_proto=1, icmpv4_code=1), over4(1, icmp(3, 1)), over4(1, icmp(3, 2)), old=True),
    Case("arp_op", Match(**_ARP, arp_op=2), arp(2), arp(1), old=True),
    Case("arp_spa", Match(**_ARP, arp_spa=A4), arp(), arp(spa=C4), old=True),
    Case("arp_spa, masked", Match(**_ARP, arp_spa="10.0.0.0/16"), arp(), arp(spa=C4), old=True),
    Case("arp_tpa", Match(**_ARP, arp_tpa=B4), arp(), arp(tpa=C4), old=True),
    Case("arp_tpa, masked", Match(**_ARP, arp_tpa="10.0.0.0/16"), arp(), arp(tpa=C4), old=True),
    Case("arp_sha", Match(**_ARP, arp_sha=A), arp(), arp(sha=C)),
    Case("arp_sha, masked", Match(**_ARP, arp_sha=(A, "ff:ff:ff:ff:ff:ff")), arp(), arp(sha=C)),
    Case("arp_tha", Match(**_ARP, arp_tha=B), arp(), arp(tha=C)),
    Case("arp_tha, masked", Match(**_ARP, arp_tha=("00:00:00:00:00:01", "00:00:00:00:00:01")), arp(), arp(tha=C)),
    Case("ipv6_src", Match(**_IP6, ipv6_src=A6), _UDP6, over6(17, udp(1, 2, src=C6, dst=B6), src=C6)),
    Case(
        "ipv6_src, masked", Match(**_IP6, ipv6_src="2001:db8::/32"), _UDP6, over6(17, udp(1, 2, src=C6, dst=B6), src=C6)
    ),
    Case("ipv6_dst", Match(**_IP6, ipv6_dst=B6), _UDP6, over6(17, udp(1, 2, src=A6, dst=C6), dst=C6)),
    Case(
        "ipv6_dst, masked", Match(**_IP6, ipv6_dst="2001:db8::/32"), _UDP6, over6(17, udp(1, 2, src=A6, dst=C6), dst=C6)
    ),
    Case("ipv6_flabel", Match(**_IP6, ipv6_flabel=0x12345), over6(17, udp(1, 2, src=A6, dst=B6), label=0x12345), _UDP6),
    Case(
        "ipv6_flabel, masked",
        Match(**_IP6, ipv6_flabel=(0x300, 0xF00)),
        over6(17, udp(1, 2, src=A6, dst=B6), label=0x12345),
        _UDP6,
    ),
    Case("icmpv6_type", Match(**_ICMP6, icmpv6_type=128), over6(58, icmpv6(128, 0)), over6(58, icmpv6(129, 0))),
    Case("icmpv6_code", Match(**_ICMP6, icmpv6_code=4), over6(58, icmpv6(1, 4)), over6(58, icmpv6(1, 3))),
    Case("ipv6_nd_target", Match(**_ICMP6, icmpv6_type=135, ipv6_nd_target=B6), _ND, neighbour(135, C6, 1, A)),
    Case("ipv6_nd_sll", Match(**_ICMP6, icmpv6_type=135, ipv6_nd_sll=A), _ND, neighbour(135, B6, 1, C)),
    Case(
        "ipv6_nd_tll",
        Match(**_ICMP6, icmpv6_type=136, ipv6_nd_tll=A),
        neighbour(136, B6, 2, A),
        neighbour(136, B6, 2, C),
    ),
    Case("mpls_label", Match(**_MPLS, mpls_label=77), mpls(label(77)), mpls(label(78))),
    Case("mpls_tc", Match(**_MPLS, mpls_tc=5), mpls(label(77, tc=5)), mpls(label(77, tc=4))),
    Case("mpls_bos", Match(**_MPLS, mpls_bos=0), mpls(label(77, bottom=0), label(78)), mpls(label(77))),
    Case("pbb_isid", Match(eth_type=0x88E7, pbb_isid=0x123456), _pbb(0x123456), _pbb(0x123457)),
    Case("pbb_isid, masked", Match(eth_type=0x88E7, pbb_isid=(0x120000, 0xFF0000)), _pbb(0x123456), _pbb(0x223456)),
    Case("ipv6_exthdr", Match(**_IP6, ipv6_exthdr=1 << 6), _HOP_BY_HOP, _UDP6),
    Case("ipv6_exthdr, masked", Match(**_IP6, ipv6_exthdr=(1 << 6, 1 << 6)), _HOP_BY_HOP, _UDP6),
)
