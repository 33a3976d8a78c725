"""OpenFlow 1.0, in 1.3's terms. Matches, actions and ports have modules of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Final

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.removedflow import RemovedFlow
from nox.core.openflow.statistics import Description, FlowStats, PortStats
from nox.core.openflow.translation import common, ports10
from nox.core.openflow.translation.translator import (
    AnyFlowMod,
    AnyFlowRemoved,
    AnyFlowStatsEntry,
    AnyFlowStatsReply,
    AnyFlowStatsRequest,
)
from nox.lib.actions import ANY, NO_BUFFER, Action
from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.match import Match
from nox.lib.openflow import Version, messages
from nox.lib.openflow.enums import ALL_TABLES, FlowModCommand
from nox.lib.openflow.enums10 import FlowModFlag10
from nox.lib.openflow.errorcodes import BadMatch, ErrorType, from_version, name
from nox.lib.openflow.errorcodes import Error as ErrorNumbers
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.terms import actions10, match10
from nox.lib.openflow.terms.ports10 import port_from_wire, port_to_wire

_ONLY_TABLE: Final = (0, ALL_TABLES)  # 1.0 shows its switches as one table

# What 1.0 has no error for Open vSwitch says with one of its own: vendor, type and code stand before the message.
_NICIRA_TYPE, _NICIRA = 0xB0C2, 0x2320
_NICIRA_ERROR: Final = Struct("!IHH")
_NICIRA_ERRORS: Final[Mapping[ErrorNumbers, ErrorNumbers]] = {  # what Open vSwitch 3.1 sends in the place of 1.3's
    (0, 263): (ErrorType.BAD_MATCH, BadMatch.BAD_FIELD),
    (1, 258): (ErrorType.BAD_MATCH, BadMatch.BAD_VALUE),
    (1, 260): (ErrorType.BAD_MATCH, BadMatch.BAD_PREREQ),
}

_COOKIE_AT: Final = 48  # in a flow-mod


class Translator10:
    """OpenFlow 1.0."""

    version: Final = Version.V1_0
    selects_by_cookie: bool = False
    flow_stats_reply: type[AnyFlowStatsReply] = messages.FlowStatsReply

    # Matches and actions

    def match_to_wire(self, match: Match) -> Match10:
        """The match as ``ofp_match``."""
        return match10.match_to_wire(match)

    def match_from_wire(self, match: Match10 | OxmMatch) -> Match:
        """What a match on the wire means."""
        assert isinstance(match, Match10)
        return match10.match_from_wire(match)

    def actions_to_wire(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        """The actions of 1.0's wire."""
        return actions10.actions_to_wire(actions)

    def actions_from_wire(self, actions: Sequence[Action], match: Match | None = None) -> tuple[Action, ...]:
        """What the actions mean."""
        return actions10.actions_from_wire(actions, match)

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
    ) -> AnyFlowMod:
        """Adds, changes or deletes entries."""
        check_flow(command, flow)
        _check_selection(flow.table_id, cookie_mask, out_group)
        match = self.match_to_wire(flow.match)
        check_ports_set(flow)
        return messages.FlowMod(
            match=match,
            cookie=cookie,
            command=command,
            idle_timeout=flow.idle_timeout,
            hard_timeout=flow.hard_timeout,
            priority=flow.priority,
            buffer_id=buffer_id,
            out_port=port_to_wire(out_port),
            flags=flags_of(flow),
            actions=self.actions_to_wire(flow.actions),
        )

    def packet_out(
        self, in_port: int | None, actions: Sequence[Action], data: bytes = b"", buffer_id: int = NO_BUFFER
    ) -> messages.PacketOut:
        """Has a switch treat a packet."""
        return messages.PacketOut(
            buffer_id=buffer_id,
            in_port=port_to_wire(ANY if in_port is None else in_port),
            actions=self.actions_to_wire(actions),
            data=data,
        )

    # Ports

    def port_mod(self, port: PortInfo, *, config: int, mask: int, advertise: int = 0) -> messages.PortMod:
        """Changes a port."""
        return ports10.port_mod(port, config, mask, advertise)

    def port_to_wire(self, number: int) -> int:
        """A port's number in 16 bits."""
        return port_to_wire(number)

    def port_from_wire(self, number: int) -> int:
        """A port's number in 32 bits."""
        return port_from_wire(number)

    def port_info(self, port: messages.Port) -> PortInfo:
        """A port."""
        return ports10.port_info(port)

    # Statistics

    def flow_stats_request(
        self, match: Match, *, table_id: int = ALL_TABLES, out_port: int = ANY, cookie: int = 0, cookie_mask: int = 0
    ) -> AnyFlowStatsRequest:
        """Asks for the entries that lie within a match. A cookie without a mask selects nothing, and is left out."""
        _check_selection(ALL_TABLES, cookie_mask, ANY)
        return messages.FlowStatsRequest(
            match=self.match_to_wire(match), table_id=table_id, out_port=port_to_wire(out_port)
        )

    def flow_stats(self, entry: AnyFlowStatsEntry) -> FlowStats:
        """One entry of a switch."""
        assert isinstance(entry, messages.FlowStatsEntry)
        match = self.match_from_wire(entry.match)
        return FlowStats(
            match=match,
            actions=self.actions_from_wire(entry.actions, match),
            priority=entry.priority,
            idle_timeout=entry.idle_timeout,
            hard_timeout=entry.hard_timeout,
            table_id=entry.table_id,
            cookie=entry.cookie,
            duration=entry.duration_sec + entry.duration_nsec / 1e9,
            packet_count=common.counter(entry.packet_count),
            byte_count=common.counter(entry.byte_count),
        )

    def as_reported(self, flow: FlowSpec) -> FlowStats:
        """An entry as a switch reports it after it was written."""
        written = self.flow_mod(FlowModCommand.ADD, flow)
        assert isinstance(written, messages.FlowMod)
        return self.flow_stats(common.entry_of(written))

    def flow_removed(self, message: AnyFlowRemoved) -> RemovedFlow:
        """An entry that has gone."""
        assert isinstance(message, messages.FlowRemoved)
        return common.flow_removed(message, self.match_from_wire(message.match))

    def cookie_of(self, message: bytes) -> int | None:
        """The cookie in the first bytes of a flow-mod."""
        return common.cookie_at(_COOKIE_AT, message)

    def port_stats_request(self, port: int = ANY) -> messages.PortStatsRequest:
        """Asks for a port's counters."""
        return messages.PortStatsRequest(port_no=port_to_wire(port))

    def port_stats(self, entry: messages.PortStatsEntry) -> PortStats:
        """The counters of one port."""
        return common.port_stats(entry, port_from_wire(entry.port_no), None)

    def description(self, reply: messages.DescriptionReply) -> Description:
        """What a switch says of itself."""
        return common.description(reply)

    # Errors

    def error_text(self, error: messages.Error) -> str:
        """An error that a switch sent, by its names in 1.3's terms."""
        if _is_nicira(error):
            numbers = _nicira_numbers(error)
            common_error = _NICIRA_ERRORS.get(numbers)
            return name(common_error) if common_error else "Nicira's error type {}, code {}".format(*numbers)
        return common.error_text(error, self.version)

    def error_numbers(self, error: messages.Error) -> ErrorNumbers | None:
        """Its type and code in 1.3's terms."""
        if _is_nicira(error):
            return _NICIRA_ERRORS.get(_nicira_numbers(error))
        return from_version((error.type, error.code), self.version)

    def refused(self, error: messages.Error) -> bytes:
        """The first bytes of the message that an error is about."""
        return error.data[_NICIRA_ERROR.size :] if _is_nicira(error) else error.data

    def error_message(self, error: RemoteProtocolError, about: bytes = b"") -> messages.Error:
        """The error to send for what the peer did."""
        return common.error_message(error, about, self.version)


