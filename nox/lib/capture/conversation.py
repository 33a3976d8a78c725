"""A TCP connection whose bytes are known, as the Ethernet frames that would have carried it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from nox.lib.capture.segments import ACK, FIN, SYN, Endpoint

_MOST: Final = 32768  # bytes in one packet
_PUSH: Final = 8
_MACS: Final = (bytes.fromhex("020000000001"), bytes.fromhex("020000000002"))


class Conversation:
    """One connection. It begins in the middle, unless `begin` is asked for first.

    :param ours: our end; `theirs`: the peer's. Both are of one IP version.
    :param first: the number of the first byte in either direction, from 1. Another connection between the same ends has
        another one: readers tell the two apart by it.
    """

    def __init__(self, ours: Endpoint, theirs: Endpoint, first: int = 1) -> None:
        self._ends = (ours, theirs)
        self._next = [first, first]

    def begin(self) -> Iterator[bytes]:
        """The frames by which the peer has connected to us."""
        first = self._next[0]
        yield self._frame(b"", SYN, False, (first - 1, 0))
        yield self._frame(b"", SYN | ACK, True, (first - 1, first))
        yield self._frame(b"", ACK, False)

    def frames(self, data: bytes, *, is_ours: bool) -> Iterator[bytes]:
        """The frames that carry these bytes. `is_ours`: whether we sent them."""
        for start in range(0, len(data), _MOST):
            yield self._frame(data[start : start + _MOST], ACK | _PUSH, is_ours)

    def end(self, *, is_ours: bool) -> bytes:
        """The frame that says that no more will come from this side."""
        frame = self._frame(b"", FIN | ACK, is_ours)
        self._next[not is_ours] += 1
        return frame

    def _frame(self, data: bytes, flags: int, is_ours: bool, numbers: tuple[int, int] | None = None) -> bytes:
        """:param numbers: sequence and acknowledgement; without them what comes next."""
        sender, receiver = (0, 1) if is_ours else (1, 0)
        (source, source_port), (destination, port) = self._ends[sender], self._ends[receiver]
        sequence, seen = (number & 0xFFFFFFFF for number in numbers or (self._next[sender], self._next[receiver]))
        self._next[sender] += len(data)
        head = struct.pack("!HHIIBBHHH", source_port, port, sequence, seen, 5 << 4, flags, 0xFFFF, 0, 0)
        tcp = bytearray(head + data)
        pseudo = source.packed + destination.packed + struct.pack("!II", len(tcp), 6)
        struct.pack_into("!H", tcp, 16, _checksum(pseudo + tcp))
        kind, header = (0x0800, _ipv4) if source.version == 4 else (0x86DD, _ipv6)
        ethernet = _MACS[receiver] + _MACS[sender] + struct.pack("!H", kind)
        return ethernet + header(source.packed, destination.packed, len(tcp)) + tcp


def _ipv4(source: bytes, destination: bytes, size: int) -> bytes:
    header = bytearray(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + size, 0, 0x4000, 64, 6, 0, source, destination))
    struct.pack_into("!H", header, 10, _checksum(header))
    return bytes(header)


def _ipv6(source: bytes, destination: bytes, size: int) -> bytes:
    return struct.pack("!IHBB16s16s", 6 << 28, size, 6, 64, source, destination)


def _checksum(data: bytes | bytearray) -> int:
    """The Internet's checksum (RFC 1071)."""
    padded = bytes(data) + bytes(len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
