"""The component ``normal``: every switch forwards by itself, as if NOX were not present (``NORMAL``)."""

from __future__ import annotations

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.interfaces import IFlows
from nox.core.openflow.flowspec import FlowSpec
from nox.core.plan import MISS
from nox.lib.actions import NORMAL, Output
from nox.lib.match import Match


class Normal(Component):
    """Writes one entry into each switch, at the lowest priority: forward as a switch does without a controller."""

    bands = (MISS,)
    flows = requires(IFlows)

    async def start(self) -> None:
        """State the entry for every switch."""
        self.flows.state(FlowSpec(match=Match(), priority=MISS.low, actions=(Output(NORMAL),)))
