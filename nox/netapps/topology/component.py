"""The component ``topology``: the network as a graph, and the tree along which frames for everybody are flooded.

It follows the view's table of links and discovery's roles of ports. See ``docs/topology.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import networkx
from prometheus_client.core import GaugeMetricFamily, Metric
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IMetricsSource
from nox.core.view.events import ViewChange
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Link, Port, Switch
from nox.core.view.tables import LINKS, PORTS, SWITCHES
from nox.netapps.events import PortRoleChanged, TopologyChanged
from nox.netapps.interfaces import IPortRoles, ITopology, Role
from nox.netapps.topology.flooding import Flooding
from nox.netapps.topology.links import Links, Place, ends_of
from nox.netapps.topology.segments import segments
from nox.netapps.topology.tree import tree_ports

PACE: Final = 0.02  # seconds: links that come one after the other are looked at together
PACE_OF_LINK: Final = 25e-6  # seconds more for each direction of a link: a tree of many takes long to find


@implementer(ITopology, IMetricsSource)
class Topology(Component):
    """Keeps the graph and the tree."""

    view = requires(INetworkView)
    roles = requires(IPortRoles)

    async def start(self) -> None:
        """Read what there is, and follow what changes."""
        self.revision = 0
        self._links = Links(self._is_up)
        self._flooding = Flooding()
        self._edges: dict[int, dict[int, None]] = defaultdict(dict)
        self._tree: dict[int, tuple[int, ...]] = {}  # the ports that are used, as they were told last
        self._told: frozenset[Place] = frozenset()
        self._is_due = self._is_waiting = self._is_changed = False
        self.register(ViewChange, self._link_changed, where={"table": LINKS})
        self.register(ViewChange, self._port_changed, where={"table": PORTS})
        self.register(ViewChange, self._switch_changed, where={"table": SWITCHES})
        self.register(PortRoleChanged, self._role_changed)
        for switch in self.view.rows(SWITCHES):
            self._place(switch)
        for port in self.view.rows(PORTS):
            self._note(port.dpid, port.number, self.roles.role(port.dpid, port.number))
        for link in self.view.rows(LINKS):
            self._links.change(ends_of(link), link)
        self._rebuild()

    # ITopology

    @property
    def graph(self) -> networkx.MultiDiGraph:
        """The switches and the links that may be used. Do not change it."""
        return self._links.graph

    def role(self, dpid: int, port: int) -> Role:
        """What a port is for."""
        return self.roles.role(dpid, port)

    def edge_ports(self, dpid: int) -> Sequence[int]:
        """Where a switch's hosts are."""
        return tuple(self._edges.get(dpid, ()))

    def flood_ports(self, dpid: int) -> Sequence[int]:
        """Where a switch floods to."""
        return (*self._edges.get(dpid, ()), *self._tree.get(dpid, ()))

    def may_flood(self, dpid: int, in_port: int) -> bool:
        """Whether what came in there is to be flooded."""
        role = self.roles.role(dpid, in_port)
        return role is Role.EDGE or (role is Role.CORE and (dpid, in_port) in self._flooding.ports)

    # What changes

    def _is_up(self, place: Place) -> bool:
        port = self.view.get(PORTS, *place)
        return port is not None and port.up

    def _link_changed(self, event: ViewChange) -> Outcome:
        row = event.after or event.before
        assert isinstance(row, Link)
        assert event.after is None or isinstance(event.after, Link)
        self._change(row, event.after)
        return CONTINUE

    def _change(self, row: Link, after: Link | None) -> None:
        if not self._links.change(ends_of(row), after):
            return
        ends = {(row.src_dpid, row.src_port), (row.dst_dpid, row.dst_port)}
        for dpid, _ in ends:
            self._forget(dpid)
        self._soon()
        if self._flooding.drop({end for end in ends if not self._links.is_used(end)}, self.record.clock.seconds()):
            self._tell()

    def _port_changed(self, event: ViewChange) -> Outcome:
        """Static links hold while both ports are up."""
        row = event.after or event.before
        assert isinstance(row, Port)
        for link in self._links.at((row.dpid, row.number)):
            self._change(link, link)
        return CONTINUE

    def _switch_changed(self, event: ViewChange) -> Outcome:
        row = event.after or event.before
        assert isinstance(row, Switch)
        self._place(row)
        self._soon()
        return CONTINUE

    def _place(self, switch: Switch) -> None:
        """A switch that is connected is in the graph, whether it has links or not."""
        if switch.connected:
            self.graph.add_node(switch.dpid)
        else:
            self._forget(switch.dpid)

    def _forget(self, dpid: int) -> None:
        """A switch that is not connected and has no link is not in the graph."""
        row = self.view.get(SWITCHES, dpid)
        if (row is None or not row.connected) and dpid in self.graph and not self.graph.degree(dpid):
            self.graph.remove_node(dpid)

    def _role_changed(self, event: PortRoleChanged) -> Outcome:
        self._note(event.dpid, event.port, event.role)
        return CONTINUE

    def _note(self, dpid: int, port: int, role: Role) -> None:
        if role is Role.EDGE:
            self._edges[dpid][port] = None
        elif dpid in self._edges:
            self._edges[dpid].pop(port, None)
            if not self._edges[dpid]:
                del self._edges[dpid]

    # The tree

    def _soon(self) -> None:
        self._is_changed = True
        if not self._is_due:
            self._is_due = True
            self.call_later(PACE + PACE_OF_LINK * len(self._links), self._rebuild)

    def _rebuild(self) -> None:
        """Find the tree anew."""
        self._is_due = False
        self._flooding.want(tree_ports(segments(self._links)), self.record.clock.seconds())
        self._settle()

    def _settle(self) -> None:
        """Use the tree as far as it may be used by now, and say what has changed."""
        wait = self._flooding.settle(self.record.clock.seconds())
        if wait is not None and not self._is_waiting:
            self._is_waiting = True
            self.call_later(wait, self._go_on)
        self._tell()

    def _go_on(self) -> None:
        self._is_waiting = False
        self._settle()

    def _tell(self) -> None:
        """Say which ports are used now, and that the graph has changed where it has."""
        now, before = frozenset(self._flooding.ports), self._told
        others = now ^ before
        if not others and (self._is_due or not self._is_changed):
            return
        self._told, self._is_changed = now, self._is_due
        by_switch: dict[int, list[int]] = defaultdict(list)
        flooding = frozenset(dpid for dpid, _ in others)
        for dpid, port in sorted(now):
            by_switch[dpid].append(port)
        self._tree = {dpid: tuple(ports) for dpid, ports in by_switch.items()}
        self.revision += 1
        self.post(TopologyChanged(self.revision, flooding, not before <= now))

    def metrics(self) -> Iterable[Metric]:
        """How large the graph is."""
        yield GaugeMetricFamily("nox_topology_switches", "Switches in the graph", len(self.graph))
        yield GaugeMetricFamily("nox_topology_links", "Directions of links in it", self.graph.number_of_edges())
        yield GaugeMetricFamily("nox_topology_tree_ports", "Ports in the tree", len(self._flooding.ports))
