"""TCP segments in captured packets. What is none, or cut short, is left out: a capture holds other traffic too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, TypeAlias

from nox.lib.capture.source import Packet

Address: TypeAlias = IPv4Address | IPv6Address
Endpoint: TypeAlias = tuple[Address, int]

ETHERNET: Final = 1
_IPV4, _IPV6, _TCP = 0x0800, 0x86DD, 6
_VLANS: Final = (0x8100, 0x88A8, 0x9100)
_EXTENSIONS: Final = (0, 43, 60)  # IPv6 headers that may stand before TCP: hop by hop, routing, destination
_PROTOCOL_AT: Final = {ETHERNET: 12, 113: 14, 276: 0}  # Ethernet, Linux cooked, its version 2: where the type stands
_PAYLOAD_AT: Final = {ETHERNET: 14, 113: 16, 276: 20}
_LOOPBACK: Final = (0, 108)  # an address family of four bytes, in the byte order of who captured
_RAW: Final = (12, 14, 101, 228, 229)  # an IP header at once

FIN, SYN, RST, ACK = 1, 2, 4, 16


@dataclass(frozen=True, slots=True)
class Segment:
    """A TCP segment.

    :ivar time: seconds since 1970.
    :ivar sequence: of its first byte, or of its SYN.
    """

    time: float
    source: Endpoint
    destination: Endpoint
    sequence: int
    flags: int
    data: bytes


def segments(packets: Iterator[Packet]) -> Iterator[Segment]:
    """The TCP segments among these packets."""
    for packet in packets:
        found = segment(packet)
        if found is not None:
            yield found


def segment(packet: Packet) -> Segment | None:
    """The TCP segment in a packet; None for anything else, and for a fragment."""
    internet = _internet(packet.link, packet.data)
    if not internet:
        return None
    found = _ipv4(internet) if internet[0] >> 4 == 4 else _ipv6(internet) if internet[0] >> 4 == 6 else None
    if found is None:
        return None
    source, destination, tcp = found
    header = tcp[12] >> 2 & 0x3C if len(tcp) >= 20 else 0
    if header < 20 or len(tcp) < header:
        return None
    ports = int.from_bytes(tcp[0:2]), int.from_bytes(tcp[2:4])
    sequence = int.from_bytes(tcp[4:8])
    return Segment(packet.time, (source, ports[0]), (destination, ports[1]), sequence, tcp[13], tcp[header:])


def _internet(link: int, data: bytes) -> bytes:
    """The IP packet in a frame; nothing for a frame without one."""
    if link in _RAW:
        return data
    if link in _LOOPBACK:
        return data[4:]
    if link not in _PROTOCOL_AT:
        return b""
    at, payload = _PROTOCOL_AT[link], _PAYLOAD_AT[link]
    kind = int.from_bytes(data[at : at + 2])
    while kind in _VLANS and len(data) >= payload + 4:
        kind = int.from_bytes(data[payload + 2 : payload + 4])
        payload += 4
    return data[payload:] if kind in (_IPV4, _IPV6) else b""


def _ipv4(data: bytes) -> tuple[Address, Address, bytes] | None:
    header = data[0] * 4 & 0x3C
    if header < 20 or len(data) < header or data[9] != _TCP or int.from_bytes(data[6:8]) & 0x3FFF:
        return None
    total = int.from_bytes(data[2:4]) or len(data)  # zero: the network card was to cut it
    return ip_address(data[12:16]), ip_address(data[16:20]), data[header:total]


def _ipv6(data: bytes) -> tuple[Address, Address, bytes] | None:
    if len(data) < 40:
        return None
    end = 40 + (int.from_bytes(data[4:6]) or len(data) - 40)
    kind, at = data[6], 40
    while kind in _EXTENSIONS and len(data) >= at + 8:
        kind, at = data[at], at + 8 + 8 * data[at + 1]
    return (ip_address(data[8:24]), ip_address(data[24:40]), data[at:end]) if kind == _TCP else None
