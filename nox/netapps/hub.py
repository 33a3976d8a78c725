"""The component ``hub``: every packet goes out of every other port, and no entry is written."""

from __future__ import annotations

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IPunts
from nox.core.openflow.events import PacketIn
from nox.core.plan import MISS
from nox.lib.actions import FLOOD, Output
from nox.lib.match import Match


class Hub(Component):
    """Sends every packet out of every other port of its switch."""

    bands = (MISS,)
    punts = requires(IPunts)

    async def start(self) -> None:
        """Ask for every packet."""
        self.punts.want(Match())
        self.register(PacketIn, self.packet_in)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Flood it."""
        event.datapath.packet_out(event, (Output(FLOOD),))
        return CONTINUE
