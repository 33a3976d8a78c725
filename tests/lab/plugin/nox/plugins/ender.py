"""A third party's component that writes an entry for each flow between two ports, and wants to know when it ends."""

from __future__ import annotations

from nox.api import (
    CONTINUE,
    FLOWS,
    MISS,
    PORT,
    Component,
    ComponentPlugin,
    IFlows,
    IPunts,
    Match,
    Outcome,
    Output,
    PacketIn,
    requires,
)
from nox.lib.flowkey import SHAPES


class Ender(Component):
    """What comes in at port 1 goes out of port 2, and the other way; entries are gone after two seconds of rest."""

    bands = (FLOWS, MISS)
    flows = requires(IFlows)
    punts = requires(IPunts)

    async def start(self) -> None:
        """Ask for all packets."""
        self.punts.want(Match(), max_len=0xFFFF)
        self.shapes = {
            shape: self.flows.prepare(
                shape.fields,
                fixed=Match(**shape.fixed),
                priority=FLOWS.low,
                actions=(Output(PORT),),
                idle_timeout=2,
                notify_removed=True,
                widen=True,
            )
            for shape in SHAPES
        }
        self.register(PacketIn, self.packet_in)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Write its entry, and let it through."""
        if event.in_port in (1, 2):
            self.shapes[event.shape].add(event.datapath, event.values, 3 - event.in_port)
            event.datapath.forward(event, 3 - event.in_port)
        return CONTINUE


ender = ComponentPlugin("ender", "nox.plugins.ender:Ender")
