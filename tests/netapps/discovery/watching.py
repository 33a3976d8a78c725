"""What the tests of discovery look at: links in the view, events, and the graph as it was built."""

from __future__ import annotations

from nox.api import CONTINUE, Component, Outcome
from nox.core.view.component import View
from nox.core.view.tables import LINKS
from nox.emulator import Network
from nox.emulator.fabric.link import End, Link
from nox.netapps.discovery.links import Ends
from nox.netapps.events import LinkRefused, PortRoleChanged
from nox.netapps.interfaces import Role


class Watcher(Component):
    """Remembers what discovery tells.

    :ivar refused: places and sentences. :ivar roles: places and roles, in order.
    """

    async def start(self) -> None:
        """Begin to listen."""
        self.refused: list[tuple[int, int, str]] = []
        self.roles: list[tuple[int, int, Role]] = []
        self.register(LinkRefused, self._refused)
        self.register(PortRoleChanged, self._role)

    def _refused(self, event: LinkRefused) -> Outcome:
        self.refused.append((event.dpid, event.port, event.reason))
        return CONTINUE

    def _role(self, event: PortRoleChanged) -> Outcome:
        self.roles.append((event.dpid, event.port, event.role))
        return CONTINUE


def links(net: Network) -> dict[Ends, str]:
    """The links in the view, each direction with its kind."""
    rows = net.controller.component(View).contents.of(LINKS).by_key.values()
    return {Ends(row.src_dpid, row.src_port, row.dst_dpid, row.dst_port): row.kind.value for row in rows}


def built(net: Network) -> set[Ends]:
    """Both directions of each link between switches that was built."""
    return {Ends(*ends) for a, p, b, q in net.wiring for ends in ((a, p, b, q), (b, q, a, p))}


def lay(net: Network, a: str, a_port: int, b: str, b_port: int) -> Link:
    """A cable that `Network` would not lay: between two ports of one switch, or from a port to itself."""
    fabric = net.fabric
    link = Link(End(fabric.node(a), a_port), End(fabric.node(b), b_port))
    fabric.links.append(link)
    fabric._plug(link)
    return link
