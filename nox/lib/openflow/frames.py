"""A stream of bytes as frames: headers read, bodies left alone until somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow.codec import decode
from nox.lib.openflow.messages import Message
from nox.lib.openflow.versions import HEADER


@dataclass(frozen=True, slots=True)
class Frame:
    """One message that is not decoded.

    :ivar type: its number in its version.
    :ivar data: all of it, header included.
    """

    version: int
    type: int
    xid: int
    data: bytes

    @property
    def body(self) -> bytes:
        """What follows the header."""
        return self.data[HEADER.size :]

    def decode(self) -> Message:
        """The message.

        :raises RemoteProtocolError: when it is none.
        """
        return decode(self.data)


def frames(buffer: bytearray) -> Iterator[Frame]:
    """Every frame that is complete, taken out of the buffer; what is left is the start of the next one.

    :raises RemoteProtocolError: at a length shorter than a header, after the frames before it.
    """
    while len(buffer) >= HEADER.size:
        version, kind, length, xid = HEADER.unpack_from(buffer)
        if length < HEADER.size:
            raise RemoteProtocolError(f"a message of {length} bytes, shorter than its header", offset=2)
        if length > len(buffer):
            return
        data = bytes(buffer[:length])
        del buffer[:length]
        yield Frame(version, kind, xid, data)
