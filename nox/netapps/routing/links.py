"""The links that paths may use: the topology's, as far as both their ports are up, with what they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from nox.core.interfaces import IDatapaths
from nox.lib.graph import Edge, Graph
from nox.netapps.interfaces import ITopology

Cost = Callable[[int, int, int], int]  # of leaving a switch by a port that has this speed
IsAvoided = Callable[[int, int, int], bool]  # leaving a switch by a port for another switch
Pair = tuple[int, int]  # two switches

AVOIDED = 1 << 40  # what a link costs more that is avoided: more than any way around, and still a way


@dataclass(slots=True)
class Difference:
    """What a change of the network means for paths.

    :ivar gone: edges that are there no more. :ivar come: those that were not there, or have another speed now.
    :ivar nearer: by target the nodes that have come nearer to it.
    """

    gone: list[Edge] = field(default_factory=list)
    come: list[Edge] = field(default_factory=list)
    nearer: dict[int, set[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.gone or self.come or self.nearer)


class Links:
    """Keeps a graph as the topology is.

    Between two looks at all of it only pairs of switches are compared that something has been said about.

    :param is_avoided: whether a link is taken only where there is no other.
    :ivar graph: of switches by dpid. :ivar seen: the topology's revision when all of it was looked at.
    """

    def __init__(self, topology: ITopology, datapaths: IDatapaths, cost: Cost, is_avoided: IsAvoided) -> None:
        self._topology = topology
        self._datapaths = datapaths
        self._cost, self._is_avoided = cost, is_avoided
        self.graph = Graph()
        self.seen = -1

    def look(self) -> Difference:
        """Compare everything, where the topology has changed."""
        if self._topology.revision == self.seen:
            return Difference()
        self.seen = self._topology.revision
        return self.compare({*self._topology.graph.edges(), *((edge.src, edge.dst) for edge in self.graph)})

    def around(self, dpid: int) -> set[Pair]:
        """The pairs of a switch and its neighbours, as the topology and the graph know them."""
        known = self._topology.graph
        neighbours = {*known.successors(dpid), *known.predecessors(dpid)} if dpid in known else set()
        neighbours |= {edge.dst for edge in self.graph.out.get(dpid, {}).values()}
        neighbours |= {edge.src for edge in self.graph.into.get(dpid, {}).values()}
        return {pair for other in neighbours for pair in ((dpid, other), (other, dpid))}

    def compare(self, pairs: Iterable[Pair]) -> Difference:
        """Make the graph's edges between these switches what they should be."""
        difference = Difference()
        for src, dst in sorted(pairs):
            wanted = {edge.src_port: edge for edge in self._wanted(src, dst)}
            for edge in [edge for edge in self.graph.out.get(src, {}).values() if edge.dst == dst]:
                if edge.src_port not in wanted or wanted[edge.src_port].dst_port != edge.dst_port:
                    self.graph.remove(edge.begin)
                    difference.gone.append(edge)
            for edge in wanted.values():
                before = self.graph.get(edge.begin)
                if before is None or before.speed != edge.speed:
                    difference.come.append(edge)
                nearer, _ = self.graph.put(edge)
                for target, nodes in nearer.items():
                    difference.nearer.setdefault(target, set()).update(nodes)
        return difference

    def weigh(self) -> None:
        """Ask for the costs anew. Flows that stand stay where they are: they would only push each other around."""
        for edge in self.graph:
            self.graph.put(self._edge(edge.src, edge.src_port, edge.dst, edge.dst_port))

    def _wanted(self, src: int, dst: int) -> Iterator[Edge]:
        known = self._topology.graph
        if known.has_edge(src, dst):
            for link in known.get_edge_data(src, dst).values():
                if self._is_up(src, link["src_port"]) and self._is_up(dst, link["dst_port"]):
                    yield self._edge(src, link["src_port"], dst, link["dst_port"])

    def _is_up(self, dpid: int, number: int) -> bool:
        datapath = self._datapaths.get(dpid)
        port = datapath.ports.get(number) if datapath is not None else None
        return port is not None and port.is_up

    def _edge(self, src: int, src_port: int, dst: int, dst_port: int) -> Edge:
        datapath = self._datapaths.get(src)
        port = datapath.ports.get(src_port) if datapath is not None else None
        speed = port.current_speed if port is not None else 0
        more = AVOIDED if self._is_avoided(src, src_port, dst) else 0
        return Edge(src, src_port, dst, dst_port, self._cost(src, src_port, speed) + more, speed)