def _is_nicira(error: messages.Error) -> bool:
    data = error.data
    return error.type == _NICIRA_TYPE and len(data) >= _NICIRA_ERROR.size and int.from_bytes(data[:4]) == _NICIRA


def _nicira_numbers(error: messages.Error) -> ErrorNumbers:
    _, error_type, code = _NICIRA_ERROR.unpack_from(error.data)
    return error_type, code


def check_flow(command: int, flow: FlowSpec) -> None:
    """Refuse what later versions added to flow entries."""
    later = {
        "meter": flow.meter is not None,
        "clear_actions": flow.clear_actions,
        "write_actions": flow.write_actions,
        "metadata": flow.metadata is not None,
        "goto_table": flow.goto_table is not None,
        "other_instructions": flow.other_instructions,
        "count_packets=False": not flow.count_packets,
        "count_bytes=False": not flow.count_bytes,
        "reset_counts": flow.reset_counts and command != FlowModCommand.ADD,  # an ADD always does
    }
    asked = [name for name, wanted in later.items() if wanted]
    if asked:
        raise LocalProtocolError(f"OpenFlow 1.0 has no {', '.join(asked)} in a flow entry")


def _check_selection(table_id: int, cookie_mask: int, out_group: int) -> None:
    if table_id not in _ONLY_TABLE:
        raise LocalProtocolError(f"OpenFlow 1.0 cannot choose a table: table_id is {table_id}")
    if cookie_mask:
        raise LocalProtocolError("OpenFlow 1.0 cannot choose entries by cookie: read them and name those that you mean")
    if out_group != ANY:
        raise LocalProtocolError("OpenFlow 1.0 has no groups")


def check_ports_set(flow: FlowSpec) -> None:
    """Refuse ports to set whose protocol the match leaves open.

    1.0 sets the port of whatever protocol the packet has, where 1.3 names it: the match must say which.
    """
    protocol = {6: "tcp", 17: "udp"}.get(flow.match.get("ip_proto") or 0)
    for action in flow.actions:
        name = getattr(action, "name", "")
        if name in ("tcp_src", "tcp_dst", "udp_src", "udp_dst") and not name.startswith(f"{protocol}_"):
            raise LocalProtocolError(f"OpenFlow 1.0 sets {name} in TCP and UDP alike: the match must fix ip_proto")


def flags_of(flow: FlowSpec) -> int:
    """``ofp_flow_mod_flags`` of an entry."""
    removed = FlowModFlag10.SEND_FLOW_REM if flow.notify_removed else 0
    return removed | (FlowModFlag10.CHECK_OVERLAP if flow.check_overlap else 0)
