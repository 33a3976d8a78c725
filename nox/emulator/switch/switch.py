"""The switch itself: ports, tables, controllers, and what passes between them."""

from __future__ import annotations

from collections.abc import Iterable

from nox.emulator.packets.packet import Packet
from nox.emulator.switch.buffers import Buffers
from nox.emulator.switch.connection import Connection
from nox.emulator.switch.entry import Entry
from nox.emulator.switch.flowtables import FlowTables
from nox.emulator.switch.groups import Groups
from nox.emulator.switch.learning import Learned
from nox.emulator.switch.meters import Meters
from nox.emulator.switch.pipeline import Pipeline
from nox.emulator.switch.port import NO_FLOOD, Port
from nox.emulator.switch.settings import FailMode, Settings
from nox.lib.actions import ALL, FLOOD, IN_PORT, NO_BUFFER, NORMAL, TABLE, Action
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError, LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import (
    ConfigFlag,
    FlowRemovedReason,
    PacketInReason,
    PortConfig,
    PortReason,
    ReservedPort,
)
from nox.lib.openflow.versions import SUPPORTED, Version

_LONGEST = 9216  # bytes of a frame: longer ones are dropped
_RESERVED = 0x0180C200000  # 802.1D, table 7-10: addresses that no bridge forwards, but for their last four bits
_NO_COOKIE = (1 << 64) - 1  # the cookie of a packet that no entry has sent (section 7.4.1)


