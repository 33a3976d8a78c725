"""Hosts, switches and links of a network, as who uses it sees them. Faults are their methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Protocol, TypeVar

from nox.emulator.attachment import Attachment
from nox.emulator.fabric.fabric import Fabric
from nox.emulator.fabric.link import Link
from nox.emulator.fabric.node import Bridge, Station
from nox.emulator.hosts.echo import Ping
from nox.emulator.hosts.flood import Flood, Make
from nox.emulator.hosts.host import Host
from nox.emulator.hosts.http import HttpGet
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError
from nox.lib.packet.checksum import Address

T = TypeVar("T")


class Time(Protocol):
    """What lets time go by."""

    @property
    def now(self) -> float:
        """The time, in seconds; what is due by then has happened."""

    def arm(self) -> None:
        """Something has been done: be there when what follows is due."""

    def run(self, seconds: float) -> None:
        """Let so much time go by."""

    def until(self, check: Callable[[], bool], within: float) -> bool:
        """Let time go by until something is so; False when it is not within these seconds."""


class Timed(Protocol):
    """What has a time, which may be another one once it is connected."""

    @property
    def time(self) -> Time:
        """What lets time go by."""


class _Handle:
    """What all three have.

    :param net: the network, whose time is asked for anew each time.
    """

    __slots__ = ("_fabric", "_net")

    def __init__(self, fabric: Fabric, net: Timed) -> None:
        self._fabric, self._net = fabric, net

    @property
    def _time(self) -> Time:
        return self._net.time


class NetworkHost(_Handle):
    """A host in its network. What takes time lets the network's time go by until it is done."""

    __slots__ = ("_station",)

    def __init__(self, fabric: Fabric, net: Timed, station: Station) -> None:
        super().__init__(fabric, net)
        self._station = station

    def __repr__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name."""
        return self._station.name

    @property
    def host(self) -> Host:
        """The host itself; to have it do something, use `do`."""
        return self._station.host

    @property
    def mac(self) -> EthernetAddress:
        """Its Ethernet address."""
        return self.host.mac

    @property
    def ipv4(self) -> IPv4Address:
        """Its IPv4 address; `0.0.0.0` without one."""
        return self.host.ipv4.address if self.host.ipv4 else IPv4Address(0)

    @property
    def switch(self) -> tuple[str, int]:
        """The switch and the port that it is plugged in at.

        :raises ConfigError: when it is nowhere.
        """
        wire = self._station.wire(0)
        if wire is None:
            raise ConfigError(f"host {self.name} is plugged in nowhere")
        end = wire[0].ends[1 - wire[1]]
        return end.node.name, end.port

    def do(self, action: Callable[[Host, float], T]) -> T:
        """Have the host do something, with the time that it is: ``h1.do(lambda host, now: host.dhcp(now))``."""
        done = action(self.host, self._time.now)
        self._fabric.moved(self._station)
        self._time.arm()
        return done

    def ping(
        self,
        target: NetworkHost | Address,
        *,
        count: int = 1,
        interval: float = 1.0,
        timeout: float = 1.0,
        wait: bool = True,
    ) -> Ping:
        """Ping another host.

        :param wait: whether to let time go by until all answers are there or late.
        """
        address = target.ipv4 if isinstance(target, NetworkHost) else target
        ping = self.do(lambda host, now: host.ping(address, now, count=count, interval=interval, timeout=timeout))
        if wait:
            self._time.until(lambda: ping.done, count * interval + timeout)
        return ping

    def get(self, target: NetworkHost | Address, path: str = "/", *, within: float = 10.0) -> HttpGet:
        """Ask another host for a page over HTTP, and wait for the answer."""
        address = target.ipv4 if isinstance(target, NetworkHost) else target
        got: list[HttpGet] = []
        request = self.do(lambda host, now: host.get(address, path, now, when_done=got.append))
        self._time.until(lambda: bool(got), within)
        return request

    # Faults

    def sleep(self) -> None:
        """Hear and send nothing."""
        self.do(lambda host, _: host.sleep())

    def wake(self) -> None:
        """Go on."""
        self.do(lambda host, now: host.awake(now))

    def lie(
        self,
        *,
        mac: EthernetAddress | None = None,
        ipv4: IPv4Address | None = None,
        ipv6: IPv6Address | None = None,
    ) -> None:
        """Say to have other addresses; without any, be honest again."""
        self.do(lambda host, _: host.lies(mac=mac, ipv4=ipv4, ipv6=ipv6))

    def flood(self, per_second: float, total: int, make: Make | None = None) -> Flood:
        """Send frames at a rate: without `make` each from an address of its own."""
        seed = self._fabric.seed
        return self.do(lambda host, now: host.flood(now, per_second=per_second, total=total, make=make, seed=seed))

    def move(self, switch: str, port: int | None = None) -> None:
        """Be plugged in at another switch, or another port; by default a new one.

        :raises ConfigError: when there is no such switch, or the port is in use.
        """
        wire, node = self._station.wire(0), self._fabric.node(switch)
        if wire is None or not isinstance(node, Bridge):
            raise ConfigError(f"host {self.name} cannot move to {switch}: hosts move from switch to switch")
        self._fabric.move(wire[0], 1 - wire[1], node, port)
        self._time.arm()


class NetworkSwitch(_Handle):
    """A switch in its network."""

    __slots__ = ("_attachments", "_bridge")

    def __init__(self, fabric: Fabric, net: Timed, bridge: Bridge, attachments: Mapping[str, Attachment]) -> None:
        """:param attachments: of switches by name, as far as they look for controllers."""
        super().__init__(fabric, net)
        self._bridge, self._attachments = bridge, attachments

    def __repr__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name."""
        return self._bridge.name

    @property
    def dpid(self) -> int:
        """Its datapath identifier."""
        return self._bridge.dpid

    @property
    def node(self) -> Bridge:
        """What it is in the fabric: `node.switch` has its tables, groups and meters."""
        return self._bridge

    @property
    def entries(self) -> int:
        """How many flow entries it has."""
        return sum(map(len, self._bridge.switch.flows.tables))

    def neighbours(self) -> dict[int, tuple[str, int]]:
        """What each of its ports is linked with: the name, and the port there (0: a host's)."""
        found = {}
        for link, side in self._bridge.wires():
            far = link.ends[1 - side]
            found[link.ends[side].port] = (far.node.name, far.port)
        return found

    # Faults

    def crash(self) -> None:
        """Lose the power: links down, connections ended, tables lost."""
        self.disconnect()
        self._fabric.crash(self._bridge)
        self._time.arm()

    def restart(self) -> None:
        """Begin again after a crash, with empty tables, and look for the controllers."""
        self._fabric.restart(self._bridge)
        self.connect()
        self._time.arm()

    def disconnect(self) -> None:
        """End the connections to all controllers, until `connect`. The entries stay."""
        if self.name in self._attachments:
            self._attachments[self.name].disconnect()

    def connect(self) -> None:
        """Look for the controllers again."""
        if self.name in self._attachments and self._bridge.powered:
            self._attachments[self.name].connect()

    def deafen(self) -> None:
        """Accept entries, answer barriers, count packets, and forward nothing that entries should, until `hear`.

        What the controllers send out themselves still goes, and what is for them still comes.
        """
        self._bridge.switch.deaf = True

    def hear(self) -> None:
        """Forward again; a restart mends it, too."""
        self._bridge.switch.deaf = False


