"""Which entries go when a table is full and their components have not given back enough: pure.

Those that were written as packets came, and that a packet would bring back: so nothing is lost but time. An entry that
a component states stays, as does one that guards or punts, and a stranger's. Of the others those go first that nobody
will miss: of components that do not run; then those with hardly a packet, as a scan leaves them behind; then those with
the fewest packets a second. A scan so pushes out its own entries, and not those of connections that are in use.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import IntEnum
from heapq import nsmallest
from typing import Final

from nox.core.openflow.translation.translator import AnyFlowStatsEntry
from nox.core.plan import DENY, FLOWS, component_of, is_stated

_HARDLY: Final = 2  # packets


class Standing(IntEnum):
    """Whom an entry's component is."""

    ORPHAN = 0  # installed, and does not run
    RUNS = 1


def least_needed(
    entries: Iterable[AnyFlowStatsEntry],
    table_id: int,
    count: int,
    running: Collection[int],
    installed: Collection[int],
) -> list[AnyFlowStatsEntry]:
    """At most so many entries of a table that may go, the least needed first.

    :param running: the numbers of components; `installed` too.
    """

    def need(entry: AnyFlowStatsEntry) -> tuple[int, bool, float]:
        standing = Standing.RUNS if component_of(entry.cookie) in running else Standing.ORPHAN
        age = max(1.0, entry.duration_sec + entry.duration_nsec / 1e9)
        return standing, entry.packet_count > _HARDLY, entry.packet_count / age

    may_go = (one for one in entries if one.table_id == table_id and _may_go(one, installed))
    return nsmallest(count, may_go, key=need)


def _may_go(entry: AnyFlowStatsEntry, installed: Collection[int]) -> bool:
    is_flow = entry.priority in FLOWS or entry.priority in DENY
    return is_flow and component_of(entry.cookie) in installed and not is_stated(entry.cookie)
