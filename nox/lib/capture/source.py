"""What readers of capture files share: bounded reading, and what a packet is."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Protocol

from nox.lib.errors import CaptureError

MOST: Final = 16 * 1024 * 1024  # bytes of one packet or block


class Readable(Protocol):
    """A file, opened for bytes."""

    def read(self, size: int = ..., /) -> bytes:
        """At most so many bytes; fewer only at the end."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A captured packet.

    :ivar time: seconds since 1970.
    :ivar link: what it begins with (``LINKTYPE_…``).
    """

    time: float
    link: int
    data: bytes


class Source:
    """A file, and how far it has been read."""

    def __init__(self, file: Readable, start: bytes = b"") -> None:
        """:param start: what has been read of it already."""
        self._file = file
        self._start = start
        self.offset = 0

    def take(self, size: int, *, may_end: bool = False) -> bytes:
        """So many bytes; none at the end of the file, where it may be.

        :raises CaptureError: when the file ends within them, or when they are more than a packet can have.
        """
        if size > MOST:
            raise CaptureError(f"{size} bytes for one packet: the file is damaged", offset=self.offset)
        data = self._start[:size]
        self._start = self._start[size:]
        data += self._file.read(size - len(data))
        if len(data) < size and (data or not may_end):
            raise CaptureError(f"the file ends within a packet, {size - len(data)} bytes early", offset=self.offset)
        self.offset += len(data)
        return data


def unpack(order: str, layout: str, data: bytes, at: int = 0) -> tuple[int, ...]:
    """Integers from a block.

    :raises CaptureError: when it is too short for them.
    """
    try:
        return struct.unpack_from(order + layout, data, at)
    except struct.error as error:
        raise CaptureError(f"a block of {len(data)} bytes is too short: the file is damaged") from error
