"""Handlers such as an application would register: each looks at every packet and lets it go on."""

from __future__ import annotations

from collections import defaultdict

from nox.api import CONTINUE, Component, Outcome, PacketIn


class PortCounter(Component):
    """Counts bytes by the port on which they came."""

    async def start(self) -> None:
        """Watch every packet before ``switch`` does."""
        self.seen: defaultdict[int, int] = defaultdict(int)
        self.register(PacketIn, self.packet_in, priority=100)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Count one packet."""
        self.seen[event.in_port] += event.total_len
        return CONTINUE


class LastSenders(Component):
    """Remembers on which port each sender was seen last."""

    async def start(self) -> None:
        """Watch every packet before ``switch`` does."""
        self.last: dict[bytes, int] = {}
        self.register(PacketIn, self.packet_in, priority=100)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Note one packet's sender (bytes 6 to 11 of the frame)."""
        self.last[event.data[6:12]] = event.in_port
        return CONTINUE
