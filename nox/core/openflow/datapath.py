"""A connected switch, as components see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from nox.core.openflow import layout10, layout13
from nox.core.openflow.asking.control import Control
from nox.core.openflow.asking.groups import Groups
from nox.core.openflow.asking.meters import Meters
from nox.core.openflow.asking.queues import Queues
from nox.core.openflow.asking.tables import Tables
from nox.core.openflow.events import PacketIn
from nox.core.openflow.ledger import Ledger
from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.requests import RequestError
from nox.core.openflow.statistics import AggregateStats, Description, FlowStats, PortStats
from nox.core.openflow.translation import Translator, common, translator
from nox.core.openflow.translation.translator import AnyFlowStatsEntry
from nox.core.tls.verdict import PeerCertificate, certificate_of
from nox.lib.actions import ANY, CONTROLLER, NO_BUFFER, Action
from nox.lib.addresses import format_dpid
from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.match import Match
from nox.lib.openflow import Version, messages

if TYPE_CHECKING:
    from nox.core.openflow.channel import Channel

MOST_PORTS = 65536  # of one switch: a number that it may tell, and memory that it may take

M = TypeVar("M", bound=messages.Message)

PacketOut = Callable[[int, int, int, bytes], bytes]
_PACKET_OUT: Mapping[int, PacketOut] = {Version.V1_0: layout10.packet_out, Version.V1_3: layout13.packet_out}


class Datapath:
    """A switch that has joined. It lives as long as its connection: a switch that returns is a new `Datapath`.

    :ivar dpid: the switch's 64-bit identifier.
    :ivar version: the OpenFlow version spoken with it.
    :ivar address: where it connects from.
    :ivar n_buffers: packets that it can keep for the controller; 0 for none.
    :ivar n_tables: how many tables it has.
    :ivar capabilities: ``ofp_capabilities`` bits, as its version has them.
    :ivar description: what it says of itself: hostile text.
    :ivar ports: by number, as they are now.
    :ivar ledger: what was done with its flow entries.
    :ivar certificate: what it has shown; None without TLS.
    :ivar connected_at: seconds since 1970.
    :ivar send_bytes: send an encoded message, after all that was given before.
    """

    __slots__ = (
        "_own_port",
        "_packet_out",
        "address",
        "capabilities",
        "certificate",
        "channel",
        "connected_at",
        "description",
        "dpid",
        "ledger",
        "n_buffers",
        "n_tables",
        "ports",
        "send_bytes",
        "translator",
        "version",
    )

    def __init__(
        self, channel: Channel, version: Version, features: messages.FeaturesReply, address: str, connected_at: float
    ) -> None:
        self.channel = channel
        self.version = version
        self.address = address
        self.certificate: PeerCertificate | None = certificate_of(channel.transport)
        self.connected_at = connected_at
        self.dpid: int = features.datapath_id
        self.n_buffers: int = features.n_buffers
        self.n_tables: int = features.n_tables
        self.capabilities: int = features.capabilities
        self.description: Description | None = None
        self.ports: dict[int, PortInfo] = {}
        self.ledger = Ledger()
        self.translator: Translator = translator(version)
        self.send_bytes: Callable[[bytes], None] = channel.outbox.send
        self._packet_out = _PACKET_OUT[version]
        self._own_port = ANY if version == Version.V1_0 else CONTROLLER  # where what is ours comes from

    def __str__(self) -> str:
        return format_dpid(self.dpid)

    @property
    def round_trip(self) -> float | None:
        """Seconds that its last answer to an echo request took; None before the first."""
        return self.channel.round_trip

    # Packets

    def learn_ports(self, ports: Iterable[PortInfo]) -> None:
        """The switch has told of ports that are new or have changed.

        :raises RemoteProtocolError: when they are more than any switch has.
        """
        self.ports.update({port.number: port for port in ports})
        if len(self.ports) > MOST_PORTS:
            raise RemoteProtocolError(f"it says that it has more than {MOST_PORTS} ports")

    def forward(self, event: PacketIn, out_port: int) -> None:
        """Send the packet of this event out of one port."""
        data = event.data if event.buffer_id == NO_BUFFER else b""
        self.send_bytes(self._packet_out(event.in_port, out_port, event.buffer_id, data))

    def packet_out(self, event: PacketIn, actions: Sequence[Action]) -> None:
        """Do this with the packet of an event; nothing drops it, where the switch keeps it.

        :raises LocalProtocolError: when the switch's version cannot say an action.
        """
        data = event.data if event.buffer_id == NO_BUFFER else b""
        self.send(self.translator.packet_out(event.in_port, actions, data, event.buffer_id))

    def emit(self, data: bytes, actions: Sequence[Action], in_port: int | None = None) -> None:
        """Have the switch treat a frame of ours.

        :param data: the whole frame.
        :param in_port: the port that the switch shall take it to come from; None: from the controller.
        :raises LocalProtocolError: when the switch's version cannot say an action.
        """
        self.send(self.translator.packet_out(in_port, actions, data))

    def emit_at(self, port: int, data: bytes) -> None:
        """Have the switch send a frame of ours out of one port: as `emit`, for who sends many."""
        self.send_bytes(self._packet_out(self._own_port, port, NO_BUFFER, data))

    # Messages

    def send(self, message: messages.Message, xid: int = 0) -> None:
        """Send a message that is not answered.

        :raises LocalProtocolError: when the version cannot say it.
        """
        self.channel.send(message, xid)

    async def request(self, message: messages.Message, reply: type[M]) -> list[M]:
        """Send a request and wait for its answer: the parts of the reply.

        :raises RequestError: when the switch refuses, is silent for ten seconds, or goes away.
        """
        return await self.channel.requests.ask(message, reply)

    async def request_one(self, message: messages.Message, reply: type[M]) -> M:
        """Send a request whose reply has one part.

        :raises RequestError: as `request`, and for a reply in more parts.
        """
        first, *others = await self.request(message, reply)
        if others:
            name = type(message).__name__
            raise RequestError(f"{name}: an answer in {1 + len(others)} parts instead of one", request=name)
        return first

    async def confirm(self, message: messages.Message) -> None:
        """Send a message that is answered only where the switch refuses it, and wait until it has accepted it.

        What it refuses comes back here alone, and not as an event such as `FlowRefused`.

        :raises LocalProtocolError: when the version cannot say it.
        :raises RequestError: when the switch refuses it, or as `request`.
        """
        await self.channel.requests.confirm(message)

    @property
    def groups(self) -> Groups:
        """Its groups."""
        return Groups(self)

    @property
    def meters(self) -> Meters:
        """Its meters."""
        return Meters(self)

    @property
    def queues(self) -> Queues:
        """The queues of its ports."""
        return Queues(self)

    @property
    def tables(self) -> Tables:
        """Its flow tables."""
        return Tables(self)

    @property
    def control(self) -> Control:
        """How it serves this controller: role, what it tells, its configuration."""
        return Control(self)

    async def barrier(self) -> None:
        """Wait until the switch has done all that it was sent before.

        :raises RequestError: as `request`.
        """
        await self.request(messages.BarrierRequest(), messages.BarrierReply)

    async def flow_stats(self, match: Match | None = None, *, out_port: int = ANY) -> list[FlowStats]:
        """The entries of all tables that lie within a match and send to a port.

        :raises RequestError: as `request`.
        """
        entries = await self.raw_flow_stats(match, out_port=out_port)
        return [self.translator.flow_stats(entry) for entry in entries]

    async def raw_flow_stats(self, match: Match | None = None, *, out_port: int = ANY) -> list[AnyFlowStatsEntry]:
        """As `flow_stats`, without the translation, which takes long for many: `translator.flow_stats` of each.

        :raises RequestError: as `request`.
        """
        message = self.translator.flow_stats_request(match or Match(), out_port=out_port)
        parts = await self.request(message, self.translator.flow_stats_reply)
        return [entry for part in parts for entry in part.entries]

    async def aggregate(self, match: Match | None = None, *, out_port: int = ANY) -> AggregateStats:
        """What the entries that lie within a match and send to a port count together.

        :raises RequestError: as `request`.
        """
        flows = self.translator.flow_stats_request(match or Match(), out_port=out_port)
        return common.aggregate(await self.request_one(*common.aggregate_request(flows)))

    async def describe(self) -> Description:
        """What it says of itself: hostile text.

        :raises RequestError: as `request`.
        """
        reply = await self.request_one(messages.DescriptionRequest(), messages.DescriptionReply)
        return self.translator.description(reply)

    async def port_descriptions(self) -> list[PortInfo]:
        """Its ports as it describes them now; `ports` has them as they were told. 1.0 has them in its features.

        :raises RequestError: as `request`.
        """
        if self.version == Version.V1_0:
            features = await self.request_one(messages.FeaturesRequest(), messages.FeaturesReply)
            return [self.translator.port_info(port) for port in features.ports]
        parts = await self.request(messages.PortDescriptionRequest(), messages.PortDescriptionReply)
        return [self.translator.port_info(port) for part in parts for port in part.ports]

    async def experiment(self, experimenter: int, data: bytes = b"") -> list[bytes]:
        """Ask for statistics that somebody defined and that have no class of their own: the parts of the reply.

        :param data: what follows the experimenter's number, its type too.
        :raises RequestError: as `request`, and for another experimenter's answer.
        """
        request = messages.ExperimenterRequest(experimenter=experimenter, data=data)
        parts = await self.request(request, messages.ExperimenterReply)
        for part in parts:
            if part.experimenter != experimenter:
                name = type(request).__name__
                raise RequestError(f"{name}: experimenter {part.experimenter:#x} answered instead", request=name)
        return [part.data for part in parts]

    async def port_stats(self, port: int = ANY) -> list[PortStats]:
        """The counters of one port, or of all.

        :raises RequestError: as `request`.
        """
        parts = await self.request(self.translator.port_stats_request(port), messages.PortStatsReply)
        return [self.translator.port_stats(entry) for part in parts for entry in part.entries]

    def set_port(self, number: int, *, config: int, mask: int) -> None:
        """Change a port's configuration.

        :param config: ``ofp_port_config`` bits as they shall be; `mask`: which of them to change.
        :raises LocalProtocolError: when the switch has no such port, or the version not such a bit.
        """
        port = self.ports.get(number)
        if port is None:
            raise LocalProtocolError(f"switch {self} has no port {number}")
        self.send(self.translator.port_mod(port, config=config, mask=mask))
