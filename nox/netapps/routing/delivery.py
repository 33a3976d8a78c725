"""What is for a group or for a host that nobody knows, and single packets that go without entries."""

from __future__ import annotations

from collections.abc import Iterable

from nox.core.openflow.events import PacketIn
from nox.netapps.decision import Place
from nox.netapps.events import FlowIn
from nox.netapps.routing.flooding import Flooder, Reachable
from nox.netapps.routing.identity import Identity
from nox.netapps.routing.membership import Members, is_local
from nox.netapps.routing.streams import Streams


class Delivery:
    """Sends packets to those who want them, or to everybody."""

    def __init__(self, flooder: Flooder, members: Members, streams: Streams, reachable: Reachable) -> None:
        self._flooder, self._members, self._streams, self._reachable = flooder, members, streams, reachable

    def to_many(self, event: FlowIn, known: Identity | None) -> bool:
        """A packet for a group, or for a host that nobody knows; whether it was sent on."""
        packet, source, vlan = event.packet, event.source, event.sender.vlan
        mac = packet.values[1]
        assert isinstance(mac, bytes)
        is_query = self._members.hear(packet.shape, packet.values, packet.data, source, vlan)
        if is_query is False:  # a report: hosts that hear another's would not send their own (RFC 4541, section 2.1.1)
            self._send(packet, source, self._members.routers)
            return True
        members = self._members.of((mac, vlan))
        if is_query or is_local(mac) or not (members or self._members.routers):
            return self._flooder.flood(packet, source)
        members |= self._members.routers
        self._send(packet, source, members)
        if known is not None:
            self._streams.lead(known, (mac, vlan), source, members)
        return True

    def to_one(self, packet: PacketIn, place: Place) -> None:
        """A packet for who is at that port, wherever a switch sent it from."""
        self._send(packet, Place(packet.datapath.dpid, packet.in_port), (place,))

    def _send(self, packet: PacketIn, source: Place, members: Iterable[Place]) -> None:
        """Send a packet out of these ports, but for the one where its sender is, as far as they can be reached."""
        ports: dict[int, list[int]] = {}
        for place in members:
            if place != source:
                ports.setdefault(place.dpid, []).append(place.port)
        for dpid in sorted(ports.keys() & set(self._reachable(source.dpid))):
            self._flooder.send(packet, dpid, ports[dpid])
