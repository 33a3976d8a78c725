"""``/v1/links`` and ``/v1/topology``: how switches are linked, where hosts may be, and along which tree is flooded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Link, Switch
from nox.core.view.tables import LINKS, SWITCHES
from nox.lib.addresses import format_dpid
from nox.netapps.interfaces import IRouting, ITopology, Role
from nox.netapps.routed import Mistrusted
from nox.webapps.rest.answers import Json, Refused, Route


class Topologies:
    """Links and the graph.

    :param view: None where nothing keeps it: then no link is known. :param topology: None where it does not run, and
        `routing`.
    """

    def __init__(self, view: INetworkView | None, topology: ITopology | None, routing: IRouting | None = None) -> None:
        self._routing = routing
        self._view = view
        self._topology = topology

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/links", self.links)
        yield Route("GET", "/v1/topology", self.topology)

    async def links(self) -> Json:
        """Each direction of each link, in order."""
        rows = {} if self._view is None else {_ends(row): row for row in self._view.rows(LINKS)}
        avoided = {(one.dpid, one.port) for one in self._mistrusted() if one.sender is None}
        return [
            {
                **_link(row),
                "is_mutual": (*ends[2:], *ends[:2]) in rows,
                "is_avoided": bool(avoided & {ends[:2], (ends[0], None), (ends[2], None)}),
                "since": row.meta.since,
            }
            for ends, row in sorted(rows.items())
        ]

    def _mistrusted(self) -> Sequence[Mistrusted]:
        return self._routing.mistrusted() if self._routing is not None else ()

    async def topology(self) -> Json:
        """The graph, with each link once, and the tree.

        :raises Refused: when no such component runs.
        """
        if self._topology is None:
            raise Refused("the component topology does not run: load it with 'noxctl load topology'")
        graph, seen = self._topology.graph, []
        for src, dst, ports in graph.edges(data=True):
            one, other = (src, ports["src_port"]), (dst, ports["dst_port"])
            if one < other:
                seen.append((one, other, ports["kind"]))
        return {
            "revision": self._topology.revision,
            "switches": [self._switch(dpid) for dpid in sorted(graph)],
            "links": [self._undirected(*link) for link in sorted(seen)],
        }

    def _switch(self, dpid: int) -> Json:
        assert self._topology is not None
        row = self._view.get(SWITCHES, dpid) if self._view is not None else None
        known = row or Switch(dpid=dpid)
        edges = sorted(self._topology.edge_ports(dpid))
        return {
            "dpid": format_dpid(dpid),
            "name": known.name,
            "is_connected": known.connected,
            "edge_ports": edges,
            "flood_ports": sorted(self._topology.flood_ports(dpid)),
        }

    def _undirected(self, one: tuple[int, int], other: tuple[int, int], kind: str) -> Json:
        assert self._topology is not None
        used = [self._topology.role(*end) is Role.CORE and self._topology.may_flood(*end) for end in (one, other)]
        return {
            "a_dpid": format_dpid(one[0]),
            "a_port": one[1],
            "b_dpid": format_dpid(other[0]),
            "b_port": other[1],
            "kind": kind,
            "is_in_tree": all(used),
        }


def _ends(row: Link) -> tuple[int, int, int, int]:
    return row.src_dpid, row.src_port, row.dst_dpid, row.dst_port


def _link(row: Link) -> dict[str, Json]:
    return {
        "src_dpid": format_dpid(row.src_dpid),
        "src_port": row.src_port,
        "dst_dpid": format_dpid(row.dst_dpid),
        "dst_port": row.dst_port,
        "kind": row.kind.value,
    }
