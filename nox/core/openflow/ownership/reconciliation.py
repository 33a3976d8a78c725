"""From what a switch has to what it shall have. Nothing is wiped, and nothing that is right is touched.

The entries are read and compared (`comparison`); then what is missing is added and what differs is changed, highest
priority first, so that what refuses packets is in before what lets them pass; then what should not be there goes.

What a switch forwards when something goes wrong on the way:

- It refuses to tell its entries: all that is stated is written, and nothing is removed. It forwards by what is stated
  and by whatever else it has.
- It does not answer, or leaves: the connection ends without a join. It forwards by what it has had, and by what has
  been written until then, highest priority first. The next connection begins anew.
- It refuses an entry: the others are written; the entry's owner is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from twisted.internet.interfaces import IReactorTime

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.groupspec import GroupSpec
from nox.core.openflow.ledger import MOST_STRANGERS, Reconciled
from nox.core.openflow.meterspec import MeterSpec
from nox.core.openflow.ownership.chunks import in_chunks
from nox.core.openflow.ownership.comparison import Comparer, Comparison, Key, Standing, key_of
from nox.core.openflow.ownership.shared import SharedThings
from nox.core.openflow.ownership.stated import Stated, Statements
from nox.core.openflow.ownership.table import Table
from nox.core.openflow.requests import RequestError
from nox.core.openflow.statistics import FlowStats
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import Version

OLD = 15  # seconds: Open vSwitch in mode `standalone` flushes its entries so long after the controller has gone

Standings = Callable[[int], Standing | None]  # of a component's number


class Reconciler:
    """Compares switches with what is stated.

    :param removed: what is removed beside what is not stated any more: `Standing.ORPHAN`, `Standing.FOREIGN`.
    """

    def __init__(
        self,
        clock: IReactorTime,
        statements: Statements,
        removed: frozenset[Standing],
        groups: SharedThings[GroupSpec],
        meters: SharedThings[MeterSpec],
    ) -> None:
        self._clock = clock
        self._groups, self._meters = groups, meters
        self._statements = statements
        self._removed = removed

    async def reconcile(self, table: Table, standing: Standings) -> tuple[Reconciled, Sequence[FlowStats]]:
        """Compare one switch and write what differs.

        :param standing: None for components whose entries are left alone this time, stated or not.
        :returns: what was found, and the reactive entries.
        :raises RequestError: when the switch does not answer, or leaves.
        """
        await table.lock.acquire()
        try:
            return await self._with_shared(table, standing)
        finally:
            table.lock.release()

    async def _with_shared(self, table: Table, standing: Standings) -> tuple[Reconciled, Sequence[FlowStats]]:
        """Groups and meters come before the entries that use them, and go after them."""
        datapath = table.datapath
        meters = await self._meters.before_flows(datapath, standing)
        groups = await self._groups.before_flows(datapath, standing)
        report, reactive = await self._reconcile(table, standing)
        told = await self._groups.after_flows(datapath, groups), await self._meters.after_flows(datapath, meters)
        return replace(report, groups=told[0], meters=told[1]), reactive

    async def _reconcile(self, table: Table, standing: Standings) -> tuple[Reconciled, Sequence[FlowStats]]:
        datapath = table.datapath
        stated = [one for one in self._statements.of(datapath.dpid) if standing(one.owner) is Standing.RUNS]
        try:
            entries = await datapath.raw_flow_stats()
        except RequestError as error:
            if error.error_type is None:  # it has gone, or says nothing
                raise
            await self._write(table, [(one, table.write) for one in stated])
            return Reconciled(added=len(stated), error=str(error)), ()
        wanted = await self._wanted(table, stated)
        comparer = Comparer(wanted, standing, sets_cookie=datapath.version == Version.V1_0)
        async for entry in in_chunks(self._clock, entries):
            comparer.entry(datapath.translator.flow_stats(entry))
        found = comparer.finish()
        await self._apply(table, found)
        is_lost = not entries and await _is_old(datapath)
        return _report(found, self._removals(found), is_lost), found.reactive

    async def _wanted(self, table: Table, stated: Iterable[Stated]) -> dict[Key, tuple[Stated, FlowStats]]:
        """What the switch should report. What its version cannot say is refused here."""
        wanted: dict[Key, tuple[Stated, FlowStats]] = {}
        async for one in in_chunks(self._clock, stated):
            try:
                form = one.form(table.datapath.translator)
            except LocalProtocolError as error:
                table.refuse(one, str(error))
            else:
                wanted[key_of(form)] = one, form
        return wanted

    async def _apply(self, table: Table, found: Comparison) -> None:
        anew = [*found.missing, *(stated for stated, _ in found.replaced)]
        work = [(one, table.write) for one in anew] + [(one, table.change) for one, _ in found.changed]
        await self._write(table, work)
        async for entry in in_chunks(self._clock, self._removals(found)):
            _refuse_gone(table.datapath)
            table.remove(entry)

    async def _write(self, table: Table, work: Sequence[tuple[Stated, Callable[[Stated], None]]]) -> None:
        """Write or change entries, highest priority first; those that have been withdrawn meanwhile are left out."""
        async for one, write in in_chunks(self._clock, sorted(work, key=lambda item: -item[0].spec.priority)):
            _refuse_gone(table.datapath)
            if one in self._statements:
                write(one)

    def _removals(self, found: Comparison) -> list[FlowStats]:
        orphans = found.orphans if Standing.ORPHAN in self._removed else []
        return [*found.unwanted, *orphans, *(found.foreign if Standing.FOREIGN in self._removed else [])]


def _refuse_gone(datapath: Datapath) -> None:
    if datapath.channel.closing:
        raise RequestError(f"switch {datapath} has gone: {datapath.channel.closing}")


async def _is_old(datapath: Datapath) -> bool:
    """Whether a switch has been running for so long that it should have had entries; 1.0 does not say."""
    if datapath.version == Version.V1_0:
        return False
    try:
        ports = await datapath.port_stats()
    except RequestError:
        _refuse_gone(datapath)
        return False
    return any(port.duration is not None and port.duration >= OLD for port in ports)


def _report(found: Comparison, removed: Sequence[FlowStats], is_lost: bool) -> Reconciled:
    return Reconciled(
        right=found.right,
        added=len(found.missing),
        mended=len(found.changed) + len(found.replaced),
        removed=len(removed),
        reactive=len(found.reactive),
        orphans=len(found.orphans),
        foreign=len(found.foreign),
        strangers=tuple([*found.foreign, *found.orphans][:MOST_STRANGERS]),
        is_lost=is_lost,
    )
