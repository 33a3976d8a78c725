"""Every header field of a frame by its OpenFlow name, and where it stands.

`nox.lib.flowkey` reads the fields that a controller looks at, fast. A switch needs all of them, and where they stand,
since it changes them. Layouts: IEEE 802.1Q, RFC 3032 (MPLS), 826, 791, 8200, 768, 9293, 9260, 792, 4443, 4861;
prerequisites as in OpenFlow 1.3.5, section 7.2.3.7. What is cut short has the fields of the headers that are whole.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

Fields = dict[str, int]

VLANS: Final = (0x8100, 0x88A8)
MPLS: Final = (0x8847, 0x8848)
IPV4, ARP, IPV6 = 0x0800, 0x0806, 0x86DD
PORTS: Final = {6: ("tcp_src", "tcp_dst"), 17: ("udp_src", "udp_dst"), 132: ("sctp_src", "sctp_dst")}
_FRAGMENT: Final = 44
_EXTENSIONS: Final = {0: 1 << 6, 43: 1 << 5, 44: 1 << 4, 51: 1 << 2, 60: 1 << 3}  # bits of ``ofp_ipv6exthdr_flags``
_NO_NEXT: Final = 59
_MOST_EXTENSIONS: Final = 8

_ARP = Struct("!HHBBH6sI6sI").unpack_from
_IPV4 = Struct("!BBHxxHBBxxII").unpack_from
_PAIR = Struct("!HH").unpack_from


class Headers:
    """The fields of one frame.

    :ivar fields: by OpenFlow's names, `in_port` and `metadata` apart. A frame without a tag has ``vlan_vid`` 0.
    :ivar type_at: where the Ethernet type behind all tags stands.
    :ivar network_at: where the header after it begins.
    :ivar transport_at: where the transport header begins; 0 where there is none.
    :ivar end: where the IP packet ends.
    :ivar fragment: whether it is a fragment of one.
    """

    __slots__ = ("end", "fields", "fragment", "network_at", "transport_at", "type_at")

    def __init__(self, frame: bytes | bytearray) -> None:
        self.transport_at = 0
        self.fragment = False
        self.end = len(frame)
        self.fields: Fields = {
            "eth_dst": int.from_bytes(frame[:6]),
            "eth_src": int.from_bytes(frame[6:12]),
            "vlan_vid": 0,
        }
        eth_type = self._tags(frame)
        self.fields["eth_type"] = eth_type
        reader = _NETWORK.get(eth_type)
        if reader is not None:
            reader(self, frame)

    def _tags(self, frame: bytes | bytearray) -> int:
        """Fields of the outermost tag; the type behind the last one. OpenFlow's ``eth_type`` is that one."""
        at, first = 12, True
        eth_type = int.from_bytes(frame[at : at + 2])
        while eth_type in VLANS and len(frame) >= at + 6:
            if first:
                tci = int.from_bytes(frame[at + 2 : at + 4])
                self.fields["vlan_vid"], self.fields["vlan_pcp"] = 0x1000 | tci & 0xFFF, tci >> 13
                first = False
            at += 4
            eth_type = int.from_bytes(frame[at : at + 2])
        self.type_at, self.network_at = at, at + 2
        return eth_type if eth_type >= 0x600 else 0x05FF

    def _mpls(self, frame: bytes | bytearray) -> None:
        if len(frame) >= self.network_at + 4:
            entry = int.from_bytes(frame[self.network_at : self.network_at + 4])
            self.fields |= {"mpls_label": entry >> 12, "mpls_tc": entry >> 9 & 7, "mpls_bos": entry >> 8 & 1}

    def _pbb(self, frame: bytes | bytearray) -> None:
        if len(frame) >= self.network_at + 4:
            self.fields["pbb_isid"] = int.from_bytes(frame[self.network_at + 1 : self.network_at + 4])

    def _arp(self, frame: bytes | bytearray) -> None:
        if len(frame) < self.network_at + 28:
            return
        hardware, protocol, hlen, plen, op, sha, spa, tha, tpa = _ARP(frame, self.network_at)
        if (hardware, protocol, hlen, plen) == (1, IPV4, 6, 4):
            self.fields |= {"arp_op": op, "arp_spa": spa, "arp_tpa": tpa}
            self.fields |= {"arp_sha": int.from_bytes(sha), "arp_tha": int.from_bytes(tha)}

    def _ipv4(self, frame: bytes | bytearray) -> None:
        at = self.network_at
        if len(frame) < at + 20:
            return
        version, tos, size, fragment, _, proto, src, dst = _IPV4(frame, at)
        header = (version & 15) * 4
        if version >> 4 != 4 or header < 20:
            return
        self.end = min(len(frame), at + size)
        self.fields |= {"ip_dscp": tos >> 2, "ip_ecn": tos & 3, "ip_proto": proto, "ipv4_src": src, "ipv4_dst": dst}
        self.fragment = fragment & 0x3FFF != 0
        if not fragment & 0x1FFF:
            self._transport(frame, at + header, proto, 1)

    def _ipv6(self, frame: bytes | bytearray) -> None:
        at = self.network_at
        if len(frame) < at + 40 or frame[at] >> 4 != 6:
            return
        first = int.from_bytes(frame[at : at + 4])
        self.end = min(len(frame), at + 40 + int.from_bytes(frame[at + 4 : at + 6]))
        self.fields |= {
            "ip_dscp": first >> 22 & 63,
            "ip_ecn": first >> 20 & 3,
            "ipv6_flabel": first & 0xFFFFF,
            "ipv6_src": int.from_bytes(frame[at + 8 : at + 24]),
            "ipv6_dst": int.from_bytes(frame[at + 24 : at + 40]),
        }
        self._after_extensions(frame, frame[at + 6], at + 40)

    def _after_extensions(self, frame: bytes | bytearray, proto: int, at: int) -> None:
        seen, whole = 0, True
        for _ in range(_MOST_EXTENSIONS):
            if proto not in _EXTENSIONS or self.end - at < 8:
                break
            seen |= _EXTENSIONS[proto]
            whole = whole and not (proto == _FRAGMENT and int.from_bytes(frame[at + 2 : at + 4]) & 0xFFF8)
            size = 8 if proto == _FRAGMENT else (frame[at + 1] + 2) * 4 if proto == 51 else (frame[at + 1] + 1) * 8
            proto, at = frame[at], at + size
        self.fields["ip_proto"] = proto
        self.fragment = bool(seen & _EXTENSIONS[_FRAGMENT])
        self.fields["ipv6_exthdr"] = seen | (1 if proto == _NO_NEXT else 0)
        if whole and proto not in _EXTENSIONS:
            self._transport(frame, at, proto, 58)

    def _transport(self, frame: bytes | bytearray, at: int, proto: int, icmp: int) -> None:
        names = PORTS.get(proto)
        if names is not None and self.end - at >= 4:
            self.transport_at = at
            self.fields[names[0]], self.fields[names[1]] = _PAIR(frame, at)
        elif proto == icmp and self.end - at >= 2:
            self.transport_at = at
            version = "v4" if icmp == 1 else "v6"
            self.fields[f"icmp{version}_type"], self.fields[f"icmp{version}_code"] = frame[at], frame[at + 1]
            if frame[at] in (135, 136) and icmp == 58 and self.end - at >= 24:
                self._neighbour(frame, at)

    def _neighbour(self, frame: bytes | bytearray, at: int) -> None:
        """Target and link-layer option of neighbour discovery (RFC 4861, sections 4.3 and 4.4)."""
        self.fields["ipv6_nd_target"] = int.from_bytes(frame[at + 8 : at + 24])
        wanted, name = (1, "ipv6_nd_sll") if frame[at] == 135 else (2, "ipv6_nd_tll")
        if self.end - at >= 32 and tuple(frame[at + 24 : at + 26]) == (wanted, 1):
            self.fields[name] = int.from_bytes(frame[at + 26 : at + 32])


_NETWORK: Final = {
    IPV4: Headers._ipv4,
    IPV6: Headers._ipv6,
    ARP: Headers._arp,
    MPLS[0]: Headers._mpls,
    MPLS[1]: Headers._mpls,
    0x88E7: Headers._pbb,
}
