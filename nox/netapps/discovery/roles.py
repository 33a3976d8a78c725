"""What each port is for."""

from __future__ import annotations

from collections.abc import Callable

from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import LinkKind
from nox.core.view.tables import LINKS
from nox.netapps.discovery.evidence import Evidence
from nox.netapps.discovery.links import Links, Place
from nox.netapps.discovery.ports import UpPort, UpPorts
from nox.netapps.interfaces import Role


class Roles:
    """Decides the roles of ports that are up.

    :param tell: is given a place and its role when that has changed.
    :ivar fresh: edge ports at which no host was seen yet.
    """

    def __init__(
        self,
        ports: UpPorts,
        links: Links,
        evidence: Evidence,
        view: INetworkView,
        tell: Callable[[Place, Role], None],
    ) -> None:
        self._ports = ports
        self._links = links
        self._evidence = evidence
        self._view = view
        self._tell = tell
        self.fresh: set[Place] = set()

    def role(self, place: Place) -> Role:
        """What a port is for; UNKNOWN where none is up."""
        port = self._ports.get(place)
        return port.role if port is not None else Role.UNKNOWN

    def weigh(self, place: Place) -> None:
        """A port at which a link is known is a core port, and stays one until it is down, however silent it is."""
        port = self._ports.get(place)
        if port is not None and port.role is not Role.CORE and (self._links.at(place) or self._is_static(place)):
            self.fresh.discard(place)
            self._decide(port, Role.CORE)

    def edge(self, port: UpPort) -> None:
        """Nothing was heard at a port."""
        if port.place not in self._evidence:
            self.fresh.add(port.place)
        self._decide(port, Role.EDGE)

    def gone(self, port: UpPort) -> None:
        """A port is not up any more."""
        self.fresh.discard(port.place)
        if port.role is not Role.UNKNOWN:
            self._tell(port.place, Role.UNKNOWN)

    def carried_host(self, place: Place, now: float) -> bool:
        """A host was seen at a port; whether it is the first there.

        It counts where hosts are to be: what is heard elsewhere came through a switch.
        """
        if self.role(place) is not Role.EDGE or place in self._evidence:
            return False
        self._evidence.carried(place, now)
        self.fresh.discard(place)
        return True

    def _is_static(self, place: Place) -> bool:
        rows = (*self._view.find(LINKS, "source", *place), *self._view.find(LINKS, "destination", *place))
        return any(row.kind is LinkKind.STATIC for row in rows)

    def _decide(self, port: UpPort, role: Role) -> None:
        port.role = role
        self._tell(port.place, role)
