"""The way of a packet through the tables, the action set, groups and meters (1.3.5, sections 5.1, 5.3 to 5.10)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final, Protocol

from nox.emulator.packets.packet import Packet
from nox.emulator.packets.setting import set_field
from nox.emulator.switch.acting import ActionSet, TtlExceeded, change
from nox.emulator.switch.entry import Entry
from nox.emulator.switch.flowtables import FlowTables
from nox.emulator.switch.groups import Groups
from nox.emulator.switch.meters import Meters
from nox.lib.actions import CONTROLLER, Action, Group, Output
from nox.lib.openflow.actions10 import Enqueue
from nox.lib.openflow.enums import PacketInReason
from nox.lib.openflow.messages import DscpRemarkBand

_DEEPEST: Final = 8  # groups in groups, and packet-outs to the tables
_HASHED: Final = (
    *("eth_dst", "eth_src", "eth_type", "vlan_vid", "ip_proto"),
    *("ipv4_src", "ipv4_dst", "ipv6_src", "ipv6_dst", "tcp_src", "tcp_dst", "udp_src", "udp_dst"),
)


class Outlet(Protocol):
    """Where packets leave a pipeline."""

    def output(self, packet: Packet, port: int) -> None:
        """Send a packet out of a port, which may be a reserved one. The controller is no port here."""

    def to_controller(
        self, packet: Packet, reason: PacketInReason, max_len: int | None, entry: Entry | None, table_id: int
    ) -> None:
        """Give a packet to the controllers.

        :param max_len: bytes of it; None for as many as each has set for misses.
        """

    def missed(self, packet: Packet, table_id: int) -> None:
        """No entry of a table fits a packet."""


class Pipeline:
    """Tables, groups and meters, and what they do with a packet.

    :ivar deaf: whether entries send nothing out of ports, although they count: the fault of a switch whose hardware
        does not do what it was told. What controllers send out themselves, and what is for them, is not concerned.
    """

    __slots__ = ("_groups", "_meters", "_outlet", "_tables", "deaf")

    def __init__(self, tables: FlowTables, groups: Groups, meters: Meters, outlet: Outlet) -> None:
        self.deaf = False
        self._tables, self._groups, self._meters, self._outlet = tables, groups, meters, outlet

    def run(self, packet: Packet, now: float) -> None:
        """Take a packet through the tables, from the first one on."""
        collected = ActionSet()
        table_id: int | None = 0
        entry: Entry | None = None
        last = 0
        try:
            while table_id is not None:
                last = table_id
                entry = self._tables.tables[table_id].lookup(packet.fields)
                if entry is None:
                    self._outlet.missed(packet, table_id)
                    return
                entry.count(len(packet.data), now)
                if not self._execute(entry, packet, collected, now):
                    return
                table_id = entry.program.goto
            self._actions(collected.ordered(), packet, entry, last, now)
        except TtlExceeded:
            self._outlet.to_controller(packet, PacketInReason.INVALID_TTL, None, entry, last)

    def _execute(self, entry: Entry, packet: Packet, collected: ActionSet, now: float) -> bool:
        """Do an entry's instructions; whether the packet goes on."""
        program = entry.program
        if program.meter is not None and not self._meter(program.meter, packet, now):
            return False
        self._actions(program.apply, packet, entry, entry.table_id, now)
        if program.clear:
            collected.clear()
        collected.write(program.write)
        if program.metadata is not None:
            value, mask = program.metadata
            packet.note(packet.metadata & ~mask | value & mask)
        return True

    def _meter(self, meter_id: int, packet: Packet, now: float) -> bool:
        meter = self._meters.get(meter_id)
        band = meter.apply(len(packet.data), now) if meter is not None else None
        if isinstance(band, DscpRemarkBand):
            _remark(packet, band.prec_level)
            return True
        return band is None

    def act(self, actions: Iterable[Action], packet: Packet, now: float) -> None:
        """Do the actions of a packet-out."""
        try:
            self._actions(actions, packet, None, 0, now)
        except TtlExceeded:
            self._outlet.to_controller(packet, PacketInReason.INVALID_TTL, None, None, 0)

    def _actions(
        self,
        actions: Iterable[Action],
        packet: Packet,
        entry: Entry | None,
        table_id: int,
        now: float,
        depth: int = 0,
    ) -> None:
        for action in actions:
            if isinstance(action, Output):
                self._output(action, packet, entry, table_id)
            elif isinstance(action, Enqueue):
                self._send(packet, action.port, entry)
            elif isinstance(action, Group):
                self._group(action.group_id, packet, entry, table_id, now, depth)
            else:
                change(packet, action)

    def _output(self, action: Output, packet: Packet, entry: Entry | None, table_id: int) -> None:
        if action.port != CONTROLLER:
            self._send(packet, action.port, entry)
            return
        missed = entry is not None and entry.table_miss
        reason = PacketInReason.NO_MATCH if missed else PacketInReason.ACTION
        self._outlet.to_controller(packet, reason, action.max_len, entry, table_id)

    def _send(self, packet: Packet, port: int, entry: Entry | None) -> None:
        """Out of a port, unless an entry says so and none is heard."""
        if entry is None or not self.deaf:
            self._outlet.output(packet, port)

    def _group(self, group_id: int, packet: Packet, entry: Entry | None, table_id: int, now: float, depth: int) -> None:
        group = self._groups.get(group_id)
        if group is None or depth >= _DEEPEST:
            return
        group.count(len(packet.data))
        for place in self._groups.chosen(group, flow_hash(packet)):
            group.counts[place][0] += 1
            group.counts[place][1] += len(packet.data)
            self._bucket(group.actions[place], packet.copy(), entry, table_id, now, depth)

    def _bucket(
        self,
        actions: tuple[Action, ...],
        packet: Packet,
        entry: Entry | None,
        table_id: int,
        now: float,
        depth: int,
    ) -> None:
        """A bucket's actions are an action set (section 5.6.1)."""
        collected = ActionSet()
        collected.write(actions)
        self._actions(collected.ordered(), packet, entry, table_id, now, depth + 1)


def flow_hash(packet: Packet) -> int:
    """The same number for packets of one flow, in every run."""
    values = [packet.fields.get(name, -1) for name in _HASHED]
    return zlib.crc32(repr(values).encode())


def _remark(packet: Packet, level: int) -> None:
    """Raise the drop precedence of an assured forwarding class (RFC 2597), at most to the highest."""
    dscp = packet.fields.get("ip_dscp", 0)
    precedence = dscp >> 1 & 3
    if precedence and dscp >> 3 in (1, 2, 3, 4):
        set_field(packet, "ip_dscp", dscp & ~6 | min(3, precedence + level) << 1)
