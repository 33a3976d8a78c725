"""Packets that a switch keeps while a controller decides about them."""

from __future__ import annotations

from collections import OrderedDict

from nox.emulator.packets.packet import Packet
from nox.emulator.switch.refusal import Refused
from nox.lib.actions import NO_BUFFER
from nox.lib.openflow.errorcodes import BadRequest


class Buffers:
    """At most so many packets; the oldest makes room.

    :param most: how many; 0 for none.
    """

    __slots__ = ("_kept", "_next", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[int, Packet] = OrderedDict()
        self._next = 0

    def keep(self, packet: Packet) -> int:
        """Keep a packet; its number, or `NO_BUFFER` where none are kept."""
        if not self.most:
            return NO_BUFFER
        if len(self._kept) >= self.most:
            self._kept.popitem(last=False)
        self._next = (self._next + 1) & 0x7FFFFFFF
        self._kept[self._next] = packet
        return self._next

    def take(self, buffer_id: int) -> Packet:
        """Give a packet back.

        :raises Refused: when it is no longer there, or never was.
        """
        packet = self._kept.pop(buffer_id, None)
        if packet is None:
            used = 0 < buffer_id <= self._next
            code = BadRequest.BUFFER_EMPTY if used else BadRequest.BUFFER_UNKNOWN
            raise Refused(code, f"no packet is kept as {buffer_id}")
        return packet
