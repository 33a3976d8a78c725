"""A tree through each connected part of the network, always the same one for the same links.

The root is the switch with the lowest dpid; every switch hangs from its first neighbour on a shortest way there, by
port number. So every instance of NOX finds the same tree. A segment with more than two ports is a node of the tree as
switches are: what one port sends there all others hear.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from nox.netapps.topology.links import Place
from nox.netapps.topology.segments import Segment


def tree_ports(found: Iterable[Segment]) -> set[Place]:
    """The ports that are in the trees.

    :param found: as `segments` orders them.
    """
    by_switch: dict[int, list[tuple[int, Segment]]] = defaultdict(list)
    for segment in found:
        for dpid, port in segment.places:
            by_switch[dpid].append((port, segment))
    for ports in by_switch.values():
        ports.sort(key=lambda one: one[0])
    tree: set[Place] = set()
    reached: set[int] = set()
    for root in sorted(by_switch):
        if root not in reached:
            reached.add(root)
            _grow(root, by_switch, reached, tree)
    return tree


def _grow(root: int, by_switch: dict[int, list[tuple[int, Segment]]], reached: set[int], tree: set[Place]) -> None:
    """Reach all that can be reached from a root."""
    crossed: set[int] = set()
    waiting = deque([root])
    while waiting:
        dpid = waiting.popleft()
        for port, segment in by_switch[dpid]:
            if id(segment) in crossed:
                continue
            crossed.add(id(segment))
            beyond = _first_ports(segment, reached)
            if beyond or segment.is_shared:  # hosts on a shared segment hear one port of it, and are heard by that
                tree.add((dpid, port))
            for place in beyond:
                tree.add(place)
                reached.add(place[0])
                waiting.append(place[0])


def _first_ports(segment: Segment, reached: set[int]) -> list[Place]:
    """The lowest port of each switch on a segment that was not reached yet."""
    first: dict[int, Place] = {}
    for place in segment.places:
        if place[0] not in reached:
            first.setdefault(place[0], place)
    return list(first.values())
