"""IPv4 (RFC 791)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address
from struct import Struct
from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.packet.checksum import Ends, checksum, total
from nox.lib.packet.layout import MOST_BYTES, reader
from nox.lib.packet.options import Option, read_options, write_options

_HEADER: Final = Struct("!BBHHHBBHII")
_MORE, _DONT = 0x2000, 0x4000
_OFFSET: Final = 0x1FFF


@dataclass(frozen=True, slots=True)
class Ipv4:
    """A packet.

    :ivar protocol: what the payload is: `TCP`, `UDP` … of `nox.lib.flowkey`.
    :ivar tos: DSCP and ECN, eight bits.
    :ivar offset: of a fragment, in bytes; a multiple of eight.
    """

    src: IPv4Address
    dst: IPv4Address
    protocol: int
    payload: bytes
    ttl: int = 64
    tos: int = 0
    identification: int = 0
    dont_fragment: bool = False
    more_fragments: bool = False
    offset: int = 0
    options: tuple[Option, ...] = ()

    @property
    def ends(self) -> Ends:
        """What the checksum of the payload covers."""
        return Ends(self.src, self.dst)

    @property
    def is_fragment(self) -> bool:
        """Whether the payload is only a part."""
        return self.more_fragments or self.offset > 0

    @classmethod
    def parse(cls, data: bytes) -> Ipv4:
        """The packet that these bytes begin with; what follows its length is the frame's padding.

        :raises RemoteProtocolError: when it is cut short, its checksum is wrong or its header is none.
        """
        source = reader(data, "Ipv4")
        first, tos, size, identification, fragment, ttl, protocol, _, src, dst = source.unpack(_HEADER)
        header = (first & 15) * 4
        if first >> 4 != 4 or header < _HEADER.size or size < header:
            raise source.error(f"version and header length {first:#x}, {size} bytes: no IPv4 header", at=0)
        options = read_options(source.take(header - _HEADER.size, "Ipv4"))
        if total(data[:header]) != 0xFFFF:
            raise source.error("Ipv4 has a wrong checksum", at=10)
        return cls(
            IPv4Address(src),
            IPv4Address(dst),
            protocol,
            source.take(size - header, "Ipv4").rest(),
            ttl,
            tos,
            identification,
            bool(fragment & _DONT),
            bool(fragment & _MORE),
            (fragment & _OFFSET) * 8,
            options,
        )

    def build(self) -> bytes:
        """Its bytes.

        :raises LocalProtocolError: when a field cannot be said.
        """
        options = write_options(self.options)
        header = _HEADER.size + len(options)
        if header + len(self.payload) > MOST_BYTES or self.offset % 8 or not 0 <= self.offset // 8 <= _OFFSET:
            raise LocalProtocolError(f"{len(self.payload)} bytes at offset {self.offset}: no IPv4 packet holds that")
        fragment = self.dont_fragment * _DONT | self.more_fragments * _MORE | self.offset // 8
        start = (0x40 | header // 4, self.tos, header + len(self.payload), self.identification, fragment)
        try:
            out = bytearray(_HEADER.pack(*start, self.ttl, self.protocol, 0, int(self.src), int(self.dst)) + options)
        except struct.error as error:
            raise LocalProtocolError(f"{self} has a field that is too large: {error}") from error
        out[10:12] = checksum(out).to_bytes(2)
        return bytes(out) + self.payload
