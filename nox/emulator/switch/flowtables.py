"""All tables of a switch: changing entries (1.3.5, section 6.4) and letting them go when their time is over."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import Final

from nox.emulator.switch.entry import Entry
from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.table import Table
from nox.lib.actions import ANY
from nox.lib.match import Match
from nox.lib.openflow.enums import ALL_TABLES, FlowModFlag, FlowRemovedReason
from nox.lib.openflow.errorcodes import FlowModFailed
from nox.lib.openflow.versions import Version

Removed = Callable[[Entry, FlowRemovedReason], None]
_ANY_GROUP: Final = 0xFFFFFFFF


class Selection:
    """Which entries are meant.

    :ivar priority: with it, only the entry of exactly this priority and match (strict).
    """

    __slots__ = ("cookie", "cookie_mask", "match", "out_group", "out_port", "priority", "table_id")

    def __init__(
        self,
        match: Match,
        *,
        table_id: int = ALL_TABLES,
        priority: int | None = None,
        out_port: int = ANY,
        out_group: int = _ANY_GROUP,
        cookie: int = 0,
        cookie_mask: int = 0,
    ) -> None:
        self.match, self.table_id, self.priority = match, table_id, priority
        self.out_port, self.out_group = out_port, out_group
        self.cookie, self.cookie_mask = cookie, cookie_mask

    def means(self, entry: Entry) -> bool:
        """Whether this entry is one of them."""
        if self.priority is None:
            if not self.match.covers(entry.match):
                return False
        elif entry.priority != self.priority or entry.match != self.match:
            return False
        return (
            not (entry.cookie ^ self.cookie) & self.cookie_mask
            and (self.out_port == ANY or entry.program.sends_to(self.out_port))
            and (self.out_group == _ANY_GROUP or entry.program.uses_group(self.out_group))
        )


class FlowTables:
    """The tables.

    :param removed: called for each entry that goes and whose controller may want to know.
    :param most: entries in each table.
    """

    __slots__ = ("_deadlines", "_removed", "_sequence", "most", "tables")

    def __init__(self, count: int, most: int, removed: Removed) -> None:
        self.tables = tuple(Table(number) for number in range(count))
        self.most = most
        self._removed = removed
        self._deadlines: list[tuple[float, int, Entry]] = []
        self._sequence = 0

    def chosen(self, table_id: int) -> tuple[Table, ...]:
        """The table with this number, or all of them.

        :raises Refused: when there is none.
        """
        if table_id == ALL_TABLES:
            return self.tables
        if table_id >= len(self.tables):
            raise Refused(FlowModFailed.BAD_TABLE_ID, f"there is no table {table_id}: there are {len(self.tables)}")
        return (self.tables[table_id],)

    def selected(self, selection: Selection) -> Iterator[Entry]:
        """The entries that are meant."""
        for table in self.chosen(selection.table_id):
            if selection.priority is None:
                yield from (entry for entry in table if selection.means(entry))
            else:
                entry = table.get(selection.priority, selection.match)
                if entry is not None and selection.means(entry):
                    yield entry

    def add(self, entry: Entry) -> None:
        """Add an entry, in the place of one with the same priority and match.

        :raises Refused: when it overlaps another and must not, or the table is full.
        """
        if entry.table_id == ALL_TABLES:
            raise Refused(FlowModFailed.BAD_TABLE_ID, "an entry is added to one table")
        (table,) = self.chosen(entry.table_id)
        old = table.get(entry.priority, entry.match)
        if entry.flags & FlowModFlag.CHECK_OVERLAP and old is None and table.overlaps(entry):
            raise Refused(FlowModFailed.OVERLAP, "another entry of this priority may fit the same packets")
        if old is None and len(table) >= self.most:
            raise Refused(FlowModFailed.TABLE_FULL, f"table {entry.table_id} has {self.most} entries")
        table.put(entry)
        if old is not None and not entry.flags & FlowModFlag.RESET_COUNTS and not self._counts_anew(entry):
            entry.packets, entry.bytes = old.packets, old.bytes
        self._watch(entry)

    @staticmethod
    def _counts_anew(entry: Entry) -> bool:
        """1.0 has no flag for it: an addition always begins anew (1.0.0, section 4.6)."""
        return entry.program.version < Version.V1_3

    def remove(self, entry: Entry, reason: FlowRemovedReason) -> None:
        """Take an entry out, and say so where it was asked for."""
        self.tables[entry.table_id].remove(entry)
        if entry.flags & FlowModFlag.SEND_FLOW_REM:
            self._removed(entry, reason)

    def _watch(self, entry: Entry) -> None:
        deadline = entry.deadline()
        if deadline is not None:
            self._sequence += 1
            heapq.heappush(self._deadlines, (deadline, self._sequence, entry))

    def next_deadline(self) -> float | None:
        """When `expire` has something to look at; None for never."""
        while self._deadlines and self._deadlines[0][2].gone:
            heapq.heappop(self._deadlines)
        return self._deadlines[0][0] if self._deadlines else None

    def expire(self, now: float) -> None:
        """Let the entries go whose time is over."""
        while self._deadlines and self._deadlines[0][0] <= now:
            _, _, entry = heapq.heappop(self._deadlines)
            deadline = entry.deadline()
            if entry.gone or deadline is None:
                continue
            if deadline > now:
                self._watch(entry)
                continue
            hard = entry.hard_timeout and entry.created + entry.hard_timeout <= now
            self.remove(entry, FlowRemovedReason.HARD_TIMEOUT if hard else FlowRemovedReason.IDLE_TIMEOUT)
