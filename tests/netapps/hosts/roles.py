"""What ports are for, as a test says it: without a word every port is one where hosts are."""

from __future__ import annotations

from zope.interface import implementer

from nox.core.component.component import Component
from nox.netapps.events import PortRoleChanged
from nox.netapps.interfaces import IPortRoles, Role


@implementer(IPortRoles)
class Roles(Component):
    """Roles by dpid and port.

    :ivar carried: where hosts were seen.
    """

    async def start(self) -> None:
        """Begin with ports where hosts are."""
        self.said: dict[tuple[int, int], Role] = {}
        self.carried: list[tuple[int, int]] = []

    def role(self, dpid: int, port: int) -> Role:
        """What the port is for."""
        return self.said.get((dpid, port), Role.EDGE)

    def carried_host(self, dpid: int, port: int) -> None:
        """Note it."""
        self.carried.append((dpid, port))

    def say(self, dpid: int, port: int, role: Role) -> None:
        """It is decided now."""
        self.said[dpid, port] = role
        self.post(PortRoleChanged(dpid, port, role))
