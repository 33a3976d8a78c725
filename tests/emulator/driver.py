"""One switch alone, under a reactor, for tests that hold the other end of each port.

Networks do this with a fabric (`nox.emulator.attachment`), where a link leads from each port to a node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IDelayedCall, IReactorTime, IStreamClientEndpoint

from nox.emulator.channel import Backoff, ControlChannel
from nox.emulator.switch.switch import Switch
from nox.lib.openflow.versions import SUPPORTED, Version


class SwitchDriver:
    """Drives a switch. Who changes the switch by its methods calls `moved` afterwards.

    :param sent: gets the frames that the switch sends, with the number of the port, in order.
    """

    def __init__(self, switch: Switch, reactor: IReactorTime, sent: Callable[[int, bytes], None]) -> None:
        self.switch, self._reactor, self._sent = switch, reactor, sent
        self._channels: list[ControlChannel] = []
        self._timer: IDelayedCall | None = None

    def connect(
        self,
        endpoint: IStreamClientEndpoint,
        name: str,
        *,
        versions: Iterable[Version] = SUPPORTED,
        backoff: Backoff | None = None,
    ) -> ControlChannel:
        """Keep the switch connected to one more controller.

        :param name: of the controller, for the log.
        """
        channel = ControlChannel(
            self.switch, endpoint, self._reactor, self.moved, name=name, versions=versions, backoff=backoff
        )
        self._channels.append(channel)
        channel.start()
        return channel

    def receive(self, number: int, frame: bytes) -> None:
        """A frame has come in on a port."""
        self.switch.receive(number, frame, self._reactor.seconds())
        self.moved()

    def moved(self) -> None:
        """Something has happened to the switch: send what it sends, and be there when the next thing is due."""
        for channel in self._channels:
            channel.flush()
        for number, frame in self.switch.take():
            self._sent(number, frame)
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        wake = self.switch.next_wake
        if wake is not None:
            self._timer = self._reactor.callLater(max(0.0, wake - self._reactor.seconds()), self._run)

    def _run(self) -> None:
        self.switch.run(self._reactor.seconds())
        self.moved()

    async def stop(self) -> None:
        """Close all connections and stop the clock. Done when they are closed."""
        closing: list[Deferred[None]] = [channel.stop() for channel in self._channels]
        await gatherResults(closing)
        self._channels.clear()
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
