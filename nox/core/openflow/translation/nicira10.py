"""OpenFlow 1.0 with Nicira's extensions, in 1.3's terms: for switches that have shown that they know them.

Flow entries can then be chosen by cookie and table, and have IPv6 addresses and masks. All else is plain 1.0.
"""

from __future__ import annotations

from typing import Final

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.removedflow import RemovedFlow
from nox.core.openflow.statistics import FlowStats
from nox.core.openflow.translation import common, nxm
from nox.core.openflow.translation.translator import AnyFlowRemoved, AnyFlowStatsEntry
from nox.core.openflow.translation.v10 import Translator10, check_flow, check_ports_set, flags_of
from nox.lib.actions import ANY, NO_BUFFER
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow import FlowModCommand
from nox.lib.openflow.enums import ALL_TABLES
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.nicira.flows import (
    NxFlowMod,
    NxFlowRemoved,
    NxFlowStatsEntry,
    NxFlowStatsReply,
    NxFlowStatsRequest,
)
from nox.lib.openflow.terms.ports10 import port_to_wire

_COOKIE_AT: Final = 16  # in a flow-mod
_IS_FLOW_MOD: Final = bytes.fromhex("000023200000000d")  # Nicira's experimenter and NXT_FLOW_MOD
_EXPERIMENTER: Final = 4
_LEAVE: Final = (1 << 64) - 1  # the new cookie that leaves the old one


class Nicira10(Translator10):
    """OpenFlow 1.0 with Nicira's flow-mods and statistics; their table and cookie are looked at."""

    selects_by_cookie = True
    flow_stats_reply = NxFlowStatsReply

    def match_from_wire(self, match: Match10 | OxmMatch) -> Match:
        """What a match on the wire means. A switch may send 1.0's too."""
        return nxm.match_from_wire(match) if isinstance(match, OxmMatch) else super().match_from_wire(match)

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
    ) -> NxFlowMod:
        """Adds, changes or deletes entries. A change of those that a cookie chooses leaves their cookies."""
        check_flow(command, flow)
        _check_selection(command, cookie_mask, out_group)
        check_ports_set(flow)
        chosen = [nxm.cookie_field(cookie, cookie_mask)] if cookie_mask else []
        changes = command in (FlowModCommand.MODIFY, FlowModCommand.MODIFY_STRICT)
        return NxFlowMod(
            match=nxm.match_to_wire(flow.match, *chosen),
            cookie=_LEAVE if changes and cookie_mask else cookie,
            table_id=flow.table_id,
            command=command,
            idle_timeout=flow.idle_timeout,
            hard_timeout=flow.hard_timeout,
            priority=flow.priority,
            buffer_id=buffer_id,
            out_port=port_to_wire(out_port),
            flags=flags_of(flow),
            actions=self.actions_to_wire(flow.actions),
        )

    def cookie_of(self, message: bytes) -> int | None:
        """The cookie in the first bytes of a flow-mod."""
        if len(message) >= _COOKIE_AT + 8 and message[1] == _EXPERIMENTER and message[8:16] == _IS_FLOW_MOD:
            return int.from_bytes(message[_COOKIE_AT : _COOKIE_AT + 8])
        return super().cookie_of(message)

    def flow_removed(self, message: AnyFlowRemoved) -> RemovedFlow:
        """An entry that has gone."""
        if not isinstance(message, NxFlowRemoved):
            return super().flow_removed(message)
        return RemovedFlow(
            cookie=message.cookie,
            match=self.match_from_wire(message.match),
            priority=message.priority,
            reason=message.reason,
            table_id=max(message.table_id_plus_1 - 1, 0),
            duration=message.duration_sec + message.duration_nsec / 1e9,
            idle_timeout=message.idle_timeout,
            hard_timeout=0,
            packet_count=message.packet_count,
            byte_count=message.byte_count,
        )

    def flow_stats_request(
        self, match: Match, *, table_id: int = ALL_TABLES, out_port: int = ANY, cookie: int = 0, cookie_mask: int = 0
    ) -> NxFlowStatsRequest:
        """Asks for the entries that lie within a match."""
        chosen = [nxm.cookie_field(cookie, cookie_mask)] if cookie_mask else []
        return NxFlowStatsRequest(
            match=nxm.match_to_wire(match, *chosen), table_id=table_id, out_port=port_to_wire(out_port)
        )

    def flow_stats(self, entry: AnyFlowStatsEntry) -> FlowStats:
        """One entry of a switch."""
        if not isinstance(entry, NxFlowStatsEntry):
            return super().flow_stats(entry)
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
        match = self.match_from_wire(written.match)
        return FlowStats(
            match=match,
            actions=self.actions_from_wire(written.actions, match),
            priority=written.priority,
            idle_timeout=written.idle_timeout,
            hard_timeout=written.hard_timeout,
            table_id=written.table_id,
            cookie=0,
            duration=0,
            packet_count=0,
            byte_count=0,
        )


def _check_selection(command: int, cookie_mask: int, out_group: int) -> None:
    if command == FlowModCommand.ADD and cookie_mask:
        raise LocalProtocolError("a cookie's mask chooses entries that are there: an addition cannot have one")
    if out_group != ANY:
        raise LocalProtocolError("OpenFlow 1.0 has no groups")
