"""Changing groups, meters, ports and tables, and asking for queues (1.3.5, sections 7.3.4, 7.3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.switch import meters
from nox.emulator.switch.actioncheck import ActionCheck
from nox.emulator.switch.groups import OneGroup
from nox.emulator.switch.port import Port
from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests.answering import Handlers, dialect_of, may_change
from nox.lib.actions import ANY
from nox.lib.openflow import messages
from nox.lib.openflow.enums import (
    ALL_TABLES,
    FlowRemovedReason,
    GroupCommand,
    GroupType,
    MeterCommand,
    PortReason,
)
from nox.lib.openflow.errorcodes import (
    GroupModFailed,
    MeterModFailed,
    PortModFailed,
    QueueOpFailed,
    TableModFailed,
)
from nox.lib.openflow.versions import Version

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch


def _group_mod(switch: Switch, connection: Connection, message: messages.GroupMod, xid: int) -> None:
    may_change(connection)
    if message.command == GroupCommand.DELETE:
        for number in switch.groups.delete(message.group_id):
            for entry in [one for table in switch.flows.tables for one in table if one.program.uses_group(number)]:
                switch.flows.remove(entry, FlowRemovedReason.GROUP_DELETE)
        return
    if message.command not in (GroupCommand.ADD, GroupCommand.MODIFY):
        raise Refused(GroupModFailed.BAD_COMMAND, f"there is no command {message.command}")
    if message.type > GroupType.FAST_FAILOVER:
        raise Refused(GroupModFailed.BAD_TYPE, f"there is no group of type {message.type}")
    dialect = dialect_of(connection)
    actions = tuple(dialect.actions_in(bucket.actions) for bucket in message.buckets)
    for listed in actions:
        ActionCheck(None, lambda number: number in switch.groups or number == message.group_id).check(listed)
    group = OneGroup(message.group_id, GroupType(message.type), message.buckets, actions, switch.now)
    (switch.groups.add if message.command == GroupCommand.ADD else switch.groups.modify)(group)


def _meter_mod(switch: Switch, connection: Connection, message: messages.MeterMod, xid: int) -> None:
    may_change(connection)
    if message.command == MeterCommand.DELETE:
        for number in switch.meters.delete(message.meter_id):
            for entry in [one for table in switch.flows.tables for one in table if one.program.meter == number]:
                switch.flows.remove(entry, FlowRemovedReason.DELETE)
        return
    if message.command not in (MeterCommand.ADD, MeterCommand.MODIFY):
        raise Refused(MeterModFailed.BAD_COMMAND, f"there is no command {message.command}")
    meter = meters.checked(message.meter_id, message.flags, message.bands, switch.now)
    (switch.meters.add if message.command == MeterCommand.ADD else switch.meters.modify)(meter)


def _port_mod(switch: Switch, connection: Connection, message: messages.PortMod, xid: int) -> None:
    may_change(connection)
    dialect = dialect_of(connection)
    port = switch.ports.get(dialect.port_in(message.port_no))
    if port is None:
        raise Refused(PortModFailed.BAD_PORT, f"there is no port {message.port_no}")
    if message.hw_addr != port.hw_addr:
        raise Refused(PortModFailed.BAD_HW_ADDR, f"port {port.number} has the address {port.hw_addr}")
    if message.mask & ~dialect.port_config and dialect.version > Version.V1_0:
        raise Refused(PortModFailed.BAD_CONFIG, f"ports have no configuration {message.mask:#x}")
    if message.advertise & ~port.features and dialect.version > Version.V1_0:
        raise Refused(PortModFailed.BAD_ADVERTISE, "the port does not have these features")
    _configure(switch, connection, port, message.config, message.mask & dialect.port_config)


def _configure(switch: Switch, connection: Connection, port: Port, config: int, mask: int) -> None:
    """Change a port's bits. Who asked is told where the port's state changes too (1.3.5, section 7.2.1)."""
    state, before = port.state, port.config
    port.config = before & ~mask | config & mask
    if port.config != before:
        switch.tell_port(port, PortReason.MODIFY, but=connection if port.state == state else None)


def _table_mod(switch: Switch, connection: Connection, message: messages.TableMod, xid: int) -> None:
    may_change(connection)
    if message.table_id != ALL_TABLES and message.table_id >= switch.settings.tables:
        raise Refused(TableModFailed.BAD_TABLE, f"there is no table {message.table_id}")
    if message.config:
        raise Refused(TableModFailed.BAD_CONFIG, "1.3 has no configuration of tables")


def _queue_config(switch: Switch, connection: Connection, message: messages.QueueGetConfigRequest, xid: int) -> None:
    """Ports have no queues: an output by one is an output."""
    number = dialect_of(connection).port_in(message.port)
    if number not in switch.ports and number != ANY:
        raise Refused(QueueOpFailed.BAD_PORT, f"there is no port {number}")
    connection.send(messages.QueueGetConfigReply(port=message.port), xid)


HANDLERS: Final[Handlers] = {
    messages.GroupMod: _group_mod,
    messages.MeterMod: _meter_mod,
    messages.PortMod: _port_mod,
    messages.TableMod: _table_mod,
    messages.QueueGetConfigRequest: _queue_config,
}
