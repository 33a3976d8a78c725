"""The links that may be used: those that are known in both directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import networkx

from nox.core.view.rows import Link, LinkKind

Place = tuple[int, int]  # a dpid and the number of a port
Ends = tuple[int, int, int, int]


def ends_of(row: Link) -> Ends:
    """Its key."""
    return row.src_dpid, row.src_port, row.dst_dpid, row.dst_port


class Links:
    """Rows of the view, and the graph of those that may be used.

    :param is_up: whether a port is up, as the view says; asked for static links alone, since others end with it.
    :ivar graph: an edge for each direction, with its ports as key. A cable that leads back to its own switch is not
        in it: no path goes there.
    """

    def __init__(self, is_up: Callable[[Place], bool]) -> None:
        self._is_up = is_up
        self._rows: dict[Ends, Link] = {}
        self._static: dict[Ends, Link] = {}
        self._usable: dict[Ends, Link] = {}
        self._used: Counter[Place] = Counter()
        self.graph: networkx.MultiDiGraph = networkx.MultiDiGraph()

    def __len__(self) -> int:
        return len(self._usable)

    def __iter__(self) -> Iterator[Link]:
        """Those that may be used, each direction."""
        return iter(self._usable.values())

    def is_used(self, place: Place) -> bool:
        """Whether a link that may be used begins or ends at a port."""
        return self._used[place] > 0

    def at(self, place: Place) -> list[Link]:
        """Static links that begin or end at a port."""
        return [row for ends, row in self._static.items() if place in (ends[:2], ends[2:])]

    def change(self, ends: Ends, row: Link | None) -> bool:
        """A row is so now, or is gone; whether something may be used that might not before, or the other way round."""
        self._static.pop(ends, None)
        if row is None:
            self._rows.pop(ends, None)
        else:
            self._rows[ends] = row
            if row.kind is LinkKind.STATIC:
                self._static[ends] = row
        back = (ends[2], ends[3], ends[0], ends[1])
        there, return_way = self._rows.get(ends), self._rows.get(back)
        if there is not None and return_way is not None and self._works(there) and self._works(return_way):
            return any([self._use(there), self._use(return_way)])
        return any([self._drop(ends), self._drop(back)])

    def _works(self, row: Link) -> bool:
        if row.kind is not LinkKind.STATIC:
            return True
        return self._is_up((row.src_dpid, row.src_port)) and self._is_up((row.dst_dpid, row.dst_port))

    def _use(self, row: Link) -> bool:
        ends = ends_of(row)
        if self._usable.get(ends) == row:
            return False
        if ends not in self._usable:
            self._used.update((ends[:2], ends[2:]))
        self._usable[ends] = row
        if row.src_dpid != row.dst_dpid:
            ports = {"src_port": row.src_port, "dst_port": row.dst_port}
            self.graph.add_edge(
                row.src_dpid, row.dst_dpid, key=(row.src_port, row.dst_port), kind=row.kind.value, **ports
            )
        return True

    def _drop(self, ends: Ends) -> bool:
        row = self._usable.pop(ends, None)
        if row is None:
            return False
        self._used.subtract((ends[:2], ends[2:]))
        for place in (ends[:2], ends[2:]):
            if not self._used[place]:
                del self._used[place]
        if row.src_dpid != row.dst_dpid:
            self.graph.remove_edge(row.src_dpid, row.dst_dpid, key=(row.src_port, row.dst_port))
        return True
