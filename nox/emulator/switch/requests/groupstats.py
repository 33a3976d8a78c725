"""Statistics, descriptions and features of groups (1.3.5, sections 7.3.5.7 to 7.3.5.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.switch import groups
from nox.emulator.switch.entry import since
from nox.emulator.switch.groups import OneGroup
from nox.emulator.switch.requests.answering import Handlers, send_parts
from nox.lib.openflow import messages
from nox.lib.openflow.actiontable import ACTION_NUMBERS
from nox.lib.openflow.enums import GroupCapability, ReservedGroup
from nox.lib.openflow.versions import Version

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch

ACTIONS: Final = sum(1 << number for number in ACTION_NUMBERS.classes(Version.V1_3) if number < 32)
_CAPABILITIES: Final = int(sum(GroupCapability))


def _stats(switch: Switch, connection: Connection, message: messages.GroupStatsRequest, xid: int) -> None:
    every = message.group_id == ReservedGroup.ALL
    entries = [_counted(switch, group) for group in switch.groups if every or group.group_id == message.group_id]
    send_parts(connection, xid, messages.GroupStatsReply(), "entries", entries)


def _counted(switch: Switch, group: OneGroup) -> messages.GroupStatsEntry:
    seconds, nanoseconds = since(group.created, switch.now)
    number = group.group_id
    entries = sum(one.program.uses_group(number) for table in switch.flows.tables for one in table)
    return messages.GroupStatsEntry(
        group_id=number,
        ref_count=entries + sum(number in other.used() for other in switch.groups),
        packet_count=group.packets,
        byte_count=group.bytes,
        duration_sec=seconds,
        duration_nsec=nanoseconds,
        buckets=tuple(messages.BucketCounter(packet_count=one, byte_count=two) for one, two in group.counts),
    )


def _descriptions(switch: Switch, connection: Connection, message: messages.GroupDescriptionRequest, xid: int) -> None:
    entries = [
        messages.GroupDescriptionEntry(type=group.type, group_id=group.group_id, buckets=group.buckets)
        for group in switch.groups
    ]
    send_parts(connection, xid, messages.GroupDescriptionReply(), "entries", entries)


def _features(switch: Switch, connection: Connection, message: messages.GroupFeaturesRequest, xid: int) -> None:
    kinds = ("all", "select", "indirect", "fast_failover")
    most = {f"max_{kind}": groups.MOST for kind in kinds}
    actions = {f"actions_{kind}": ACTIONS for kind in kinds}
    reply = messages.GroupFeaturesReply(types=groups.TYPES, capabilities=_CAPABILITIES, **most, **actions)
    connection.send(reply, xid)


HANDLERS: Final[Handlers] = {
    messages.GroupStatsRequest: _stats,
    messages.GroupDescriptionRequest: _descriptions,
    messages.GroupFeaturesRequest: _features,
}
