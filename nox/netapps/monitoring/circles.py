"""Packets that go round, seen by counters alone: pure.

No entry that NOX writes makes a packet visit a switch twice. So a packet that comes in somewhere crosses at most n - 1
links between any n switches before it leaves them, also when it is flooded: its copies go along a tree. Hence, for any
n switches, the packets that arrive over links between them are at most (n - 1) times those that come in otherwise.
Where they are more, packets go round: an entry of somebody else leads them back, and each goes on for ever.

The same holds for bytes, and both must be too many: a network card may cut one large packet into many (segmentation
offload), which are more packets but hardly more bytes, and tags make packets larger, but not more.

Which switches? Those of a loop are joined by links in a circle over which about as much goes, and more than elsewhere.
So the strongly connected parts of the graph of busy links are looked at: of those that have half the highest rate, a
quarter, and so on, down to a floor below which nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import networkx

from nox.netapps.decision import Place

MARGIN: Final = 2.0  # counters of two switches are not read at one moment
LEVELS: Final = 6


class Rate(NamedTuple):
    """What arrives at a port each second."""

    packets: float
    bytes: float


NOTHING: Final = Rate(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Circle:
    """Switches between which packets go round.

    :ivar links: where they leave them by. :ivar packets: a second, over these links together.
    :ivar inflow: a second, that come in otherwise.
    """

    dpids: frozenset[int]
    links: tuple[Place, ...]
    packets: float
    inflow: float


def levels(links: Mapping[Place, Place], received: Mapping[Place, Rate], floor: float) -> Iterator[float]:
    """The rates to look at, highest first.

    :param links: where a link leaves, and where it arrives.
    :param received: what arrives at each port of every switch.
    """
    highest = max((received.get(end, NOTHING).packets for end in links.values()), default=0.0)
    for step in range(1, LEVELS + 1):
        level = highest / 2**step
        if level * 2 < floor or not highest:
            return
        yield max(level, floor)


def circles(
    links: Mapping[Place, Place], received: Mapping[Place, Rate], level: float, seen: Iterable[int] = ()
) -> list[Circle]:
    """The circles in the graph of the links over which so much goes, or more.

    :param seen: switches that are in a circle already: they are not looked at again.
    """
    left_out = set(seen)
    graph = networkx.DiGraph()
    for one, other in links.items():
        if received.get(other, NOTHING).packets >= level and not {one.dpid, other.dpid} & left_out:
            graph.add_edge(one.dpid, other.dpid)
    parts = [frozenset(part) for part in networkx.strongly_connected_components(graph) if len(part) > 1]
    inflows = _received_by(received, parts)
    return [circle for part in parts if (circle := _circle(part, links, received, level, inflows[part])) is not None]


def _received_by(
    received: Mapping[Place, Rate], parts: Iterable[frozenset[int]]
) -> dict[frozenset[int], dict[Place, Rate]]:
    """What arrives at the switches of each part, by port."""
    part_of = {dpid: part for part in parts for dpid in part}
    found: dict[frozenset[int], dict[Place, Rate]] = {part: {} for part in part_of.values()}
    for place, rate in received.items():
        if place.dpid in part_of:
            found[part_of[place.dpid]][place] = rate
    return found


def _circle(
    dpids: frozenset[int],
    links: Mapping[Place, Place],
    received: Mapping[Place, Rate],
    level: float,
    arrived: Mapping[Place, Rate],
) -> Circle | None:
    """These switches as a circle; None where what comes in explains what goes between them."""
    inner = {
        one: other
        for one, other in links.items()
        if one.dpid in dpids and other.dpid in dpids and received.get(other, NOTHING).packets >= level
    }
    arrivals = set(inner.values())
    between = _sum(received[other] for other in inner.values())
    inflow = _sum(rate for place, rate in arrived.items() if place not in arrivals)
    most = MARGIN * (len(dpids) - 1)
    if between.packets <= most * inflow.packets or between.bytes <= most * inflow.bytes:
        return None
    return Circle(dpids, tuple(inner), between.packets, inflow.packets)


def _sum(rates: Iterable[Rate]) -> Rate:
    found = list(rates)
    return Rate(sum(rate.packets for rate in found), sum(rate.bytes for rate in found))
