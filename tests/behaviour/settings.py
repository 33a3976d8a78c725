"""Every field that can be set: packets that have it, and what becomes of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nox.lib.match import Match
from tests.behaviour.frames import (
    A6,
    B6,
    A,
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
_IP, _IP6, _ARP, _MPLS = {"eth_type": 0x0800}, {"eth_type": 0x86DD}, {"eth_type": 0x0806}, {"eth_type": 0x8847}
_TCP, _UDP, _SCTP = ({**_IP, "ip_proto": number} for number in (6, 17, 132))
_ICMP, _ICMP6 = {**_IP, "ip_proto": 1}, {**_IP6, "ip_proto": 58}
_ND, _NA = {**_ICMP6, "icmpv6_type": 135}, {**_ICMP6, "icmpv6_type": 136}
_T4, _U4, _T6, _U6 = tcp(1000, 80), udp(1000, 53), tcp(1000, 80, src=A6, dst=B6), udp(1000, 53, src=A6, dst=B6)


@dataclass(frozen=True)
class Setting:
    """One field set in one packet.

    :ivar match: what the packets are, as the specification asks for.
    :ivar before: the packet; `after`: what it becomes, checksums included.
    """

    name: str
    match: Match
    value: int | str
    before: bytes
    after: bytes

    @property
    def field(self) -> str:
        """The field's own name."""
        return self.name.split(",")[0]


def _fragment(payload: bytes, offset: int, **more: object) -> bytes:
    return over4(17, payload, fragment=offset, **more)


def _no_checksum(datagram: bytes) -> bytes:
    return datagram[:6] + b"\0\0" + datagram[8:]


def _wrong(datagram: bytes) -> bytes:
    """With a payload that its checksum does not fit."""
    return datagram[:-1] + bytes([datagram[-1] ^ 0x55])


def _pbb(isid: int) -> bytes:
    return eth(0x88E7, bytes([0]) + isid.to_bytes(3) + plain()[:12] + b"\x08\x00" + bytes(30))


