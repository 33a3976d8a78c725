"""Backups in the switches: where each hop sends a flow when its link is down, before the controller knows.

With OpenFlow 1.3 a fast-failover group has two buckets: the hop's port, and a port from which a detour leads to the
destination, which may be the one where the flow came in. What the detour crosses has entries as well. No switches here.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from nox.lib.graph import Edge, Graph, search
from nox.netapps.decision import Constraints, Hop, Path

MOST_PORT = 127  # the highest number of a port that has groups: both ports of one are in its number
_LOW = 0xFFFFFFFF
Entry = tuple[int, int]


def packed(out_port: int, backup: int = 0) -> int:
    """A port and its backup as one number, as entries are compared. :param backup: 0 for none."""
    return out_port | backup << 32


def unpacked(value: int) -> tuple[int, int]:
    """The port and its backup, 0 for none."""
    return value & _LOW, value >> 32


def group_index(out_port: int, backup: int, *, is_back: bool) -> int:
    """The number of a group among the component's. :param is_back: whether the backup is where the flow came in."""
    return out_port << 8 | backup << 1 | is_back


def ports_of(index: int) -> tuple[int, int]:
    """The port and the backup of a group."""
    return index >> 8 & 0x7F, index >> 1 & 0x7F


def protect(graph: Graph, path: Path, constraints: Constraints) -> Path:
    """The hops of a path with backups, followed by those of the detours; each `out_port` is `packed`.

    A hop whose detour would not arrive has no backup. Only one link is taken to be down. A flow that must go through
    something, or has other wishes than what to avoid, has no backups: a detour would not hold to them.
    """
    if constraints != Constraints(avoid=constraints.avoid):
        return path
    entries = {(hop.dpid, hop.in_port): packed(hop.out_port) for hop in path}
    for hop, following in pairwise(path):
        edge = graph.get((hop.dpid, hop.out_port))
        if edge is not None and edge.end == (following.dpid, following.in_port):
            _detour(graph, path, edge, hop, entries, constraints)
    return tuple(Hop(*place, value) for place, value in entries.items())


def _detour(
    graph: Graph, path: Path, broken: Edge, hop: Hop, entries: dict[Entry, int], constraints: Constraints
) -> None:
    """Lead around one link, where what is there already allows it."""
    last, dead = path[-1], {broken.begin, broken.end}
    avoided = constraints.avoid
    way = search(graph, hop.dpid, last.dpid, lambda edge: edge.begin not in dead and edge.dst not in avoided)
    if not way or max(hop.out_port, way[0].src_port) > MOST_PORT:
        return
    tried = dict(entries)
    tried[hop.dpid, hop.in_port] = packed(hop.out_port, way[0].src_port)
    outs = [edge.src_port for edge in way[1:]] + [last.out_port]
    for edge, out_port in zip(way, outs, strict=True):
        tried.setdefault(edge.end, packed(out_port))
    if arrives(graph, tried, (path[0].dpid, path[0].in_port), (last.dpid, last.out_port), dead):
        entries.update(tried)


def arrives(
    graph: Graph, entries: Mapping[Entry, int], begin: Entry, end: Entry, dead: frozenset[Entry] | set[Entry]
) -> bool:
    """Whether packets that come in at a port leave by another one, while these ports are down."""
    here, seen = begin, set[Entry]()
    while here in entries and here not in seen:
        seen.add(here)
        out_port, backup = unpacked(entries[here])
        if (here[0], out_port) in dead:
            out_port = backup
        if (here[0], out_port) == end:
            return True
        edge = graph.get((here[0], out_port))
        if edge is None or edge.begin in dead:
            return False
        here = edge.end
    return False
