"""Ways along kept distances: one chosen by a number, or all of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from nox.lib.graph.distances import Distances
from nox.lib.graph.edge import Edge

MOST_WAYS = 16  # that cost the same, listed


def walk(distances: Distances, source: int, choice: int = 0) -> list[Edge] | None:
    """One of the cheapest ways to the target; None where there is none.

    :param choice: which one, 32 bits: at each node it chooses among the next hops, so that many choices spread over
        all ways and the same choice always takes the same one.
    """
    if source not in distances.to:
        return None
    way, node = [], source
    while node != distances.target:
        hops = distances.next_hops(node)
        edge = hops[choice % len(hops)] if len(hops) > 1 else hops[0]
        if len(hops) > 1:
            choice = _next(choice // len(hops))
        way.append(edge)
        node = edge.dst
    return way


def ways(distances: Distances, source: int, most: int = MOST_WAYS) -> list[list[Edge]]:
    """The cheapest ways to the target, at most so many, in the order of their ports."""
    if source not in distances.to:
        return []
    return list(islice(_all(distances, source, []), most))


def _all(distances: Distances, node: int, before: list[Edge]) -> Iterator[list[Edge]]:
    if node == distances.target:
        yield before
    for edge in distances.next_hops(node):
        yield from _all(distances, edge.dst, [*before, edge])


def _next(choice: int) -> int:
    """Numerical Recipes' generator: what is left of a number after a few divisions chooses nothing any more."""
    return (choice * 1664525 + 1013904223) & 0xFFFFFFFF
