"""Groups of every type, by every command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.groupspec import Bucket, GroupSpec
from nox.lib.actions import Output, SetField
from nox.lib.openflow.enums import GroupType
from tests.lab.conformance.case import Case, same

_FIRST, _SECOND = (SetField("eth_src", 5), Output(1)), (Output(2),)
_BUCKETS: Final = {
    GroupType.ALL: (Bucket(actions=_FIRST), Bucket(actions=_SECOND)),
    GroupType.SELECT: (Bucket(actions=_FIRST, weight=3), Bucket(actions=_SECOND, weight=1)),
    GroupType.INDIRECT: (Bucket(actions=_FIRST),),
    GroupType.FAST_FAILOVER: (Bucket(actions=_FIRST, watch_port=1), Bucket(actions=_SECOND, watch_group=99)),
}
ALL_PORTS: Final = GroupSpec(group_id=1, type=GroupType.ALL, buckets=_BUCKETS[GroupType.ALL])


def cases() -> Iterator[Case]:
    """A case for each type, and the errors that commands give."""
    for kind in GroupType:
        yield Case(f"group {kind.name}", _Kept(GroupSpec(group_id=7, type=kind, buckets=_BUCKETS[kind])))
    yield Case("group that is there already", _twice)
    yield Case("group to modify that is not there", lambda datapath: datapath.groups.modify(ALL_PORTS))


class _Kept:
    """A group that is made, modified and deleted; what the switch has after each."""

    def __init__(self, group: GroupSpec) -> None:
        self._group = group

    async def __call__(self, datapath: Datapath) -> None:
        groups, watched = datapath.groups, replace(ALL_PORTS, group_id=99)
        await groups.add(watched)
        try:
            await groups.add(self._group)
            same("after ADD", [self._group], [one for one in await groups.all() if one.group_id == 7])
            changed = replace(self._group, buckets=self._group.buckets[:1])
            await groups.modify(changed)
            same("after MODIFY", [changed], [one for one in await groups.all() if one.group_id == 7])
            [counted] = await groups.stats(7)
            same("buckets that count", len(changed.buckets), len(counted.buckets))
            await groups.delete(7)
            same("after DELETE", [watched], await groups.all())
        finally:
            await groups.delete()


async def _twice(datapath: Datapath) -> None:
    await datapath.groups.add(ALL_PORTS)
    try:
        await datapath.groups.add(ALL_PORTS)
    finally:
        await datapath.groups.delete()
