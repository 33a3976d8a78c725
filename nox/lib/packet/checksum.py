"""The Internet checksum (RFC 1071), and the pseudo-header that transports add to it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

Address = IPv4Address | IPv6Address
_ONES = 0xFFFF


def total(data: bytes | bytearray) -> int:
    """The sum of 16-bit words in ones' complement: 0 for nothing but zeros, 0xffff for data with its right checksum."""
    value = int.from_bytes(data if len(data) % 2 == 0 else data + b"\0")
    return value % _ONES or (_ONES if value else 0)  # 2**16 is 1 modulo 0xffff, so every word counts alike


def checksum(data: bytes | bytearray) -> int:
    """What to write where these data have zeros for their checksum."""
    return total(data) ^ _ONES


class Ends(NamedTuple):
    """The two addresses that a transport's checksum covers (RFC 9293, section 3.1; RFC 8200, section 8.1)."""

    src: Address
    dst: Address

    def pseudo(self, protocol: int, size: int) -> bytes:
        """The pseudo-header.

        :param size: bytes of the transport's header and data.
        """
        if self.src.version == 4:
            return self.src.packed + self.dst.packed + bytes((0, protocol)) + size.to_bytes(2)
        return self.src.packed + self.dst.packed + size.to_bytes(4) + bytes((0, 0, 0, protocol))
