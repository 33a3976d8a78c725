"""A switch of a fabric and its controllers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint

from nox.emulator.channel import ControlChannel
from nox.emulator.fabric.fabric import Fabric
from nox.emulator.fabric.node import Bridge
from nox.emulator.recorder import Recorder
from nox.lib.openflow.versions import Version

_Controller = tuple[IStreamClientEndpoint, str, tuple[Version, ...]]


class Attachment:
    """Keeps one switch connected to its controllers.

    :param moved: called after the controllers have made the switch do something.
    :param recorders: who write down what switch and controllers say.
    """

    def __init__(
        self,
        fabric: Fabric,
        bridge: Bridge,
        reactor: IReactorTime,
        moved: Callable[[], None],
        recorders: Sequence[Recorder],
    ) -> None:
        self._fabric, self.bridge, self._reactor, self._moved = fabric, bridge, reactor, moved
        self._recorders = recorders
        self._controllers: list[_Controller] = []
        self._channels: list[ControlChannel] = []
        bridge.flush = self._flush

    def add(self, endpoint: IStreamClientEndpoint, name: str, versions: Iterable[Version]) -> None:
        """One more controller."""
        controller = (endpoint, name, tuple(versions))
        self._controllers.append(controller)
        self._begin(controller)

    def _begin(self, controller: _Controller) -> None:
        endpoint, name, versions = controller
        channel = ControlChannel(
            self.bridge.switch,
            endpoint,
            self._reactor,
            self._heard,
            name=name,
            versions=versions,
            recorders=self._recorders,
        )
        self._channels.append(channel)
        channel.start()

    @property
    def ready(self) -> bool:
        """Whether all its controllers have agreed on a version."""
        return all(channel.ready for channel in self._channels) and len(self._channels) == len(self._controllers)

    def connect(self) -> None:
        """Connect to all, after `disconnect`; a switch that was restarted is another one now."""
        for controller in self._controllers if not self._channels else ():
            self._begin(controller)

    def disconnect(self) -> Deferred[list[None]]:
        """Close all connections, and make none until `connect`. Done when they are closed."""
        closing = [channel.stop() for channel in self._channels]
        self._channels.clear()
        return gatherResults(closing)

    def _flush(self) -> None:
        for channel in self._channels:
            channel.flush()

    def _heard(self) -> None:
        self._fabric.queue.now = max(self._fabric.queue.now, self._reactor.seconds())
        self._fabric.moved(self.bridge)
        self._moved()
