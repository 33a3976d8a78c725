"""A directed graph whose nodes have numbered ports, with the distances that were asked for."""

from __future__ import annotations

from collections.abc import Iterator

from nox.lib.graph.distances import Distances
from nox.lib.graph.edge import Edge, Port

Changed = dict[int, set[int]]  # by target: the nodes whose distance to it has changed


class Graph:
    """Edges by where they begin, and the distances to each node that somebody has asked for.

    What is asked for first costs a search over the graph; from then on each change of an edge costs what it changes.

    :ivar out: by node and port the edges that leave it; `into`: by node and where they begin those that arrive.
    """

    __slots__ = ("_distances", "into", "out")

    def __init__(self) -> None:
        self.out: dict[int, dict[int, Edge]] = {}
        self.into: dict[int, dict[Port, Edge]] = {}
        self._distances: dict[int, Distances] = {}

    def __iter__(self) -> Iterator[Edge]:
        return (edge for edges in list(self.out.values()) for edge in list(edges.values()))

    def get(self, begin: Port) -> Edge | None:
        """The edge that begins there."""
        return self.out.get(begin[0], {}).get(begin[1])

    def distances(self, target: int) -> Distances:
        """The distances to a node."""
        try:
            return self._distances[target]
        except KeyError:
            made = self._distances[target] = Distances(target, self.out, self.into)
            return made

    def forget(self, target: int) -> None:
        """Keep the distances to this node no longer: it has gone."""
        self._distances.pop(target, None)

    def put(self, edge: Edge) -> tuple[Changed, Changed]:
        """Have this edge there, in the place of what began there.

        :returns: which nodes are nearer to which target now, and which are farther.
        """
        before = self.get(edge.begin)
        if before == edge:
            return {}, {}
        if before is not None and before.end == edge.end and edge.cost <= before.cost:
            self._add(edge)
            return self._came(edge), {}
        farther = self.remove(edge.begin)
        self._add(edge)
        return self._came(edge), farther

    def remove(self, begin: Port) -> Changed:
        """Have no edge there: which nodes are farther from which target now."""
        edge = self.get(begin)
        if edge is None:
            return {}
        del self.out[edge.src][edge.src_port], self.into[edge.dst][begin]
        for edges, node in ((self.out, edge.src), (self.into, edge.dst)):
            if not edges[node]:
                del edges[node]
        return {target: far for target, kept in self._distances.items() if (far := kept.went(edge))}

    def _add(self, edge: Edge) -> None:
        self.out.setdefault(edge.src, {})[edge.src_port] = edge
        self.into.setdefault(edge.dst, {})[edge.begin] = edge

    def _came(self, edge: Edge) -> Changed:
        return {target: near for target, kept in self._distances.items() if (near := kept.came(edge))}
