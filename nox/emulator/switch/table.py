"""One flow table: entries by priority and match, and the one that fits a packet.

Entries that look at the same fields under the same masks form a `_Shape`, in which a packet is looked up by the values
of these fields. So a lookup costs as many dictionary reads as there are shapes, however many entries there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nox.emulator.switch.entry import Entry
from nox.lib.match import Match

_Looked = tuple[tuple[str, int | None], ...]


class _Shape:
    """Entries that look at the same fields under the same masks; `top` is their highest priority."""

    __slots__ = ("_priorities", "looked", "rows", "top")

    def __init__(self, looked: _Looked) -> None:
        self.looked = looked
        self.rows: dict[tuple[int, ...], list[Entry]] = {}
        self.top = 0
        self._priorities: dict[int, int] = {}  # how many entries have each

    def find(self, fields: Mapping[str, int]) -> Entry | None:
        """The entry of highest priority that fits."""
        values = []
        for name, mask in self.looked:
            value = fields.get(name)
            if value is None:
                return None
            values.append(value if mask is None else value & mask)
        row = self.rows.get(tuple(values))
        return row[0] if row else None

    def add(self, values: tuple[int, ...], entry: Entry) -> None:
        row = self.rows.setdefault(values, [])
        row.append(entry)
        row.sort(key=lambda one: -one.priority)
        self._priorities[entry.priority] = self._priorities.get(entry.priority, 0) + 1
        self.top = max(self.top, entry.priority)

    def remove(self, values: tuple[int, ...], entry: Entry) -> None:
        row = self.rows[values]
        row.remove(entry)
        if not row:
            del self.rows[values]
        self._priorities[entry.priority] -= 1
        if not self._priorities[entry.priority]:
            del self._priorities[entry.priority]
            self.top = max(self._priorities, default=0)


class Table:
    """One table.

    :ivar lookups: packets that were looked up; `matched`: those that an entry fitted.
    """

    __slots__ = ("_entries", "_order", "_shapes", "lookups", "matched", "table_id")

    def __init__(self, table_id: int) -> None:
        self.table_id = table_id
        self.lookups = self.matched = 0
        self._entries: dict[tuple[int, Match], Entry] = {}
        self._shapes: dict[_Looked, _Shape] = {}
        self._order: list[_Shape] | None = []

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def get(self, priority: int, match: Match) -> Entry | None:
        """The entry with exactly this priority and match."""
        return self._entries.get((priority, match))

    def put(self, entry: Entry) -> Entry | None:
        """Add an entry; the one that it takes the place of."""
        old = self.get(entry.priority, entry.match)
        if old is not None:
            self.remove(old)
        self._entries[entry.priority, entry.match] = entry
        looked, values = _parts(entry.match)
        self._shapes.setdefault(looked, _Shape(looked)).add(values, entry)
        self._order = None
        return old

    def remove(self, entry: Entry) -> None:
        """Take an entry out."""
        del self._entries[entry.priority, entry.match]
        entry.gone = True
        looked, values = _parts(entry.match)
        shape = self._shapes[looked]
        shape.remove(values, entry)
        if not shape.rows:
            del self._shapes[looked]
        self._order = None

    def lookup(self, fields: Mapping[str, int]) -> Entry | None:
        """The entry of the highest priority that fits these fields."""
        self.lookups += 1
        if self._order is None:
            self._order = sorted(self._shapes.values(), key=lambda shape: -shape.top)
        best: Entry | None = None
        for shape in self._order:
            if best is not None and best.priority >= shape.top:
                break
            found = shape.find(fields)
            if found is not None and (best is None or found.priority > best.priority):
                best = found
        self.matched += best is not None
        return best

    def overlaps(self, entry: Entry) -> bool:
        """Whether a packet may fit another entry of the same priority."""
        return any(one.priority == entry.priority and _may_both(one.match, entry.match) for one in self)


def _parts(match: Match) -> tuple[_Looked, tuple[int, ...]]:
    looked, values = [], []
    for name, value, mask in match.items():
        looked.append((name, mask))
        values.append(value)
    return tuple(looked), tuple(values)


def _may_both(one: Match, other: Match) -> bool:
    """Whether a packet can fit both: no field has bits that both look at and that differ."""
    seen = {name: (value, mask) for name, value, mask in one.items()}
    for name, value, mask in other.items():
        if name in seen:
            value_there, mask_there = seen[name]
            common = (-1 if mask is None else mask) & (-1 if mask_there is None else mask_there)
            if (value ^ value_there) & common:
                return False
    return True
