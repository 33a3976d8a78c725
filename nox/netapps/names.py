"""What people call switches and hosts, from the network view; their addresses where it knows no name."""

from __future__ import annotations

from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import NO_VLAN
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS, SWITCHES, USERS
from nox.lib.addresses import EthernetAddress
from nox.lib.match import Match
from nox.lib.openflow.fieldvalue import field_named
from nox.netapps.decision import Place

_PRESENT = 0x1000  # of a VLAN in a match: the frame has a tag


class Names:
    """Looks names up.

    :param view: None where there is none.
    """

    def __init__(self, view: INetworkView | None) -> None:
        self._view = view

    def switch(self, dpid: int) -> str:
        """The operator's name of a switch; empty for none."""
        row = self._view.get(SWITCHES, dpid) if self._view is not None else None
        return row.name if row is not None else ""

    def host(self, mac: EthernetAddress, vlan: int = NO_VLAN) -> str:
        """A host's name; else the first of its IP addresses; else its Ethernet address."""
        if self._view is None:
            return str(mac)
        row = self._view.get(HOSTS, mac, vlan)
        if row is not None and row.name:
            return row.name
        addresses = self._view.find(ADDRESSES, "host", mac, vlan)
        return addresses[0].ip if addresses else str(mac)

    def users(self, mac: EthernetAddress, vlan: int = NO_VLAN) -> tuple[str, ...]:
        """Who is logged in at a host."""
        return tuple(row.name for row in self._view.find(USERS, "host", mac, vlan)) if self._view is not None else ()

    def place(self, mac: EthernetAddress, vlan: int = NO_VLAN) -> Place | None:
        """Where a host is; None where nobody knows, or it is at several places."""
        found = self._view.find(LOCATIONS, "host", mac, vlan) if self._view is not None else ()
        return Place(found[0].dpid, found[0].port) if len(found) == 1 else None

    def alone(self, place: Place) -> bool:
        """Whether one host alone is at a port."""
        return self._view is not None and len(self._view.find(LOCATIONS, "place", place.dpid, place.port)) == 1

    def end(self, match: Match, side: str) -> EthernetAddress | None:
        """The host at one side of a match: ``src`` or ``dst``. By its Ethernet address, else by its IP address."""
        exact = {name: value for name, value, mask in match.items() if mask is None}
        mac = exact.get(f"eth_{side}")
        if mac is not None:
            return EthernetAddress(mac)
        return self._owner(exact, side) if self._view is not None else None

    def _owner(self, exact: dict[str, int], side: str) -> EthernetAddress | None:
        assert self._view is not None
        for name in (f"ipv4_{side}", f"ipv6_{side}"):
            if name in exact:
                found = self._view.find(ADDRESSES, "ip", field_named(name).text(exact[name], None))
                return found[0].mac if len(found) == 1 else None
        return None


def vlan_of(match: Match) -> int:
    """The VLAN of a match; 0 for none, and where it does not say."""
    value = match.get("vlan_vid") or 0
    return value & 0x0FFF if value & _PRESENT else NO_VLAN
