"""``/v1/hosts``: where hosts are and which addresses they have, as the network view says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Host
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS, SWITCHES
from nox.lib.addresses import EthernetAddress, format_dpid
from nox.lib.errors import LocalProtocolError
from nox.netapps.interfaces import IHosts
from nox.webapps.rest.answers import Json, NotFound, Route

_SLICE = 500  # hosts in one turn of the reactor


class Hosts:
    """The hosts of the view.

    :param view: None while nothing provides it: then no host is known.
    :param heard: knows when hosts were last heard; None where nobody listens.
    """

    def __init__(self, view: INetworkView | None, heard: IHosts | None, clock: IReactorTime) -> None:
        self._view, self._heard, self._clock = view, heard, clock

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/hosts", self.hosts)
        yield Route("GET", "/v1/hosts/<which>", self.which)

    async def hosts(self) -> Json:
        """Every host, by address and VLAN."""
        return await self._answer(self._view.rows(HOSTS)) if self._view is not None else []

    async def which(self, which: str) -> Json:
        """Those of a name, an Ethernet address or an IP address."""
        if self._view is None or not (found := list(self._named(self._view, which))):
            raise NotFound(f"no host {which} is known")
        return await self._answer(found)

    def _named(self, view: INetworkView, which: str) -> Iterable[Host]:
        try:
            ip = str(ip_address(which))
        except ValueError:
            pass
        else:
            rows = [view.get(HOSTS, row.mac, row.vlan) for row in view.find(ADDRESSES, "ip", ip)]
            return [row for row in rows if row is not None]
        try:
            mac = EthernetAddress(which)
        except LocalProtocolError:
            return view.find(HOSTS, "name", which) if which else ()
        return [row for row in view.rows(HOSTS) if row.mac == mac]

    async def _answer(self, rows: Iterable[Host]) -> Json:
        """Their JSON. There may be very many: they are made a few in each turn."""
        ordered = sorted(rows, key=lambda row: (row.mac, row.vlan))
        told: list[Json] = []
        for start in range(0, len(ordered), _SLICE):
            if start:
                await deferLater(self._clock, 0)
            told += map(self._host, ordered[start : start + _SLICE])
        return told

    def _host(self, host: Host) -> Json:
        view = self._view
        assert view is not None
        addresses = view.find(ADDRESSES, "host", host.mac, host.vlan)
        locations = view.find(LOCATIONS, "host", host.mac, host.vlan)
        return {
            "mac": str(host.mac),
            "vlan": host.vlan,
            "name": host.name,
            "since": host.meta.since,
            "last_heard": self._heard.last_heard(host.mac, host.vlan) if self._heard is not None else None,
            "addresses": [
                {"ip": row.ip, "evidence": row.evidence.value, "since": row.meta.since}
                for row in sorted(addresses, key=lambda row: (ip_address(row.ip).version, int(ip_address(row.ip))))
            ],
            "locations": [
                {
                    "dpid": format_dpid(row.dpid),
                    "port": row.port,
                    "switch": self._name(row.dpid),
                    "since": row.meta.since,
                }
                for row in locations
            ],
        }

    def _name(self, dpid: int) -> str:
        row = self._view.get(SWITCHES, dpid) if self._view is not None else None
        return row.name if row is not None else ""
