"""``/v1/route`` and ``/v1/paths``: how one gets from here to there, and which flows go which way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Location
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS, PORTS, SWITCHES
from nox.lib.addresses import EthernetAddress, format_dpid, parse_dpid
from nox.lib.errors import LocalProtocolError
from nox.netapps.decision import Hop, Path, Place
from nox.netapps.interfaces import IRouting
from nox.netapps.routed import Mistrusted, RoutedFlow
from nox.webapps.rest.answers import BadRequest, Json, NotFound, Refused, Route

MOST = 1000  # flows in one answer


class Routes:
    """Paths.

    :param view: None while nothing provides it; `routing` too.
    """

    def __init__(self, view: INetworkView | None, routing: IRouting | None) -> None:
        self._view, self._routing = view, routing

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/route/<source>/<destination>", self.route)
        yield Route("GET", "/v1/paths", self.flows)
        yield Route("GET", "/v1/losses", self.losses)
        yield Route("GET", "/v1/paths/<source>/<destination>", self.paths)

    async def route(self, source: str, destination: str) -> Json:
        """One of the cheapest paths between two hosts or ports, hop by hop, and how many cost the same."""
        routing, (one, other) = self._known(), (self._place(source), self._place(destination))
        if one == other:
            raise Refused(f"{source} and {destination} are at one port: no path leads through a switch")
        path = routing.path(one, other)
        if path is None:
            raise Refused(f"there is no path from {source} to {destination} now")
        equal = len(routing.paths(one.dpid, other.dpid))
        return {"source": _place(one), "destination": _place(other), "path": self._path(path), "equal": equal}

    async def paths(self, source: str, destination: str) -> Json:
        """All of the cheapest ways, as switches; at most 16."""
        one, other = self._switch(source), self._switch(destination)
        return [[self._named(dpid) for dpid in way] for way in self._known().paths(one, other)]

    async def flows(self) -> Json:
        """The flows that are led through the network now."""
        return [self._flow(flow) for flow in self._known().standing(MOST)]

    async def losses(self) -> Json:
        """The switches and links that flows are led around because they lose them in silence."""
        return [self._lost(one) for one in self._known().mistrusted()]

    def _lost(self, one: Mistrusted) -> Json:
        return {
            **self._named(one.dpid),
            "port": one.port,
            "to": _place(one.other) if one.other is not None else None,
            "sender": str(one.sender) if one.sender is not None else None,
            "receiver": str(one.receiver) if one.receiver is not None else None,
            "since": one.since,
            "until": one.until,
            "times": one.times,
        }

    def _flow(self, flow: RoutedFlow) -> Json:
        return {
            "sender": str(flow.sender),
            "receiver": str(flow.receiver),
            "vlan": flow.vlan,
            "headers": dict(flow.headers),
            "path": self._path(flow.path),
            "rule": flow.rule,
            "stands": flow.stands,
            "stranded": flow.stranded,
        }

    def _path(self, path: Path) -> Json:
        return [self._hop(hop) for hop in path]

    def _hop(self, hop: Hop) -> Json:
        return {**self._named(hop.dpid), "in_port": hop.in_port, "out_port": hop.out_port}

    def _named(self, dpid: int) -> dict[str, Json]:
        row = self._view.get(SWITCHES, dpid) if self._view is not None else None
        return {"dpid": format_dpid(dpid), "name": row.name if row is not None else ""}

    def _known(self) -> IRouting:
        if self._routing is None:
            raise Refused('nothing knows paths: "noxctl load routing" does')
        return self._routing

    # What people call things

    def _switch(self, text: str) -> int:
        """A switch by its dpid or its name; that of a host or a port.

        :raises NotFound: when there is none.
        """
        rows = self._view.find(SWITCHES, "name", text) if self._view is not None and text else ()
        if rows:
            return rows[0].dpid
        try:
            return parse_dpid(text)
        except LocalProtocolError:
            return self._place(text).dpid

    def _place(self, text: str) -> Place:
        """Where a host is, by its name, its IP address or its Ethernet address; or a port, ``DPID:PORT``.

        :raises NotFound: when nobody knows, or it is at several places.
        """
        found = {Place(row.dpid, row.port) for row in self._locations(text)}
        if len(found) == 1:
            return found.pop()
        if found:
            raise BadRequest(f"{text} is at {len(found)} places: name one, as DPID:PORT")
        dpid, _, port = text.rpartition(":")
        if port.isdecimal() and len(port) < 11:
            try:
                return self._port(parse_dpid(dpid), int(port))
            except LocalProtocolError:
                pass
        raise NotFound(f"no host {text} is known: name a host, an IP or Ethernet address, or a port as DPID:PORT")

    def _port(self, dpid: int, number: int) -> Place:
        """A port of a switch, where the switch is known one that it has.

        :raises NotFound: when it has no such port.
        """
        view = self._view
        if view is not None and view.find(PORTS, "switch", dpid) and view.get(PORTS, dpid, number) is None:
            raise NotFound(f'switch {format_dpid(dpid)} has no port {number}: "noxctl ports {dpid:x}" lists them')
        return Place(dpid, number)

    def _locations(self, text: str) -> Sequence[Location]:
        view = self._view
        if view is None or not text:
            return ()
        return [row for mac, vlan in self._hosts(view, text) for row in view.find(LOCATIONS, "host", mac, vlan)]

    def _hosts(self, view: INetworkView, text: str) -> list[tuple[EthernetAddress, int]]:
        named = [(row.mac, row.vlan) for row in view.find(HOSTS, "name", text)]
        if named:
            return named
        try:
            return [(row.mac, row.vlan) for row in view.find(ADDRESSES, "ip", str(ip_address(text)))]
        except ValueError:
            pass
        try:
            mac = EthernetAddress(text)
        except LocalProtocolError:
            return []
        return [(row.mac, row.vlan) for row in view.rows(HOSTS) if row.mac == mac]


def _place(place: Place) -> Json:
    return {"dpid": format_dpid(place.dpid), "port": place.port}
