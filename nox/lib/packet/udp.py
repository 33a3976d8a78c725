"""UDP (RFC 768; over IPv6: RFC 8200, section 8.1)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct, error
from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.flowkey import UDP
from nox.lib.packet.checksum import Ends
from nox.lib.packet.layout import reader, seal, verify

_HEADER: Final = Struct("!HHHH")
_CHECKSUM_AT: Final = 6


@dataclass(frozen=True, slots=True)
class Udp:
    """A datagram."""

    src: int
    dst: int
    payload: bytes = b""

    @classmethod
    def parse(cls, data: bytes, ends: Ends) -> Udp:
        """The datagram that these bytes begin with. Over IPv4 it may come without a checksum.

        :raises RemoteProtocolError: when it is cut short or its checksum is wrong.
        """
        source = reader(data, "Udp")
        src, dst, size, given = source.unpack(_HEADER)
        if size < _HEADER.size:
            raise source.error(f"Udp says {size} bytes: its header has {_HEADER.size}", at=4)
        payload = source.take(size - _HEADER.size, "Udp").rest()
        if given or ends.src.version == 6:
            verify(data[:size], ends, UDP, "Udp", _CHECKSUM_AT)
        return cls(src, dst, payload)

    def build(self, ends: Ends) -> bytes:
        """Its bytes, with the checksum.

        :raises LocalProtocolError: when a field cannot be said.
        """
        try:
            head = _HEADER.pack(self.src, self.dst, _HEADER.size + len(self.payload), 0)
        except error as cause:
            raise LocalProtocolError(f"ports {self.src} and {self.dst}, {len(self.payload)} bytes: {cause}") from cause
        whole = seal(bytearray(head + self.payload), ends, UDP, _CHECKSUM_AT)
        if whole[6:8] == b"\0\0":  # zero would say that there is none
            return whole[:6] + b"\xff\xff" + whole[8:]
        return whole
