"""Tables: what they count, and how they are configured (1.3.5, sections 7.3.3 and 7.3.5). Features: `tablefeatures`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nox.lib.openflow.kinds import U8, U32, U64, ListOf, Text
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.multipart import PREFIX, FlowSelection, MultipartReply, MultipartRequest
from nox.lib.openflow.structure import Field, Layout, Structure, pad
from nox.lib.openflow.versions import Version

_1_0, _1_3 = Version.V1_0, Version.V1_3


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMod(Message):
    """Configures a table, since 1.1.

    :ivar config: ``ofp_table_config``; 1.3 has no bit in use.
    """

    table_id: int
    config: int = 0
    LAYOUT: ClassVar[Layout] = (Field("table_id", U8), pad(3), Field("config", U32))


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateStatsRequest(FlowSelection):
    """Asks what several entries count together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateStatsReply(MultipartReply):
    """What several entries count together."""

    packet_count: int
    byte_count: int
    flow_count: int
    LAYOUT: ClassVar[Layout] = (
        *PREFIX,
        Field("packet_count", U64),
        Field("byte_count", U64),
        Field("flow_count", U32),
        pad(4),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStatsRequest(MultipartRequest):
    """Asks what tables count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStatsEntry(Structure):
    """What one table counts (``ofp_table_stats``).

    :ivar name: 1.0 alone; so are `wildcards` (fields that it can leave out of a match) and `max_entries`.
    """

    table_id: int
    name: str = ""
    wildcards: int = 0
    max_entries: int = 0
    active_count: int
    lookup_count: int
    matched_count: int
    LAYOUT: ClassVar[Layout] = (
        Field("table_id", U8),
        pad(3),
        Field("name", Text(32), until=_1_0),
        Field("wildcards", U32, until=_1_0),
        Field("max_entries", U32, until=_1_0),
        Field("active_count", U32),
        Field("lookup_count", U64),
        Field("matched_count", U64),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStatsReply(MultipartReply):
    """What tables count."""

    entries: tuple[TableStatsEntry, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("entries", ListOf(TableStatsEntry)))
