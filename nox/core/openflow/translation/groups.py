"""Groups on the wire, from and into what components see. Every version that has them says them alike.

The actions of buckets are the translator's matter. A version without groups has no numbers for their messages, so that
they are refused where they are encoded.
"""

from __future__ import annotations

from nox.core.openflow.groupspec import Bucket, BucketStats, GroupFeatures, GroupSpec, GroupStats, GroupTypeFeatures
from nox.core.openflow.translation.common import counter
from nox.core.openflow.translation.translator import Translator
from nox.lib.openflow import messages
from nox.lib.openflow.enums import GroupType


def group_mod(translator: Translator, command: int, group: GroupSpec) -> messages.GroupMod:
    """Adds, changes or deletes a group.

    :param command: `GroupCommand`.
    :raises LocalProtocolError: when the version cannot say an action.
    """
    buckets = tuple(
        messages.Bucket(
            weight=bucket.weight,
            watch_port=bucket.watch_port,
            watch_group=bucket.watch_group,
            actions=translator.actions_to_wire(bucket.actions),
        )
        for bucket in group.buckets
    )
    return messages.GroupMod(command=command, type=group.type, group_id=group.group_id, buckets=buckets)


def group(translator: Translator, entry: messages.GroupDescriptionEntry) -> GroupSpec:
    """One group of a switch."""
    buckets = tuple(
        Bucket(
            actions=translator.actions_from_wire(bucket.actions),
            weight=bucket.weight,
            watch_port=bucket.watch_port,
            watch_group=bucket.watch_group,
        )
        for bucket in entry.buckets
    )
    return GroupSpec(group_id=entry.group_id, type=entry.type, buckets=buckets)


def group_stats(entry: messages.GroupStatsEntry) -> GroupStats:
    """What one group counts."""
    return GroupStats(
        group_id=entry.group_id,
        ref_count=entry.ref_count,
        packet_count=counter(entry.packet_count),
        byte_count=counter(entry.byte_count),
        duration=entry.duration_sec + entry.duration_nsec / 1e9,
        buckets=tuple(
            BucketStats(packet_count=counter(bucket.packet_count), byte_count=counter(bucket.byte_count))
            for bucket in entry.buckets
        ),
    )


def group_features(reply: messages.GroupFeaturesReply) -> GroupFeatures:
    """What groups a switch can have."""
    rows = {
        GroupType.ALL: (reply.max_all, reply.actions_all),
        GroupType.SELECT: (reply.max_select, reply.actions_select),
        GroupType.INDIRECT: (reply.max_indirect, reply.actions_indirect),
        GroupType.FAST_FAILOVER: (reply.max_fast_failover, reply.actions_fast_failover),
    }
    return GroupFeatures(
        types={
            int(kind): GroupTypeFeatures(max_groups=most, actions=actions)
            for kind, (most, actions) in rows.items()
            if reply.types & 1 << kind
        },
        capabilities=reply.capabilities,
    )
