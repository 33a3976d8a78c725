"""Groups, since 1.1: how to change them, what they count, what they are (1.3.5, sections 7.3.4.4 and 7.3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nox.lib.openflow.actions import Action
from nox.lib.openflow.actiontable import ACTIONS
from nox.lib.openflow.kinds import U8, U16, U32, U64, ListOf
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.multipart import PREFIX, MultipartReply, MultipartRequest
from nox.lib.openflow.structure import Field, Layout, Structure, pad, size

_ANY = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket(Structure):
    """A list of actions of a group.

    :ivar weight: its share, of select groups alone.
    :ivar watch_port: the port whose state says whether it is live, of fast failover groups alone; `watch_group` too.
    """

    weight: int = 0
    watch_port: int = _ANY
    watch_group: int = _ANY
    actions: tuple[Action, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        size(),
        Field("weight", U16),
        Field("watch_port", U32),
        Field("watch_group", U32),
        pad(4),
        Field("actions", ACTIONS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMod(Message):
    """Adds, changes or deletes a group.

    :ivar command: ``ofp_group_mod_command``.
    :ivar type: ``ofp_group_type``.
    """

    command: int
    type: int = 0
    group_id: int
    buckets: tuple[Bucket, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        Field("command", U16),
        Field("type", U8),
        pad(1),
        Field("group_id", U32),
        Field("buckets", ListOf(Bucket)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStatsRequest(MultipartRequest):
    """Asks what a group counts.

    :ivar group_id: 0xfffffffc for all.
    """

    group_id: int
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("group_id", U32), pad(4))


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketCounter(Structure):
    """What one bucket counts."""

    packet_count: int
    byte_count: int
    LAYOUT: ClassVar[Layout] = (Field("packet_count", U64), Field("byte_count", U64))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStatsEntry(Structure):
    """What one group counts (``ofp_group_stats``).

    :ivar ref_count: entries and groups that use it.
    """

    group_id: int
    ref_count: int
    packet_count: int
    byte_count: int
    duration_sec: int
    duration_nsec: int
    buckets: tuple[BucketCounter, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        size(),
        pad(2),
        Field("group_id", U32),
        Field("ref_count", U32),
        pad(4),
        Field("packet_count", U64),
        Field("byte_count", U64),
        Field("duration_sec", U32),
        Field("duration_nsec", U32),
        Field("buckets", ListOf(BucketCounter)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStatsReply(MultipartReply):
    """What groups count."""

    entries: tuple[GroupStatsEntry, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("entries", ListOf(GroupStatsEntry)))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDescriptionRequest(MultipartRequest):
    """Asks for all groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDescriptionEntry(Structure):
    """One group, as it was written."""

    type: int
    group_id: int
    buckets: tuple[Bucket, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        size(),
        Field("type", U8),
        pad(1),
        Field("group_id", U32),
        Field("buckets", ListOf(Bucket)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDescriptionReply(MultipartReply):
    """All groups."""

    entries: tuple[GroupDescriptionEntry, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("entries", ListOf(GroupDescriptionEntry)))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFeaturesRequest(MultipartRequest):
    """Asks what groups a switch can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFeaturesReply(MultipartReply):
    """What groups a switch can have.

    :ivar types: a bit for each ``ofp_group_type``.
    :ivar capabilities: ``ofp_group_capabilities``.
    :ivar max_all: how many of type all; and so on for each type.
    :ivar actions_all: a bit for each action that buckets of type all can have; and so on for each type.
    """

    types: int
    capabilities: int
    max_all: int = 0
    max_select: int = 0
    max_indirect: int = 0
    max_fast_failover: int = 0
    actions_all: int = 0
    actions_select: int = 0
    actions_indirect: int = 0
    actions_fast_failover: int = 0
    LAYOUT: ClassVar[Layout] = (
        *PREFIX,
        Field("types", U32),
        Field("capabilities", U32),
        Field("max_all", U32),
        Field("max_select", U32),
        Field("max_indirect", U32),
        Field("max_fast_failover", U32),
        Field("actions_all", U32),
        Field("actions_select", U32),
        Field("actions_indirect", U32),
        Field("actions_fast_failover", U32),
    )
