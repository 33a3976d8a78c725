"""What it costs to reach one node from every other, kept right as edges come and go.

After G. Ramalingam and T. Reps, "On the computational complexity of dynamic graph problems", Theoretical Computer
Science 158 (1996): a change costs what it changes, and next to nothing where it changes nothing. A node's next hops
are not kept: they are those of its edges over which the distances agree.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from heapq import heapify, heappop, heappush

from nox.lib.graph.edge import Edge, Port

Out = Mapping[int, Mapping[int, Edge]]  # by node and port: the edges that leave it
Into = Mapping[int, Mapping[Port, Edge]]  # by node and where they begin: those that arrive


class Distances:
    """The distances of all nodes to one.

    :ivar target: that one. :ivar to: the cost, by node; a node that cannot reach it is not there.
    :param out: the graph's edges as they are now; `into` too. Both are read again at each change.
    """

    __slots__ = ("_into", "_out", "target", "to")

    def __init__(self, target: int, out: Out, into: Into) -> None:
        self.target = target
        self._out, self._into = out, into
        self.to: dict[int, int] = {target: 0}
        self._lower([(0, target)])

    def came(self, edge: Edge) -> set[int]:
        """An edge is there that was not, or costs less: the nodes that are nearer now."""
        beyond = self.to.get(edge.dst)
        if beyond is None or not self._nearer(edge.src, beyond + edge.cost):
            return set()
        self.to[edge.src] = beyond + edge.cost
        return {edge.src, *self._lower([(beyond + edge.cost, edge.src)])}

    def went(self, edge: Edge) -> set[int]:
        """An edge is there no more, or costs more now (what it was is given): the nodes that are farther now."""
        near, beyond = self.to.get(edge.src), self.to.get(edge.dst)
        if near is None or beyond is None or near != beyond + edge.cost or self._has_way(edge.src, near, ()):
            return set()
        lost = self._lost(edge.src, near)
        for node in lost:
            del self.to[node]
        self._lower(self._anew(lost))
        return lost

    def next_hops(self, node: int) -> list[Edge]:
        """The edges by which the cheapest ways go on from a node, in the order of their ports; none where it ends."""
        here, to = self.to.get(node), self.to
        if not here:  # it is there, or cannot reach it
            return []
        found = []
        for edge in self._out.get(node, {}).values():
            beyond = to.get(edge.dst)
            if beyond is not None and beyond + edge.cost == here:
                found.append(edge)
        if len(found) > 1:
            found.sort(key=_port)
        return found

    def _nearer(self, node: int, cost: int) -> bool:
        known = self.to.get(node)
        return known is None or cost < known

    def _lower(self, heap: list[tuple[int, int]]) -> set[int]:
        """Dijkstra's algorithm against the edges from nodes whose distances are new: those that it lowers."""
        lowered = set()
        while heap:
            cost, node = heappop(heap)
            if self.to[node] < cost:
                continue
            for edge in self._into.get(node, {}).values():
                if self._nearer(edge.src, cost + edge.cost):
                    self.to[edge.src] = cost + edge.cost
                    lowered.add(edge.src)
                    heappush(heap, (cost + edge.cost, edge.src))
        return lowered

    def _lost(self, first: int, cost: int) -> set[int]:
        """The nodes of which no way is left that costs what it did, nearest first: a way leads over nearer ones."""
        lost: set[int] = set()
        heap = [(cost, first)]
        seen = {first}
        while heap:
            cost, node = heappop(heap)
            if self._has_way(node, cost, lost):
                continue
            lost.add(node)
            for edge in self._into.get(node, {}).values():
                if edge.src not in seen and self.to.get(edge.src) == cost + edge.cost:
                    seen.add(edge.src)
                    heappush(heap, (cost + edge.cost, edge.src))
        return lost

    def _has_way(self, node: int, cost: int, lost: Container[int]) -> bool:
        """Whether some way on costs what it did, over a node that is not lost."""
        to = self.to
        for edge in self._out.get(node, {}).values():
            beyond = to.get(edge.dst)
            if beyond is not None and beyond + edge.cost == cost and edge.dst not in lost:
                return True
        return False

    def _anew(self, lost: set[int]) -> list[tuple[int, int]]:
        """What these nodes cost over neighbours that have kept their distance; a heap."""
        heap = []
        for node in lost:
            over = [self.to[edge.dst] + edge.cost for edge in self._out.get(node, {}).values() if edge.dst in self.to]
            if over:
                heap.append((min(over), node))
        for cost, node in heap:
            self.to[node] = cost
        heapify(heap)
        return heap


def _port(edge: Edge) -> int:
    return edge.src_port
