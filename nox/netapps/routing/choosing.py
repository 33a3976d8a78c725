"""A path between two ports: the cheapest, chosen by the flow's hash among equal ones, under its constraints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from nox.lib.graph import Edge, Graph, search, walk
from nox.netapps.decision import ANYWHERE, Constraints, Hop, Path, Place

Beyond = Callable[[Place], Place]  # where what a middlebox was sent comes back
Stop = tuple[Place, Place]  # where the flow leaves the network, and where it comes in again

_FREE = frozenset[int]()


def choose(
    graph: Graph,
    source: Place,
    destination: Place,
    *,
    constraints: Constraints = ANYWHERE,
    choice: int = 0,
    without: frozenset[int] = _FREE,
    beyond: Beyond = lambda place: place,
) -> Path | None:
    """The path; None where there is none.

    :param choice: among paths that cost the same.
    :param without: switches that are not to be crossed, beside those that the constraints avoid.
    :param beyond: for a middlebox's port the port where it gives back what it has treated.
    """
    if constraints is ANYWHERE and not without:
        way = walk(graph.distances(destination.dpid), source.dpid, choice)
        return _path(source, way, destination) if way is not None else None
    if source.dpid in without | constraints.avoid or destination.dpid in without | constraints.avoid:
        return None
    return _constrained(graph, _legs(source, destination, constraints.through, beyond), constraints, without)


def _legs(source: Place, destination: Place, through: Sequence[int | Place], beyond: Beyond) -> list[list[Place | int]]:
    """From the source over all that is to be gone through: each leg begins and ends at a port, switches in between."""
    legs: list[list[Place | int]] = [[source]]
    for stop in through:
        legs[-1].append(stop)
        if isinstance(stop, Place):
            legs.append([beyond(stop)])
    legs[-1].append(destination)
    return legs


def _constrained(
    graph: Graph, legs: Sequence[Sequence[Place | int]], constraints: Constraints, without: frozenset[int]
) -> Path | None:
    """Leg after leg, each the cheapest that uses no direction of a link twice: a switch has one entry for a port."""
    used: set[tuple[int, int]] = set()
    path: list[Hop] = []
    for leg in legs:
        way: list[Edge] = []
        for begin, end in pairwise(_dpid(stop) for stop in leg):
            part = search(graph, begin, end, _usable(constraints, without, used))
            if part is None:
                return None
            used |= {edge.begin for edge in part}
            way += part
        first, last = leg[0], leg[-1]
        assert isinstance(first, Place)
        assert isinstance(last, Place)
        path += _path(first, way, last)
    return tuple(path) if len({(hop.dpid, hop.in_port) for hop in path}) == len(path) else None


def _usable(constraints: Constraints, without: frozenset[int], used: set[tuple[int, int]]) -> Callable[[Edge], bool]:
    avoided = constraints.avoid | without
    ports = {(place.dpid, place.port) for place in constraints.avoid_links} | used
    if constraints.disjoint_from is not None:
        path = constraints.disjoint_from
        ports |= {(hop.dpid, hop.out_port) for hop in path[:-1]} | {(hop.dpid, hop.in_port) for hop in path[1:]}
    least = constraints.bandwidth

    def usable(edge: Edge) -> bool:
        return edge.dst not in avoided and edge.begin not in ports and edge.speed >= least

    return usable


def _path(source: Place, way: Sequence[Edge], destination: Place) -> Path:
    """The hops of a way."""
    hops, dpid, in_port = [], source.dpid, source.port
    for edge in way:
        hops.append(Hop(dpid, in_port, edge.src_port))
        dpid, in_port = edge.dst, edge.dst_port
    hops.append(Hop(dpid, in_port, destination.port))
    return tuple(hops)


def _dpid(stop: Place | int) -> int:
    return stop.dpid if isinstance(stop, Place) else stop


def back(path: Path) -> Path:
    """The same path in the other direction."""
    return tuple(Hop(hop.dpid, hop.out_port, hop.in_port) for hop in reversed(path))
