"""The entries of flows: exact, one shape of prepared flow for each shape of frame."""

from __future__ import annotations

from collections.abc import Container

from nox.core.interfaces import IDatapaths, IFlows
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.groupspec import Bucket, GroupSpec
from nox.core.openflow.prepared import PreparedFlow
from nox.core.plan import BESIDE, DENY, FLOWS, group_owner
from nox.lib.actions import CONTROLLER, IN_PORT, PORT, Action, Group, Output
from nox.lib.flowkey import ETH_ARP, ETH_IPV6
from nox.lib.match import Match
from nox.lib.openflow import Version
from nox.lib.openflow.enums import GroupType
from nox.lib.shapes import Shape
from nox.netapps.decision import Hop, Place
from nox.netapps.routing.config import RoutingConfig
from nox.netapps.routing.flow import Entry, Flow
from nox.netapps.routing.identity import OWN_SHAPES, Identity, is_question
from nox.netapps.routing.protection import group_index, unpacked

ASKING = 120  # seconds that entries of ARP last: hosts ask again every minute or so, also while no controller is there
LONGER = 5  # seconds that later switches keep an entry after the first has dropped it
DENIED_FOR = 5  # seconds that a refused flow is dropped by the switch
DROPPED_FOR = 1  # seconds that the switch drops what comes fast and goes nowhere


