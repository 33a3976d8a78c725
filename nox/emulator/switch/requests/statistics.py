"""Statistics of entries, tables, ports and queues, and the ports themselves (1.3.5, section 7.3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nox.emulator.switch.entry import Entry, since
from nox.emulator.switch.flowtables import Selection
from nox.emulator.switch.port import Port
from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests.answering import Handlers, dialect_of, send_parts
from nox.emulator.switch.table import Table
from nox.lib.actions import ALL, ANY
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import messages
from nox.lib.openflow.errorcodes import BadRequest, QueueOpFailed
from nox.lib.openflow.match10 import Wildcard
from nox.lib.openflow.messages.multipart import FlowSelection
from nox.lib.openflow.versions import Version

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch

_ALL_QUEUES: Final = 0xFFFFFFFF


def _chosen(switch: Switch, connection: Connection, message: FlowSelection) -> Iterator[Entry]:
    dialect = dialect_of(connection)
    later = dialect.version > Version.V1_0
    if message.table_id != 0xFF and message.table_id >= switch.settings.tables and later:
        raise Refused(BadRequest.BAD_TABLE_ID, f"there is no table {message.table_id}")
    selection = Selection(
        dialect.match_in(message.match),
        table_id=message.table_id if message.table_id < switch.settings.tables else 0xFF,
        out_port=dialect.port_in(message.out_port),
        out_group=message.out_group,
        cookie=message.cookie,
        cookie_mask=message.cookie_mask if later else 0,
    )
    return switch.flows.selected(selection)


def _flows(switch: Switch, connection: Connection, message: messages.FlowStatsRequest, xid: int) -> None:
    """Entries that the version cannot say are left out."""
    dialect, entries = dialect_of(connection), []
    for entry in _chosen(switch, connection, message):
        try:
            entries.append(dialect.described(entry, switch.now))
        except LocalProtocolError:
            continue
    send_parts(connection, xid, messages.FlowStatsReply(), "entries", entries)


def _aggregate(switch: Switch, connection: Connection, message: messages.AggregateStatsRequest, xid: int) -> None:
    entries = list(_chosen(switch, connection, message))
    reply = messages.AggregateStatsReply(
        packet_count=sum(entry.packets for entry in entries),
        byte_count=sum(entry.bytes for entry in entries),
        flow_count=len(entries),
    )
    connection.send(reply, xid)


def _tables(switch: Switch, connection: Connection, message: messages.TableStatsRequest, xid: int) -> None:
    old = dialect_of(connection).version == Version.V1_0
    entries = [_table(table, switch.flows.most) if old else _counted(table) for table in switch.flows.tables]
    send_parts(connection, xid, messages.TableStatsReply(), "entries", entries)


def _counted(table: Table) -> messages.TableStatsEntry:
    return messages.TableStatsEntry(
        table_id=table.table_id,
        active_count=len(table),
        lookup_count=table.lookups,
        matched_count=table.matched,
    )


def _table(table: Table, most: int) -> messages.TableStatsEntry:
    """1.0 describes a table with its counters; 1.3 has a message of its own for that."""
    return replace(_counted(table), name=f"table{table.table_id}", wildcards=Wildcard.ALL, max_entries=most)


def _ports(switch: Switch, connection: Connection, message: messages.PortStatsRequest, xid: int) -> None:
    dialect = dialect_of(connection)
    number = dialect.port_in(message.port_no)
    if number != ANY and number not in switch.ports:
        raise Refused(BadRequest.BAD_PORT, f"there is no port {number}")
    chosen = switch.ports.values() if number == ANY else [switch.ports[number]]
    entries = [_port(port, dialect.port_out(port.number)) for port in chosen]
    if dialect.version > Version.V1_0:
        entries = [_aged(entry, port, switch.now) for entry, port in zip(entries, chosen, strict=True)]
    send_parts(connection, xid, messages.PortStatsReply(), "entries", entries)


def _aged(entry: messages.PortStatsEntry, port: Port, now: float) -> messages.PortStatsEntry:
    """With how long the port has been there, which 1.0 does not say."""
    seconds, nanoseconds = since(port.since, now)
    return replace(entry, duration_sec=seconds, duration_nsec=nanoseconds)


def _port(port: Port, number: int) -> messages.PortStatsEntry:
    return messages.PortStatsEntry(
        port_no=number,
        rx_packets=port.rx_packets,
        tx_packets=port.tx_packets,
        rx_bytes=port.rx_bytes,
        tx_bytes=port.tx_bytes,
        rx_dropped=port.rx_dropped,
        tx_dropped=port.tx_dropped,
        rx_errors=0,
        tx_errors=0,
        rx_frame_err=0,
        rx_over_err=0,
        rx_crc_err=0,
        collisions=0,
    )


def _descriptions(switch: Switch, connection: Connection, message: messages.PortDescriptionRequest, xid: int) -> None:
    ports = [dialect_of(connection).port(port) for port in switch.ports.values()]
    send_parts(connection, xid, messages.PortDescriptionReply(), "ports", ports)


def _queues(switch: Switch, connection: Connection, message: messages.QueueStatsRequest, xid: int) -> None:
    """Ports have no queues."""
    number = dialect_of(connection).port_in(message.port_no)
    if number not in (ANY, ALL) and number not in switch.ports:
        raise Refused(QueueOpFailed.BAD_PORT, f"there is no port {number}")
    if message.queue_id != _ALL_QUEUES:
        raise Refused(QueueOpFailed.BAD_QUEUE, f"there is no queue {message.queue_id}")
    connection.send(messages.QueueStatsReply(), xid)


HANDLERS: Final[Handlers] = {
    messages.FlowStatsRequest: _flows,
    messages.AggregateStatsRequest: _aggregate,
    messages.TableStatsRequest: _tables,
    messages.PortStatsRequest: _ports,
    messages.PortDescriptionRequest: _descriptions,
    messages.QueueStatsRequest: _queues,
}
