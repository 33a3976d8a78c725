"""Which flows a change of the network concerns, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from nox.lib.graph import Graph
from nox.netapps.decision import Path, Place
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.links import Difference
from nox.netapps.routing.table import FlowTable

BATCH = 100  # flows that are looked at in one turn

Route = Callable[[Flow], "Path | None"]
Lead = Callable[[Flow, Path], None]


class Healer:
    """Moves the flows that a change concerns, and only those.

    A flow whose link has gone and for which there is no other path keeps its entries: with the link it comes back. It
    is looked at whenever a link comes. Flows with constraints are too: what makes nothing nearer may be better for
    them.

    :param soon: calls in the next turn.
    :ivar stranded: those flows. :ivar moved: how many flows were moved.
    """

    def __init__(
        self, table: FlowTable, graph: Graph, route: Route, lead: Lead, soon: Callable[[Callable[[], None]], object]
    ) -> None:
        self._table, self._graph, self._route, self._lead, self._soon = table, graph, route, lead, soon
        self._waiting: dict[Flow, None] = {}
        self.stranded: dict[Flow, None] = {}
        self.moved = 0

    def concern(self, difference: Difference) -> None:
        """The network has changed."""
        changed = [*difference.gone, *difference.come]
        found = [flow for edge in changed for flow in self._table.crossing(Place(*edge.begin))]
        if difference.come or difference.nearer:
            found += [*self.stranded, *self._table.constrained()]
            for source, target in list(self._table.ends()):
                if source in difference.nearer.get(target, ()):
                    found += self._table.between(source, target)
        self.look_at(found)

    def look_at(self, flows: Iterable[Flow]) -> None:
        """See whether these flows are where they should be: the first at once, many in turns."""
        idle = not self._waiting
        self._waiting.update(dict.fromkeys(flows))
        if idle and self._waiting:
            self._some()

    def forget(self, flow: Flow) -> None:
        """A flow has ended."""
        self._waiting.pop(flow, None)
        self.stranded.pop(flow, None)

    def _some(self) -> None:
        try:
            for flow in list(self._waiting)[:BATCH]:
                del self._waiting[flow]
                self.heal(flow)
        finally:  # whatever went wrong with one, the others have their turn
            if self._waiting:
                self._soon(self._some)

    def heal(self, flow: Flow) -> None:
        """Lead a flow elsewhere where its path is broken, or another one is cheaper."""
        path, cost = self._route(flow), self.cost(flow, flow.path)
        if path is None:
            self.stranded[flow] = None
            return
        self.stranded.pop(flow, None)
        better = self.cost(flow, path)
        if path != flow.path and (cost is None or (better is not None and better < cost)):
            self.moved += 1
            self._lead(flow, path)

    def move(self, flow: Flow) -> None:
        """Lead a flow to the path that it should take now, whatever that costs."""
        path = self._route(flow)
        if path is not None and path != flow.path:
            self.moved += 1
            self._lead(flow, path)

    def cost(self, flow: Flow, path: Path) -> int | None:
        """What a path costs now; None where it is broken, too slow, or leads to where the flow's end is no more."""
        if not path or not _ends_at(flow, path):
            return None
        boxes = [stop for stop in flow.decision.constraints.through if isinstance(stop, Place)]
        total = 0
        for hop, following in pairwise(path):
            edge = self._graph.get((hop.dpid, hop.out_port))
            if edge is not None and edge.end == (following.dpid, following.in_port):
                if edge.speed < flow.decision.constraints.bandwidth:
                    return None
                total += edge.cost
            elif Place(hop.dpid, hop.out_port) not in boxes:
                return None
        return total


def _ends_at(flow: Flow, path: Path) -> bool:
    begin, end = Place(path[0].dpid, path[0].in_port), Place(path[-1].dpid, path[-1].out_port)
    return begin == flow.source and end == flow.destination
