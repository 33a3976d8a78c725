"""Packets to and from the controller (1.3.5, sections 7.3.7 and 7.4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.actions import Action
from nox.lib.openflow.actiontable import ACTIONS
from nox.lib.openflow.kinds import U8, U16, U32, U64, Rest
from nox.lib.openflow.match13 import NO_FIELDS, OXM_MATCH, OxmMatch
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.structure import Field, Layout, pad, size_of
from nox.lib.openflow.versions import Version

_1_0, _1_1, _1_2, _1_3 = Version.V1_0, Version.V1_1, Version.V1_2, Version.V1_3

NO_BUFFER: Final = 0xFFFFFFFF  # OFP_NO_BUFFER: the switch keeps nothing, the message carries the whole packet


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketIn(Message):
    """A packet that a switch sends to the controller.

    :ivar total_len: of the whole packet, bytes.
    :ivar in_port: 1.0 alone; later versions have it in `match`.
    :ivar reason: ``ofp_packet_in_reason``.
    :ivar data: the packet, or its first bytes.
    """

    buffer_id: int = NO_BUFFER
    total_len: int
    in_port: int = 0
    reason: int
    table_id: int = 0
    cookie: int = 0
    match: OxmMatch = NO_FIELDS
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (
        Field("buffer_id", U32),
        Field("total_len", U16),
        Field("in_port", U16, until=_1_0),
        Field("reason", U8),
        pad(1, until=_1_0),
        Field("table_id", U8, since=_1_2),
        Field("cookie", U64, since=_1_3),
        Field("match", OXM_MATCH, since=_1_2),
        pad(2, since=_1_2),
        Field("data", Rest()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketOut(Message):
    """A packet that a switch shall treat.

    :ivar in_port: the port that it shall be taken to come from; 16 bits in 1.0.
    :ivar data: the packet, where `buffer_id` is `NO_BUFFER`.
    """

    buffer_id: int = NO_BUFFER
    in_port: int
    actions: tuple[Action, ...] = ()
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (
        Field("buffer_id", U32),
        Field("in_port", U16, until=_1_0),
        Field("in_port", U32, since=_1_1),
        size_of("actions"),
        pad(6, since=_1_1),
        Field("actions", ACTIONS),
        Field("data", Rest()),
    )
