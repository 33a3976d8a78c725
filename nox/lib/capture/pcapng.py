"""The newer format: blocks, each with its type and its length at either end (draft-ietf-opsawg-pcapng)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nox.lib.capture.source import Packet, Source, unpack
from nox.lib.errors import CaptureError

MAGIC: Final = b"\x0a\x0d\x0d\x0a"
SECTION, INTERFACE, SIMPLE, STATISTICS, ENHANCED = 0x0A0D0D0A, 1, 3, 5, 6
_ORDERS: Final = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_MOST_INTERFACES: Final = 65536
_TSRESOL: Final = 9  # the option of an interface that says what its timestamps count


class _Section:
    """What a section has said of itself."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.interfaces: list[tuple[int, float]] = []  # link type, timestamps in a second

    def interface(self, body: bytes) -> None:
        if len(self.interfaces) >= _MOST_INTERFACES:
            raise CaptureError(f"more than {_MOST_INTERFACES} interfaces: the file is damaged")
        link, _, _ = unpack(self.order, "HHI", body)
        self.interfaces.append((link, self._resolution(body)))

    def _resolution(self, body: bytes) -> float:
        at = 8
        while at + 4 <= len(body):
            code, size = unpack(self.order, "HH", body, at)
            if code == _TSRESOL and size >= 1 and at + 4 < len(body):
                value = body[at + 4]
                return float(2 ** (value & 0x7F) if value & 0x80 else 10**value)
            at += 4 + size + -size % 4
        return 1e6

    def enhanced(self, body: bytes) -> Packet:
        number, high, low, size, _ = unpack(self.order, "5I", body)
        link, parts = self._of(number)
        return Packet((high << 32 | low) / parts, link, body[20 : 20 + size])

    def simple(self, body: bytes) -> Packet:
        (size,) = unpack(self.order, "I", body)
        return Packet(0.0, self._of(0)[0], body[4 : 4 + size])

    def _of(self, number: int) -> tuple[int, float]:
        if number >= len(self.interfaces):
            raise CaptureError(f"a packet of interface {number}, which the file does not have")
        return self.interfaces[number]


def packets(source: Source) -> Iterator[Packet]:
    """Every packet.

    :raises CaptureError: when the file is damaged; what came before it was given out.
    """
    section = _Section("<")
    while head := source.take(8, may_end=True):
        if head[:4] == MAGIC:
            section = _section(source, head)
            continue
        kind, length = unpack(section.order, "II", head)
        body = source.take(_body(length, source))
        source.take(4)
        if kind == INTERFACE:
            section.interface(body)
        elif kind == ENHANCED:
            yield section.enhanced(body)
        elif kind == SIMPLE:
            yield section.simple(body)


def _section(source: Source, head: bytes) -> _Section:
    order = _ORDERS.get(source.take(4))
    if order is None:
        raise CaptureError("a section without a byte order: the file is damaged", offset=source.offset)
    (length,) = unpack(order, "I", head, 4)
    source.take(_body(length, source) - 4)
    source.take(4)
    return _Section(order)


def _body(length: int, source: Source) -> int:
    if length < 12 or length % 4:
        raise CaptureError(f"a block of {length} bytes: the file is damaged", offset=source.offset)
    return length - 12
