"""The component ``flows``: flow entries, each with its owner's cookie.

A cookie says which component an entry belongs to, in which epoch of this controller it was written, and the flow's
number (`nox.core.plan`). Each component sees `IFlows` as a view of its own (`ownership.view`). What components state
is compared with what a switch has before the switch's join is announced (`ownership.reconciliation`), and again for
one component when that component starts later. See docs/flows.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from prometheus_client.core import Metric
from twisted.internet.defer import Deferred, gatherResults
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.component.record import ComponentRecord, State
from nox.core.config.model import ComponentConfig
from nox.core.events.event import CONTINUE, Outcome
from nox.core.events.lifecycle import ComponentStarted
from nox.core.interfaces import IDatapaths, IFlows, IKernel, IMetricsSource, IScoped
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import DatapathJoin, DatapathLeave, FlowRefused, FlowsReconciled, SharedRefused
from nox.core.openflow.groupspec import GroupSpec
from nox.core.openflow.ledger import Reconciled
from nox.core.openflow.meterspec import MeterSpec
from nox.core.openflow.ownership import account
from nox.core.openflow.ownership.chunks import in_chunks
from nox.core.openflow.ownership.comparison import Standing
from nox.core.openflow.ownership.reconciliation import Reconciler
from nox.core.openflow.ownership.shared import GROUPS, METERS, SharedThings
from nox.core.openflow.ownership.stated import Scope, Stated, Statements
from nox.core.openflow.ownership.table import Table
from nox.core.openflow.ownership.view import Decide, OwnedFlows
from nox.core.openflow.requests import RequestError
from nox.core.openflow.statistics import FlowStats
from nox.core.plan import component_of

BATCH, EVERY = 50, 0.05  # reactive entries that are decided again at once, and seconds between two batches
RATE = int(BATCH / EVERY)  # a second

_FIRST = 1_000_000  # a handler's priority: what others find in their handlers is up to date
_BEFORE = frozenset({"declared", "bound", "starting"})  # states of a component whose statements are not complete


@implementer(IScoped, IMetricsSource)
class Flows(Component):
    """Flow entries, by owner.

    :ivar statements: the entries that all components state; `groups` and `meters` too.
    """

    views = (IFlows,)
    datapaths = requires(IDatapaths)
    kernel = requires(IKernel)

    class Config(ComponentConfig):
        """What becomes of entries that are nobody's, and of those whose component does not run."""

        foreign: Literal["report", "remove"] = "report"
        orphans: Literal["report", "remove"] = "report"

    config: Config

    def bind(self) -> None:
        """Begin an epoch."""
        self.epoch = int(time.time()) & 0xFFFF
        self.statements = Statements()
        self._views: dict[int, OwnedFlows] = {}
        self._tables: dict[int, Table] = {}
        chosen = {Standing.FOREIGN: self.config.foreign, Standing.ORPHAN: self.config.orphans}
        removed = frozenset(standing for standing, what in chosen.items() if what == "remove")
        self.groups = SharedThings(GROUPS, removed, self._refuse_shared)
        self.meters = SharedThings(METERS, removed, self._refuse_shared)
        self._reconciler = Reconciler(self.record.clock, self.statements, removed, self.groups, self.meters)

    async def start(self) -> None:
        """Compare each switch that joins, and those that are there already."""
        self.own(self.datapaths.before_join(self._before_join), "join hook")
        self.register(DatapathJoin, self._joined, priority=_FIRST)
        self.register(DatapathLeave, self._left)
        self.register(FlowRefused, self._refused, priority=_FIRST)
        self.register(ComponentStarted, self._started)
        for datapath in self.datapaths.all():
            self._tables[datapath.dpid] = Table(datapath, self._refuse)

    # Views

    def scoped(self, record: ComponentRecord) -> IFlows:
        """The view of one component; with ``on_stop = "remove"`` its entries go with it."""
        view = self._views[record.number] = OwnedFlows(record, self.epoch, self)
        if record.config.on_stop == "remove":
            record.own(lambda: self._remove_everywhere(view), "flow entries")
        return view

    def _remove_everywhere(self, view: OwnedFlows) -> Deferred[list[None]]:
        removals = [Deferred.fromCoroutine(self._remove(view, datapath)) for datapath in self.datapaths.all()]
        return gatherResults(removals)

    async def _remove(self, view: OwnedFlows, datapath: Datapath) -> None:
        try:
            await view.remove_all(datapath)
        except RequestError as error:
            self.log.warn("entries may be left in switch {dpid}: {error}", dpid=str(datapath), error=str(error))

    def tables(self, scope: Scope) -> Sequence[Table]:
        """Those of the connected switches that something is stated for."""
        if scope is None:
            return list(self._tables.values())
        return [self._tables[scope]] if scope in self._tables else []

    # Switches

    async def _before_join(self, datapath: Datapath) -> None:
        """Compare a switch that connects. From here on what is stated is written to it at once."""
        for table in [table for table in self._tables.values() if table.datapath.channel.closing]:
            del self._tables[table.datapath.dpid]
        table = self._tables[datapath.dpid] = Table(datapath, self._refuse)
        datapath.ledger.reconciled, table.reactive = await self._reconciler.reconcile(table, self._standings())

    def _joined(self, event: DatapathJoin) -> Outcome:
        """Say what was found, and have entries of an earlier run decided again."""
        datapath, report = event.datapath, event.datapath.ledger.reconciled
        if report is not None:
            self._tell(datapath, report)
            self.post(FlowsReconciled(datapath, report))
            self._offer(self._tables[datapath.dpid])
        return CONTINUE

    def _left(self, event: DatapathLeave) -> Outcome:
        table = self._tables.get(event.dpid)
        if table is not None and table.datapath is event.datapath:
            del self._tables[event.dpid]
        return CONTINUE

    def _started(self, event: ComponentStarted) -> Outcome:
        """A component runs: what it has stated is compared with the switches that have joined before."""
        number = next((one.number for one in self.kernel.components() if one.name == event.component), 0)
        if number in self._views or event.component == self.record.name:
            for table in self._tables.values():
                self.spawn(self._compare_again(table, number))
        return CONTINUE

    async def _compare_again(self, table: Table, number: int) -> None:
        """Compare the entries of one component; after this component itself has been restarted, look for strangers."""
        try:
            report, table.reactive = await self._reconciler.reconcile(table, self._only(number))
        except RequestError as error:
            self.log.warn(
                "switch {dpid}: entries could not be compared: {error}", dpid=str(table.datapath), error=error
            )
            return
        self._tell(table.datapath, report)
        self._offer(table)

    def _only(self, number: int) -> Callable[[int], Standing | None]:
        """The standing of one component. All that have a view start after this one, and are compared then."""
        standing = self._standings()
        if number != self.record.number:
            return lambda one: standing(one) if one == number else None
        return lambda one: None if standing(one) is Standing.RUNS else standing(one)

    def _standings(self) -> Callable[[int], Standing | None]:
        """What the component's number in a cookie means now."""
        installed = self.kernel.names()
        states = {one.number: one.state for one in self.kernel.components()}

        def standing(number: int) -> Standing | None:
            state = states.get(number, "")
            if state == State.RUNNING.value:
                return Standing.RUNS
            if state in _BEFORE:
                return None
            return Standing.ORPHAN if number in installed else Standing.FOREIGN

        return standing

    # Entries of an earlier run

    def _offer(self, table: Table) -> None:
        entries, table.reactive = table.reactive, ()
        deciders = {number: view.decide for number, view in self._views.items() if view.decide is not None}
        offered = [entry for entry in entries if component_of(entry.cookie) in deciders]
        if offered:
            self.spawn(self._decide(table, offered))

    async def _decide(self, table: Table, entries: Sequence[FlowStats]) -> None:
        """Ask each entry's component, at a bounded rate; what it does not want any more is removed."""
        async for entry in in_chunks(self.record.clock, entries, BATCH, EVERY):
            if table.datapath.channel.closing:
                return
            view = self._views[component_of(entry.cookie)]
            if view.decide is not None and not self._stays(view, view.decide, table.datapath, entry):
                table.remove(entry)

    def _stays(self, view: OwnedFlows, decide: Decide, datapath: Datapath, entry: FlowStats) -> bool:
        """A decision that fails is no permission to forward."""
        try:
            return decide(datapath, entry)
        except Exception:
            view.report(Failure())
            return False

    # What is said

    def _refused(self, event: FlowRefused) -> Outcome:
        stated, table = self.statements.with_cookie(event.cookie), self._tables.get(event.dpid)
        if stated is not None and table is not None:
            table.refused[stated] = event.error
        return CONTINUE

    def _refuse(self, table: Table, stated: Stated, error: str) -> None:
        """A switch's version cannot say an entry."""
        datapath, owner = table.datapath, self._name(stated.owner)
        self.log.warn(
            "switch {dpid} cannot have an entry of {owner} ({match}): {error}",
            dpid=str(datapath),
            owner=owner,
            match=str(stated.spec.match),
            error=error,
        )
        self.post(FlowRefused(datapath, owner, stated.cookie, error, 0, b""))

    def _refuse_shared(self, datapath: Datapath, number: int, spec: GroupSpec | MeterSpec, error: str) -> None:
        """A switch refuses a group or a meter."""
        owner = self._name(number)
        self.log.warn("switch {dpid}: {owner}: {error}", dpid=str(datapath), owner=owner, error=error)
        self.post(SharedRefused(datapath, owner, spec, error))

    def _name(self, number: int) -> str:
        return self.kernel.names().get(number, f"component {number}")

    def _tell(self, datapath: Datapath, report: Reconciled) -> None:
        """Log what was found; warn of what an operator should look at."""
        dpid = str(datapath)
        self.log.info(
            "switch {dpid}: of the stated entries {right} are right, {added} added, {mended} mended; {removed} removed",
            dpid=dpid,
            right=report.right,
            added=report.added,
            mended=report.mended,
            removed=report.removed,
            event=FlowsReconciled.__name__,
        )
        for sentence in account.sentences(dpid, report, self.config.foreign, self.config.orphans):
            self.log.warn("switch {dpid}{sentence}", dpid=dpid, sentence=sentence)

    def metrics(self) -> Iterable[Metric]:
        """How many flow-mods were sent, and how many entries are foreign."""
        datapaths = [table.datapath for table in self._tables.values()]
        yield account.sent(datapaths, self._name)
        yield account.foreign(datapaths)
        yield account.components({self._name(number): view.numbered for number, view in self._views.items()})
