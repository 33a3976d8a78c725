"""The emulated switch, over real TCP connections and under a clock that the test turns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.selectreactor import SelectReactor
from twisted.internet.task import Clock
from twisted.internet.threads import blockingCallFromThread

from nox.emulator.switch.settings import FailMode, Settings
from nox.emulator.switch.switch import Switch
from tests.behaviour.bench import PORTS
from tests.behaviour.control import Control
from tests.emulator.driver import SwitchDriver

T = TypeVar("T")
_NO_PROBE = 1e9


class Reactor:
    """A reactor in a thread of its own."""

    def __init__(self) -> None:
        self.reactor = SelectReactor()
        self._thread = threading.Thread(target=self.reactor.run, kwargs={"installSignalHandlers": False})
        self._thread.start()

    def do(self, action: Callable[[], T]) -> T:
        """Do something in it; what it gives."""
        result: T = blockingCallFromThread(self.reactor, action)
        return result

    def close(self) -> None:
        """End it."""
        self.reactor.callFromThread(self.reactor.stop)
        self._thread.join()


class Emulated:
    """An emulated switch."""

    name = "emulator"
    shuts = True

    def __init__(self, reactor: Reactor) -> None:
        self._reactor, self._clock = reactor, Clock()
        self._sent: dict[int, list[bytes]] = {}
        self._make(Settings(probe=_NO_PROBE))

    def _make(self, settings: Settings) -> None:
        self._switch = Switch(1, settings, now=self._clock.seconds())
        self._driver = SwitchDriver(self._switch, self._clock, self._out)
        for number in PORTS:
            self._switch.add_port(number)

    def _out(self, number: int, frame: bytes) -> None:
        self._sent.setdefault(number, []).append(frame)

    def stand_alone(self) -> None:
        """From now on it forwards by itself while no controller is there."""
        self._make(Settings(probe=_NO_PROBE, fail_mode=FailMode.STANDALONE))

    def limit(self, entries: int) -> None:
        """From now on its tables have room for so many entries."""
        self._make(Settings(probe=_NO_PROBE, entries=entries))

    def connect(self, controls: list[Control]) -> None:
        """Have the switch connect to these controllers."""

        def connect() -> None:
            for control in controls:
                endpoint = TCP4ClientEndpoint(self._reactor.reactor, "127.0.0.1", control.port)
                self._driver.connect(endpoint, f"tcp:127.0.0.1:{control.port}")

        self._reactor.do(connect)

    def receive(self, port: int, frame: bytes) -> None:
        """A frame comes in on a port."""
        self._reactor.do(lambda: self._driver.receive(port, frame))

    def sent(self, port: int) -> list[bytes]:
        """The frames that have gone out of a port since it was asked for last."""
        return self._reactor.do(lambda: self._sent.pop(port, []))

    def settle(self) -> None:
        """Frames are done with when they have been received."""

    def wake(self) -> None:
        """It does not sleep."""

    def warp(self, seconds: float) -> None:
        """Let the switch's time pass."""
        self._reactor.do(lambda: self._clock.advance(seconds))

    def link(self, port: int, up: bool) -> None:
        """A port's link comes up or goes down."""
        self._change(lambda: self._switch.set_link(port, up, self._clock.seconds()))

    def add_port(self, port: int) -> None:
        """Add a port."""
        self._change(lambda: self._switch.add_port(port))

    def remove_port(self, port: int) -> None:
        """Remove a port."""
        self._change(lambda: self._switch.remove_port(port, self._clock.seconds()))

    def _change(self, change: Callable[[], object]) -> None:
        def both() -> None:
            change()
            self._driver.moved()

        self._reactor.do(both)

    def close(self) -> None:
        """End it."""
        self._reactor.do(lambda: Deferred.fromCoroutine(self._driver.stop()))


@contextmanager
def emulated(reactor: Reactor) -> Iterator[Emulated]:
    """A switch for one test."""
    switch = Emulated(reactor)
    try:
        yield switch
    finally:
        switch.close()
