"""Groups as components see them: free of OpenFlow versions (1.3.5, section 5.6). 1.0 has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nox.lib.actions import ANY, Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A list of actions of a group.

    :ivar weight: its share, in a group of type SELECT alone.
    :ivar watch_port: the port whose state says whether it is live, for FAST_FAILOVER; ANY for none.
    :ivar watch_group: the group whose state says it; ANY for none.
    """

    actions: tuple[Action, ...] = ()
    weight: int = 0
    watch_port: int = ANY
    watch_group: int = ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSpec:
    """A group: what is to be done with the packets that are sent to it.

    :ivar group_id: 32 bits, at most `ReservedGroup.MAX`.
    :ivar type: `GroupType`: ALL buckets, one that the switch SELECTs, the only one (INDIRECT), or the first that is
        live (FAST_FAILOVER).
    """

    group_id: int
    type: int
    buckets: tuple[Bucket, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketStats:
    """What one bucket counts."""

    packet_count: int | None
    byte_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStats:
    """What one group counts.

    :ivar ref_count: flow entries and groups that send to it.
    :ivar duration: seconds since it is there.
    """

    group_id: int
    ref_count: int
    packet_count: int | None
    byte_count: int | None
    duration: float
    buckets: tuple[BucketStats, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTypeFeatures:
    """What groups of one type can be.

    :ivar max_groups: how many of them there can be.
    :ivar actions: a bit for each action that its buckets can have: 1 << its number in OpenFlow 1.3.
    """

    max_groups: int
    actions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFeatures:
    """What groups a switch can have.

    :ivar types: by `GroupType`, those that it has.
    :ivar capabilities: `GroupCapability` bits.
    """

    types: Mapping[int, GroupTypeFeatures]
    capabilities: int