class NetworkLink(_Handle):
    """A link in its network."""

    __slots__ = ("link",)

    def __init__(self, fabric: Fabric, net: Timed, link: Link) -> None:
        super().__init__(fabric, net)
        self.link = link

    def __repr__(self) -> str:
        return self.link.name

    @property
    def between(self) -> tuple[str, str]:
        """The names of what it connected when it was laid."""
        return self.link.between

    @property
    def is_up(self) -> bool:
        """Whether frames get through."""
        return self.link.up

    def down(self) -> None:
        """Cut it: both ends' ports go down, and what is on its way is lost."""
        self._cut(True)

    def up(self) -> None:
        """Mend it."""
        self._cut(False)

    def _cut(self, is_cut: bool) -> None:
        self._time.now  # noqa: B018 - what was due before happens before
        self._fabric.cut(self.link, is_cut)
        self._time.arm()

    def set(self, *, delay: float | None = None, loss: float | None = None) -> None:
        """Change its delay, in seconds, or the share of frames that it loses, from 0 to 1.

        :raises ConfigError: when these are none.
        """
        self.link.set(delay=delay, loss=loss)

    def miswire(self, other: NetworkLink) -> None:
        """Have the second ends of two links change places. Doing it again puts them right."""
        self._fabric.swap(self.link, other.link)
        self._time.arm()
