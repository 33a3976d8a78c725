"""OpenFlow 1.3: its terms are ours, so that little has to be translated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.removedflow import RemovedFlow
from nox.core.openflow.statistics import Description, FlowStats, PortStats
from nox.core.openflow.translation import common
from nox.core.openflow.translation.translator import AnyFlowRemoved, AnyFlowStatsEntry, AnyFlowStatsReply
from nox.lib.actions import ANY, CONTROLLER, NO_BUFFER, Action
from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.match import Match
from nox.lib.openflow import Version, messages
from nox.lib.openflow.enums import ALL_TABLES, FlowModCommand, FlowModFlag, PortConfig
from nox.lib.openflow.errorcodes import Error as ErrorNumbers
from nox.lib.openflow.errorcodes import from_version
from nox.lib.openflow.instructions import (
    ApplyActions,
    ClearActions,
    GotoTable,
    Instruction,
    Meter,
    WriteActions,
    WriteMetadata,
)
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.terms import actions13, match13

_PORT_CONFIG: Final = PortConfig.PORT_DOWN | PortConfig.NO_RECV | PortConfig.NO_FWD | PortConfig.NO_PACKET_IN

# The flags as plain numbers: operations on the members of an enumeration take ten times as long.
_SEND_FLOW_REM: Final = FlowModFlag.SEND_FLOW_REM.value
_CHECK_OVERLAP: Final = FlowModFlag.CHECK_OVERLAP.value
_RESET_COUNTS: Final = FlowModFlag.RESET_COUNTS.value
_NO_PKT_COUNTS: Final = FlowModFlag.NO_PKT_COUNTS.value
_NO_BYT_COUNTS: Final = FlowModFlag.NO_BYT_COUNTS.value

_COOKIE_AT: Final = 8  # in a flow-mod


class Translator13:
    """OpenFlow 1.3."""

    version: Final = Version.V1_3
    selects_by_cookie: bool = True
    flow_stats_reply: type[AnyFlowStatsReply] = messages.FlowStatsReply

    # Matches and actions

    def match_to_wire(self, match: Match) -> OxmMatch:
        """The match as OXM fields, in the order of their numbers."""
        return match13.match_to_wire(match)

    def match_from_wire(self, match: Match10 | OxmMatch) -> Match:
        """What a match on the wire means."""
        assert isinstance(match, OxmMatch)
        return match13.match_from_wire(match)

    def actions_to_wire(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        """The actions of 1.3's wire."""
        return actions13.actions_to_wire(actions)

    def actions_from_wire(self, actions: Sequence[Action], match: Match | None = None) -> tuple[Action, ...]:
        """What the actions mean."""
        return actions13.actions_from_wire(actions)

    # Flow entries and packets

    def flow_mod(
        self,
        command: int,
        flow: FlowSpec,
        *,
        cookie: int = 0,
        cookie_mask: int = 0,
        buffer_id: int = NO_BUFFER,
        out_port: int = ANY,
        out_group: int = ANY,
    ) -> messages.FlowMod:
        """Adds, changes or deletes entries."""
        return messages.FlowMod(
            match=self.match_to_wire(flow.match),
            cookie=cookie,
            cookie_mask=cookie_mask,
            table_id=flow.table_id,
            command=command,
            idle_timeout=flow.idle_timeout,
            hard_timeout=flow.hard_timeout,
            priority=flow.priority,
            buffer_id=buffer_id,
            out_port=out_port,
            out_group=out_group,
            flags=_flags(flow),
            instructions=tuple(self._instructions(flow)),
        )

    def _instructions(self, flow: FlowSpec) -> Iterator[Instruction]:
        """In the order in which a switch does them (section 5.9)."""
        if flow.meter is not None:
            yield Meter(flow.meter)
        if flow.actions:
            yield ApplyActions(self.actions_to_wire(flow.actions))
        if flow.clear_actions:
            yield ClearActions()
        if flow.write_actions:
            yield WriteActions(self.actions_to_wire(flow.write_actions))
        if flow.metadata is not None:
            yield WriteMetadata(*flow.metadata)
        if flow.goto_table is not None:
            yield GotoTable(flow.goto_table)
        yield from flow.other_instructions

    def packet_out(
        self, in_port: int | None, actions: Sequence[Action], data: bytes = b"", buffer_id: int = NO_BUFFER
    ) -> messages.PacketOut:
        """Has a switch treat a packet."""
        return messages.PacketOut(
            buffer_id=buffer_id,
            in_port=CONTROLLER if in_port is None else in_port,
            actions=self.actions_to_wire(actions),
            data=data,
        )

    # Ports

    def port_mod(self, port: PortInfo, *, config: int, mask: int, advertise: int = 0) -> messages.PortMod:
        """Changes a port."""
        if (config | mask) & ~_PORT_CONFIG:
            raise LocalProtocolError(f"{self.version} has no port configuration {(config | mask) & ~_PORT_CONFIG:#x}")
        return messages.PortMod(
            port_no=port.number, hw_addr=port.hw_addr, config=config, mask=mask, advertise=advertise
        )

    def port_to_wire(self, number: int) -> int:
        """A port's number."""
        return number

    def port_from_wire(self, number: int) -> int:
        """A port's number."""
        return number

    def port_info(self, port: messages.Port) -> PortInfo:
        """A port."""
        return PortInfo(
            number=port.port_no,
            hw_addr=port.hw_addr,
            name=common.printable(port.name),
            config=port.config,
            state=port.state,
            current=port.curr,
            advertised=port.advertised,
            supported=port.supported,
            peer=port.peer,
            current_speed=port.curr_speed,
            max_speed=port.max_speed,
        )

    # Statistics

    def flow_stats_request(
        self, match: Match, *, table_id: int = ALL_TABLES, out_port: int = ANY, cookie: int = 0, cookie_mask: int = 0
    ) -> messages.FlowStatsRequest:
        """Asks for the entries that lie within a match."""
        return messages.FlowStatsRequest(
            match=self.match_to_wire(match),
            table_id=table_id,
            out_port=out_port,
            cookie=cookie,
            cookie_mask=cookie_mask,
        )

    def flow_stats(self, entry: AnyFlowStatsEntry) -> FlowStats:
        """One entry of a switch."""
        assert isinstance(entry, messages.FlowStatsEntry)
        return FlowStats(
            match=self.match_from_wire(entry.match),
            priority=entry.priority,
            idle_timeout=entry.idle_timeout,
            hard_timeout=entry.hard_timeout,
            table_id=entry.table_id,
            notify_removed=bool(entry.flags & _SEND_FLOW_REM),
            check_overlap=bool(entry.flags & _CHECK_OVERLAP),
            reset_counts=bool(entry.flags & _RESET_COUNTS),
            count_packets=not entry.flags & _NO_PKT_COUNTS,
            count_bytes=not entry.flags & _NO_BYT_COUNTS,
            cookie=entry.cookie,
            duration=entry.duration_sec + entry.duration_nsec / 1e9,
            packet_count=common.counter(entry.packet_count),
            byte_count=common.counter(entry.byte_count),
            **self._read(entry.instructions),
        )

    def _read(self, instructions: Sequence[Instruction]) -> dict[str, Any]:
        """The instructions as attributes of a `FlowSpec`."""
        read: dict[str, Any] = {}
        others = []
        for instruction in instructions:
            match instruction:
                case Meter(meter_id):
                    read["meter"] = meter_id
                case ApplyActions(actions):
                    read["actions"] = self.actions_from_wire(actions)
                case ClearActions():
                    read["clear_actions"] = True
                case WriteActions(actions):
                    read["write_actions"] = self.actions_from_wire(actions)
                case WriteMetadata(value, mask):
                    read["metadata"] = (value, mask)
                case GotoTable(table_id):
                    read["goto_table"] = table_id
                case _:
                    others.append(instruction)
        return {**read, "other_instructions": tuple(others)}

    def as_reported(self, flow: FlowSpec) -> FlowStats:
        """An entry as a switch reports it after it was written."""
        return self.flow_stats(common.entry_of(self.flow_mod(FlowModCommand.ADD, flow)))

    def flow_removed(self, message: AnyFlowRemoved) -> RemovedFlow:
        """An entry that has gone."""
        assert isinstance(message, messages.FlowRemoved)
        return common.flow_removed(message, self.match_from_wire(message.match))

    def cookie_of(self, message: bytes) -> int | None:
        """The cookie in the first bytes of a flow-mod."""
        return common.cookie_at(_COOKIE_AT, message)

    def port_stats_request(self, port: int = ANY) -> messages.PortStatsRequest:
        """Asks for a port's counters."""
        return messages.PortStatsRequest(port_no=port)

    def port_stats(self, entry: messages.PortStatsEntry) -> PortStats:
        """The counters of one port."""
        return common.port_stats(entry, entry.port_no, entry.duration_sec + entry.duration_nsec / 1e9)

    def description(self, reply: messages.DescriptionReply) -> Description:
        """What a switch says of itself."""
        return common.description(reply)

    # Errors

    def error_text(self, error: messages.Error) -> str:
        """An error that a switch sent, by its names."""
        return common.error_text(error, self.version)

    def error_numbers(self, error: messages.Error) -> ErrorNumbers | None:
        """Its type and code in 1.3's terms."""
        return from_version((error.type, error.code), self.version)

    def refused(self, error: messages.Error) -> bytes:
        """The first bytes of the message that an error is about."""
        return error.data

    def error_message(self, error: RemoteProtocolError, about: bytes = b"") -> messages.Error:
        """The error to send for what the peer did."""
        return common.error_message(error, about, self.version)


def _flags(flow: FlowSpec) -> int:
    flags = {
        FlowModFlag.SEND_FLOW_REM: flow.notify_removed,
        FlowModFlag.CHECK_OVERLAP: flow.check_overlap,
        FlowModFlag.RESET_COUNTS: flow.reset_counts,
        FlowModFlag.NO_PKT_COUNTS: not flow.count_packets,
        FlowModFlag.NO_BYT_COUNTS: not flow.count_bytes,
    }
    return sum(flag for flag, wanted in flags.items() if wanted)