SETTINGS: Final = (
    Setting("eth_dst", Match(), C, plain(), plain(dst=C)),
    Setting("eth_src", Match(), C, plain(), plain(src=C)),
    Setting("eth_type", Match(), 0x88B6, plain(), plain(0x88B6)),
    Setting("vlan_vid", Match(vlan_vid=0x1005), 0x1000 | 9, tagged(3 << 13 | 5), tagged(3 << 13 | 9)),
    Setting("vlan_pcp", Match(vlan_vid=0x1005), 6, tagged(3 << 13 | 5), tagged(6 << 13 | 5)),
    Setting("ip_dscp", Match(**_IP), 46, over4(17, _U4, tos=1), over4(17, _U4, tos=46 << 2 | 1)),
    Setting("ip_dscp, IPv6", Match(**_IP6), 46, over6(17, _U6, tos=1), over6(17, _U6, tos=46 << 2 | 1)),
    Setting("ip_ecn", Match(**_IP), 3, over4(17, _U4, tos=0xB8), over4(17, _U4, tos=0xBB)),
    Setting("ip_ecn, IPv6", Match(**_IP6), 3, over6(17, _U6, tos=0xB8), over6(17, _U6, tos=0xBB)),
    Setting("ip_proto", Match(**_IP), 200, over4(201, b"payload!"), over4(200, b"payload!")),
    Setting("ipv4_src, TCP", Match(**_IP), C4, over4(6, _T4), over4(6, tcp(1000, 80, src=C4), src=C4)),
    Setting("ipv4_src, UDP", Match(**_IP), C4, over4(17, _U4), over4(17, udp(1000, 53, src=C4), src=C4)),
    Setting("ipv4_dst, TCP", Match(**_IP), C4, over4(6, _T4), over4(6, tcp(1000, 80, dst=C4), dst=C4)),
    Setting("ipv4_dst, ICMP", Match(**_IP), C4, over4(1, icmp(8, 0)), over4(1, icmp(8, 0), dst=C4)),
    Setting(
        "ipv4_dst, no checksum",
        Match(**_IP),
        C4,
        over4(17, _no_checksum(_U4)),
        over4(17, _no_checksum(_U4), dst=C4),
    ),
    Setting(
        "ipv4_dst, a wrong checksum",
        Match(**_IP),
        C4,
        over4(17, _wrong(_U4)),
        over4(17, _wrong(udp(1000, 53, dst=C4)), dst=C4),
    ),
    Setting(
        "ipv4_dst, the first fragment",
        Match(**_IP),
        C4,
        _fragment(_U4, 0x2000),
        _fragment(udp(1000, 53, dst=C4), 0x2000, dst=C4),
    ),
    Setting("ipv4_dst, a later fragment", Match(**_IP), C4, _fragment(_U4, 3), _fragment(_U4, 3, dst=C4)),
    Setting("ipv6_src, TCP", Match(**_IP6), C6, over6(6, _T6), over6(6, tcp(1000, 80, src=C6, dst=B6), src=C6)),
    Setting("ipv6_dst, UDP", Match(**_IP6), C6, over6(17, _U6), over6(17, udp(1000, 53, src=A6, dst=C6), dst=C6)),
    Setting(
        "ipv6_dst, ICMPv6",
        Match(**_IP6),
        C6,
        over6(58, icmpv6(128, 0)),
        over6(58, icmpv6(128, 0, dst=C6), dst=C6),
    ),
    Setting("ipv6_flabel", Match(**_IP6), 0x12345, over6(17, _U6), over6(17, _U6, label=0x12345)),
    Setting("tcp_src", Match(**_TCP), 9, over4(6, _T4), over4(6, tcp(9, 80))),
    Setting("tcp_dst", Match(**_TCP), 9, over4(6, _T4), over4(6, tcp(1000, 9))),
    Setting("tcp_dst, IPv6", Match(**_IP6, ip_proto=6), 9, over6(6, _T6), over6(6, tcp(1000, 9, src=A6, dst=B6))),
    Setting("udp_src", Match(**_UDP), 9, over4(17, _U4), over4(17, udp(9, 53))),
    Setting("udp_dst", Match(**_UDP), 9, over4(17, _U4), over4(17, udp(1000, 9))),
    Setting("sctp_src", Match(**_SCTP), 9, over4(132, sctp(7, 8)), over4(132, sctp(9, 8))),
    Setting("sctp_dst", Match(**_SCTP), 9, over4(132, sctp(7, 8)), over4(132, sctp(7, 9))),
    Setting("icmpv4_type", Match(**_ICMP), 13, over4(1, icmp(8, 0)), over4(1, icmp(13, 0))),
    Setting("icmpv4_code", Match(**_ICMP), 3, over4(1, icmp(3, 1)), over4(1, icmp(3, 3))),
    Setting("icmpv6_type", Match(**_ICMP6), 129, over6(58, icmpv6(128, 0)), over6(58, icmpv6(129, 0))),
    Setting("icmpv6_code", Match(**_ICMP6), 3, over6(58, icmpv6(1, 4)), over6(58, icmpv6(1, 3))),
    Setting("arp_op", Match(**_ARP), 2, arp(1), arp(2)),
    Setting("arp_spa", Match(**_ARP), C4, arp(), arp(spa=C4)),
    Setting("arp_tpa", Match(**_ARP), C4, arp(), arp(tpa=C4)),
    Setting("arp_sha", Match(**_ARP), C, arp(), arp(sha=C)),
    Setting("arp_tha", Match(**_ARP), C, arp(), arp(tha=C)),
    Setting("ipv6_nd_target", Match(**_ND), C6, neighbour(135, B6, 1, A), neighbour(135, C6, 1, A)),
    Setting("ipv6_nd_sll", Match(**_ND), C, neighbour(135, B6, 1, A), neighbour(135, B6, 1, C)),
    Setting("ipv6_nd_tll", Match(**_NA), C, neighbour(136, B6, 2, A), neighbour(136, B6, 2, C)),
    Setting("mpls_label", Match(**_MPLS), 88, mpls(label(77, tc=5)), mpls(label(88, tc=5))),
    Setting("mpls_tc", Match(**_MPLS), 2, mpls(label(77, tc=5)), mpls(label(77, tc=2))),
    Setting("mpls_bos", Match(**_MPLS), 1, mpls(label(77, bottom=0), label(78)), mpls(label(77, bottom=1), label(78))),
    Setting("pbb_isid", Match(eth_type=0x88E7), 0x123456, _pbb(7), _pbb(0x123456)),
)
