"""What every version translates alike."""

from __future__ import annotations

from dataclasses import fields
from typing import TypeAlias

from nox.core.openflow.removedflow import RemovedFlow
from nox.core.openflow.statistics import AggregateStats, Description, PortStats
from nox.lib.errors import RemoteProtocolError
from nox.lib.match import Match
from nox.lib.openflow import Version, messages
from nox.lib.openflow.errorcodes import from_version, name, to_version
from nox.lib.openflow.nicira.flows import NxAggregateStatsReply, NxAggregateStatsRequest, NxFlowStatsRequest

AnyAggregate: TypeAlias = messages.AggregateStatsReply | NxAggregateStatsReply

_FLOW_MOD = 14
_NOT_KEPT = (1 << 64) - 1  # a counter of all ones is none


def printable(text: str) -> str:
    """Hostile text with all that could disturb a terminal or a log escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def counter(value: int) -> int | None:
    """A counter; None for one that the switch does not keep."""
    return None if value == _NOT_KEPT else value


def aggregate_request(
    flows: messages.FlowStatsRequest | NxFlowStatsRequest,
) -> tuple[messages.MultipartRequest, type[AnyAggregate]]:
    """Asks what the entries that a request for flow entries asks for count together; and what answers it."""
    values = {field.name: getattr(flows, field.name) for field in fields(flows)}
    if isinstance(flows, NxFlowStatsRequest):
        return NxAggregateStatsRequest(**values), NxAggregateStatsReply
    return messages.AggregateStatsRequest(**values), messages.AggregateStatsReply


def aggregate(reply: AnyAggregate) -> AggregateStats:
    """What several entries count together."""
    return AggregateStats(
        packet_count=counter(reply.packet_count), byte_count=counter(reply.byte_count), flow_count=reply.flow_count
    )


def entry_of(written: messages.FlowMod) -> messages.FlowStatsEntry:
    """The entry that an addition writes, as statistics have it."""
    return messages.FlowStatsEntry(
        table_id=written.table_id,
        match=written.match,
        duration_sec=0,
        duration_nsec=0,
        priority=written.priority,
        idle_timeout=written.idle_timeout,
        hard_timeout=written.hard_timeout,
        flags=written.flags,
        cookie=0,
        packet_count=0,
        byte_count=0,
        actions=written.actions,
        instructions=written.instructions,
    )


def flow_removed(message: messages.FlowRemoved, match: Match) -> RemovedFlow:
    """An entry that has gone.

    :param match: what the message's match means.
    """
    return RemovedFlow(
        cookie=message.cookie,
        match=match,
        priority=message.priority,
        reason=message.reason,
        table_id=message.table_id,
        duration=message.duration_sec + message.duration_nsec / 1e9,
        idle_timeout=message.idle_timeout,
        hard_timeout=message.hard_timeout,
        packet_count=message.packet_count,
        byte_count=message.byte_count,
    )


def cookie_at(place: int, message: bytes) -> int | None:
    """The cookie in the first bytes of a flow-mod; None where they are something else."""
    if len(message) < place + 8 or message[1] != _FLOW_MOD:
        return None
    return int.from_bytes(message[place : place + 8])


def description(reply: messages.DescriptionReply) -> Description:
    """What a switch says of itself."""
    return Description(
        manufacturer=printable(reply.mfr_desc),
        hardware=printable(reply.hw_desc),
        software=printable(reply.sw_desc),
        serial_number=printable(reply.serial_num),
        datapath=printable(reply.dp_desc),
    )


def port_stats(entry: messages.PortStatsEntry, number: int, duration: float | None) -> PortStats:
    """The counters of one port."""
    return PortStats(
        number=number,
        rx_packets=counter(entry.rx_packets),
        tx_packets=counter(entry.tx_packets),
        rx_bytes=counter(entry.rx_bytes),
        tx_bytes=counter(entry.tx_bytes),
        rx_dropped=counter(entry.rx_dropped),
        tx_dropped=counter(entry.tx_dropped),
        rx_errors=counter(entry.rx_errors),
        tx_errors=counter(entry.tx_errors),
        rx_frame_err=counter(entry.rx_frame_err),
        rx_over_err=counter(entry.rx_over_err),
        rx_crc_err=counter(entry.rx_crc_err),
        collisions=counter(entry.collisions),
        duration=duration,
    )


def error_text(error: messages.Error, version: Version) -> str:
    """An error by its names in 1.3's terms; with the version's own numbers where 1.3 has none."""
    common = from_version((error.type, error.code), version)
    if common is None:
        return f"error type {error.type}, code {error.code} of {version}"
    return name(common)


def error_message(error: RemoteProtocolError, about: bytes, version: Version) -> messages.Error:
    """The error to send, in the version's own numbers."""
    error_type, code = to_version((error.error_type, error.error_code), version)
    return messages.Error(type=error_type, code=code, data=about)
