"""What the suite asks of a switch that it tries, whichever it is."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Protocol, TypeVar, cast

from nox.lib.openflow.versions import Version
from tests.behaviour.control import PATIENCE, Control
from tests.behaviour.differences import DIFFERENCES

T = TypeVar("T")
PORTS = (1, 2, 3, 4)
SPARE = 9  # the number of a port that a test may add


class Bench(Protocol):
    """A switch with ports 1 to 4, whose other ends the test holds, and whose time it turns."""

    name: str
    shuts: bool  # whether frames stop at a port that is down: at dummy ports they do not

    def stand_alone(self) -> None:
        """From now on it forwards by itself while no controller is there; asked for before any is."""

    def limit(self, entries: int) -> None:
        """From now on its first table has room for so many entries; asked for before any controller is there."""

    def connect(self, controls: list[Control]) -> None:
        """Have the switch connect to these controllers, and to no other."""

    def receive(self, port: int, frame: bytes) -> None:
        """A frame comes in on a port."""

    def sent(self, port: int) -> list[bytes]:
        """The frames that have gone out of a port since it was asked for last."""

    def settle(self) -> None:
        """Wait until the switch has done with the frames that it has got."""

    def wake(self) -> None:
        """Have it look at what has come for it."""

    def warp(self, seconds: float) -> None:
        """Let the switch's time pass."""

    def link(self, port: int, up: bool) -> None:
        """A port's link comes up or goes down."""

    def add_port(self, port: int) -> None:
        """Add a port."""

    def remove_port(self, port: int) -> None:
        """Remove a port."""


class Trial:
    """One test's switch with its controllers.

    :param asked: gets the rows of the table of differences that tests ask for.
    """

    def __init__(self, bench: Bench, stack: ExitStack, asked: set[str]) -> None:
        self.bench, self._stack, self._asked = bench, stack, asked

    @property
    def emulated(self) -> bool:
        """Whether it is NOX's own switch."""
        return self.bench.name == "emulator"

    def controllers(self, *versions: Version) -> list[Control]:
        """As many controllers, connected."""
        controls = self.met(*((version, b"") for version in versions))
        for control in controls:
            control.agree()
        return controls

    def met(self, *greetings: tuple[Version, bytes]) -> list[Control]:
        """Controllers that have said hello, each in other words than usual where there are bytes, and heard nothing.

        All of them say it before one listens: Open vSwitch gives a connection up that is silent for a second.
        """
        controls = [Control(version) for version, _ in greetings]
        for control in controls:
            self._stack.callback(control.close)
            control.settle, control.wake = self.bench.settle, self.bench.wake
        self.bench.connect(controls)
        for control, (_, hello) in zip(controls, greetings, strict=True):
            control.accept(hello)
        return controls

    def controller(self, version: Version = Version.V1_3) -> Control:
        """One controller, connected."""
        return self.controllers(version)[0]

    def reconnect(self, control: Control) -> None:
        """A controller ends the connection, and takes the next one."""
        control.drop()
        self.wait_for(control)

    def wait_for(self, control: Control) -> None:
        """Let time pass until the switch has connected to a controller again."""
        deadline = time.monotonic() + PATIENCE
        while not control.called():
            assert time.monotonic() < deadline, "the switch does not connect again"
            self.bench.warp(0.5)
        control.accept()
        control.agree()

    def through(self, port: int, *frames: bytes) -> dict[int, list[bytes]]:
        """Frames come in on a port; what goes out, by port, where something does."""
        for number in (*PORTS, SPARE):
            self.bench.sent(number)
        for frame in frames:
            self.bench.receive(port, frame)
        self.bench.settle()
        return {number: out for number in (*PORTS, SPARE) if (out := self.bench.sent(number))}

    def expected(self, what: str, specified: T) -> T:
        """What the specification says; for Open vSwitch what the table of differences says, where it says something."""
        self._asked.add(what)
        row = DIFFERENCES.get(what)
        if row is None or self.emulated:
            return specified
        assert row.does != specified, f"{what}: the row says what the specification says"
        return cast(T, row.does)
