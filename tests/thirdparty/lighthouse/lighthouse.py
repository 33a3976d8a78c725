"""A third party's component: it says when NOX is up, and then flashes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.config.model import ComponentConfig
from nox.core.events.event import CONTINUE, Outcome
from nox.core.events.lifecycle import BootstrapComplete
from nox.core.interfaces import IKernel


class Lighthouse(Component):
    """Flashes for the ships out there."""

    kernel = requires(IKernel)

    class Config(ComponentConfig):
        colour: str = "white"
        period: Annotated[float, Field(gt=0)] = 5.0  # seconds from flash to flash

    config: Config

    async def start(self) -> None:
        """Light the lamp when everything else is up."""
        self.register(BootstrapComplete, self.light)

    def light(self, event: BootstrapComplete) -> Outcome:
        """Begin to flash."""
        self.log.info(
            "a {colour} light among {number}", colour=self.config.colour, number=len(self.kernel.components())
        )
        self.every(self.config.period, self.flash)
        return CONTINUE

    def flash(self) -> None:
        """Flash once."""
        self.log.info("{colour} flash", colour=self.config.colour)
