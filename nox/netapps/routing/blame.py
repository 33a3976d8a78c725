"""Who loses a flow that one switch counts and the next does not: by what their ports have sent and received."""

from __future__ import annotations

from typing import NamedTuple

from nox.lib.graph import Edge, Graph
from nox.netapps.decision import Hop
from nox.netapps.interfaces import ILoad
from nox.netapps.routing.losing import Sent

_HALF = 0.5  # of what should be there


class Suspect(NamedTuple):
    """A switch; or a link, by the port where it begins. :ivar port: None for the switch itself."""

    dpid: int
    port: int | None = None


class Way(NamedTuple):
    """Through a switch: the link by which something comes in, and the one by which it leaves."""

    into: Edge
    out: Edge


def arrives(sent: Sent, load: ILoad | None) -> bool:
    """Whether the flow may arrive although the last switch does not count it: as much leaves by its host's port."""
    last = sent.path[-1]
    if sent.place + 2 < len(sent.path) or load is None:
        return False
    packets = load.packets(last.dpid, last.out_port)
    return packets is not None and packets.sent is not None and packets.sent >= sent.rate * _HALF


def blame(sent: Sent, load: ILoad | None) -> Suspect:
    """Who it is. Where that is not clear, and at the ends of the path, which cannot be gone around, it is the link.

    What a switch says of itself may be wrong, or a lie: one that lies can have its own links avoided, or itself.
    """
    path, place = sent.path, sent.place
    one, other = path[place], path[place + 1]
    link = Suspect(one.dpid, one.out_port)
    there = load.packets(one.dpid, one.out_port) if load is not None else None
    here = load.packets(other.dpid, other.in_port) if load is not None else None
    if there is None or here is None or there.sent is None or here.received is None:
        return link
    if there.sent < sent.rate * _HALF:  # it counts, and sends nothing
        return Suspect(one.dpid) if place else link
    if here.received < there.sent * _HALF:
        return link
    return Suspect(other.dpid) if place + 2 < len(path) else link


def way(suspect: Suspect, sent: Sent, graph: Graph) -> Way | None:
    """A way of one switch on which a packet of ours shows whether the suspect forwards; None where there is none."""
    path = sent.path
    place = sent.place + 1 if suspect.port is not None or suspect.dpid == path[sent.place + 1].dpid else sent.place
    before, middle = path[place - 1], path[place]
    into = graph.get((before.dpid, before.out_port))
    if into is None or into.end != (middle.dpid, middle.in_port):
        return None
    out = _out(middle, into, graph)
    return Way(into, out) if out is not None else None


def _out(middle: Hop, into: Edge, graph: Graph) -> Edge | None:
    """Where the flow goes on; else to any other switch; else back."""
    edges = graph.out.get(middle.dpid, {})
    others = [edge for edge in edges.values() if edge.dst != into.src]
    back = [edge for edge in edges.values() if edge.end == into.begin]
    return edges.get(middle.out_port) or next(iter(others), None) or next(iter(back), None)
