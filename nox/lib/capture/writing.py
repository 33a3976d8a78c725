"""Blocks of a pcapng file, little-endian (draft-ietf-opsawg-pcapng, section 4)."""

from __future__ import annotations

import struct
from typing import Final

from nox.lib.capture.pcapng import ENHANCED, INTERFACE, SECTION, STATISTICS
from nox.lib.capture.segments import ETHERNET

_MAGIC, _UNKNOWN_LENGTH, _NANOSECONDS = 0x1A2B3C4D, -1, 9
_SHB_USERAPPL, _IF_NAME, _IF_TSRESOL, _ISB_IFDROP = 4, 2, 9, 5
HEADER_SIZE: Final = 8  # a block's type and length


def section(program: str) -> bytes:
    """The beginning of a file.

    :param program: who writes it.
    """
    fixed = struct.pack("<IHHq", _MAGIC, 1, 0, _UNKNOWN_LENGTH)
    return _block(SECTION, fixed + _option(_SHB_USERAPPL, program.encode()) + _option(0))


def interface(name: str) -> bytes:
    """An interface of Ethernet frames, whose timestamps count nanoseconds."""
    options = _option(_IF_NAME, name.encode()) + _option(_IF_TSRESOL, bytes([_NANOSECONDS])) + _option(0)
    return _block(INTERFACE, struct.pack("<HHI", ETHERNET, 0, 0) + options)


def packet(time: float, frame: bytes) -> bytes:
    """A packet of the first interface.

    :param time: seconds since 1970.
    """
    size, stamp = len(frame), int(time * 1e9)
    head = struct.pack("<5I", 0, stamp >> 32, stamp & 0xFFFFFFFF, size, size)
    return _block(ENHANCED, head + _padded(frame))


def statistics(time: float, dropped: int) -> bytes:
    """How many packets of the first interface were lost since the file began."""
    stamp = int(time * 1e9)
    fixed = struct.pack("<3I", 0, stamp >> 32, stamp & 0xFFFFFFFF)
    return _block(STATISTICS, fixed + _option(_ISB_IFDROP, struct.pack("<Q", dropped)) + _option(0))


def dropped_of(block: bytes) -> int:
    """The number that `statistics` wrote into a block."""
    return int.from_bytes(block[24:32], "little")


def kind_and_size(head: bytes) -> tuple[int, int]:
    """Type and length in bytes of the block that begins with these eight bytes, as written here."""
    kind, size = struct.unpack("<II", head)
    return kind, size


def _block(kind: int, body: bytes) -> bytes:
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def _option(code: int, value: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
