"""Packets to the controller that carry their metadata (``openflow/nicira-ext.h``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U8, U16, U32, U64, Many, Rest, Tagged
from nox.lib.openflow.match13 import NO_FIELDS, OXM_FIELDS, OxmMatch
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.packets import NO_BUFFER
from nox.lib.openflow.nicira.headers import MESSAGE
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown, align, pad, size_of
from nox.lib.openflow.versions import Version


class NxPacketInFormat(IntEnum):
    """``nx_packet_in_format``: which message packet-ins are."""

    STANDARD = 0
    NXT_PACKET_IN = 1
    NXT_PACKET_IN2 = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NxSetPacketInFormat(Message):
    """Says how packet-ins shall come.

    :ivar format: `NxPacketInFormat`.
    """

    format: int
    LAYOUT: ClassVar[Layout] = (*MESSAGE, Field("format", U32))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxPacketIn(Message):
    """A packet that a switch sends to the controller.

    :ivar match: metadata that is not zero: ingress port, registers, tunnel.
    """

    buffer_id: int = NO_BUFFER
    total_len: int
    reason: int
    table_id: int = 0
    cookie: int = 0
    match: OxmMatch = NO_FIELDS
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (
        *MESSAGE,
        Field("buffer_id", U32),
        Field("total_len", U16),
        Field("reason", U8),
        Field("table_id", U8),
        Field("cookie", U64),
        size_of("match"),
        pad(6),
        Field("match", OXM_FIELDS),
        align(8),
        pad(2),
        Field("data", Rest()),
    )


class PacketInProperty(Structure):
    """A property of a packet-in. Layouts leave out type, length and the zeros at the end."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnknownPacketInProperty(PacketInProperty, Unknown):
    """A property of a type that we do not know, as it came."""

    type: int
    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class NxPacket(PacketInProperty):
    """The packet, or its first bytes."""

    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class NxFullLen(PacketInProperty):
    """How long the whole packet is, in bytes, where it was cut."""

    full_len: int
    LAYOUT: ClassVar[Layout] = (Field("full_len", U32),)


@dataclass(frozen=True, slots=True)
class NxBufferId(PacketInProperty):
    """Where the switch keeps the packet."""

    buffer_id: int
    LAYOUT: ClassVar[Layout] = (Field("buffer_id", U32),)


@dataclass(frozen=True, slots=True)
class NxTableId(PacketInProperty):
    """The table of the entry that sent it."""

    table_id: int
    LAYOUT: ClassVar[Layout] = (Field("table_id", U8),)


@dataclass(frozen=True, slots=True)
class NxCookie(PacketInProperty):
    """The cookie of the entry that sent it."""

    cookie: int
    LAYOUT: ClassVar[Layout] = (pad(4), Field("cookie", U64))


@dataclass(frozen=True, slots=True)
class NxReason(PacketInProperty):
    """Why it was sent: ``ofp_packet_in_reason``."""

    reason: int
    LAYOUT: ClassVar[Layout] = (Field("reason", U8),)


@dataclass(frozen=True, slots=True)
class NxMetadata(PacketInProperty):
    """Ingress port, registers, tunnel, as in a match."""

    match: OxmMatch = NO_FIELDS
    LAYOUT: ClassVar[Layout] = (Field("match", OXM_FIELDS),)


@dataclass(frozen=True, slots=True)
class NxUserdata(PacketInProperty):
    """What the action `NxController2` that sent it carries."""

    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class NxContinuation(PacketInProperty):
    """The state of a packet that waits for `NxResume`: the switch's own, to be sent back as it came."""

    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


PROPERTY_NUMBERS: Final = Numbers[PacketInProperty](
    "packet-in property",
    UnknownPacketInProperty,
    {
        NxPacket: {Version.V1_0: 0},
        NxFullLen: {Version.V1_0: 1},
        NxBufferId: {Version.V1_0: 2},
        NxTableId: {Version.V1_0: 3},
        NxCookie: {Version.V1_0: 4},
        NxReason: {Version.V1_0: 5},
        NxMetadata: {Version.V1_0: 6},
        NxUserdata: {Version.V1_0: 7},
        NxContinuation: {Version.V1_0: 8},
    },
)
_BAD_LEN: Final = (1, 6)  # OFPET_BAD_REQUEST, OFPBRC_BAD_LEN
_PROPERTIES: Final[Layout] = (
    *MESSAGE,
    Field("properties", Many[PacketInProperty](Tagged(PROPERTY_NUMBERS, _BAD_LEN, counted=False))),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NxPacketIn2(Message):
    """A packet that a switch sends to the controller, as a list of properties."""

    properties: tuple[PacketInProperty, ...] = ()
    LAYOUT: ClassVar[Layout] = _PROPERTIES


@dataclass(frozen=True, slots=True, kw_only=True)
class NxResume(Message):
    """Has a packet that waits go on; its properties are those of the `NxPacketIn2` that it came with."""

    properties: tuple[PacketInProperty, ...] = ()
    LAYOUT: ClassVar[Layout] = _PROPERTIES
