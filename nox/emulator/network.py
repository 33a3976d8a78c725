"""A network of emulated switches and hosts, under emulated time or in real time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import permutations
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from nox.core.component.component import Component
from nox.emulator import faults
from nox.emulator.building import Building, Options
from nox.emulator.controller import Controller
from nox.emulator.emulated import EmulatedTime
from nox.emulator.fabric.node import Bridge
from nox.emulator.handles import Time
from nox.emulator.hosts.echo import Ping
from nox.emulator.live import RealTime
from nox.emulator.recorder import Recorder
from nox.lib.errors import NoxError

_STAGGER = 0.001  # seconds between two pings of `pingall`


class PingAll:
    """Every host has pinged every other.

    :ivar lost: who has got no answer, and from whom; `times`: seconds that each answer took.
    """

    def __init__(self, pings: dict[tuple[str, str], Ping]) -> None:
        self.sent = len(pings)
        self.lost = [pair for pair, ping in pings.items() if not ping.received]
        self.times = {pair: ping.times[0] for pair, ping in pings.items() if ping.times}

    @property
    def received(self) -> int:
        """How many were answered."""
        return self.sent - len(self.lost)

    def __repr__(self) -> str:
        return f"{self.received} of {self.sent} pings answered"


class Network(Building):
    """Switches, hosts and links; first built, then run.

    `start` runs a controller in this process, under emulated time: as fast as it is computed, and the same each time.
    `connect` runs in real time and connects every switch to controllers, wherever these are. As a context manager it
    ends with `close`.

    :ivar happened: faults of scripts, with their times.
    """

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self._emulated = EmulatedTime(self.fabric)
        self._real: RealTime | None = None
        self._controllers: tuple[str, ...] = ()
        self._recorders: list[Recorder] = []
        self.happened: list[tuple[float, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def time(self) -> Time:
        """What lets time go by."""
        return self._real or self._emulated

    @property
    def now(self) -> float:
        """The time, in seconds."""
        return self.time.now

    def start(self, *components: str | type[Component], toml: str = "", within: float = 10.0) -> Controller:
        """Start a controller in this process, under emulated time, and wait until all switches have joined.

        :param components: names with settings, such as ``"switch,idle_timeout=30"``, or classes.
        :param toml: tables of its configuration.
        :param within: emulated seconds for the switches to join.
        :raises NoxError: when the network runs in real time or a controller runs already, its configuration is wrong, a
            component does not start or a switch does not join.
        """
        if self._real is not None:
            raise NoxError("this network is connected in real time: start the controller where that is")
        controller = self._emulated.start(components, toml)
        for bridge in self.fabric.bridges():
            if bridge.name not in self._attachments:
                self._attach(bridge)
        self._emulated.joined(self.fabric.bridges(), within)
        return controller

    @property
    def controller(self) -> Controller:
        """The controller in this process.

        :raises NoxError: when there is none.
        """
        if self._emulated.controller is None:
            raise NoxError("no controller runs in this process: start one")
        return self._emulated.controller

    def stop(self) -> None:
        """Stop the controller in this process. The switches go on, and look for another."""
        self._emulated.stop()

    def connect(self, *controllers: str, reactor: IReactorTime | None = None, within: float = 10.0) -> None:
        """Run in real time, every switch connected to all of these, and wait until they are.

        :param controllers: Twisted's client endpoint strings, such as ``"tcp:127.0.0.1:6653"``.
        :param reactor: one that runs; this does not wait then, and nothing that waits may be used. By default Twisted's
            own, which does not run: whatever waits turns it.
        :raises NoxError: when a controller is none, or does not answer within these seconds.
        """
        if self._real is not None or self._attachments or not controllers:
            raise NoxError("connect a network once, before it is started, and name one controller or more")
        if reactor is None:
            from twisted.internet import reactor as own  # here and not above: who brings one may have chosen another

            self._real = RealTime(self.fabric, own)
        else:
            self._real = RealTime(self.fabric, reactor)
        self._controllers = controllers
        for bridge in self.fabric.bridges():
            self._attach(bridge)
        if reactor is None:
            self._real.joined(within)

    def _added(self, bridge: Bridge) -> None:
        if self._real is not None or self._emulated.controller is not None:
            self._attach(bridge)

    def _attach(self, bridge: Bridge) -> None:
        if self._real is not None:
            attachment = self._real.attach(bridge, self._controllers, self._versions, self._recorders)
        else:
            attachment = self._emulated.attach(bridge, self._versions, self._recorders)
        self._attachments[bridge.name] = attachment

    def record(self, file: str | Path) -> Recorder:
        """Write what switches and controllers say to each other from now on, as pcapng; for `Replay`, before `start`.

        :returns: what ends it; the network's end does so too.
        :raises OSError: when the file cannot be written.
        """
        recorder = Recorder(Path(file).open("wb"), self._recorders.remove)  # noqa: SIM115 - it closes it
        self._recorders.append(recorder)
        return recorder

    def run(self, seconds: float) -> None:
        """Let so much time go by."""
        self.time.run(seconds)

    def until(self, check: Callable[[], bool], within: float = 10.0) -> bool:
        """Let time go by until something is so; False when it is not within these seconds."""
        return self.time.until(check, within)

    def at(self, seconds: float, fault: str) -> None:
        """Have something break, so many seconds from now: ``net.at(1.5, "link s1 s2 down")``.

        :param fault: as in `nox.emulator.faults`.
        :raises ConfigError: when it is none, or about something that is not there.
        """
        self.script([faults.Fault(seconds, fault)])

    def script(self, script: str | Path | Iterable[tuple[float, str]]) -> None:
        """Have faults happen by a script.

        :param script: pairs of seconds from now and words, or a TOML file of them.
        :raises ConfigError: when one is none; then none will happen.
        """
        read = faults.read(script) if isinstance(script, str | Path) else [faults.Fault(*one) for one in script]
        parsed = [(self.now + fault.at, fault.words, faults.parse(self, fault.words)) for fault in read]
        for when, words, do in parsed:
            self.fabric.queue.at(when, self._break, (words, do))
        self.time.arm()

    def _break(self, fault: tuple[str, faults.Do]) -> None:
        words, do = fault
        self.happened.append((self.now, words))
        do()

    def chance(self, seconds: float, *, every: float = 1.0, seed: int | None = None) -> list[faults.Fault]:
        """A script of chance, to be given to `script`; whatever it breaks it mends.

        :param every: seconds from one fault to the next, on average; `seed`: by default the network's.
        """
        drawn = self.fabric.seed if seed is None else seed
        return faults.Chance(self, seed=drawn, seconds=seconds, every=every).script()

    def pingall(self, *, timeout: float = 1.0) -> PingAll:
        """Have every host ping every other once.

        :param timeout: seconds for each answer.
        """
        pings: dict[tuple[str, str], Ping] = {}
        for one, other in permutations(self.hosts, 2):
            pings[one.name, other.name] = one.ping(other, timeout=timeout, wait=False)
            self.run(_STAGGER)
        self.until(lambda: all(ping.done for ping in pings.values()), timeout + 1)
        return PingAll(pings)

    def close(self) -> None:
        """End it: the controller in this process stops, or the connections to others are closed."""
        self.stop()
        real = self._real
        if real is not None:
            ended: list[object] = []
            Deferred.fromCoroutine(real.stop()).addBoth(ended.append)
            real.until(lambda: bool(ended), 2.0)
        self._end_recordings()

    async def closed(self) -> None:
        """End a network under a reactor that runs. Done when its connections are closed."""
        if self._real is not None:
            await self._real.stop()
        self._end_recordings()

    def _end_recordings(self) -> None:
        for recorder in tuple(self._recorders):
            recorder.close()
