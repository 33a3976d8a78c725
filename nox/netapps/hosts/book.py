"""What is believed of hosts: the rows of the view, with the changes that are on their way into it."""

from __future__ import annotations

from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Address, Evidence, Location
from nox.core.view.rows import Host as HostRow
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS
from nox.lib.addresses import EthernetAddress
from nox.netapps.hosts.values import LEAST_FIXED, Host, Place, rank
from nox.netapps.hosts.writer import Writer


class Book:
    """Rows by host, address and place.

    :param owner: the component's name: rows that another has written are not changed.
    """

    def __init__(self, view: INetworkView, writer: Writer, owner: str) -> None:
        self._view, self._writer, self._owner = view, writer, owner

    # Reading

    def has(self, host: Host) -> bool:
        """Whether there is such a host, or somebody has said where it is."""
        if self._view.get(HOSTS, *host) is not None or self._view.find(LOCATIONS, "host", *host):
            return True
        return self._writer.under_way(host).get((HOSTS, host)) is not None

    def places(self, host: Host) -> dict[Place, Location]:
        """Where a host is."""
        found = {(row.dpid, row.port): row for row in self._view.find(LOCATIONS, "host", *host)}
        for (table, key), row in self._writer.under_way(host).items():
            if table is LOCATIONS:
                place: Place = key[2:]  # type: ignore[assignment] # the table says which fields are its key
                if isinstance(row, Location):
                    found[place] = row
                else:
                    found.pop(place, None)
        return found

    def addresses(self, host: Host) -> dict[str, Address]:
        """Which addresses a host has."""
        found = {row.ip: row for row in self._view.find(ADDRESSES, "host", *host)}
        for (table, key), row in self._writer.under_way(host).items():
            if table is ADDRESSES:
                if isinstance(row, Address):
                    found[row.ip] = row
                else:
                    found.pop(str(key[0]), None)
        return found

    def holder(self, ip: str, vlan: int) -> Address | None:
        """Who has an address on a VLAN: the binding with the strongest evidence, where there are several."""
        return max(self.holders(ip, vlan), key=lambda row: rank(row.evidence), default=None)

    def holders(self, ip: str, vlan: int) -> list[Address]:
        """All who have it: the operator or DHCP may have given it to somebody else than had it."""
        hosts = {(bytes(row.mac), row.vlan): None for row in self._view.find(ADDRESSES, "ip", ip)}
        hosts.update(self._writer.hosts_with(ip))
        rows = [self.addresses(host).get(ip) for host in hosts if host[1] == vlan]
        return [row for row in rows if row is not None]

    def at(self, place: Place) -> list[Host]:
        """The hosts at a place."""
        hosts = {(bytes(row.mac), row.vlan): None for row in self._view.find(LOCATIONS, "place", *place)}
        hosts.update(self._writer.coming_to(place))
        return [host for host in hosts if place in self.places(host)]

    def is_full(self, place: Place, most: int) -> bool:
        """Whether so many hosts are at a place, or about to be."""
        known = self._view.find(LOCATIONS, "place", *place)
        return len(known) + len(self._writer.coming_to(place)) >= most

    def is_own(self, row: HostRow | Location | Address) -> bool:
        """Whether it is this component's, and so changes with what packets show."""
        return row.meta.source in ("", self._owner)

    def is_named(self, host: Host) -> bool:
        """Whether the operator has given a host a name: then it stays known, wherever it is."""
        row = self._view.get(HOSTS, *host)
        return row is not None and bool(row.name)

    def is_fixed(self, row: Address) -> bool:
        """Whether a binding is changed by whoever wrote it alone."""
        return not self.is_own(row) or rank(row.evidence) >= rank(LEAST_FIXED)

    # Writing

    def add_host(self, host: Host) -> None:
        """There is a host."""
        is_going = (HOSTS, _key(host)) in self._writer.under_way(host)
        if is_going or self._view.get(HOSTS, *host) is None:
            mac, vlan = _key(host)
            self._writer.change(host, HOSTS, (mac, vlan), HostRow(mac=mac, vlan=vlan))

    def add_place(self, host: Host, place: Place) -> None:
        """A host is there."""
        mac, vlan = _key(host)
        row = Location(mac=mac, vlan=vlan, dpid=place[0], port=place[1])
        self._writer.change(host, LOCATIONS, (mac, vlan, *place), row)

    def remove_place(self, host: Host, place: Place) -> None:
        """A host is there no more."""
        self._writer.change(host, LOCATIONS, (*_key(host), *place), None)

    def bind(self, host: Host, ip: str, evidence: Evidence) -> None:
        """A host has an address."""
        mac, vlan = _key(host)
        row = Address(ip=ip, mac=mac, vlan=vlan, evidence=evidence)
        self._writer.change(host, ADDRESSES, (ip, mac, vlan), row)

    def unbind(self, host: Host, ip: str) -> None:
        """A host has an address no more."""
        self._writer.change(host, ADDRESSES, (ip, *_key(host)), None)

    def remove_host(self, host: Host) -> None:
        """There is no such host any more, unless somebody else has named it."""
        if not self.is_named(host):
            self._writer.change(host, HOSTS, _key(host), None)


def _key(host: Host) -> tuple[EthernetAddress, int]:
    return EthernetAddress(host[0]), host[1]
