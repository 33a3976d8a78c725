"""What a link leads to: a host or a switch, alike for the fabric."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from nox.emulator.hosts.host import Host
from nox.emulator.switch.settings import Settings
from nox.emulator.switch.switch import Switch

if TYPE_CHECKING:
    from nox.emulator.fabric.link import Link

Wire = tuple["Link", int]  # a link, and which of its ends is here


class Node(ABC):
    """A host or a switch.

    :ivar due: when the fabric will run it; None for never.
    """

    __slots__ = ("due", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.due: float | None = None

    @property
    @abstractmethod
    def powered(self) -> bool:
        """Whether it is on: its links are down while it is not."""

    @property
    @abstractmethod
    def next_wake(self) -> float | None:
        """When it is to be run."""

    @abstractmethod
    def wire(self, port: int) -> Wire | None:
        """What is plugged in there; None for nothing."""

    @abstractmethod
    def wires(self) -> list[Wire]:
        """All that is plugged in."""

    @abstractmethod
    def plug(self, port: int, wire: Wire | None) -> None:
        """Put the end of a link in, or pull it out."""

    @abstractmethod
    def set_link(self, port: int, up: bool, now: float) -> None:
        """The link there has come up or gone down."""

    @abstractmethod
    def receive(self, port: int, frame: bytes, now: float) -> None:
        """A frame has come."""

    @abstractmethod
    def take(self) -> Iterable[tuple[int, bytes]]:
        """The frames that it sends, by port, once."""

    @abstractmethod
    def run(self, now: float) -> None:
        """Do what is due."""


class Station(Node):
    """A host. Its one port has the number 0."""

    __slots__ = ("_wire", "host")

    powered = True

    def __init__(self, host: Host) -> None:
        super().__init__(host.name)
        self.host = host
        self._wire: Wire | None = None

    @property
    def next_wake(self) -> float | None:
        """When its first timer is due."""
        return self.host.next_wake

    def wire(self, port: int) -> Wire | None:
        """Its only link."""
        return self._wire

    def wires(self) -> list[Wire]:
        """Its only link."""
        return [self._wire] if self._wire else []

    def plug(self, port: int, wire: Wire | None) -> None:
        """Put it in, or pull it out."""
        self._wire = wire

    def set_link(self, port: int, up: bool, now: float) -> None:
        """Say where it is, when the link is there again."""
        if up:
            self.host.announce()

    def receive(self, port: int, frame: bytes, now: float) -> None:
        """A frame has come."""
        self.host.receive(frame, now)

    def take(self) -> list[tuple[int, bytes]]:
        """What it sends."""
        return [(0, frame) for frame in self.host.take()]

    def run(self, now: float) -> None:
        """Its timers."""
        self.host.run(now)


class Bridge(Node):
    """A switch, which may crash: what it is without power is nothing but its ports.

    :ivar flush: called after all that it has done: what moves the bytes of its controllers.
    """

    __slots__ = ("_dpid", "_settings", "_wires", "flush", "powered", "switch")

    powered: bool

    def __init__(self, name: str, datapath_id: int, settings: Settings | None = None, *, now: float = 0.0) -> None:
        super().__init__(name)
        self._dpid, self._settings = datapath_id, settings
        self._wires: dict[int, Wire] = {}
        self.powered = True
        self.flush: Callable[[], None] | None = None
        self.switch = Switch(datapath_id, settings, now=now)

    @property
    def dpid(self) -> int:
        """Its datapath identifier."""
        return self._dpid

    @property
    def next_wake(self) -> float | None:
        """When a timeout or a controller's silence is due."""
        return self.switch.next_wake if self.powered else None

    def free_port(self) -> int:
        """The lowest number that no port has had."""
        return max(self.switch.ports, default=0) + 1

    def wire(self, port: int) -> Wire | None:
        """What is plugged in there."""
        return self._wires.get(port)

    def wires(self) -> list[Wire]:
        """All that is plugged in."""
        return list(self._wires.values())

    def plug(self, port: int, wire: Wire | None) -> None:
        """Put it in, or pull it out; a port that is not there is added."""
        if wire is None:
            self._wires.pop(port, None)
        else:
            self._wires[port] = wire
            if port not in self.switch.ports:
                self.switch.add_port(port, name=f"{self.name}-{port}")

    def set_link(self, port: int, up: bool, now: float) -> None:
        """Tell the controllers."""
        if self.powered:
            self.switch.set_link(port, up, now)

    def receive(self, port: int, frame: bytes, now: float) -> None:
        """Treat a frame."""
        if self.powered:
            self.switch.receive(port, frame, now)

    def take(self) -> list[tuple[int, bytes]]:
        """What it sends, to hosts and to controllers."""
        if self.flush is not None:
            self.flush()
        return self.switch.take()

    def run(self, now: float) -> None:
        """Its timeouts."""
        if self.powered:
            self.switch.run(now)

    def crash(self) -> None:
        """Lose the power, and with it all that was in the tables. Its links are the fabric's to see to."""
        self.powered = False

    def restart(self, now: float) -> None:
        """Begin again, with the same ports and nothing else."""
        ports = list(self.switch.ports.values())
        self.switch = Switch(self._dpid, self._settings, now=now)
        for old in ports:
            self.switch.add_port(old.number, old.hw_addr, old.name).link = False
        self.powered = True
