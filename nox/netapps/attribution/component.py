"""The component ``attribution``: who sends this packet, and to whom? `FlowIn` says it.

It asks after all who may consume a packet. Nothing waits for the view: where a packet came in at an edge port is its
sender's place, whatever the view knows by now. A packet that a switch asks about between two others comes from where
its sender is known to be: a switch has lost the flow's entry, and the packet's flow is decided about again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prometheus_client.core import CounterMetricFamily, Metric
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IMetricsSource
from nox.core.openflow.events import PacketIn
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Host, Location
from nox.core.view.tables import HOSTS, LOCATIONS, USERS
from nox.lib.addresses import EthernetAddress
from nox.netapps.decision import Place
from nox.netapps.events import FlowIn
from nox.netapps.interfaces import IAttribution, IHosts, ITopology, Role

LAST = -1000  # priority of its handler: after all who may consume a packet


@implementer(IAttribution, IMetricsSource)
class Attribution(Component):
    """Says who sends a packet, and to whom.

    :ivar strays: packets that came between two switches and whose sender is nowhere, or that are for many.
    """

    view = requires(INetworkView)
    topology = requires(ITopology)
    hosts = requires(IHosts)  # who writes down where hosts are

    async def start(self) -> None:
        """See what nobody has consumed."""
        self.flows = self.strays = 0
        self.register(PacketIn, self.packet_in, priority=LAST)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Say who sends this and to whom."""
        flow = self.whose(event)
        if flow is not None:
            self.flows += 1
            self.record.dispatcher.dispatch(flow)
        return CONTINUE

    def whose(self, event: PacketIn) -> FlowIn | None:
        """Who sends this and to whom; see `IAttribution`."""
        dst, src = event.values[1], event.values[2]
        assert isinstance(dst, bytes)
        assert isinstance(src, bytes)
        vlan = event.values[3] if event.shape.tagged else 0
        assert isinstance(vlan, int)
        place = self._place(event, src, dst, vlan & 0xFFF)
        return self._flow(event, place, src, dst, vlan & 0xFFF) if place is not None else None

    def _place(self, event: PacketIn, src: bytes, dst: bytes, vlan: int) -> Place | None:
        """Where the sender is; None where the packet begins no flow. No host sends from a group's address."""
        dpid, port = event.datapath.dpid, event.in_port
        role = self.topology.role(dpid, port)
        if src[0] & 1 or (role is Role.UNKNOWN and not self._is_at(src, vlan, dpid, port)):
            return None
        if role is not Role.CORE:
            return Place(dpid, port)
        known = () if dst[0] & 1 else self.view.find(LOCATIONS, "host", src, vlan)
        if not known:
            self.strays += 1
            return None
        return Place(known[0].dpid, known[0].port)

    def _is_at(self, mac: bytes, vlan: int, dpid: int, port: int) -> bool:
        """Whether a host is known to be at a port. That is known of one that was plugged in before its port's role."""
        return self.view.get(LOCATIONS, mac, vlan, dpid, port) is not None

    def _flow(self, event: PacketIn, place: Place, src: bytes, dst: bytes, vlan: int) -> FlowIn:
        view = self.view
        sender = view.get(HOSTS, src, vlan) or Host(mac=EthernetAddress(src), vlan=vlan)
        receiver: Sequence[Location] = () if dst[0] & 1 else view.find(LOCATIONS, "host", dst, vlan)
        users = tuple(user.name for user in view.find(USERS, "host", src, vlan)) if view.count(USERS) else ()
        return FlowIn(event, place, sender, receiver, users)

    def metrics(self) -> Iterable[Metric]:
        """How many packets began a flow, or may have."""
        yield CounterMetricFamily("nox_attribution_flows", "Packets that begin a flow, or may", self.flows)
        yield CounterMetricFamily("nox_attribution_strays", "Packets between switches from nowhere", self.strays)
