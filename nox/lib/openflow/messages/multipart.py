"""Statistics of 1.0, multipart messages since 1.3 (1.3.5, section 7.3.5): each type is a message class of its own.

What all have in common, type and flags, stands before the fields of each. A reply may come in parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.actions import Action
from nox.lib.openflow.actiontable import ACTIONS
from nox.lib.openflow.instructions import INSTRUCTIONS, Instruction
from nox.lib.openflow.kinds import U8, U16, U32, U64, ListOf, Rest, Text
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OXM_MATCH, OxmMatch
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.flows import MATCH10
from nox.lib.openflow.messages.ports import Port
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown, pad, size
from nox.lib.openflow.versions import Version

_1_0, _1_1, _1_3 = Version.V1_0, Version.V1_1, Version.V1_3

_MORE: Final = 1  # OFPMPF_REQ_MORE, OFPMPF_REPLY_MORE
PREFIX: Final = (pad(2), Field("flags", U16), pad(4, since=_1_1))  # the first two bytes are the type: see `codec`


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipartRequest(Message):
    """A request whose reply may come in parts.

    :ivar flags: ``ofp_multipart_request_flags``.
    """

    flags: int = 0
    LAYOUT: ClassVar[Layout] = PREFIX


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipartReply(Message):
    """A part of a reply.

    :ivar flags: ``ofp_multipart_reply_flags``.
    """

    flags: int = 0
    LAYOUT: ClassVar[Layout] = PREFIX

    @property
    def more(self) -> bool:
        """Whether more parts follow."""
        return bool(self.flags & _MORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownMultipartRequest(MultipartRequest, Unknown):
    """A request of a type that we do not know, as it came."""

    type: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("data", Rest()))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownMultipartReply(MultipartReply, Unknown):
    """A reply of a type that we do not know, as it came."""

    type: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("data", Rest()))


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionRequest(MultipartRequest):
    """Asks what a switch says of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionReply(MultipartReply):
    """What a switch says of itself: hostile text."""

    mfr_desc: str
    hw_desc: str
    sw_desc: str
    serial_num: str
    dp_desc: str
    LAYOUT: ClassVar[Layout] = (
        *PREFIX,
        Field("mfr_desc", Text(256)),
        Field("hw_desc", Text(256)),
        Field("sw_desc", Text(256)),
        Field("serial_num", Text(32)),
        Field("dp_desc", Text(256)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSelection(MultipartRequest):
    """Which flow entries are meant.

    :ivar table_id: 0xff for all.
    :ivar out_port: only entries that send there; ANY is 16 bits in 1.0.
    :ivar cookie: since 1.1: only entries whose cookie is this, as far as `cookie_mask` looks.
    """

    match: Match10 | OxmMatch
    table_id: int = 0xFF
    out_port: int
    out_group: int = 0xFFFFFFFF
    cookie: int = 0
    cookie_mask: int = 0
    LAYOUT: ClassVar[Layout] = (
        *PREFIX,
        Field("match", MATCH10, until=_1_0),
        Field("table_id", U8),
        pad(1, until=_1_0),
        pad(3, since=_1_1),
        Field("out_port", U16, until=_1_0),
        Field("out_port", U32, since=_1_1),
        Field("out_group", U32, since=_1_1),
        pad(4, since=_1_1),
        Field("cookie", U64, since=_1_1),
        Field("cookie_mask", U64, since=_1_1),
        Field("match", OXM_MATCH, since=_1_1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStatsRequest(FlowSelection):
    """Asks for flow entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStatsEntry(Structure):
    """One entry (``ofp_flow_stats``); fields as in `FlowMod` and `FlowRemoved`. Counters of all ones are not kept."""

    table_id: int
    match: Match10 | OxmMatch
    duration_sec: int
    duration_nsec: int
    priority: int
    idle_timeout: int
    hard_timeout: int
    flags: int = 0
    cookie: int
    packet_count: int
    byte_count: int
    actions: tuple[Action, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        size(),
        Field("table_id", U8),
        pad(1),
        Field("match", MATCH10, until=_1_0),
        Field("duration_sec", U32),
        Field("duration_nsec", U32),
        Field("priority", U16),
        Field("idle_timeout", U16),
        Field("hard_timeout", U16),
        pad(6, until=_1_0),
        Field("flags", U16, since=_1_3),
        pad(4, since=_1_3),
        Field("cookie", U64),
        Field("packet_count", U64),
        Field("byte_count", U64),
        Field("actions", ACTIONS, until=_1_0),
        Field("match", OXM_MATCH, since=_1_1),
        Field("instructions", INSTRUCTIONS, since=_1_1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStatsReply(MultipartReply):
    """Flow entries."""

    entries: tuple[FlowStatsEntry, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("entries", ListOf(FlowStatsEntry)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PortStatsRequest(MultipartRequest):
    """Asks for a port's counters.

    :ivar port_no: ANY, which is 16 bits in 1.0, for all.
    """

    port_no: int
    LAYOUT: ClassVar[Layout] = (
        *PREFIX,
        Field("port_no", U16, until=_1_0),
        pad(6, until=_1_0),
        Field("port_no", U32, since=_1_1),
        pad(4, since=_1_1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PortStatsEntry(Structure):
    """The counters of one port (``ofp_port_stats``). Those of all ones are not kept.

    :ivar duration_sec: how long the port has been there, since 1.3; `duration_nsec` beyond these seconds.
    """

    port_no: int
    rx_packets: int
    tx_packets: int
    rx_bytes: int
    tx_bytes: int
    rx_dropped: int
    tx_dropped: int
    rx_errors: int
    tx_errors: int
    rx_frame_err: int
    rx_over_err: int
    rx_crc_err: int
    collisions: int
    duration_sec: int = 0
    duration_nsec: int = 0
    LAYOUT: ClassVar[Layout] = (
        Field("port_no", U16, until=_1_0),
        pad(6, until=_1_0),
        Field("port_no", U32, since=_1_1),
        pad(4, since=_1_1),
        Field("rx_packets", U64),
        Field("tx_packets", U64),
        Field("rx_bytes", U64),
        Field("tx_bytes", U64),
        Field("rx_dropped", U64),
        Field("tx_dropped", U64),
        Field("rx_errors", U64),
        Field("tx_errors", U64),
        Field("rx_frame_err", U64),
        Field("rx_over_err", U64),
        Field("rx_crc_err", U64),
        Field("collisions", U64),
        Field("duration_sec", U32, since=_1_3),
        Field("duration_nsec", U32, since=_1_3),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PortStatsReply(MultipartReply):
    """Ports' counters."""

    entries: tuple[PortStatsEntry, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("entries", ListOf(PortStatsEntry)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PortDescriptionRequest(MultipartRequest):
    """Asks for all ports (since 1.3; 1.0 has them in its features)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortDescriptionReply(MultipartReply):
    """All ports."""

    ports: tuple[Port, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("ports", ListOf(Port)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimenterRequest(MultipartRequest):
    """A request that somebody defined.

    :ivar data: all that follows, the experimenter's type too.
    """

    experimenter: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("experimenter", U32), Field("data", Rest()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimenterReply(MultipartReply):
    """A reply that somebody defined; fields as in `ExperimenterRequest`."""

    experimenter: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("experimenter", U32), Field("data", Rest()))
