"""OpenFlow 1.0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from nox.emulator.switch.dialect import entry_stats
from nox.emulator.switch.entry import Entry, Program
from nox.emulator.switch.port import CONFIG10, Port
from nox.lib.actions import CONTROLLER, Action, Output
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.actions10 import Enqueue
from nox.lib.openflow.enums10 import PortState10
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.terms import actions10, match10
from nox.lib.openflow.terms.ports10 import features_to_wire, port_from_wire, port_to_wire
from nox.lib.openflow.versions import Version


class Dialect10:
    """OpenFlow 1.0. Its own actions are done as they are; only their ports become 32 bits."""

    version: Final = Version.V1_0
    port_config: Final = CONFIG10

    def port_in(self, number: int) -> int:
        """A number of 16 bits in 32."""
        return port_from_wire(number)

    def port_out(self, number: int) -> int:
        """A number of 32 bits in 16."""
        return port_to_wire(number)

    def match_in(self, match: Match10 | OxmMatch) -> Match:
        """What a match means: fields that have no meaning for the packets are not looked at."""
        assert isinstance(match, Match10)
        return match10.match_from_wire(match)

    def match_out(self, match: Match) -> Match10 | OxmMatch:
        """The match as ``ofp_match``."""
        return match10.match_to_wire(match)

    def actions_in(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        """Actions with ports of 32 bits."""
        return tuple(
            replace(action, port=port_from_wire(action.port)) if isinstance(action, Output | Enqueue) else action
            for action in actions
        )

    def actions_out(self, actions: Sequence[Action], spoken: Version, match: Match) -> tuple[Action, ...]:
        """Actions as 1.0 writes them."""
        if spoken != Version.V1_0:
            return actions10.actions_to_wire(actions)
        return tuple(_narrow(action) for action in actions)

    def program(self, written: messages.FlowMod) -> Program:
        """What an entry does."""
        return Program(Version.V1_0, apply=self.actions_in(written.actions))

    def described(self, entry: Entry, now: float) -> messages.FlowStatsEntry:
        """An entry as statistics have it."""
        program = entry.program
        if (program.meter, program.metadata, program.goto) != (None, None, None) or program.write or program.clear:
            raise LocalProtocolError("OpenFlow 1.0 has no instructions")
        actions = self.actions_out(program.apply, program.version, entry.match)
        return replace(entry_stats(entry, self.match_out(entry.match), now), actions=actions)

    def port(self, port: Port) -> messages.Port:
        """A port's description."""
        features = features_to_wire(port.features)
        return messages.Port(
            port_no=self.port_out(port.number),
            hw_addr=port.hw_addr,
            name=port.name,
            config=port.config & CONFIG10,
            state=0 if port.live else PortState10.LINK_DOWN,
            curr=features,
            supported=features,
        )

    def packet_in(
        self, data: bytes, total: int, buffer_id: int, reason: int, table_id: int, cookie: int, match: Match
    ) -> messages.PacketIn:
        """A packet for the controller. What comes from the controller itself has the port NONE."""
        in_port = match.get("in_port")
        assert in_port is not None
        return messages.PacketIn(
            buffer_id=buffer_id, total_len=total, in_port=self.port_out(in_port), reason=min(reason, 1), data=data
        )


def _narrow(action: Action) -> Action:
    if isinstance(action, Output):
        return Output(port_to_wire(action.port), action.max_len if action.port == CONTROLLER else 0)
    return replace(action, port=port_to_wire(action.port)) if isinstance(action, Enqueue) else action
