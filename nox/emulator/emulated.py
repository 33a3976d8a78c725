"""A network under emulated time: it goes on as fast as it is computed, and the same each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from nox.core.component.component import Component
from nox.emulator.attachment import Attachment
from nox.emulator.controller import PORT, Controller, outcome
from nox.emulator.fabric.fabric import Fabric
from nox.emulator.fabric.node import Bridge
from nox.emulator.reactor import LATENCY, EmulatedReactor
from nox.emulator.recorder import Recorder
from nox.lib.errors import NoxError
from nox.lib.openflow.versions import Version

MOST_STEPS: Final = 1_000_000  # frames and timers in an emulated second, on average
_PATIENCE: Final = 30.0  # emulated seconds for what must come to an end


class EmulatedTime:
    """Lets the time of a fabric go on, with or without a controller.

    :param latency: seconds that bytes take between switch and controller.
    """

    def __init__(self, fabric: Fabric, *, latency: float = LATENCY) -> None:
        self._fabric = fabric
        self.reactor = EmulatedReactor(fabric.queue, latency=latency)
        self.controller: Controller | None = None

    @property
    def now(self) -> float:
        """Emulated seconds."""
        return self._fabric.queue.now

    def arm(self) -> None:
        """Nothing: all that is due lies in the queue."""

    def run(self, seconds: float) -> None:
        """Let so much time go by.

        :raises NoxError: when frames go round and round.
        """
        self.until(lambda: False, seconds)

    def until(self, check: Callable[[], bool], within: float) -> bool:
        """Let time go by until something is so; False when it is not within these seconds.

        :raises NoxError: when frames go round and round.
        """
        queue = self._fabric.queue
        end, most = queue.now + within, queue.steps + MOST_STEPS * max(1.0, within)
        while not check():
            due = queue.next
            if due is None or due > end:
                queue.run(end)
                return check()
            if queue.steps > most:
                raise NoxError(f"more than {MOST_STEPS} frames and timers in a second: do frames go round in a loop?")
            queue.step()
        return True

    def start(self, components: tuple[str | type[Component], ...], toml: str) -> Controller:
        """Start a controller.

        :raises NoxError: when one runs, the configuration is wrong or a component does not start.
        """
        if self.controller is not None:
            raise NoxError("a controller runs already: stop it first")
        controller = Controller(components, toml, self.reactor)
        self.controller = controller
        outcome(controller.start(), lambda check: self.until(check, _PATIENCE))
        self.run(0.0)  # it accepts switches from the reactor's next turn on
        return controller

    def stop(self) -> None:
        """Stop the controller."""
        controller, self.controller = self.controller, None
        if controller is not None:
            outcome(controller.stop(), lambda check: self.until(check, _PATIENCE))

    def attach(self, bridge: Bridge, versions: Iterable[Version], recorders: Sequence[Recorder]) -> Attachment:
        """Have a switch look for the controller, from now on."""
        attachment = Attachment(self._fabric, bridge, self.reactor, lambda: None, recorders)
        attachment.add(self.reactor.endpoint(PORT), f"tcp:{PORT}", versions)
        return attachment

    def joined(self, bridges: list[Bridge], within: float) -> None:
        """Wait until these switches have joined.

        :raises NoxError: when one has not within these seconds, with its name and why.
        """
        controller = self.controller
        assert controller is not None
        datapaths = controller.home.datapaths
        wanted = [bridge for bridge in bridges if bridge.powered]
        if self.until(lambda: len(datapaths) >= len(wanted), within):
            return
        missing = [bridge.name for bridge in wanted if bridge.dpid not in datapaths]
        why = f": {controller.errors[-1]}" if controller.errors else ""
        raise NoxError(f"{', '.join(missing[:5])}: not joined within {within:g} s{why}")
