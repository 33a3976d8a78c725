"""Checksums after a change, from what has changed alone (RFC 1624): one that was wrong stays wrong.

So the first fragment of a datagram gets the right one too, although it covers bytes of the others; and a switch hides
from nobody that a packet was damaged on its way.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from nox.emulator.packets.headers import IPV4
from nox.emulator.packets.packet import Packet
from nox.lib.packet.checksum import total

_ICMP, _UDP, _SCTP = 1, 17, 132
_CHECKSUM_AT: Final = {6: 16, _UDP: 6, _ICMP: 2, 58: 2}  # by protocol, in the transport header
_IPV4_CHECKSUM_AT: Final = 10
_ONES: Final = 0xFFFF


class Covered(NamedTuple):
    """What the checksums of a packet cover.

    :ivar kind: Ethernet type and protocol: where these change, the transport's checksum is another one.
    :ivar header: sum of IPv4's header; `transport`: of the addresses, the transport's header and its data.
    :ivar crc: SCTP's checksum as it should be.
    """

    kind: tuple[int, int]
    header: int = 0
    transport: int = 0
    crc: int = 0


def covered(packet: Packet) -> Covered | None:
    """What the checksums of an IP packet cover; None for what is no IP packet."""
    protocol = packet.fields.get("ip_proto")
    if protocol is None:
        return None
    at, data, four = packet.headers.network_at, packet.data, packet.fields["eth_type"] == IPV4
    header = total(data[at : at + (data[at] & 15) * 4]) if four else 0
    addresses = data[at + 12 : at + 20] if four else data[at + 8 : at + 40]
    start, end = packet.headers.transport_at, packet.headers.end
    segment = data[start:end] if start else b""
    transport = total(segment if protocol == _ICMP else addresses + segment)
    crc = _sctp(bytes(segment)) if protocol == _SCTP and len(segment) >= 12 else 0
    return Covered((packet.fields["eth_type"], protocol), header, transport, crc)


def mend(packet: Packet, before: Covered | None) -> None:
    """Adjust the checksums of a packet that has changed."""
    after = covered(packet)
    if before is None or after is None:
        return
    if after.kind[0] == before.kind[0] == IPV4:
        _adjust(packet, packet.headers.network_at + _IPV4_CHECKSUM_AT, before.header, after.header)
    start, protocol = packet.headers.transport_at, after.kind[1]
    if not start or after.kind != before.kind:
        return
    if protocol == _SCTP:
        _adjust_sctp(packet, start + 8, before.crc ^ after.crc)
    elif protocol in _CHECKSUM_AT:
        at = start + _CHECKSUM_AT[protocol]
        if at + 2 <= packet.headers.end and not (protocol == _UDP and packet.data[at : at + 2] == b"\0\0"):
            _adjust(packet, at, before.transport, after.transport, never_zero=protocol == _UDP)


def _adjust(packet: Packet, at: int, before: int, after: int, *, never_zero: bool = False) -> None:
    if before == after:
        return
    old = int.from_bytes(packet.data[at : at + 2])
    new = total(b"".join(word.to_bytes(2) for word in (old ^ _ONES, before ^ _ONES, after))) ^ _ONES
    packet.data[at : at + 2] = (new or (_ONES if never_zero else 0)).to_bytes(2)


def _adjust_sctp(packet: Packet, at: int, difference: int) -> None:
    old = int.from_bytes(packet.data[at : at + 4], "little")
    packet.data[at : at + 4] = (old ^ difference).to_bytes(4, "little")


def _sctp(segment: bytes) -> int:
    """CRC32c with zeros for the checksum (RFC 9260, section 6.8)."""
    crc = 0xFFFFFFFF
    for byte in segment[:8] + bytes(4) + segment[12:]:
        crc = crc >> 8 ^ _CRC32C[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def _row(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    return byte


_CRC32C: Final = tuple(_row(byte) for byte in range(256))
