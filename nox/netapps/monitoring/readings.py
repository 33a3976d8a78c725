"""What each kind of question asks of a switch, and what is kept of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from twisted.internet.interfaces import IReactorTime

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.groupspec import GroupStats
from nox.core.openflow.meterspec import MeterStats
from nox.core.openflow.ownership.chunks import in_chunks
from nox.core.openflow.tableinfo import TableStats
from nox.netapps.events import FlowsRead
from nox.netapps.load import Span, TableUse
from nox.netapps.monitoring.entries import Entries
from nox.netapps.monitoring.pace import Kind
from nox.netapps.monitoring.ports import Ports

MOST_SHARED = 1000  # groups of one switch that are kept, and meters
TABLE = 10  # flow entries that take as long to read as what a table can do
CHUNK = 250  # entries that are looked at in one turn of the reactor


@dataclass(slots=True)
class Switch:
    """What was read of one switch beside ports and entries.

    :ivar sizes: of its tables, as 1.3 tells them once.
    :ivar too_many: whether it has more entries than are asked for.
    """

    sizes: Mapping[int, int] = field(default_factory=dict)
    tables: tuple[TableUse, ...] = ()
    groups: tuple[GroupStats, ...] = ()
    meters: tuple[MeterStats, ...] = ()
    too_many: bool = False


class Readings:
    """All that was read.

    :param most: entries of a switch; what has more is not asked for them.
    :param tell: is told what entries have counted.
    """

    def __init__(
        self, clock: IReactorTime, ports: Ports, entries: Entries, most: int, tell: Callable[[FlowsRead], None]
    ) -> None:
        self._tell, self._clock, self._ports, self._entries, self._most = tell, clock, ports, entries, most
        self.switches: dict[int, Switch] = {}

    def forget(self, dpid: int) -> None:
        """A switch has gone."""
        self.switches.pop(dpid, None)
        self._ports.forget(dpid)
        self._entries.forget(dpid)

    def _of(self, datapath: Datapath) -> Switch:
        return self.switches.setdefault(datapath.dpid, Switch())

    async def read(self, datapath: Datapath, kind: Kind) -> int:
        """Ask a switch, and keep what it answers.

        :returns: how many flow entries it told, or how many take as long to read.
        :raises LocalProtocolError: when its version cannot be asked. :raises RequestError: when it does not answer so.
        """
        match kind:
            case Kind.PORTS:
                stats = await datapath.port_stats()
                if not datapath.channel.closing:
                    self._ports.read(datapath.dpid, datapath.ports, stats, self._clock.seconds())
            case Kind.TABLES:
                await self._tables(datapath)
            case Kind.SIZES:
                features = await datapath.tables.features()
                self._of(datapath).sizes = {one.table_id: one.max_entries for one in features}
                return len(features) * TABLE
            case Kind.FLOWS:
                return await self._flows(datapath)
            case Kind.GROUPS:
                self._of(datapath).groups = tuple((await datapath.groups.stats())[:MOST_SHARED])
            case Kind.METERS:
                self._of(datapath).meters = tuple((await datapath.meters.stats())[:MOST_SHARED])
        return 0

    async def _tables(self, datapath: Datapath) -> None:
        switch = self._of(datapath)
        stats = await datapath.tables.stats()
        used = {one.table_id: _use(one, switch.sizes) for one in stats if one.active_count}  # each once
        switch.tables = tuple(used.values())
        switch.too_many = sum(one.entries for one in switch.tables) > self._most

    async def _flows(self, datapath: Datapath) -> int:
        """Every entry. The answer is taken in bit by bit; what a switch has too many of is not asked for."""
        if self._of(datapath).too_many:
            return 0
        asked = self._clock.seconds()
        found = await datapath.raw_flow_stats()
        since, at = self._entries.at.get(datapath.dpid), Span(asked, self._clock.seconds())
        answer = self._entries.begin(datapath.dpid, at)
        async for entry in in_chunks(self._clock, found, CHUNK):
            answer.add(entry, datapath.translator.flow_stats)
        if not datapath.channel.closing:
            answer.finish()
            if since is not None:
                is_whole = not self._entries.left_out[datapath.dpid]
                self._tell(FlowsRead(datapath.dpid, since, at, answer.counted, is_whole=is_whole))
        return len(found)


def _use(stats: TableStats, sizes: Mapping[int, int]) -> TableUse:
    """A table; a size of 0 is none that anybody could mean."""
    size = stats.max_entries if stats.max_entries is not None else sizes.get(stats.table_id)
    return TableUse(table_id=stats.table_id, entries=stats.active_count, size=size or None)
