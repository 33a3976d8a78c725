"""What ports are linked with each other: mostly two by a cable, more where a switch without OpenFlow is between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nox.core.view.rows import Link, LinkKind
from nox.netapps.topology.links import Place


@dataclass(slots=True)
class Segment:
    """Ports of which each hears what another sends.

    :ivar places: in order, once `segments` has given it.
    :ivar is_shared: whether something is between that OpenFlow does not control: hosts may be there too.
    """

    places: list[Place] = field(default_factory=list)
    is_shared: bool = False


def segments(links: Iterable[Link]) -> list[Segment]:
    """The segments that links make, ordered by their lowest port."""
    of: dict[Place, Segment] = {}
    for row in links:
        one = _segment(of, (row.src_dpid, row.src_port))
        other = _segment(of, (row.dst_dpid, row.dst_port))
        if one is not other:
            if len(one.places) < len(other.places):
                one, other = other, one
            one.is_shared |= other.is_shared
            one.places += other.places
            of.update(dict.fromkeys(other.places, one))
        one.is_shared |= row.kind is LinkKind.BROADCAST
    found = list({id(segment): segment for segment in of.values()}.values())
    for segment in found:
        segment.places.sort()
    return sorted(found, key=lambda segment: segment.places)


def _segment(of: dict[Place, Segment], place: Place) -> Segment:
    segment = of.get(place)
    if segment is None:
        segment = of[place] = Segment([place])
    return segment
