"""What has come from one switch: bytes in, messages out to whoever handles them.

What one read brought is cut into messages. Packet-ins go to their handlers without looking further; the others go to
the channel, one by one, and so many in a turn of the reactor: each costs as much as a packet-in and may have eight
bytes, so that one read of them would keep the other switches waiting for a tenth of a second. A message whose end has
not come is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import TYPE_CHECKING, Final

from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow.frames import Frame

if TYPE_CHECKING:
    from nox.core.openflow.channel import Channel

_HEADER: Final[Callable[[bytes, int], tuple[int, int, int, int]]] = Struct("!BBHI").unpack_from
HEADER_SIZE: Final = 8
MOST_OTHERS: Final = 32  # messages that are no packet-ins, in one turn


class Inbox:
    """The bytes from one switch.

    :ivar packet_ins: takes the packet-ins that lie at an offset, and says where they end; None where nobody does.
    :ivar instead: gets what has come in place of `take`: who listens puts a function here, which calls `take`.
    :ivar heard: whether anything has come, and `completed`: whether a message has been whole, since somebody set it
        to False.
    """

    __slots__ = ("_channel", "_needed", "_rest", "_waits", "completed", "heard", "instead", "packet_ins")

    def __init__(self, channel: Channel) -> None:
        self._channel: Channel | None = channel
        self.packet_ins: Callable[[bytes, int], int] | None = None
        self.instead: Callable[[bytes], None] | None = None
        self.heard = self.completed = True
        self._rest = bytearray()  # of a message whose end has not come, or all that waits for its turn
        self._needed = HEADER_SIZE
        self._waits = False

    @property
    def unfinished(self) -> bytes:
        """The beginning of a message whose end has not come; before it, messages that wait for their turn."""
        return bytes(self._rest)

    def receive(self, data: bytes) -> None:
        """Handle what has come. Within a read of `Home`."""
        if self.instead is not None:
            self.instead(data)
        else:
            self.take(data)

    def take(self, data: bytes) -> None:
        """Handle every message that is complete; keep the rest."""
        channel = self._channel
        if channel is None:
            return
        self.heard = True
        if self._rest:
            self._rest += data
            if self._waits or len(self._rest) < self._needed:
                return
            data = self._kept()
        self._handle(channel, data)

    def go_on(self) -> None:
        """Handle what waits for its turn. Within a read of `Home`."""
        self._waits = False
        if self._channel is not None:
            self._handle(self._channel, self._kept())

    def _kept(self) -> bytes:
        data = bytes(self._rest)
        self._rest.clear()
        return data

    def _handle(self, channel: Channel, data: bytes) -> None:
        try:
            packet_ins = self.packet_ins
            offset = packet_ins(data, 0) if packet_ins is not None else 0
            if offset != len(data):
                offset = self._others(channel, data, offset)
            if offset:
                self.completed = True
        except RemoteProtocolError as error:
            channel.fail(error)
        except Exception:  # a defect of ours: it must not reach the other connections that are read with this one
            channel.broken()

    def _others(self, channel: Channel, data: bytes, offset: int) -> int:
        """Handle what follows the first message that is no packet-in of a joined switch; keep what is left.

        :returns: how many bytes belonged to messages that were handled.
        """
        left = MOST_OTHERS
        while len(data) - offset >= HEADER_SIZE and self._channel is not None:
            version, kind, length, xid = _HEADER(data, offset)
            if length < HEADER_SIZE:
                raise RemoteProtocolError(f"a message of {length} bytes, shorter than its header", offset=offset)
            if offset + length > len(data):
                break
            if not left:
                self._waits = True
                channel.go_on_later()
                break
            left -= 1
            channel.handle(Frame(version, kind, xid, data[offset : offset + length]))
            offset += length
            if self.packet_ins is not None:
                offset = self.packet_ins(data, offset)
        if offset < len(data) and self._channel is not None:
            self._keep(channel, data[offset:])
        return offset

    def _keep(self, channel: Channel, rest: bytes) -> None:
        """Keep the beginning of a message, and note how much of it is needed."""
        self._rest += rest
        self._needed = int.from_bytes(rest[2:4]) if len(rest) >= HEADER_SIZE else HEADER_SIZE
        if len(rest) > 1 and channel.on_start is not None:
            channel.on_start(rest[0], rest[1])

    def close(self) -> None:
        """Handle nothing more, keep nothing, and let go of the channel, so that its memory is free at once."""
        self._channel = self.packet_ins = None
        self._rest.clear()
