"""A switch's groups (1.3.5, sections 7.3.4.4 and 7.3.5.7 to 7.3.5.9). 1.0 has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nox.core.openflow.groupspec import GroupFeatures, GroupSpec, GroupStats
from nox.core.openflow.translation import groups as translation
from nox.lib.openflow import messages
from nox.lib.openflow.enums import GroupCommand, GroupType, ReservedGroup

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath

_ALL = int(ReservedGroup.ALL)


class Groups:
    """The groups of one switch.

    :raises LocalProtocolError: from each method: when the switch's version cannot say it.
    :raises RequestError: from each: when the switch refuses, is silent for ten seconds, or goes away.
    """

    __slots__ = ("_datapath",)

    def __init__(self, datapath: Datapath) -> None:
        self._datapath = datapath

    def mod(self, command: int, group: GroupSpec) -> messages.GroupMod:
        """The message that adds, changes or deletes a group, for those who send it themselves.

        :param command: `GroupCommand`.
        """
        return translation.group_mod(self._datapath.translator, command, group)

    async def add(self, group: GroupSpec) -> None:
        """Make a group; returns when the switch has accepted it."""
        await self._datapath.confirm(self.mod(GroupCommand.ADD, group))

    async def modify(self, group: GroupSpec) -> None:
        """Replace a group's type and buckets; returns when the switch has accepted it."""
        await self._datapath.confirm(self.mod(GroupCommand.MODIFY, group))

    async def delete(self, group_id: int = _ALL) -> None:
        """Delete a group, or all, and the flow entries that use it. One that is not there is no error."""
        group = GroupSpec(group_id=group_id, type=GroupType.ALL)
        await self._datapath.confirm(self.mod(GroupCommand.DELETE, group))

    async def all(self) -> list[GroupSpec]:
        """Every group as it was written."""
        parts = await self._datapath.request(messages.GroupDescriptionRequest(), messages.GroupDescriptionReply)
        return [translation.group(self._datapath.translator, entry) for part in parts for entry in part.entries]

    async def stats(self, group_id: int = _ALL) -> list[GroupStats]:
        """What one group counts, or all."""
        parts = await self._datapath.request(messages.GroupStatsRequest(group_id=group_id), messages.GroupStatsReply)
        return [translation.group_stats(entry) for part in parts for entry in part.entries]

    async def features(self) -> GroupFeatures:
        """What groups it can have."""
        reply = await self._datapath.request_one(messages.GroupFeaturesRequest(), messages.GroupFeaturesReply)
        return translation.group_features(reply)
