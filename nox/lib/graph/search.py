"""The cheapest way over those edges alone that fulfil a condition: for the few flows that have constraints."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from nox.lib.graph.distances import Distances
from nox.lib.graph.edge import Edge
from nox.lib.graph.graph import Graph

Usable = Callable[[Edge], bool]


def search(graph: Graph, source: int, target: int, usable: Usable) -> list[Edge] | None:
    """The cheapest way, or None.

    What the way costs without the condition is kept, and never more than it costs with it: so A* (Hart, Nilsson and
    Raphael, 1968) goes straight on where the condition lets it. Of ways that cost the same it takes the same each time.
    """
    without = graph.distances(target)
    if source not in without.to:
        return None
    best = {source: 0}
    by: dict[int, Edge] = {}
    heap = [(without.to[source], source)]
    done: set[int] = set()
    while heap:
        _, node = heappop(heap)
        if node == target:
            return _back(by, source, target)
        if node in done:
            continue
        done.add(node)
        for edge in graph.out.get(node, {}).values():
            _look(edge, best[node] + edge.cost, without, usable, best, by, heap)
    return None


def _look(
    edge: Edge,
    cost: int,
    without: Distances,
    usable: Usable,
    best: dict[int, int],
    by: dict[int, Edge],
    heap: list[tuple[int, int]],
) -> None:
    left = without.to.get(edge.dst)
    if left is None or cost >= best.get(edge.dst, cost + 1) or not usable(edge):
        return
    best[edge.dst] = cost
    by[edge.dst] = edge
    heappush(heap, (cost + left, edge.dst))


def _back(by: dict[int, Edge], source: int, target: int) -> list[Edge]:
    way, node = [], target
    while node != source:
        way.append(by[node])
        node = by[node].src
    return way[::-1]
