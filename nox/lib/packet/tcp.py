"""TCP segments (RFC 9293, section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct, error
from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.flowkey import TCP
from nox.lib.packet.checksum import Ends
from nox.lib.packet.layout import reader, seal, verify
from nox.lib.packet.options import Option, read_options, write_options

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = (1 << bit for bit in range(8))
MSS: Final = 2  # an option

_HEADER: Final = Struct("!HHIIHHHH")
_CHECKSUM_AT: Final = 16


@dataclass(frozen=True, slots=True)
class Tcp:
    """A segment.

    :ivar flags: of `FIN`, `SYN`, `RST`, `PSH`, `ACK`, `URG`, `ECE`, `CWR`.
    """

    src: int
    dst: int
    sequence: int
    acknowledgment: int
    flags: int
    window: int = 65535
    payload: bytes = b""
    urgent: int = 0
    options: tuple[Option, ...] = ()

    @classmethod
    def parse(cls, data: bytes, ends: Ends) -> Tcp:
        """The segment that these bytes are.

        :raises RemoteProtocolError: when it is cut short, or its checksum or an option is wrong.
        """
        source = reader(data, "Tcp")
        src, dst, sequence, acknowledgment, bits, window, _, urgent = source.unpack(_HEADER)
        header = (bits >> 12) * 4
        if header < _HEADER.size:
            raise source.error(f"Tcp says a header of {header} bytes: it has at least {_HEADER.size}", at=12)
        options = read_options(source.take(header - _HEADER.size, "Tcp"))
        verify(data, ends, TCP, "Tcp", _CHECKSUM_AT)
        return cls(src, dst, sequence, acknowledgment, bits & 0xFF, window, source.rest(), urgent, options)

    def build(self, ends: Ends) -> bytes:
        """Its bytes, with the checksum.

        :raises LocalProtocolError: when a field cannot be said.
        """
        options = write_options(self.options)
        bits = (_HEADER.size + len(options)) // 4 << 12 | self.flags
        numbers = (self.src, self.dst, self.sequence, self.acknowledgment)
        try:
            head = _HEADER.pack(*numbers, bits, self.window, 0, self.urgent)
        except error as cause:
            raise LocalProtocolError(f"{self} has a field that is too large: {cause}") from cause
        return seal(bytearray(head + options + self.payload), ends, TCP, _CHECKSUM_AT)
