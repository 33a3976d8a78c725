"""The component ``capacity``: warns before a flow table is full, and makes room when it is."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires, requires_all
from nox.core.component.record import State
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IKernel, IMetricsSource
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import DatapathLeave, FlowRefused
from nox.core.openflow.ownership.chunks import in_chunks, pause
from nox.core.openflow.ownership.table import delete
from nox.core.openflow.requests import RequestError
from nox.lib.addresses import parse_dpid
from nox.lib.openflow import Version
from nox.lib.openflow.errorcodes import ErrorType, FlowModFailed, name
from nox.lib.thresholds import Sparing, Threshold
from nox.netapps.capacity.choice import least_needed
from nox.netapps.capacity.config import CapacityConfig
from nox.netapps.capacity.sizes import Sizes
from nox.netapps.events import TableFilling, TableFull, TablesRead
from nox.netapps.interfaces import IMonitoring, ITableUser
from nox.netapps.load import TableUse

_FULL = name((ErrorType.FLOW_MOD_FAILED, FlowModFailed.TABLE_FULL))
_TABLE_AT = 24  # of a flow-mod of 1.3: the byte with its table
_REST = 1.0  # seconds between two times that room is made in one table

Key = tuple[int, int]  # dpid, table


@implementer(IMetricsSource)
class Capacity(Component):
    """Looks after the size of flow tables.

    :ivar given_back: entries that components gave back; `removed`: those that were chosen without them.
    """

    kernel = requires(IKernel)
    monitoring = requires(IMonitoring)  # posts `TablesRead`
    users = requires_all(ITableUser)

    Config = CapacityConfig
    config: CapacityConfig

    async def start(self) -> None:
        """Listen."""
        self.sizes = Sizes({parse_dpid(dpid): size for dpid, size in self.config.sizes.items()})
        self.threshold = Threshold(self.config.warn)
        self.given_back = self.removed = self.refusals = 0
        self._making: set[Key] = set()
        self._sparing = Sparing()
        self.register(TablesRead, self._read)
        self.register(FlowRefused, self._refused)
        self.register(DatapathLeave, self._left)

    # Before it is full

    def _read(self, event: TablesRead) -> Outcome:
        """Tell of tables that have come above the threshold, or are below it again."""
        found = {table.table_id: table for table in event.tables}
        for key in [key for key in self.threshold.above if isinstance(key, tuple) and key[0] == event.dpid]:
            found.setdefault(key[1], TableUse(table_id=key[1], entries=0, size=None))  # empty ones are not told
        for table in found.values():
            self._compare(event.dpid, table)
        return CONTINUE

    def _compare(self, dpid: int, table: TableUse) -> None:
        self.sizes.seen(dpid, table)
        size = self.sizes.of(dpid, table)
        part = table.entries / size if size else 0.0 if not table.entries else None
        is_high = self.threshold.crossed((dpid, table.table_id), part)
        if is_high is None:
            return
        self.post(TableFilling(dpid, table.table_id, table.entries, size or 0, is_over=not is_high))
        self._say(
            "switch {dpid}: table {table} has {entries} of {size} entries{over}",
            dpid=f"{dpid:016x}",
            table=table.table_id,
            entries=table.entries,
            size=size or "?",
            over="" if is_high else ": below the threshold again",
        )

    def _say(self, sentence: str, **fields: object) -> None:
        if self._sparing.allows(self.record.clock.seconds()):
            others = self._sparing.take()
            self.log.warn(sentence + (f" ({others} such lines were left out before)" if others else ""), **fields)

    # When it is full

    def _refused(self, event: FlowRefused) -> Outcome:
        """Make room, unless that is being done."""
        if event.error != _FULL:
            return CONTINUE
        self.refusals += 1
        key = event.dpid, _table_of(event)
        if key not in self._making:
            self._making.add(key)
            self.spawn(self._make_room(event.datapath, key, event.owner))
        return CONTINUE

    async def _make_room(self, datapath: Datapath, key: Key, owner: str) -> None:
        try:
            await self._make_some(datapath, key[1], owner)
            await pause(self.record.clock, _REST)
        except RequestError as error:
            self._say("switch {dpid}: no room was made: {error}", dpid=str(datapath), error=str(error))
        finally:
            self._making.discard(key)

    async def _make_some(self, datapath: Datapath, table_id: int, owner: str) -> None:
        table = await self._now(datapath, table_id)
        self.sizes.refused(datapath.dpid, table)
        wanted = max(1, round(table.entries * self.config.room))
        given_back = await self._ask(datapath, table_id, wanted)
        removed = 0
        if given_back < wanted and self.config.evict:
            removed = await self._remove(datapath, table_id, wanted - given_back)
        self.given_back += given_back
        self.removed += removed
        self.post(TableFull(datapath.dpid, table_id, owner, table.entries, given_back, removed))
        self._say(
            "switch {dpid}: table {table} is full with {entries} entries; an entry of {owner} was refused; {done}",
            dpid=str(datapath),
            table=table_id,
            entries=table.entries,
            owner=owner or "nobody here",
            done=_done(given_back, removed),
        )

    async def _now(self, datapath: Datapath, table_id: int) -> TableUse:
        """How full it is. What was read last says how large the switch says that it is."""
        known = {table.table_id: table.size for table in self.monitoring.tables(datapath.dpid)}
        stats = {one.table_id: one for one in await datapath.tables.stats()}
        entries = stats[table_id].active_count if table_id in stats else 0
        return TableUse(table_id=table_id, entries=entries, size=known.get(table_id))

    async def _ask(self, datapath: Datapath, table_id: int, wanted: int) -> int:
        """Have the entries' components give back what they can; one that fails costs the others nothing."""
        given_back = 0
        for user in self.users:
            if given_back < wanted:
                given_back += await self._asked(user, datapath, table_id, wanted - given_back)
        return given_back

    async def _asked(self, user: ITableUser, datapath: Datapath, table_id: int, wanted: int) -> int:
        try:
            return max(0, await user.make_room(datapath, table_id, wanted))
        except RequestError:  # the switch has gone, or is silent
            raise
        except Exception:
            self.record.report(Failure(), "make_room()")
            return 0

    async def _remove(self, datapath: Datapath, table_id: int, count: int) -> int:
        """Remove the least needed entries; how many."""
        running = {one.number for one in self.kernel.components() if one.state == State.RUNNING.value}
        entries = await datapath.raw_flow_stats()
        chosen = least_needed(entries, table_id, count, running, self.kernel.names())
        async for raw in in_chunks(self.record.clock, chosen):
            entry = datapath.translator.flow_stats(raw)
            delete(datapath, entry, entry.cookie)
        await datapath.barrier()
        return len(chosen)

    def _left(self, event: DatapathLeave) -> Outcome:
        self.sizes.forget(event.dpid)
        for key in [key for key in self.threshold.above if isinstance(key, tuple) and key[0] == event.dpid]:
            self.threshold.forget(key)
        return CONTINUE

    # IMetricsSource

    def metrics(self) -> Iterable[Metric]:
        """Refusals, and what was done."""
        yield GaugeMetricFamily("nox_tables_filling", "Tables above the threshold", len(self.threshold.above))
        yield CounterMetricFamily("nox_table_refusals", "Entries refused because a table is full", self.refusals)
        made = CounterMetricFamily("nox_table_room", "Entries that made room in full tables", labels=["how"])
        made.add_metric(["given back"], self.given_back)
        made.add_metric(["removed"], self.removed)
        yield made


def _table_of(event: FlowRefused) -> int:
    """The table of a refused flow-mod; 1.0's has none in the standard's words."""
    has_table = event.datapath.version > Version.V1_0 and len(event.request) > _TABLE_AT
    return event.request[_TABLE_AT] if has_table else 0


def _done(given_back: int, removed: int) -> str:
    if not given_back and not removed:
        return "no entry could go: see whose they are with noxctl flows, and give the switch less to remember"
    return f"{given_back} entries were given back, {removed} removed"
