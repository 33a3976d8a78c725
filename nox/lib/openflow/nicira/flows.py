"""Flow entries whose matches are NXM: masks, IPv6 addresses, cookies and tables for OpenFlow 1.0.

From ``openflow/nicira-ext.h``. Fields without a note are as in `nox.lib.openflow.messages.flows`. In 1.0 `out_port` and
the ports of actions have 16 bits, as everywhere there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final

from nox.lib.openflow.actions import Action
from nox.lib.openflow.actiontable import ACTIONS
from nox.lib.openflow.kinds import U8, U16, U32, U64, ListOf
from nox.lib.openflow.match13 import NO_FIELDS, OXM_FIELDS, OxmMatch
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.multipart import MultipartReply, MultipartRequest
from nox.lib.openflow.messages.packets import NO_BUFFER
from nox.lib.openflow.nicira.headers import MESSAGE, STATS
from nox.lib.openflow.structure import Field, Layout, Structure, align, pad, size, size_of

_NONE: Final = 0xFFFF  # OFPP_NONE


class NxFlowFormat(IntEnum):
    """``nx_flow_format``: how entries are told to this controller."""

    OPENFLOW10 = 0
    NXM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NxSetFlowFormat(Message):
    """Says how flow-removed messages shall come.

    :ivar format: `NxFlowFormat`.
    """

    format: int
    LAYOUT: ClassVar[Layout] = (*MESSAGE, Field("format", U32))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowModTableId(Message):
    """Says whether the upper byte of a flow-mod's command is a table.

    :ivar set: 1 to have it so, 0 not to.
    """

    set: int
    LAYOUT: ClassVar[Layout] = (*MESSAGE, Field("set", U8), pad(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowMod(Message):
    """Adds, changes or deletes flow entries.

    :ivar table_id: after `NxFlowModTableId` alone; 0xff for any. Otherwise 0.
    :ivar match: a field ``cookie`` in it chooses entries by their cookies, for all commands but additions.
    """

    cookie: int = 0
    table_id: int = 0
    command: int
    idle_timeout: int = 0
    hard_timeout: int = 0
    priority: int = 0x8000
    buffer_id: int = NO_BUFFER
    out_port: int = _NONE
    flags: int = 0
    match: OxmMatch = NO_FIELDS
    actions: tuple[Action, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        *MESSAGE,
        Field("cookie", U64),
        Field("table_id", U8),
        Field("command", U8),
        Field("idle_timeout", U16),
        Field("hard_timeout", U16),
        Field("priority", U16),
        Field("buffer_id", U32),
        Field("out_port", U16),
        Field("flags", U16),
        size_of("match"),
        pad(6),
        Field("match", OXM_FIELDS),
        align(8),
        Field("actions", ACTIONS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowRemoved(Message):
    """An entry has gone.

    :ivar table_id_plus_1: its table and one more; 0 where the switch does not say.
    """

    cookie: int
    priority: int
    reason: int
    table_id_plus_1: int = 0
    duration_sec: int
    duration_nsec: int
    idle_timeout: int
    packet_count: int
    byte_count: int
    match: OxmMatch = NO_FIELDS
    LAYOUT: ClassVar[Layout] = (
        *MESSAGE,
        Field("cookie", U64),
        Field("priority", U16),
        Field("reason", U8),
        Field("table_id_plus_1", U8),
        Field("duration_sec", U32),
        Field("duration_nsec", U32),
        Field("idle_timeout", U16),
        size_of("match"),
        Field("packet_count", U64),
        Field("byte_count", U64),
        Field("match", OXM_FIELDS),
        align(8),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowAge(Message):
    """Asks that statistics of entries say how long ago they were used and changed. Open vSwitch always does."""

    LAYOUT: ClassVar[Layout] = MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class _NxSelection(MultipartRequest):
    """Which flow entries are meant.

    :ivar table_id: 0xff for all.
    :ivar match: may have a field ``cookie``.
    """

    out_port: int = _NONE
    table_id: int = 0xFF
    match: OxmMatch = NO_FIELDS
    LAYOUT: ClassVar[Layout] = (
        *STATS,
        Field("out_port", U16),
        size_of("match"),
        Field("table_id", U8),
        pad(3),
        Field("match", OXM_FIELDS),
        align(8),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowStatsRequest(_NxSelection):
    """Asks for flow entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowStatsEntry(Structure):
    """One entry (``nx_flow_stats``).

    :ivar idle_age: seconds since it was used, and one more; 0 where the switch does not say. `hard_age`: since it was
        changed.
    """

    table_id: int
    duration_sec: int
    duration_nsec: int
    priority: int
    idle_timeout: int
    hard_timeout: int
    idle_age: int = 0
    hard_age: int = 0
    cookie: int
    packet_count: int
    byte_count: int
    match: OxmMatch = NO_FIELDS
    actions: tuple[Action, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        size(),
        Field("table_id", U8),
        pad(1),
        Field("duration_sec", U32),
        Field("duration_nsec", U32),
        Field("priority", U16),
        Field("idle_timeout", U16),
        Field("hard_timeout", U16),
        size_of("match"),
        Field("idle_age", U16),
        Field("hard_age", U16),
        Field("cookie", U64),
        Field("packet_count", U64),
        Field("byte_count", U64),
        Field("match", OXM_FIELDS),
        align(8),
        Field("actions", ACTIONS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowStatsReply(MultipartReply):
    """Flow entries."""

    entries: tuple[NxFlowStatsEntry, ...] = ()
    LAYOUT: ClassVar[Layout] = (*STATS, Field("entries", ListOf(NxFlowStatsEntry)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxAggregateStatsRequest(_NxSelection):
    """Asks what several entries count together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NxAggregateStatsReply(MultipartReply):
    """What several entries count together."""

    packet_count: int
    byte_count: int
    flow_count: int
    LAYOUT: ClassVar[Layout] = (
        *STATS,
        Field("packet_count", U64),
        Field("byte_count", U64),
        Field("flow_count", U32),
        pad(4),
    )