class Entries:
    """Writes and removes entries.

    The entry of the first switch tells when it goes, as one that drops does; the others are kept longer, so that no
    later switch has forgotten a flow that the first still knows."""

    def __init__(self, flows: IFlows, datapaths: IDatapaths, config: RoutingConfig) -> None:
        self._datapaths, self._flows = datapaths, flows
        self._groups: set[tuple[int, int]] = set()  # that are stated: switch and number
        self._to_group: dict[tuple[PreparedFlow, int], PreparedFlow] = {}
        idle, hard = config.idle_timeout, config.hard_timeout
        later = (idle + LONGER, hard + LONGER if hard else 0)
        self._usual = (
            {shape: _prepare(flows, shape, idle, hard, notify=True) for shape in OWN_SHAPES},
            {shape: _prepare(flows, shape, *later) for shape in OWN_SHAPES},
        )
        asking = [shape for shape in OWN_SHAPES if shape.fixed.get("eth_type") in (ETH_ARP, ETH_IPV6)]
        both = (Output(PORT), Output(CONTROLLER, max_len=0xFFFF))
        self._asking = (
            {one: _prepare(flows, one, ASKING, 0, notify=True, priority=BESIDE.low, actions=both) for one in asking},
            {one: _prepare(flows, one, ASKING + LONGER, 0, priority=BESIDE.low) for one in asking},
        )
        self._denied = {
            shape: _prepare(flows, shape, 0, DENIED_FOR, notify=True, priority=DENY.low, actions=())
            for shape in OWN_SHAPES
        }

        self._dropped = {
            shape: _prepare(flows, shape, 0, DROPPED_FOR, priority=DENY.low, actions=()) for shape in OWN_SHAPES
        }

    def _prepared(self, flow: Flow, *, is_first: bool) -> PreparedFlow:
        """The shape of a flow's entry: what always comes to the controller is told by the first switch as well."""
        sets = self._asking if is_question(flow.identity) else self._usual
        return sets[0 if is_first else 1][flow.identity[0]]

    def _with_backup(self, hop: Hop, usual: PreparedFlow) -> PreparedFlow:
        """The same entry, which sends to a fast-failover group of two ports; the group is stated."""
        out_port, backup = unpacked(hop.out_port)
        number = self._flows.group_id(group_index(out_port, backup, is_back=backup == hop.in_port))
        if (hop.dpid, number) not in self._groups:
            self._groups.add((hop.dpid, number))
            back = IN_PORT if backup == hop.in_port else backup
            buckets = (
                Bucket(actions=(Output(out_port),), watch_port=out_port),
                Bucket(actions=(Output(back),), watch_port=backup),
            )
            self._flows.state_groups(
                GroupSpec(group_id=number, type=GroupType.FAST_FAILOVER, buckets=buckets), hop.dpid
            )
        try:
            return self._to_group[usual, number]
        except KeyError:
            made = self._to_group[usual, number] = usual.with_actions((Group(number),))
            return made

    async def keep_groups(self, datapath: Datapath) -> None:
        """State the groups of an earlier run, before they are compared: with one go the entries that use it."""
        if datapath.version == Version.V1_0:
            return
        for group in await datapath.groups.all():
            if group_owner(group.group_id) == group_owner(self._flows.group_id(0)):
                self._groups.add((datapath.dpid, group.group_id))
                self._flows.state_groups(group, datapath.dpid)

    def number(self, identity: Identity, taken: Container[int]) -> tuple[int, int]:
        """A number for a new flow, and its cookie.

        :param taken: cookies of other flows: those of a run that began within the same second look like ours.
        """
        prepared = self._usual[0][identity[0]]
        number = prepared.number()
        while prepared.cookie(number) in taken:
            number = prepared.number()
        return number, prepared.cookie(number)

    def write(self, flow: Flow, hop: Hop) -> Datapath | None:
        """Write one entry; the switch, or None where it is not connected."""
        datapath = self._datapaths.get(hop.dpid)
        if datapath is None:
            return None
        is_first = hop.dpid == flow.source.dpid and hop.in_port == flow.source.port
        out_port, backup = unpacked(hop.out_port)
        prepared = self._prepared(flow, is_first=is_first)
        if backup and not is_question(flow.identity):
            prepared = self._with_backup(hop, prepared)
        port = out_port if out_port != hop.in_port else IN_PORT
        prepared.add(datapath, (hop.in_port, *flow.identity[1]), port, number=flow.number)
        flow.entries[hop.dpid, hop.in_port] = hop.out_port
        return datapath

    def remove(self, flow: Flow, entry: Entry) -> None:
        """Remove one entry, where the switch is connected: otherwise it is looked at when it returns."""
        flow.entries.pop(entry, None)
        datapath = self._datapaths.get(entry[0])
        if datapath is not None:
            self._prepared(flow, is_first=False).remove(datapath, (entry[1], *flow.identity[1]))

    def erase(self, identity: Identity, entry: Entry) -> None:
        """Remove one entry of what is no flow with a path of its own."""
        datapath = self._datapaths.get(entry[0])
        if datapath is not None:
            self._usual[1][identity[0]].remove(datapath, (entry[1], *identity[1]))

    def deny(self, datapath: Datapath, identity: Identity, in_port: int) -> None:
        """Have a switch drop a flow for a while."""
        shape, values = identity
        self._denied[shape].add(datapath, (in_port, *values), 0)

    def drop(self, datapath: Datapath, identity: Identity, in_port: int) -> None:
        """Have a switch drop a flow for a moment."""
        shape, values = identity
        self._dropped[shape].add(datapath, (in_port, *values), 0)

    def undrop(self, identity: Identity, source: Place) -> None:
        """Drop it no more."""
        datapath, (shape, values) = self._datapaths.get(source.dpid), identity
        if datapath is not None:
            self._dropped[shape].remove(datapath, (source.port, *values))


def _prepare(
    flows: IFlows,
    shape: Shape,
    idle_timeout: int,
    hard_timeout: int,
    *,
    notify: bool = False,
    priority: int = FLOWS.low,
    actions: tuple[Action, ...] = (Output(PORT),),
) -> PreparedFlow:
    return flows.prepare(
        shape.fields,
        fixed=Match(**shape.fixed),
        priority=priority,
        actions=actions,
        idle_timeout=idle_timeout,
        hard_timeout=hard_timeout,
        notify_removed=notify,
        widen=True,  # OpenFlow 1.0 cannot say IPv6 addresses: `identity` has none where some switch speaks it
    )
