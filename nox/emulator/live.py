"""A network in real time, under a reactor: it connects to any OpenFlow controller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, cast

from twisted.internet.defer import gatherResults
from twisted.internet.endpoints import clientFromString
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from nox.emulator.attachment import Attachment
from nox.emulator.fabric.fabric import Fabric
from nox.emulator.fabric.node import Bridge
from nox.emulator.recorder import Recorder
from nox.lib.errors import ConfigError, NoxError
from nox.lib.openflow.versions import Version


class _Reactor(Protocol):
    """What `until` needs of a reactor that does not run."""

    def seconds(self) -> float: ...
    def runUntilCurrent(self) -> None: ...
    def doIteration(self, delay: float | None) -> None: ...
    def timeout(self) -> float | None: ...


class RealTime:
    """Lets a fabric run by the clock.

    :param reactor: Twisted's; where it does not run, `run` and `until` turn it.
    """

    controller = None

    def __init__(self, fabric: Fabric, reactor: IReactorTime) -> None:
        self._fabric, self._reactor = fabric, reactor
        self._timer: IDelayedCall | None = None
        self._attachments: list[Attachment] = []
        fabric.begin(reactor.seconds())

    @property
    def now(self) -> float:
        """The reactor's seconds."""
        self.catch_up()
        return self._fabric.queue.now

    def attach(
        self, bridge: Bridge, controllers: Iterable[str], versions: Iterable[Version], recorders: Sequence[Recorder]
    ) -> Attachment:
        """Have a switch connect to controllers.

        :param controllers: Twisted's client endpoint strings, such as ``tcp:127.0.0.1:6653``.
        :raises ConfigError: when one is none.
        """
        attachment = Attachment(self._fabric, bridge, self._reactor, self.arm, recorders)
        self._attachments.append(attachment)
        for text in controllers:
            try:
                endpoint = clientFromString(self._reactor, text)
            except Exception as error:  # whatever a parser raises, Twisted's own or a third party's
                raise ConfigError(f'"{text}" is no controller ({error}); write it like tcp:127.0.0.1:6653') from error
            attachment.add(endpoint, text, versions)
        return attachment

    def catch_up(self) -> None:
        """Do what is due by now."""
        self._fabric.queue.run(self._reactor.seconds())

    def arm(self) -> None:
        """Be there when the next thing is due."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        due = self._fabric.queue.next
        self._timer = None
        if due is not None:
            self._timer = self._reactor.callLater(max(0.0, due - self._reactor.seconds()), self._turn)

    def _turn(self) -> None:
        self.catch_up()
        self.arm()

    def run(self, seconds: float) -> None:
        """Let so much time go by."""
        self.until(lambda: False, seconds)

    def until(self, check: Callable[[], bool], within: float) -> bool:
        """Let time go by until something is so; False when it is not within these seconds."""
        reactor = cast(_Reactor, self._reactor)
        end = reactor.seconds() + within
        self.arm()
        while not check():
            left = end - reactor.seconds()
            if left <= 0:
                return False
            due = reactor.timeout()
            reactor.doIteration(left if due is None else min(left, due))
            reactor.runUntilCurrent()
        return True

    def joined(self, within: float) -> None:
        """Wait until every switch is connected.

        :raises NoxError: when one is not within these seconds, with its name.
        """
        if not self.until(lambda: all(one.ready for one in self._attachments), within):
            missing = [one.bridge.name for one in self._attachments if not one.ready]
            raise NoxError(f"{', '.join(missing[:5])}: no controller within {within:g} s; the log says why")

    async def stop(self) -> None:
        """Close all connections."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        await gatherResults([one.disconnect() for one in self._attachments])
