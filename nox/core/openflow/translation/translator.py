"""What a translator does, for every version alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.removedflow import RemovedFlow
from nox.core.openflow.statistics import Description, FlowStats, PortStats
from nox.lib.actions import ANY, NO_BUFFER, Action
from nox.lib.errors import RemoteProtocolError
from nox.lib.match import Match
from nox.lib.openflow import Version, messages
from nox.lib.openflow.enums import ALL_TABLES
from nox.lib.openflow.errorcodes import Error as ErrorNumbers
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.nicira.flows import (
    NxFlowMod,
    NxFlowRemoved,
    NxFlowStatsEntry,
    NxFlowStatsReply,
    NxFlowStatsRequest,
)

AnyFlowMod: TypeAlias = messages.FlowMod | NxFlowMod
AnyFlowRemoved: TypeAlias = messages.FlowRemoved | NxFlowRemoved
AnyFlowStatsEntry: TypeAlias = messages.FlowStatsEntry | NxFlowStatsEntry
AnyFlowStatsRequest: TypeAlias = messages.FlowStatsRequest | NxFlowStatsRequest
AnyFlowStatsReply: TypeAlias = messages.FlowStatsReply | NxFlowStatsReply


class Translator(Protocol):
    """One version's translation, both ways.

    What goes to a switch raises `LocalProtocolError` where the version cannot say it. What comes from one raises
    `RemoteProtocolError` where it makes no sense. Ports are 32 bits on our side, in every version.
    """

    @property
    def version(self) -> Version:
        """Whose translation it is."""

    @property
    def selects_by_cookie(self) -> bool:
        """Whether deletions and requests can choose entries by their cookies and tables."""

    @property
    def flow_stats_reply(self) -> type[AnyFlowStatsReply]:
        """What answers `flow_stats_request`."""

    def match_to_wire(self, match: Match) -> Match10 | OxmMatch:
        """The match as the version writes it. What a field needs beside it must be in the match."""

    def match_from_wire(self, match: Match10 | OxmMatch) -> Match:
        """What a match on the wire means."""

    def actions_to_wire(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        """A whole list of actions. In 1.0 some say one thing together, so that a list cannot be cut anywhere."""

    def actions_from_wire(self, actions: Sequence[Action], match: Match | None = None) -> tuple[Action, ...]:
        """What a list of actions means. What we have no name for stays as it is on the wire.

        :param match: what the packets are; it says whether 1.0's ports are TCP's or UDP's.
        """

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
        """Adds, changes or deletes entries.

        :param command: `FlowModCommand`.
        :param cookie_mask: only entries whose cookie is `cookie` as far as this looks; 1.0 cannot.
        :param out_port: only entries that send there; `out_group` too, which 1.0 has not.
        """

    def packet_out(
        self, in_port: int | None, actions: Sequence[Action], data: bytes = b"", buffer_id: int = NO_BUFFER
    ) -> messages.PacketOut:
        """Has a switch treat a packet.

        :param in_port: where it shall seem to come from; None: from the controller.
        """

    def port_mod(self, port: PortInfo, *, config: int, mask: int, advertise: int = 0) -> messages.PortMod:
        """Changes a port.

        :param config: `PortConfig` bits as they shall be; `mask`: which of them to change.
        :param advertise: `PortFeature` bits; 0 to leave them.
        """

    def port_to_wire(self, number: int) -> int:
        """A port's number as the version writes it."""

    def port_from_wire(self, number: int) -> int:
        """A port's number, 32 bits."""

    def port_info(self, port: messages.Port) -> PortInfo:
        """A port."""

    def flow_stats_request(
        self, match: Match, *, table_id: int = ALL_TABLES, out_port: int = ANY, cookie: int = 0, cookie_mask: int = 0
    ) -> AnyFlowStatsRequest:
        """Asks for the entries that lie within a match; the other parameters as in `flow_mod`."""

    def flow_stats(self, entry: AnyFlowStatsEntry) -> FlowStats:
        """One entry of a switch."""

    def as_reported(self, flow: FlowSpec) -> FlowStats:
        """An entry as a switch reports it after it was written: what it cannot tell apart is the same."""

    def flow_removed(self, message: AnyFlowRemoved) -> RemovedFlow:
        """An entry that has gone."""

    def cookie_of(self, message: bytes) -> int | None:
        """The cookie in the first bytes of a flow-mod that came back; None where they are something else."""

    def port_stats_request(self, port: int = ANY) -> messages.PortStatsRequest:
        """Asks for a port's counters."""

    def port_stats(self, entry: messages.PortStatsEntry) -> PortStats:
        """The counters of one port."""

    def description(self, reply: messages.DescriptionReply) -> Description:
        """What a switch says of itself."""

    def error_text(self, error: messages.Error) -> str:
        """An error that a switch sent, by its names in 1.3's terms: ``BAD_MATCH/BAD_PREREQ``."""

    def error_numbers(self, error: messages.Error) -> ErrorNumbers | None:
        """Its type and code in 1.3's terms; None where 1.3 has none for it."""

    def refused(self, error: messages.Error) -> bytes:
        """The first bytes of the message that an error is about."""

    def error_message(self, error: RemoteProtocolError, about: bytes = b"") -> messages.Error:
        """The error to send for what the peer did.

        :param about: the first bytes of the message that is wrong.
        """
