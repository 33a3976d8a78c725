"""Flow entries as one component sees them: it writes with its own cookies and removes no others' entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core import plan
from nox.core.component.record import ComponentRecord, State
from nox.core.interfaces import IFlows
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.flowshape import FlowShape
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.groupspec import GroupSpec
from nox.core.openflow.meterspec import MeterSpec
from nox.core.openflow.ownership.comparison import lasts_as_long
from nox.core.openflow.ownership.shared import S, SharedThings
from nox.core.openflow.ownership.stated import Scope, Stated, Statements
from nox.core.openflow.ownership.table import Table
from nox.core.openflow.prepared import Numbers, PreparedFlow, compile_shape
from nox.core.openflow.translation.translator import AnyFlowMod
from nox.core.plan import COMPONENT_MASK, STATED, cookie
from nox.lib.actions import ANY, Action
from nox.lib.match import Match
from nox.lib.openflow import FlowModCommand, Version

if TYPE_CHECKING:
    from nox.core.openflow.statistics import FlowStats

Decide = Callable[[Datapath, "FlowStats"], bool]


class Tables(Protocol):
    """What a view needs of the whole.

    :ivar statements: of all components; `groups` and `meters` too.
    """

    statements: Statements
    groups: SharedThings[GroupSpec]
    meters: SharedThings[MeterSpec]

    def tables(self, scope: Scope) -> Sequence[Table]:
        """Those of the connected switches that something is stated for."""


@implementer(IFlows)
class OwnedFlows:
    """The flow entries of one component.

    :ivar decide: what it was given to `adopt`.
    """

    def __init__(self, record: ComponentRecord, epoch: int, all_flows: Tables) -> None:
        self._record = record
        self._all = all_flows
        self._base = cookie(record.number, epoch, 0)
        self._is_stating = False
        self.decide: Decide | None = None
        self._numbers = Numbers()

    @property
    def numbered(self) -> int:
        """How many entries it has written, prepared flows included."""
        return self._numbers.given

    # As packets come

    def prepare(
        self,
        fields: Sequence[str],
        *,
        priority: int,
        actions: Sequence[Action],
        fixed: Match | None = None,
        idle_timeout: int = 0,
        hard_timeout: int = 0,
        notify_removed: bool = False,
        widen: bool = False,
    ) -> PreparedFlow:
        """A shape of entry, made once; see `IFlows`."""
        shape = FlowShape(
            fields=tuple(fields),
            fixed=fixed if fixed is not None else Match(),
            actions=tuple(actions),
            priority=priority,
            idle_timeout=idle_timeout,
            hard_timeout=hard_timeout,
            notify_removed=notify_removed,
            widen=widen,
        )
        compile_shape(shape, Version.V1_3)  # what the richest version cannot say is wrong: refuse it now
        return PreparedFlow(shape, self._base, self._numbers)

    def add(self, datapath: Datapath, flow: FlowSpec) -> int:
        """Write one entry that nobody remembers; its cookie."""
        value = self._base | self._numbers.next()
        self._send(datapath, datapath.translator.flow_mod(FlowModCommand.ADD, flow, cookie=value))
        return value

    def _send(self, datapath: Datapath, message: AnyFlowMod) -> None:
        datapath.ledger.flow_mods[self._record.number] += 1
        datapath.send(message)

    async def remove(self, datapath: Datapath, match: Match | None = None, *, out_port: int = ANY) -> None:
        """Remove reactive entries that lie within a match and send to a port; see `IFlows`."""
        await self._remove(datapath, match or Match(), out_port, COMPONENT_MASK | STATED)

    async def remove_all(self, datapath: Datapath) -> None:
        """Remove all of the component's entries, stated ones too.

        :raises RequestError: when the switch does not answer.
        """
        await self._remove(datapath, Match(), ANY, COMPONENT_MASK)

    async def _remove(self, datapath: Datapath, within: Match, out_port: int, mask: int) -> None:
        if not datapath.translator.selects_by_cookie:
            await self._remove_one_by_one(datapath, within, out_port, mask)
        else:
            flow = FlowSpec(match=within, table_id=0xFF)
            message = datapath.translator.flow_mod(
                FlowModCommand.DELETE, flow, cookie=self._base & mask, cookie_mask=mask, out_port=out_port
            )
            self._send(datapath, message)
        await datapath.barrier()

    async def _remove_one_by_one(self, datapath: Datapath, within: Match, out_port: int, mask: int) -> None:
        """1.0's deletion takes whatever lies within the match: name each entry of ours."""
        for entry in await datapath.flow_stats(within, out_port=out_port):
            if (entry.cookie ^ self._base) & mask == 0:
                flow = FlowSpec(match=entry.match, priority=entry.priority)
                self._send(datapath, datapath.translator.flow_mod(FlowModCommand.DELETE_STRICT, flow))

    def adopt(self, decide: Decide) -> None:
        """Have this asked about entries of an earlier run; see `IFlows`."""
        self.decide = decide

    def report(self, failure: Failure) -> None:
        """Count and log that the component's decision about an entry failed."""
        self._record.report(failure, "the decision about an entry")

    # Stated

    def state(self, flows: FlowSpec | Iterable[FlowSpec], dpid: int | None = None) -> None:
        """State entries; see `IFlows`."""
        self._own_statements()
        for flow in _several(flows):
            self._state(Stated(self._base | STATED | self._numbers.next(), flow, dpid))

    def _state(self, stated: Stated) -> None:
        previous = self._all.statements.put(stated)
        if previous is not None and previous.spec == stated.spec:
            self._all.statements.put(previous)
        elif self._record.state is State.RUNNING:
            for table in self._all.tables(stated.scope):
                _replace(table, previous, stated)

    def _own_statements(self) -> None:
        """What a component states is forgotten when it stops. Its entries stay."""
        if not self._is_stating:
            self._is_stating = True
            self._record.own(self._forget, "stated flow entries")

    def _forget(self) -> None:
        for stated in (self._all.statements, self._all.groups, self._all.meters):
            stated.forget(self._record.number)

    def withdraw(self, flows: FlowSpec | Iterable[FlowSpec], dpid: int | None = None) -> None:
        """State these entries no more, and remove them; see `IFlows`."""
        for flow in _several(flows):
            stated = self._all.statements.take(self._record.number, flow, dpid)
            if stated is not None:
                for table in self._all.tables(dpid):
                    table.withdraw(stated)

    # Groups and meters

    def group_id(self, index: int) -> int:
        """The number of this component's group; see `IFlows`."""
        return plan.group_id(self._record.number, index)

    def meter_id(self, index: int) -> int:
        """The number of this component's meter; see `IFlows`."""
        return plan.meter_id(self._record.number, index)

    def state_groups(self, groups: GroupSpec | Iterable[GroupSpec], dpid: int | None = None) -> None:
        """State groups; see `IFlows`."""
        for group in [groups] if isinstance(groups, GroupSpec) else groups:
            self._state_shared(self._all.groups, group, dpid)

    def state_meters(self, meters: MeterSpec | Iterable[MeterSpec], dpid: int | None = None) -> None:
        """State meters; see `IFlows`."""
        for meter in [meters] if isinstance(meters, MeterSpec) else meters:
            self._state_shared(self._all.meters, meter, dpid)

    def _state_shared(self, things: SharedThings[S], spec: S, dpid: int | None) -> None:
        self._own_statements()
        previous = things.put(self._record.number, spec, dpid)
        if previous != spec and self._record.state is State.RUNNING:
            for table in self._all.tables(dpid):
                things.write(table.datapath, spec, is_new=previous is None)

    def withdraw_groups(self, groups: Iterable[int], dpid: int | None = None) -> None:
        """State these groups no more, and delete them; see `IFlows`."""
        self._withdraw_shared(self._all.groups, groups, dpid)

    def withdraw_meters(self, meters: Iterable[int], dpid: int | None = None) -> None:
        """State these meters no more, and delete them; see `IFlows`."""
        self._withdraw_shared(self._all.meters, meters, dpid)

    def _withdraw_shared(self, things: SharedThings[S], numbers: Iterable[int], dpid: int | None) -> None:
        for number in numbers:
            if things.take(self._record.number, number, dpid):
                for table in self._all.tables(dpid):
                    Deferred.fromCoroutine(things.delete(table.datapath, number))

    def refused(self) -> Sequence[tuple[int, FlowSpec, str]]:
        """What this component states and connected switches do not have."""
        return [
            (table.datapath.dpid, stated.spec, error)
            for table in self._all.tables(None)
            for stated, error in table.refused.items()
            if stated.owner == self._record.number
        ]


def _several(flows: FlowSpec | Iterable[FlowSpec]) -> Iterable[FlowSpec]:
    return [flows] if isinstance(flows, FlowSpec) else flows


def _replace(table: Table, previous: Stated | None, stated: Stated) -> None:
    """Put a newly stated entry into the place of what was stated before."""
    if previous is None or previous in table.refused or not lasts_as_long(previous.spec, stated.spec):
        table.write(stated)
    else:
        table.change(stated)
    if previous is not None:
        table.refused.pop(previous, None)
