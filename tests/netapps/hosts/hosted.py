"""An emulated network whose hosts are known, and what the view and the events say of them."""

from __future__ import annotations

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.events.event import CONTINUE, Event, Outcome
from nox.core.openflow.events import PacketIn
from nox.core.view.events import ViewChange
from nox.core.view.interfaces import INetworkView
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS
from nox.emulator import Network
from nox.emulator.handles import NetworkHost
from nox.lib.addresses import EthernetAddress
from nox.netapps.events import HostConflict, SourceRefused
from nox.netapps.hosts.component import Hosts
from tests.netapps.hosts.roles import Roles

MEMORY = "[view]\nstore = 'memory'\n"


class Watch(Component):
    """Notes what happens, and the packets that whoever forwards would get."""

    view = requires(INetworkView)

    async def start(self) -> None:
        """Listen."""
        self.told: list[Event] = []
        self.changes: list[tuple[float, ViewChange]] = []
        self.passed: list[PacketIn] = []
        for kind in (HostConflict, SourceRefused):
            self.register(kind, self._tell)
        self.register(ViewChange, self._change)
        self.register(PacketIn, self._packet)

    def _tell(self, event: Event) -> Outcome:
        self.told.append(event)
        return CONTINUE

    def _change(self, event: ViewChange) -> Outcome:
        self.changes.append((self.record.clock.seconds(), event))
        return CONTINUE

    def _packet(self, event: PacketIn) -> Outcome:
        self.passed.append(event)
        return CONTINUE


class Hosted:
    """A network, started, whose ports' roles are decided.

    :param forwards: what forwards packets. :param decides: what decides about ports' roles.
    """

    def __init__(
        self,
        net: Network,
        toml: str = "",
        forwards: str = "switch",
        decides: str | type[Component] = "discovery",
        more: tuple[str, ...] = (),
    ) -> None:
        self.net = net
        net.start(decides, "hosts", forwards, *more, Watch, toml=MEMORY + toml)
        self.watch, self.hosts = net.controller.component(Watch), net.controller.component(Hosts)
        net.run(1)

    @property
    def roles(self) -> Roles:
        """The roles that the test says, where it does."""
        return self.net.controller.component(Roles)

    def known(self, *names: str) -> None:
        """Have hosts say who they are, all by default, and forget what happened until then."""
        for name in names or [host.name for host in self.net.hosts]:
            self.net[name].do(lambda host, now: host.announce())
        self.net.run(0.1)
        self.watch.told.clear()
        self.watch.changes.clear()
        self.watch.passed.clear()

    # What the view says

    def places(self, host: NetworkHost | str, vlan: int = 0) -> list[tuple[int, int]]:
        """Where a host is."""
        return self.places_of(self.net[host].mac if isinstance(host, str) else host.mac, vlan)

    def places_of(self, mac: EthernetAddress, vlan: int = 0) -> list[tuple[int, int]]:
        """The same, by its Ethernet address."""
        return [(row.dpid, row.port) for row in self.watch.view.find(LOCATIONS, "host", mac, vlan)]

    def holders(self, ip: str) -> list[str]:
        """Who has an address."""
        return [str(row.mac) for row in self.watch.view.find(ADDRESSES, "ip", ip)]

    def everything(self) -> list[object]:
        """All rows of hosts."""
        view = self.watch.view
        return [*view.rows(HOSTS), *view.rows(LOCATIONS), *view.rows(ADDRESSES)]

    def told(self, kind: type[Event]) -> list[Event]:
        """The events of a class so far."""
        return [event for event in self.watch.told if isinstance(event, kind)]

    def moved_after(self, host: str, since: float) -> float:
        """Seconds from a moment to the change that has a host where it is now."""
        mac = self.net[host].mac
        times = [at for at, change in self.watch.changes if change.table is LOCATIONS and change.key[0] == mac]
        return max(times) - since
