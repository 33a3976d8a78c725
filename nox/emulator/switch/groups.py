"""Groups (1.3.5, sections 5.6 and 6.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from nox.emulator.switch.refusal import Refused
from nox.lib.actions import Action, Group
from nox.lib.openflow.enums import GroupType, ReservedGroup
from nox.lib.openflow.errorcodes import GroupModFailed
from nox.lib.openflow.messages import Bucket

_ANY: Final = 0xFFFFFFFF
MOST: Final = 1024
TYPES: Final = sum(1 << kind for kind in GroupType)


class OneGroup:
    """One group.

    :ivar actions: of each bucket, in the terms of entries.
    :ivar counts: packets and bytes of each bucket.
    """

    __slots__ = ("actions", "buckets", "bytes", "counts", "created", "group_id", "packets", "type")

    def __init__(
        self,
        group_id: int,
        kind: GroupType,
        buckets: tuple[Bucket, ...],
        actions: tuple[tuple[Action, ...], ...],
        now: float,
    ) -> None:
        self.group_id, self.type, self.buckets, self.actions, self.created = group_id, kind, buckets, actions, now
        self.packets = self.bytes = 0
        self.counts = [[0, 0] for _ in buckets]

    def count(self, size: int) -> None:
        """A packet has come."""
        self.packets += 1
        self.bytes += size

    def used(self) -> Iterator[int]:
        """The groups that its buckets use."""
        for actions in self.actions:
            yield from (action.group_id for action in actions if isinstance(action, Group))
        yield from (bucket.watch_group for bucket in self.buckets if bucket.watch_group != _ANY)


class Groups:
    """All groups of a switch.

    :param port_live: whether the port of this number is live; `has_port`: whether there is one.
    """

    __slots__ = ("_groups", "_has_port", "_port_live")

    def __init__(self, port_live: Callable[[int], bool], has_port: Callable[[int], bool]) -> None:
        self._groups: dict[int, OneGroup] = {}
        self._port_live, self._has_port = port_live, has_port

    def __iter__(self) -> Iterator[OneGroup]:
        return iter(tuple(self._groups.values()))

    def __contains__(self, group_id: int) -> bool:
        return group_id in self._groups

    def get(self, group_id: int) -> OneGroup | None:
        """The group of this number."""
        return self._groups.get(group_id)

    def add(self, group: OneGroup) -> None:
        """:raises Refused: when it is there already, or makes no sense."""
        if group.group_id in self._groups:
            raise Refused(GroupModFailed.GROUP_EXISTS, f"group {group.group_id} is there already")
        if len(self._groups) >= MOST:
            raise Refused(GroupModFailed.OUT_OF_GROUPS, f"there are {MOST} groups")
        self._check(group)
        self._groups[group.group_id] = group

    def modify(self, group: OneGroup) -> None:
        """:raises Refused: when it is not there, or makes no sense."""
        old = self._groups.get(group.group_id)
        if old is None:
            raise Refused(GroupModFailed.UNKNOWN_GROUP, f"there is no group {group.group_id}")
        self._check(group)
        group.created = old.created
        self._groups[group.group_id] = group

    def delete(self, group_id: int) -> Iterator[int]:
        """Delete a group or all; what is not there is not missed. The numbers of those that have gone.

        :raises Refused: when another group uses it.
        """
        if group_id == ReservedGroup.ALL:
            yield from tuple(self._groups)
            self._groups.clear()
        elif group_id in self._groups:
            if any(group_id in group.used() for group in self if group.group_id != group_id):
                raise Refused(GroupModFailed.CHAINED_GROUP, f"another group uses group {group_id}")
            del self._groups[group_id]
            yield group_id

    def _check(self, group: OneGroup) -> None:
        if group.group_id > ReservedGroup.MAX:
            raise Refused(GroupModFailed.INVALID_GROUP, f"{group.group_id:#x} is no number of a group")
        if group.type == GroupType.INDIRECT and len(group.buckets) != 1:
            raise Refused(GroupModFailed.INVALID_GROUP, "an indirect group has one bucket")
        for bucket in group.buckets:
            watches = bucket.watch_port != _ANY or bucket.watch_group != _ANY
            if bucket.weight and group.type != GroupType.SELECT:
                raise Refused(GroupModFailed.INVALID_GROUP, "only buckets of select groups have a weight")
            if group.type == GroupType.FAST_FAILOVER and not watches:
                raise Refused(GroupModFailed.INVALID_GROUP, "a bucket of a fast failover group watches something")
            self._check_watched(bucket, group.group_id)
        self._check_chain(group)

    def _check_watched(self, bucket: Bucket, itself: int) -> None:
        port, group = bucket.watch_port, bucket.watch_group
        if port != _ANY and not self._has_port(port):
            raise Refused(GroupModFailed.BAD_WATCH, f"a bucket watches port {port}, which is not there")
        if group not in (_ANY, itself) and group not in self._groups:
            raise Refused(GroupModFailed.BAD_WATCH, f"a bucket watches group {group}, which is not there")

    def _check_chain(self, group: OneGroup) -> None:
        seen, ahead = set[int](), list(group.used())
        while ahead:
            number = ahead.pop()
            if number == group.group_id:
                raise Refused(GroupModFailed.LOOP, f"group {number} would use itself")
            if number not in self._groups:
                raise Refused(GroupModFailed.BAD_BUCKET, f"a bucket uses group {number}, which is not there")
            if number not in seen:
                seen.add(number)
                ahead += self._groups[number].used()

    def live(self, bucket: Bucket) -> bool:
        """Whether a bucket is live: what it watches is, or it watches nothing (section 6.5)."""
        if bucket.watch_port == _ANY and bucket.watch_group == _ANY:
            return True
        if bucket.watch_port != _ANY and self._port_live(bucket.watch_port):
            return True
        watched = self._groups.get(bucket.watch_group)
        return watched is not None and any(map(self.live, watched.buckets))

    def chosen(self, group: OneGroup, flow_hash: int) -> Iterator[int]:
        """The places of the buckets that treat a packet.

        :param flow_hash: the same for packets of one flow.
        """
        if group.type == GroupType.ALL or group.type == GroupType.INDIRECT:
            yield from range(len(group.buckets))
            return
        live = [place for place, bucket in enumerate(group.buckets) if self.live(bucket)]
        if group.type == GroupType.FAST_FAILOVER:
            yield from live[:1]
            return
        rest = flow_hash % (sum(group.buckets[place].weight for place in live) or 1)
        for place in live:
            rest -= group.buckets[place].weight
            if rest < 0:
                yield place
                return
