"""Changing one header field of a packet, checksums included (OpenFlow 1.3.5, section 5.12)."""

from __future__ import annotations

from typing import Final, NamedTuple

from nox.emulator.packets.headers import IPV4, IPV6
from nox.emulator.packets.mending import covered, mend
from nox.emulator.packets.packet import Packet


class Place(NamedTuple):
    """Where a field stands: `size` bytes at `at` of a header, of which it is the bits under `mask`, shifted."""

    header: str
    at: int
    size: int
    shift: int = 0
    mask: int = 0


_NETWORK, _TRANSPORT = "network_at", "transport_at"
_PLACES: Final = {
    "eth_dst": Place("", 0, 6),
    "eth_src": Place("", 6, 6),
    "vlan_vid": Place("", 14, 2, 0, 0xFFF),
    "vlan_pcp": Place("", 14, 2, 13, 0xE000),
    "eth_type": Place("type_at", 0, 2),
    "ipv4_src": Place(_NETWORK, 12, 4),
    "ipv4_dst": Place(_NETWORK, 16, 4),
    "ipv6_src": Place(_NETWORK, 8, 16),
    "ipv6_dst": Place(_NETWORK, 24, 16),
    "ipv6_flabel": Place(_NETWORK, 0, 4, 0, 0xFFFFF),
    "arp_op": Place(_NETWORK, 6, 2),
    "arp_sha": Place(_NETWORK, 8, 6),
    "arp_spa": Place(_NETWORK, 14, 4),
    "arp_tha": Place(_NETWORK, 18, 6),
    "arp_tpa": Place(_NETWORK, 24, 4),
    "mpls_label": Place(_NETWORK, 0, 4, 12, 0xFFFFF000),
    "mpls_tc": Place(_NETWORK, 0, 4, 9, 0xE00),
    "mpls_bos": Place(_NETWORK, 0, 4, 8, 0x100),
    "pbb_isid": Place(_NETWORK, 1, 3),
    "icmpv4_type": Place(_TRANSPORT, 0, 1),
    "icmpv4_code": Place(_TRANSPORT, 1, 1),
    "icmpv6_type": Place(_TRANSPORT, 0, 1),
    "icmpv6_code": Place(_TRANSPORT, 1, 1),
    "ipv6_nd_target": Place(_TRANSPORT, 8, 16),
    "ipv6_nd_sll": Place(_TRANSPORT, 26, 6),
    "ipv6_nd_tll": Place(_TRANSPORT, 26, 6),
    **{f"{protocol}_src": Place(_TRANSPORT, 0, 2) for protocol in ("tcp", "udp", "sctp")},
    **{f"{protocol}_dst": Place(_TRANSPORT, 2, 2) for protocol in ("tcp", "udp", "sctp")},
}
_SERVICE: Final = {  # DSCP and ECN: where in IPv4, where in IPv6
    "ip_dscp": {IPV4: Place(_NETWORK, 1, 1, 2, 0xFC), IPV6: Place(_NETWORK, 0, 2, 6, 0xFC0)},
    "ip_ecn": {IPV4: Place(_NETWORK, 1, 1, 0, 3), IPV6: Place(_NETWORK, 0, 2, 4, 0x30)},
}
_PROTOCOL: Final = {IPV4: Place(_NETWORK, 9, 1), IPV6: Place(_NETWORK, 6, 1)}
_TTL: Final = {IPV4: Place(_NETWORK, 8, 1), IPV6: Place(_NETWORK, 7, 1)}
SETTABLE: Final = frozenset({*_PLACES, *_SERVICE, "ip_proto", "tunnel_id"})


def set_field(packet: Packet, name: str, value: int) -> None:
    """Set a field; a packet that does not have it stays as it is."""
    if name == "tunnel_id":
        packet.tunnel_id = value
        packet.changed()
    elif name in packet.fields:
        place = _place(packet, name)
        if place is not None:
            _write(packet, place, value)


def _place(packet: Packet, name: str) -> Place | None:
    eth_type = packet.fields["eth_type"]
    if name in _SERVICE:
        return _SERVICE[name].get(eth_type)
    return _PROTOCOL.get(eth_type) if name == "ip_proto" else _PLACES.get(name)


def _write(packet: Packet, place: Place, value: int) -> None:
    before = covered(packet)
    at = place.at + (getattr(packet.headers, place.header) if place.header else 0)
    word = slice(at, at + place.size)
    if place.mask:
        value = int.from_bytes(packet.data[word]) & ~place.mask | value << place.shift & place.mask
    packet.data[word] = value.to_bytes(place.size)
    packet.changed()
    mend(packet, before)


def ttl(packet: Packet) -> int | None:
    """IPv4's TTL or IPv6's hop limit."""
    place = _TTL.get(packet.fields["eth_type"]) if "ip_proto" in packet.fields else None
    return None if place is None else packet.data[packet.headers.network_at + place.at]


def set_ttl(packet: Packet, value: int) -> None:
    """Set IPv4's TTL or IPv6's hop limit."""
    if ttl(packet) is not None:
        _write(packet, _TTL[packet.fields["eth_type"]], value)
