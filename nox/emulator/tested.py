"""Networks that a test makes: all are known, so that all can be ended."""

from __future__ import annotations

from typing import Unpack

from nox.core.component.component import Component
from nox.emulator.building import Options
from nox.emulator.controller import Controller
from nox.emulator.network import Network


class TestedNetwork(Network):
    """A network that remembers its controllers."""

    __test__ = False  # it is no test, whatever its name says to pytest

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self._ran: list[Controller] = []

    def start(self, *components: str | type[Component], toml: str = "", within: float = 10.0) -> Controller:
        """As `Network.start`."""
        controller = super().start(*components, toml=toml, within=within)
        self._ran.append(controller)
        return controller

    def end(self) -> list[str]:
        """Close it; what its controllers have logged as errors."""
        self.close()
        return [error for controller in self._ran for error in controller.errors]


def tested() -> tuple[type[TestedNetwork], list[TestedNetwork]]:
    """A class of networks, and those that are made with it."""
    made: list[TestedNetwork] = []

    class Noted(TestedNetwork):
        """Notes each that is made."""

        def __init__(self, **options: Unpack[Options]) -> None:
            super().__init__(**options)
            made.append(self)

    return Noted, made
