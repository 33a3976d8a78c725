"""Frames of every kind, written by hand: nothing here is shared with what is tried."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address

A, B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
A4, B4 = "10.0.0.1", "10.0.0.2"
A6, B6 = "2001:db8::1", "2001:db8::2"


def mac(text: str) -> bytes:
    """An Ethernet address."""
    return bytes.fromhex(text.replace(":", ""))


def summed(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data[: len(data) & ~1])) + (
        data[-1] << 8 if len(data) & 1 else 0
    )
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def eth(kind: int, payload: bytes, *, src: str = A, dst: str = B, tags: tuple[tuple[int, int], ...] = ()) -> bytes:
    """A frame of at least 60 bytes.

    :param tags: type and TCI of each, the outermost first.
    """
    head = mac(dst) + mac(src) + b"".join(struct.pack("!HH", *tag) for tag in tags)
    return (head + struct.pack("!H", kind) + payload).ljust(60, b"\0")


def plain(kind: int = 0x88B5, *, src: str = A, dst: str = B) -> bytes:
    """A frame of an experiment's type."""
    return eth(kind, b"experiment", src=src, dst=dst)


def tagged(tci: int, kind: int = 0x88B5) -> bytes:
    """A frame with one tag."""
    return eth(kind, b"experiment", tags=((0x8100, tci),))


def ipv4(
    protocol: int, payload: bytes, *, src: str = A4, dst: str = B4, tos: int = 0, ttl: int = 64, fragment: int = 0
) -> bytes:
    """An IPv4 packet."""
    addresses = IPv4Address(src).packed + IPv4Address(dst).packed
    head = struct.pack("!BBHHHBBH", 0x45, tos, 20 + len(payload), 1, fragment, ttl, protocol, 0) + addresses
    return head[:10] + summed(head).to_bytes(2) + head[12:] + payload


def ipv6(
    protocol: int, payload: bytes, *, src: str = A6, dst: str = B6, tos: int = 0, label: int = 0, limit: int = 64
) -> bytes:
    """An IPv6 packet."""
    head = struct.pack("!IHBB", 6 << 28 | tos << 20 | label, len(payload), protocol, limit)
    return head + IPv6Address(src).packed + IPv6Address(dst).packed + payload


def _pseudo(protocol: int, size: int, src: str, dst: str) -> bytes:
    if ":" in src:
        return IPv6Address(src).packed + IPv6Address(dst).packed + struct.pack("!II", size, protocol)
    return IPv4Address(src).packed + IPv4Address(dst).packed + struct.pack("!HH", protocol, size)


def udp(sport: int, dport: int, *, src: str = A4, dst: str = B4, data: bytes = b"datagram") -> bytes:
    """A UDP datagram."""
    head = struct.pack("!HHH", sport, dport, 8 + len(data))
    total = summed(_pseudo(17, 8 + len(data), src, dst) + head + b"\0\0" + data)
    return head + total.to_bytes(2) + data


def tcp(sport: int, dport: int, *, src: str = A4, dst: str = B4, data: bytes = b"segment!") -> bytes:
    """A TCP segment."""
    head = struct.pack("!HHIIBBH", sport, dport, 1, 2, 0x50, 0x10, 512)
    total = summed(_pseudo(6, 20 + len(data), src, dst) + head + b"\0\0\0\0" + data)
    return head + total.to_bytes(2) + b"\0\0" + data


def crc32c(data: bytes) -> int:
    """The checksum of SCTP (RFC 9260, appendix A), bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def sctp(sport: int, dport: int) -> bytes:
    """An SCTP packet with one chunk of data."""
    head, chunk = struct.pack("!HHI", sport, dport, 7), struct.pack("!BBHIHHI", 0, 3, 20, 1, 2, 3, 4) + b"data"
    return head + crc32c(head + bytes(4) + chunk).to_bytes(4, "little") + chunk


def icmp(kind: int, code: int) -> bytes:
    """An ICMP message."""
    body = bytes((kind, code, 0, 0)) + b"\0\1\0\2echo"
    return body[:2] + summed(body).to_bytes(2) + body[4:]


def icmpv6(kind: int, code: int, rest: bytes = b"\0\1\0\2echo", *, src: str = A6, dst: str = B6) -> bytes:
    """An ICMPv6 message."""
    body = bytes((kind, code, 0, 0)) + rest
    return body[:2] + summed(_pseudo(58, len(body), src, dst) + body).to_bytes(2) + body[4:]


def neighbour(kind: int, target: str, option: int, address: str, flags: int = 0) -> bytes:
    """A neighbour solicitation or advertisement with its link-layer address."""
    rest = flags.to_bytes(4) + IPv6Address(target).packed + bytes((option, 1)) + mac(address)
    return eth(0x86DD, ipv6(58, icmpv6(kind, 0, rest), limit=255))


def arp(op: int = 1, *, spa: str = A4, tpa: str = B4, sha: str = A, tha: str = B) -> bytes:
    """An ARP message."""
    head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, op)
    return eth(0x0806, head + mac(sha) + IPv4Address(spa).packed + mac(tha) + IPv4Address(tpa).packed)


def mpls(*entries: int, payload: bytes = b"", kind: int = 0x8847) -> bytes:
    """A frame with a stack of labels.

    :param entries: label, traffic class, bottom and TTL of each, in 32 bits.
    """
    return eth(kind, b"".join(struct.pack("!I", entry) for entry in entries) + payload)


def label(number: int, tc: int = 0, bottom: int = 1, ttl: int = 64) -> int:
    """One entry of a stack of labels."""
    return number << 12 | tc << 9 | bottom << 8 | ttl


def over4(protocol: int, payload: bytes, **more: object) -> bytes:
    """A frame with an IPv4 packet."""
    return eth(0x0800, ipv4(protocol, payload, **more))  # type: ignore[arg-type]


def over6(protocol: int, payload: bytes, **more: object) -> bytes:
    """A frame with an IPv6 packet."""
    return eth(0x86DD, ipv6(protocol, payload, **more))  # type: ignore[arg-type]