class Switch:
    """An OpenFlow switch.

    Hand it frames with `receive`, take those that it sends with `take`, call `run` not before `next_wake`. `connect`
    makes a `Connection` for each controller, whose bytes go the same way. Time is in seconds, from any start.

    :ivar fragments: what becomes of fragments of IP packets that come in.
    :ivar generation: the largest generation_id of a role request that was taken; None before the first.
    """

    __slots__ = (
        "_learned",
        "_out",
        "_pipeline",
        "_standalone",
        "buffers",
        "connections",
        "datapath_id",
        "flows",
        "fragments",
        "generation",
        "groups",
        "meters",
        "now",
        "ports",
        "settings",
    )

    def __init__(self, datapath_id: int, settings: Settings | None = None, *, now: float = 0.0) -> None:
        self.datapath_id, self.settings, self.now = datapath_id, settings or Settings(), now
        self.ports: dict[int, Port] = {}
        self.flows = FlowTables(self.settings.tables, self.settings.entries, self._removed)
        self.groups = Groups(self._port_live, self.ports.__contains__)
        self.meters = Meters()
        self.buffers = Buffers(self.settings.buffers)
        self.connections: list[Connection] = []
        self.fragments = ConfigFlag.FRAG_NORMAL
        self.generation: int | None = None
        self._pipeline = Pipeline(self.flows, self.groups, self.meters, self)
        self._learned: Learned | None = None
        self._out: list[tuple[int, bytes]] = []
        self._standalone = self.settings.fail_mode is FailMode.STANDALONE

    # Ports

    def add_port(self, number: int, hw_addr: EthernetAddress | None = None, name: str = "") -> Port:
        """Add a port.

        :param hw_addr: by default one made of dpid and number.
        :raises ConfigError: when the number is in use, or no port's.
        """
        if number in self.ports or not 0 < number < 0xFF00:
            raise ConfigError(f"port {number} of switch {self.datapath_id:#x}: it is there already or is no number")
        address = hw_addr or EthernetAddress(0x06 << 40 | (self.datapath_id & 0xFFFFF) << 16 | number)
        port = Port(number, address, (name or f"port{number}")[:15], now=self.now)
        self.ports[number] = port
        self.tell_port(port, PortReason.ADD)
        return port

    def remove_port(self, number: int, now: float) -> None:
        """Take a port away."""
        self.at(now)
        self.tell_port(self.ports.pop(number), PortReason.DELETE)

    def set_link(self, number: int, up: bool, now: float) -> None:
        """A port's link has come up or gone down."""
        self.at(now)
        port = self.ports[number]
        if port.link != up:
            port.link = up
            self.tell_port(port, PortReason.MODIFY)

    def tell_port(self, port: Port, reason: PortReason, *, but: Connection | None = None) -> None:
        """Tell the controllers of a port.

        :param but: who has changed it, and knows already.
        """
        for connection in self._ready():
            if connection is but:
                continue
            if connection.state.wants_port_status(reason) and connection.dialect is not None:
                connection.send(messages.PortStatus(reason=reason, desc=connection.dialect.port(port)))

    def _port_live(self, number: int) -> bool:
        port = self.ports.get(number)
        return port is not None and port.live

    # Frames and time

    def receive(self, number: int, frame: bytes, now: float) -> None:
        """A frame has come in on a port."""
        self.at(now)
        port = self.ports.get(number)
        if port is None or not port.receive(len(frame)) or not 14 <= len(frame) <= _LONGEST:
            return
        packet = Packet(frame, number)
        if self.fragments == ConfigFlag.FRAG_DROP and packet.headers.fragment:
            return
        if self._standalone:
            self._normal(packet)
        else:
            self._pipeline.run(packet, now)

    def take(self) -> list[tuple[int, bytes]]:
        """The frames that it sends, with their ports, in order, once."""
        out, self._out = self._out, []
        return out

    def at(self, now: float) -> None:
        """It is so late: entries whose time is over go."""
        self.now = max(now, self.now)
        self.flows.expire(self.now)

    @property
    def next_wake(self) -> float | None:
        """When `run` is to be called next; None for never, as long as nothing else happens."""
        times = [connection.next_wake() for connection in self.connections if not connection.closed]
        deadline = self.flows.next_deadline()
        return min([*times, deadline] if deadline is not None else times, default=None)

    def run(self, now: float) -> None:
        """Do what is due."""
        self.at(now)
        for connection in tuple(self.connections):
            connection.run(now)

    def treat(self, packet: Packet, now: float) -> None:
        """Take a packet through the tables."""
        self._pipeline.run(packet, now)

    def act(self, actions: Iterable[Action], packet: Packet) -> None:
        """Do the actions of a packet-out."""
        self._pipeline.act(actions, packet, self.now)

    @property
    def deaf(self) -> bool:
        """Whether its entries count and send nothing out of ports: a fault."""
        return self._pipeline.deaf

    @deaf.setter
    def deaf(self, is_deaf: bool) -> None:
        self._pipeline.deaf = is_deaf

    # Where packets leave the pipeline

    def output(self, packet: Packet, port: int) -> None:
        """Send a packet out of a port."""
        if port < ReservedPort.MAX:
            if port != packet.in_port:
                self._send(packet, port)
        elif port == IN_PORT:
            self._send(packet, packet.in_port)
        elif port in (ALL, FLOOD):
            self._flood(packet, everywhere=port == ALL)
        elif port == NORMAL:
            self._normal(packet)
        elif port == TABLE:
            self._again(packet)

    def _send(self, packet: Packet, number: int) -> None:
        port = self.ports.get(number)
        if port is not None and port.send(len(packet.data)):
            self._out.append((number, bytes(packet.data)))

    def _flood(self, packet: Packet, *, everywhere: bool) -> None:
        for number, port in self.ports.items():
            if number != packet.in_port and (everywhere or not port.config & NO_FLOOD):
                self._send(packet, number)

    def _again(self, packet: Packet) -> None:
        """A packet-out to the tables; entries cannot send there."""
        self._pipeline.run(packet.copy(), self.now)

    def _normal(self, packet: Packet) -> None:
        """Forward as a switch without OpenFlow does."""
        if self._learned is None:
            self._learned = Learned()
        fields = packet.fields
        if fields["eth_dst"] >> 4 == _RESERVED:
            return
        vlan = fields["vlan_vid"]
        self._learned.learn(vlan, fields["eth_src"], packet.in_port, self.now)
        port = self._learned.port(vlan, fields["eth_dst"], self.now)
        if port is None:
            self._flood(packet, everywhere=False)
        elif port != packet.in_port:
            self._send(packet, port)

    def missed(self, packet: Packet, table_id: int) -> None:
        """No entry fits: 1.0's controllers get the packet, 1.3's asked for it with an entry or not at all."""
        self._packet_in(packet, PacketInReason.NO_MATCH, None, None, table_id, {Version.V1_0})

    def to_controller(
        self, packet: Packet, reason: PacketInReason, max_len: int | None, entry: Entry | None, table_id: int
    ) -> None:
        """Give a packet to the controllers that want it."""
        self._packet_in(packet, reason, max_len, entry, table_id, set(SUPPORTED))

    def _packet_in(
        self,
        packet: Packet,
        reason: PacketInReason,
        max_len: int | None,
        entry: Entry | None,
        table_id: int,
        versions: set[Version],
    ) -> None:
        port = self.ports.get(packet.in_port)
        silent = port is not None and port.config & PortConfig.NO_PACKET_IN and reason == PacketInReason.NO_MATCH
        if silent or len(packet.data) > _LONGEST:
            return
        cookie = entry.cookie if entry is not None else _NO_COOKIE
        for connection in self._ready():
            dialect = connection.dialect
            if dialect is None or dialect.version not in versions or not connection.state.wants_packet_in(reason):
                continue
            if connection.full:
                continue
            wanted = connection.state.miss_send_len if max_len is None else max_len
            buffer_id, data = self._kept(packet, wanted)
            connection.send(
                dialect.packet_in(data, len(packet.data), buffer_id, reason, table_id, cookie, _beside(packet))
            )

    def _kept(self, packet: Packet, wanted: int) -> tuple[int, bytes]:
        """Keep a packet of which a part is enough: its number, and what is sent of it."""
        if wanted == 0xFFFF or not self.buffers.most:
            return NO_BUFFER, bytes(packet.data)
        return self.buffers.keep(packet.copy()), bytes(packet.data[:wanted])

    # Controllers

    def connect(self, now: float, versions: Iterable[Version] = SUPPORTED) -> Connection:
        """A connection to a controller has been made: what carries its bytes.

        :raises LocalProtocolError: for a version that there is not.
        """
        offered = frozenset(versions)
        if not offered or not offered <= set(SUPPORTED):
            raise LocalProtocolError(f"a switch speaks {' and '.join(map(str, SUPPORTED))}")
        self.at(now)
        connection = Connection(self, offered, now)
        self.connections.append(connection)
        return connection

    def connected(self) -> None:
        """A controller is there."""
        self._standalone = False

    def disconnected(self, connection: Connection, now: float) -> None:
        """A connection has ended."""
        self.at(now)
        if connection in self.connections:
            self.connections.remove(connection)
        self._standalone = self.settings.fail_mode is FailMode.STANDALONE and not self._ready()

    def _ready(self) -> list[Connection]:
        return [connection for connection in self.connections if connection.ready]

    def _removed(self, entry: Entry, reason: FlowRemovedReason) -> None:
        """Tell the controllers that an entry has gone. Those who cannot say it in their version are not told."""
        seconds, nanoseconds = entry.duration(self.now)
        for connection in self._ready():
            dialect = connection.dialect
            if dialect is None or not connection.state.wants_flow_removed(reason):
                continue
            try:
                match = dialect.match_out(entry.match)
            except LocalProtocolError:
                continue
            connection.send(
                messages.FlowRemoved(
                    match=match,
                    cookie=entry.cookie,
                    priority=entry.priority,
                    reason=reason if dialect.version > Version.V1_0 else min(reason, FlowRemovedReason.DELETE),
                    table_id=entry.table_id if dialect.version > Version.V1_0 else 0,
                    duration_sec=seconds,
                    duration_nsec=nanoseconds,
                    idle_timeout=entry.idle_timeout,
                    hard_timeout=entry.hard_timeout if dialect.version > Version.V1_0 else 0,
                    packet_count=entry.packets,
                    byte_count=entry.bytes,
                )
            )


def _beside(packet: Packet) -> Match:
    """What a packet-in says of a packet that is no part of it."""
    items = [("in_port", packet.in_port, None)]
    items += [(name, value, None) for name in ("metadata", "tunnel_id") if (value := getattr(packet, name))]
    return Match.of(items)
