"""A switch that keeps the entries that it is sent, and a component that states them; bytes written by hand."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.config.model import ComponentConfig
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IFlows
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import FlowRefused, FlowsReconciled
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.statistics import FlowStats
from nox.core.plan import DENY, FLOWS
from nox.lib.actions import Output
from nox.lib.match import Match
from tests.core.component.support import plugin
from tests.core.openflow.peer import FLOW_MOD, Peer

ADD, MODIFY_STRICT, DELETE_STRICT = 0, 2, 4

DENIED = FlowSpec(match=Match(eth_type=0x0800, ip_proto=6, tcp_dst=23), priority=DENY.low)
ALLOWED = FlowSpec(match=Match(in_port=1), priority=FLOWS.low, actions=(Output(2),))


class Stater(Component):
    """States two entries, or what a test gives it."""

    bands = (DENY, FLOWS)
    flows = requires(IFlows)

    class Config(ComponentConfig):
        decide: str = ""  # keep, remove, fail

    config: Config

    async def start(self) -> None:
        """State them."""
        self.refusals: list[FlowRefused] = []
        self.reports: list[FlowsReconciled] = []
        self.asked: list[FlowStats] = []
        self.register(FlowRefused, self.refused)
        self.register(FlowsReconciled, self.reconciled)
        if self.config.decide:
            self.flows.adopt(self.decide)
        self.flows.state([ALLOWED, DENIED])

    def refused(self, event: FlowRefused) -> Outcome:
        """Note it."""
        self.refusals.append(event)
        return CONTINUE

    def reconciled(self, event: FlowsReconciled) -> Outcome:
        """Note it."""
        self.reports.append(event)
        return CONTINUE

    def decide(self, datapath: Datapath, entry: FlowStats) -> bool:
        """As configured."""
        self.asked.append(entry)
        if self.config.decide == "fail":
            raise ValueError("no idea")
        return self.config.decide == "keep"


STATER = plugin(Stater, number=40)


def flow_mods(peer: Peer) -> list[tuple[int, int, int]]:
    """What a switch was sent since the last time: command, priority, cookie of each flow-mod."""
    found = [read(peer.version, body) for kind, body in peer.others if kind == FLOW_MOD]
    peer.others.clear()
    return found


def read(version: int, body: bytes) -> tuple[int, int, int]:
    """Command, priority and cookie of a flow-mod (1.0.0, section 5.3.3; 1.3.5, section 7.3.4.2)."""
    if version == 1:
        cookie, command, priority = struct.unpack_from("!40xQH4xH", body)
    else:
        cookie, command, priority = struct.unpack_from("!Q8xxB4xH", body)
    return command, priority, cookie


def entry(version: int, body: bytes, *, cookie: int | None = None, idle: int | None = None) -> bytes:
    """The entry that a flow-mod writes, as ``ofp_flow_stats`` (1.0.0, section 5.3.5; 1.3.5, section 7.3.5.2)."""
    if version == 1:
        match, own, _, own_idle, hard, priority, _, _, _ = struct.unpack_from("!40sQHHHHIHH", body)
        rest = body[64:]
        head = struct.pack("!Bx40sIIHHH6x", 0, match, 100, 0, priority, own_idle if idle is None else idle, hard)
    else:
        own, _, table, _, own_idle, hard, priority, _, _, _, flags = struct.unpack_from("!QQBBHHHIIIH", body)
        rest = body[40:]
        head = struct.pack("!BxIIHHHH4x", table, 100, 0, priority, own_idle if idle is None else idle, hard, flags)
    told = head + struct.pack("!QQQ", own if cookie is None else cookie, 0, 0) + rest
    return struct.pack("!H", len(told) + 2) + told


def entries(peer: Peer) -> Sequence[bytes]:
    """What a switch has after the flow-mods that it was sent, all of them additions."""
    return [entry(peer.version, body) for kind, body in peer.others if kind == FLOW_MOD]
