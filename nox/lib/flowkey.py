"""The header fields of a frame, in OpenFlow 1.3's terms: what a switch would match on.

Layouts: IEEE 802.3 and 802.1Q, RFC 826 (ARP), 791 (IPv4), 8200 (IPv6), 768, 9293, 9260, 792, 4443. Frames come from
anyone: what is cut short or wrong has the shape of the headers that are whole.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Final

from nox.lib.shapes import FlowKey, Headers, Shape, Value

VLAN_PRESENT = 0x1000  # OFPVID_PRESENT
NOT_ETH_TYPE = 0x05FF  # a frame whose length stands where the type would (OFP_DL_TYPE_NOT_ETH_TYPE)

ETH_ARP: Final = 0x0806
ETH_IPV4: Final = 0x0800
ETH_IPV6: Final = 0x86DD
_ETH_VLAN, _ETH_QINQ = 0x8100, 0x88A8
_ETH_TYPE_MIN = 0x0600
ICMP, TCP, UDP, ICMPV6, SCTP = 1, 6, 17, 58, 132
_FRAGMENT, _AUTHENTICATION = 44, 51
_EXTENSIONS = (0, 43, _FRAGMENT, _AUTHENTICATION, 60)  # IPv6: hop-by-hop, routing, …, destination options
_MOST_EXTENSIONS = 8
_MORE_OR_OFFSET: Final = 0x3FFF  # of IPv4's flags and fragment offset


_BASE: tuple[str, ...] = ("in_port", "eth_dst", "eth_src")
_NETWORK: dict[int, tuple[str, ...]] = {
    ETH_ARP: ("arp_op", "arp_spa", "arp_tpa"),
    ETH_IPV4: ("ip_dscp", "ipv4_src", "ipv4_dst"),
    ETH_IPV6: ("ip_dscp", "ipv6_src", "ipv6_dst"),
}
_TRANSPORT: dict[int, tuple[str, str]] = {
    TCP: ("tcp_src", "tcp_dst"),
    UDP: ("udp_src", "udp_dst"),
    SCTP: ("sctp_src", "sctp_dst"),
    ICMP: ("icmpv4_type", "icmpv4_code"),
    ICMPV6: ("icmpv6_type", "icmpv6_code"),
}
_BYTE_PAIRS = (ICMP, ICMPV6)  # their type and code are a byte each, where the others have 16-bit ports
_CARRIED = {ETH_IPV4: (TCP, UDP, SCTP, ICMP), ETH_IPV6: (TCP, UDP, SCTP, ICMPV6)}


def _shape(tagged: bool, eth_type: int | None, ip_proto: int | None = None) -> Shape:
    fields, fixed = _BASE, dict[str, int]()
    if tagged:
        fields += ("vlan_vid", "vlan_pcp")
    else:
        fixed["vlan_vid"] = 0
    if eth_type is None:
        return Shape((*fields, "eth_type"), fixed)
    fields += _NETWORK[eth_type]
    fixed["eth_type"] = eth_type
    if ip_proto is not None:
        fields += _TRANSPORT[ip_proto]
        fixed["ip_proto"] = ip_proto
    elif eth_type != ETH_ARP:
        fields += ("ip_proto",)
    return Shape(fields, fixed)


_SHAPES: dict[tuple[bool, int | None, int | None], Shape] = {}
for _tagged in (False, True):
    for _eth_type in (None, *_NETWORK):
        _SHAPES[_tagged, _eth_type, None] = _shape(_tagged, _eth_type)
    for _eth_type, _protocols in _CARRIED.items():
        for _ip_proto in _protocols:
            _SHAPES[_tagged, _eth_type, _ip_proto] = _shape(_tagged, _eth_type, _ip_proto)

SHAPES = tuple(_SHAPES.values())  # all there are

# The commonest frame by far: untagged, IPv4 without options, ports; read in one go.
_IPV4_PORTS: Final[Callable[[bytes], tuple[bytes, bytes, int, int, int, int, int, int, int, int, int, int]]] = Struct(
    "!6s6sH BBHxxHxB xxII HH"
).unpack_from
_PLAIN = {ip_proto: _SHAPES[False, ETH_IPV4, ip_proto] for ip_proto in (TCP, UDP, SCTP)}
_PLAIN_SIZE: Final = 38

_ETHERNET = Struct("!6s6sH").unpack_from
_VLAN = Struct("!HH").unpack_from
_SNAP = Struct("!3s3sH").unpack_from
_ARP = Struct("!HHBBH6xI6xI").unpack_from
_IPV4 = Struct("!BBHxxHxBxxII").unpack_from
_IPV6 = Struct("!IHBx16s16s").unpack_from
_PORTS = Struct("!HH").unpack_from
_TYPE_CODE = Struct("!BB").unpack_from


def headers(frame: bytes, in_port: int) -> Headers:
    """The header fields of a frame.

    :param frame: from the destination address on; possibly only its first bytes.
    :param in_port: the port on which the switch received it.
    """
    if len(frame) >= _PLAIN_SIZE:
        dst, src, eth_type, version, tos, size, fragment, proto, ip_src, ip_dst, tp_src, tp_dst = _IPV4_PORTS(frame)
        if eth_type == ETH_IPV4 and version == 0x45 and size >= 24 and not fragment & _MORE_OR_OFFSET:
            shape = _PLAIN.get(proto)
            if shape is not None:
                return shape, (in_port, dst, src, tos >> 2, ip_src, ip_dst, tp_src, tp_dst)
    return _any_frame(frame, in_port)


def flow_key(frame: bytes, in_port: int) -> FlowKey:
    """The header fields of a frame, as a key; see `headers`."""
    return FlowKey(*headers(frame, in_port))


def _any_frame(frame: bytes, in_port: int) -> Headers:
    if len(frame) < 14:
        frame = frame.ljust(14, b"\0")
    dst, src, eth_type = _ETHERNET(frame)
    values: tuple[Value, ...] = (in_port, dst, src)
    offset, tagged = 14, False
    if eth_type in (_ETH_VLAN, _ETH_QINQ) and len(frame) >= 18:
        tagged = True
        tci, eth_type = _VLAN(frame, 14)
        values += (tci & 0xFFF | VLAN_PRESENT, tci >> 13)
        offset = 18
    if eth_type < _ETH_TYPE_MIN:
        eth_type, offset = _length_field(frame, offset)
    return _network(frame, offset, tagged, eth_type, values)


def _length_field(frame: bytes, offset: int) -> tuple[int, int]:
    """The type of a frame with a length in its place: from its SNAP header, if it has one."""
    if len(frame) >= offset + 8:
        llc, oui, eth_type = _SNAP(frame, offset)
        if llc == b"\xaa\xaa\x03" and oui == b"\0\0\0" and eth_type >= _ETH_TYPE_MIN:
            return eth_type, offset + 8
    return NOT_ETH_TYPE, offset


def _network(frame: bytes, offset: int, tagged: bool, eth_type: int, values: tuple[Value, ...]) -> Headers:
    left = len(frame) - offset
    if eth_type == ETH_IPV4 and left >= 20:
        return _ipv4(frame, offset, tagged, values)
    if eth_type == ETH_IPV6 and left >= 40:
        return _ipv6(frame, offset, tagged, values)
    if eth_type == ETH_ARP and left >= 28:
        hardware, protocol, hardware_size, protocol_size, op, spa, tpa = _ARP(frame, offset)
        if (hardware, protocol, hardware_size, protocol_size) == (1, ETH_IPV4, 6, 4):
            return _SHAPES[tagged, ETH_ARP, None], (*values, op, spa, tpa)
    return _SHAPES[tagged, None, None], (*values, eth_type)


def _ipv4(frame: bytes, offset: int, tagged: bool, values: tuple[Value, ...]) -> Headers:
    version, tos, size, fragment, proto, src, dst = _IPV4(frame, offset)
    header = (version & 15) * 4
    if version >> 4 != 4 or header < 20:
        return _SHAPES[tagged, None, None], (*values, ETH_IPV4)
    end = min(len(frame), offset + size)
    carried = None if fragment & _MORE_OR_OFFSET else proto  # only a whole packet's ports are known to be its own
    values = (*values, tos >> 2, src, dst)
    return _transport(frame, offset + header, end, (tagged, ETH_IPV4, carried), proto, values)


def _ipv6(frame: bytes, offset: int, tagged: bool, values: tuple[Value, ...]) -> Headers:
    first, size, proto, src, dst = _IPV6(frame, offset)
    if first >> 28 != 6:
        return _SHAPES[tagged, None, None], (*values, ETH_IPV6)
    end = min(len(frame), offset + 40 + size)
    proto, offset, whole = _after_extensions(frame, proto, offset + 40, end)
    if proto in _EXTENSIONS:  # cut short: what it carries is not known
        return _SHAPES[tagged, None, None], (*values, ETH_IPV6)
    values = (*values, first >> 22 & 63, src, dst)
    return _transport(frame, offset, end, (tagged, ETH_IPV6, proto if whole else None), proto, values)


def _after_extensions(frame: bytes, proto: int, offset: int, end: int) -> tuple[int, int, bool]:
    """Skip IPv6's extension headers: the protocol after them, where it starts, and whether it is no fragment."""
    whole = True
    for _ in range(_MOST_EXTENSIONS):
        if proto not in _EXTENSIONS or end - offset < 8:
            break
        if proto == _FRAGMENT:
            whole, size = False, 8
        else:
            size = (frame[offset + 1] + 2) * 4 if proto == _AUTHENTICATION else (frame[offset + 1] + 1) * 8
        proto, offset = frame[offset], offset + size
    return proto, offset, whole


def _transport(
    frame: bytes,
    offset: int,
    end: int,
    kind: tuple[bool, int, int | None],
    proto: int,
    values: tuple[Value, ...],
) -> Headers:
    """Add ports, or ICMP's type and code, where the header is whole; else the protocol's number."""
    shape = _SHAPES.get(kind)
    if shape is not None and kind[2] is not None:
        if proto in _BYTE_PAIRS and end - offset >= 2:
            return shape, values + _TYPE_CODE(frame, offset)
        if proto not in _BYTE_PAIRS and end - offset >= 4:
            return shape, values + _PORTS(frame, offset)
    return _SHAPES[kind[0], kind[1], None], (*values, proto)
