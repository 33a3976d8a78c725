"""OpenFlow 1.3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from nox.emulator.switch.dialect import entry_stats
from nox.emulator.switch.entry import Entry, Program
from nox.emulator.switch.matchcheck import checked
from nox.emulator.switch.port import CONFIG13, Port
from nox.emulator.switch.refusal import Refused
from nox.lib.actions import Action, Output, PushVlan, SetField, SetQueue
from nox.lib.match import Match
from nox.lib.openflow import actions10 as old
from nox.lib.openflow import messages
from nox.lib.openflow.errorcodes import BadInstruction
from nox.lib.openflow.instructions import (
    ApplyActions,
    ClearActions,
    ExperimenterInstruction,
    GotoTable,
    Instruction,
    Meter,
    WriteActions,
    WriteMetadata,
)
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.oxm import VLAN_PRESENT
from nox.lib.openflow.terms import actions10, actions13, match13
from nox.lib.openflow.versions import Version


class Dialect13:
    """OpenFlow 1.3: its terms are the switch's."""

    version: Final = Version.V1_3
    port_config: Final = CONFIG13

    def port_in(self, number: int) -> int:
        """The number itself."""
        return number

    def port_out(self, number: int) -> int:
        """The number itself."""
        return number

    def match_in(self, match: Match10 | OxmMatch) -> Match:
        """What a match means."""
        assert isinstance(match, OxmMatch)
        return checked(match)

    def match_out(self, match: Match) -> Match10 | OxmMatch:
        """The match as OXM fields."""
        return match13.match_to_wire(match)

    def actions_in(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        """Actions in the terms of the switch."""
        return actions13.actions_from_wire(actions)

    def actions_out(self, actions: Sequence[Action], spoken: Version, match: Match) -> tuple[Action, ...]:
        """Actions as 1.3 writes them."""
        if spoken == Version.V1_0:
            actions = tuple(_modern(actions, match))
        return actions13.actions_to_wire(actions)

    def program(self, written: messages.FlowMod) -> Program:
        """What an entry does."""
        kinds = [type(instruction) for instruction in written.instructions]
        if len(set(kinds)) < len(kinds):
            raise Refused(BadInstruction.UNSUP_INST, "an entry has one instruction of each type")
        found = {type(instruction): instruction for instruction in written.instructions}
        apply, write = found.pop(ApplyActions, None), found.pop(WriteActions, None)
        meter, metadata = found.pop(Meter, None), found.pop(WriteMetadata, None)
        goto, clear = found.pop(GotoTable, None), found.pop(ClearActions, None)
        for other in found.values():
            _refuse(other)
        return Program(
            Version.V1_3,
            apply=self.actions_in(apply.actions) if isinstance(apply, ApplyActions) else (),
            meter=meter.meter_id if isinstance(meter, Meter) else None,
            clear=clear is not None,
            write=self.actions_in(write.actions) if isinstance(write, WriteActions) else (),
            metadata=(metadata.metadata, metadata.metadata_mask) if isinstance(metadata, WriteMetadata) else None,
            goto=goto.table_id if isinstance(goto, GotoTable) else None,
        )

    def described(self, entry: Entry, now: float) -> messages.FlowStatsEntry:
        """An entry as statistics have it."""
        described = entry_stats(entry, self.match_out(entry.match), now)
        return replace(described, flags=entry.flags, instructions=tuple(self._instructions(entry)))

    def _instructions(self, entry: Entry) -> Iterator[Instruction]:
        program = entry.program
        if program.meter is not None:
            yield Meter(program.meter)
        if program.apply:
            yield ApplyActions(self.actions_out(program.apply, program.version, entry.match))
        if program.clear:
            yield ClearActions()
        if program.write:
            yield WriteActions(self.actions_out(program.write, program.version, entry.match))
        if program.metadata is not None:
            yield WriteMetadata(*program.metadata)
        if program.goto is not None:
            yield GotoTable(program.goto)

    def port(self, port: Port) -> messages.Port:
        """A port's description."""
        return messages.Port(
            port_no=port.number,
            hw_addr=port.hw_addr,
            name=port.name,
            config=port.config & CONFIG13,
            state=port.state,
            curr=port.features,
            supported=port.features,
            curr_speed=port.speed,
            max_speed=port.speed,
        )

    def packet_in(
        self, data: bytes, total: int, buffer_id: int, reason: int, table_id: int, cookie: int, match: Match
    ) -> messages.PacketIn:
        """A packet for the controller."""
        return messages.PacketIn(
            buffer_id=buffer_id,
            total_len=total,
            reason=reason,
            table_id=table_id,
            cookie=cookie,
            match=match13.match_to_wire(match),
            data=data,
        )


def _refuse(instruction: Instruction) -> None:
    if isinstance(instruction, ExperimenterInstruction):
        raise Refused(BadInstruction.BAD_EXPERIMENTER, "the switch knows no instruction of experimenters")
    raise Refused(BadInstruction.UNKNOWN_INST, "the switch does not know that instruction")


def _modern(actions: Sequence[Action], match: Match) -> Iterator[Action]:
    """1.0's actions in 1.3's, which says more exactly what they do."""
    tagged = bool(match.get("vlan_vid"))
    for action in actions:
        if isinstance(action, old.SetVlanVid | old.SetVlanPcp) and not tagged:
            yield PushVlan()
            tagged = True
        if isinstance(action, old.SetVlanVid):
            yield SetField("vlan_vid", VLAN_PRESENT | action.vlan_vid)
        elif isinstance(action, old.Enqueue):
            yield from (SetQueue(action.queue_id), Output(action.port))
        else:
            yield from actions10.actions_from_wire((action,), match)
