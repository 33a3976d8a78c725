"""The component ``allow_all``: what no policy has decided about may pass. Without a policy nothing would."""

from __future__ import annotations

from nox.core.component.component import Component
from nox.core.events.event import CONTINUE, Outcome
from nox.netapps.decision import Decision, Verdict
from nox.netapps.events import FlowIn

AFTER = -500  # priority of its handler: after every policy, before who acts on decisions

_ALLOW = Decision(verdict=Verdict.ALLOW, rule="allow_all")


class AllowAll(Component):
    """Allows every flow."""

    async def start(self) -> None:
        """Decide from now on."""
        self.register(FlowIn, self.flow_in, priority=AFTER)

    def flow_in(self, event: FlowIn) -> Outcome:
        """Allow it, where nobody has decided."""
        if event.decision is None:
            event.decision = _ALLOW
        return CONTINUE
