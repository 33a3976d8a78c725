"""The classic format: a header of 24 bytes, then packets (draft-ietf-opsawg-pcap)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nox.lib.capture.source import Packet, Source, unpack

MAGICS: Final = {  # byte order, and parts of a second in its timestamps
    b"\xd4\xc3\xb2\xa1": ("<", 1_000_000),
    b"\xa1\xb2\xc3\xd4": (">", 1_000_000),
    b"\x4d\x3c\xb2\xa1": ("<", 1_000_000_000),
    b"\xa1\xb2\x3c\x4d": (">", 1_000_000_000),
}
_HEADER: Final = 24
_LINK: Final = 0x0FFFFFFF  # the upper bits say something of the frame check sequence


def packets(source: Source) -> Iterator[Packet]:
    """Every packet.

    :raises CaptureError: when the file is damaged; what came before it was given out.
    """
    header = source.take(_HEADER)
    order, parts = MAGICS[header[:4]]
    (link,) = unpack(order, "I", header, 20)
    while record := source.take(16, may_end=True):
        seconds, fraction, size, _ = unpack(order, "4I", record)
        yield Packet(seconds + fraction / parts, link & _LINK, source.take(size))
