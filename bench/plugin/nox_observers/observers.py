"""Handlers such as an application would register: each looks at every packet and lets it go on."""

from __future__ import annotations

from collections import Counter

from nox.api import CONTINUE, Component, Outcome, PacketIn


class PortCounter(Component):
    """Counts packets by the port on which they came."""

    async def start(self) -> None:
        """Watch every packet before ``switch`` does."""
        self.seen: Counter[int] = Counter()
        self.register(PacketIn, self.packet_in, priority=100)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Count one packet."""
        self.seen[event.in_port] += 1
        return CONTINUE


class LastSenders(Component):
    """Remembers on which switch and port each sender was seen last."""

    async def start(self) -> None:
        """Watch every packet before ``switch`` does."""
        self.last: dict[bytes, tuple[int, int]] = {}
        self.register(PacketIn, self.packet_in, priority=100)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Note one packet's sender (bytes 6 to 11 of the frame)."""
        self.last[event.data[6:12]] = event.datapath.dpid, event.in_port
        return CONTINUE
