"""IPv6 with its extension headers (RFC 8200)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv6Address
from struct import Struct
from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.reader import Reader
from nox.lib.packet.checksum import Ends
from nox.lib.packet.layout import MOST_BYTES, reader

HOP_BY_HOP: Final = 0
ROUTING: Final = 43
FRAGMENT: Final = 44
AUTHENTICATION: Final = 51
DESTINATION: Final = 60
EXTENSIONS: Final = (HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION)
MOST_EXTENSIONS: Final = 8

_HEADER: Final = Struct("!IHBB16s16s")
_START: Final = Struct("!BB")  # of an extension: what follows it, and its length


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension header.

    :ivar protocol: its number, one of `EXTENSIONS`.
    :ivar body: what follows its first two bytes; with them a multiple of eight (`AUTHENTICATION`: of four).
    """

    protocol: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Ipv6:
    """A packet.

    :ivar protocol: what the payload is.
    :ivar traffic_class: DSCP and ECN, eight bits.
    :ivar flow_label: 20 bits.
    """

    src: IPv6Address
    dst: IPv6Address
    protocol: int
    payload: bytes
    hop_limit: int = 64
    traffic_class: int = 0
    flow_label: int = 0
    extensions: tuple[Extension, ...] = ()

    @property
    def ends(self) -> Ends:
        """What the checksum of the payload covers."""
        return Ends(self.src, self.dst)

    @property
    def is_fragment(self) -> bool:
        """Whether the payload is only a part: a fragment of offset 0 that is the last is none (RFC 6946)."""
        return any(e.protocol == FRAGMENT and int.from_bytes(e.body[:2]) & 0xFFF9 for e in self.extensions)

    @classmethod
    def parse(cls, data: bytes) -> Ipv6:
        """The packet that these bytes begin with; what follows its length is the frame's padding.

        :raises RemoteProtocolError: when it is cut short or has more than `MOST_EXTENSIONS` extension headers.
        """
        source = reader(data, "Ipv6")
        first, size, protocol, hop_limit, src, dst = source.unpack(_HEADER)
        if first >> 28 != 6:
            raise source.error(f"version {first >> 28}: no IPv6 header", at=0)
        inside = source.take(size, "Ipv6")
        extensions, protocol = _extensions(inside, protocol)
        ends = IPv6Address(src), IPv6Address(dst)
        return cls(*ends, protocol, inside.rest(), hop_limit, first >> 20 & 0xFF, first & 0xFFFFF, extensions)

    def build(self) -> bytes:
        """Its bytes.

        :raises LocalProtocolError: when a field cannot be said.
        """
        if len(self.extensions) > MOST_EXTENSIONS:
            raise LocalProtocolError(f"{len(self.extensions)} extension headers: at most {MOST_EXTENSIONS}")
        inside, following = self.payload, self.protocol
        try:
            for extension in reversed(self.extensions):
                inside = _START.pack(following, _units(extension)) + extension.body + inside
                following = extension.protocol
            first = 6 << 28 | self.traffic_class << 20 | self.flow_label
            if self.traffic_class >> 8 or self.flow_label >> 20 or len(inside) > MOST_BYTES:
                raise LocalProtocolError("traffic class has 8 bits, flow label 20, and the payload's length 16")
            head = _HEADER.pack(first, len(inside), following, self.hop_limit, self.src.packed, self.dst.packed)
        except struct.error as error:
            raise LocalProtocolError(f"{self} has a field that is too large: {error}") from error
        return head + inside


def _extensions(source: Reader, protocol: int) -> tuple[tuple[Extension, ...], int]:
    extensions: list[Extension] = []
    while protocol in EXTENSIONS:
        if len(extensions) == MOST_EXTENSIONS:
            raise source.error(f"Ipv6 has more than {MOST_EXTENSIONS} extension headers")
        following, length = source.unpack(_START)
        extensions.append(Extension(protocol, source.take(_size(protocol, length) - 2, "Ipv6").rest()))
        protocol = following
    return tuple(extensions), protocol


def _size(protocol: int, length: int) -> int:
    """Bytes of a whole extension header whose second byte is `length`."""
    if protocol == FRAGMENT:
        return 8
    return (length + 2) * 4 if protocol == AUTHENTICATION else (length + 1) * 8


def _units(extension: Extension) -> int:
    """The second byte of an extension header."""
    protocol, size = extension.protocol, len(extension.body) + 2
    length = 0 if protocol == FRAGMENT else size // 4 - 2 if protocol == AUTHENTICATION else size // 8 - 1
    if protocol not in EXTENSIONS or length < 0 or _size(protocol, length) != size:
        raise LocalProtocolError(f"no extension header {protocol} of {size} bytes: see `Extension`")
    return length
