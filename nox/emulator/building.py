"""How a network is built, by hand or in one of the usual shapes, and how what is in it is found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Self, TypedDict, Unpack

from nox.emulator import topologies
from nox.emulator.attachment import Attachment
from nox.emulator.fabric.fabric import Fabric
from nox.emulator.fabric.link import DELAY, Link
from nox.emulator.fabric.node import Bridge, Station
from nox.emulator.handles import NetworkHost, NetworkLink, NetworkSwitch, Time
from nox.emulator.hosts.host import Host
from nox.emulator.switch.settings import Settings
from nox.emulator.topologies import Graph, Plan
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError
from nox.lib.openflow.versions import SUPPORTED, Version


class Options(TypedDict, total=False):
    """What every network can be made with; see `Network`."""

    seed: int
    delay: float
    loss: float
    settings: Settings | None
    versions: Iterable[Version]


class Building(ABC):
    """Switches, hosts and links, by name.

    :param seed: of what is left to chance.
    :param delay: seconds of each link; `loss`: the share of frames that it loses.
    :param settings: how the switches are made; `versions`: of OpenFlow, that they speak.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        delay: float = DELAY,
        loss: float = 0.0,
        settings: Settings | None = None,
        versions: Iterable[Version] = SUPPORTED,
    ) -> None:
        self.fabric = Fabric(seed)
        self._delay, self._loss, self._settings, self._versions = delay, loss, settings, tuple(versions)
        self._links: dict[tuple[str, str], list[Link]] = {}
        self._attachments: dict[str, Attachment] = {}
        self._switches = self._hosts = 0  # that were added

    @property
    @abstractmethod
    def time(self) -> Time:
        """What lets time go by."""

    @abstractmethod
    def _added(self, bridge: Bridge) -> None:
        """A switch is new: where controllers are looked for already, it does so too."""

    # Shapes

    @classmethod
    def line(cls, count: int, *, hosts: int = 1, **options: Unpack[Options]) -> Self:
        """Switches s1, s2 … in a row, each with so many hosts."""
        return cls._of(topologies.line(count), hosts, options)

    @classmethod
    def ring(cls, count: int, *, hosts: int = 1, **options: Unpack[Options]) -> Self:
        """Switches in a ring. It has a loop: what floods without a tree never ends."""
        return cls._of(topologies.ring(count), hosts, options)

    @classmethod
    def tree(cls, depth: int, fanout: int = 2, *, hosts: int = 1, **options: Unpack[Options]) -> Self:
        """A tree of switches; those of the lowest layer have hosts."""
        return cls._of(topologies.tree(depth, fanout), hosts, options)

    @classmethod
    def torus(cls, width: int, height: int, *, hosts: int = 1, **options: Unpack[Options]) -> Self:
        """A grid of switches whose rows and columns are rings."""
        return cls._of(topologies.torus(width, height), hosts, options)

    @classmethod
    def fat_tree(cls, k: int, *, hosts: int | None = None, **options: Unpack[Options]) -> Self:
        """The fat tree of switches with `k` ports; each edge switch has so many hosts, by default k/2."""
        return cls._of(topologies.fat_tree(k), k // 2 if hosts is None else hosts, options)

    @classmethod
    def of(cls, graph: Graph, *, hosts: int = 0, **options: Unpack[Options]) -> Self:
        """Any graph of networkx; nodes with a true attribute `host` are hosts, and each switch has some more."""
        return cls._of(topologies.graph(graph), hosts, options)

    @classmethod
    def _of(cls, plan: Plan, hosts: int, options: Options) -> Self:
        net = cls(**options)
        for name in plan.switches:
            net.add_switch(name)
        for number, (a, b) in enumerate(plan.links):
            traits = plan.traits.get(number, {})
            net.add_link(a, b, delay=traits.get("delay"), loss=traits.get("loss"))
        for name, switch in plan.hosts:
            net.add_host(name, switch)
        for switch in plan.edges:
            for _ in range(hosts):
                net.add_host(f"h{net._hosts + 1}", switch)
        return net

    @property
    def links(self) -> list[NetworkLink]:
        """All links, in the order in which they were laid."""
        return [self._handle(link) for link in self.fabric.links]

    @property
    def wiring(self) -> list[tuple[int, int, int, int]]:
        """How the switches are linked with each other, as planned: dpid and port, dpid and port."""
        found = []
        for a, b in (link.ends for link in self.fabric.links):
            if isinstance(a.node, Bridge) and isinstance(b.node, Bridge):
                found.append((a.node.dpid, a.port, b.node.dpid, b.port))
        return found

    # Building

    def add_switch(self, name: str, dpid: int | None = None) -> NetworkSwitch:
        """Add a switch.

        :param dpid: by default 1, 2 … in order.
        :raises ConfigError: when name or dpid are wrong or in use.
        """
        self._switches += 1
        bridge = self.fabric.add_switch(name, self._switches if dpid is None else dpid, self._settings)
        self._added(bridge)
        return self.switch(name)

    def add_host(
        self,
        name: str,
        switch: str,
        *,
        port: int | None = None,
        mac: str = "",
        ipv4: str = "",
        ipv6: str = "",
        delay: float | None = None,
        loss: float | None = None,
    ) -> NetworkHost:
        """Add a host and its link to a switch.

        :param port: of the switch, by default the next one.
        :param mac: by default 02:00:00:00:00:01 … in order, as `ipv4`: 10.0.0.1/8 …
        :raises ConfigError: when it has no name, the port is in use, the switch is not there, or an address is wrong.
        """
        if not name:
            raise ConfigError(f"a host at {switch} has no name: give it one, by which it can be found")
        number = self._hosts = self._hosts + 1
        address = mac or str(EthernetAddress(0x02 << 40 | number))
        network = ipv4 or f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}/8"
        self.fabric.add_host(Host.of(name, address, network, ipv6))
        try:
            self._link(name, switch, None, port, delay, loss)
        except ConfigError:
            del self.fabric.nodes[name]
            raise
        return self[name]

    def add_link(
        self,
        a: str,
        b: str,
        a_port: int | None = None,
        b_port: int | None = None,
        *,
        delay: float | None = None,
        loss: float | None = None,
    ) -> NetworkLink:
        """Link two switches.

        :param a_port: the port of the first, by default the next one.
        :raises ConfigError: when a port is in use, or an end is nowhere.
        """
        return self._handle(self._link(a, b, a_port, b_port, delay, loss))

    def _link(
        self, a: str, b: str, a_port: int | None, b_port: int | None, delay: float | None, loss: float | None
    ) -> Link:
        link = self.fabric.connect(
            a, b, a_port, b_port,
            delay=self._delay if delay is None else delay, loss=self._loss if loss is None else loss,
        )  # fmt: skip
        self._links.setdefault((a, b), []).append(link)
        self.time.arm()
        return link

    # Finding

    def __getitem__(self, name: str) -> NetworkHost:
        """The host of that name.

        :raises ConfigError: when there is none.
        """
        node = self.fabric.node(name)
        if not isinstance(node, Station):
            raise ConfigError(f"{name} is a switch: find it with switch()")
        return NetworkHost(self.fabric, self, node)

    def switch(self, name: str) -> NetworkSwitch:
        """The switch of that name.

        :raises ConfigError: when there is none.
        """
        node = self.fabric.node(name)
        if not isinstance(node, Bridge):
            raise ConfigError(f"{name} is a host, and no switch")
        return NetworkSwitch(self.fabric, self, node, self._attachments)

    def link(self, a: str, b: str, number: int = 0) -> NetworkLink:
        """The link that was laid between these two.

        :param number: where there are several, counted from 0.
        :raises ConfigError: when there is none.
        """
        links = self._links.get((a, b), []) + self._links.get((b, a), [])
        if number >= len(links):
            raise ConfigError(f"there is no link {a}-{b}" + (f" with the number {number}" if links else ""))
        return self._handle(links[number])

    def _handle(self, link: Link) -> NetworkLink:
        return NetworkLink(self.fabric, self, link)

    @property
    def hosts(self) -> list[NetworkHost]:
        """All hosts, in the order in which they were added."""
        return [NetworkHost(self.fabric, self, station) for station in self.fabric.stations()]

    @property
    def switches(self) -> list[NetworkSwitch]:
        """All switches, in the order in which they were added."""
        return [self.switch(bridge.name) for bridge in self.fabric.bridges()]
