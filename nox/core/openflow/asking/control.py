"""How a switch serves this controller: its role, what it is told, and the switch's configuration.

Sections 7.3.2, 7.3.9 and 7.3.10 of 1.3.5. In 1.0 roles and what is told are Nicira's extensions, which can be set and
not asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nox.core.openflow.controlstate import AsyncConfig, RoleState, SwitchConfig
from nox.core.openflow.translation import control as translation
from nox.lib.openflow import messages
from nox.lib.openflow.enums import Role

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath


class Control:
    """One switch and this controller. Role and what is told last as long as the connection.

    :raises LocalProtocolError: from each method: when the switch's version cannot say it.
    :raises RequestError: from each: when the switch refuses, is silent for ten seconds, or goes away.
    """

    __slots__ = ("_datapath",)

    def __init__(self, datapath: Datapath) -> None:
        self._datapath = datapath

    async def role(self) -> RoleState:
        """The role of this controller; 1.0 cannot ask."""
        return await self.set_role(Role.NOCHANGE)

    async def set_role(self, role: int, generation_id: int | None = None) -> RoleState:
        """Ask for a role.

        :param role: `Role`.
        :param generation_id: of the election, for MASTER and SLAVE; a switch refuses one that is older than it knows.
            1.0 has none.
        :returns: what the switch has given.
        """
        version = self._datapath.version
        request = translation.role_request(version, role, generation_id)
        return translation.role_state(await self._datapath.request_one(request, translation.ROLE_ANSWER[version]))

    async def told(self) -> AsyncConfig:
        """What this controller is told without asking; 1.0 cannot ask."""
        reply = await self._datapath.request_one(messages.GetAsyncRequest(), messages.GetAsyncReply)
        return translation.async_config(reply)

    async def set_told(self, config: AsyncConfig) -> None:
        """Say what this controller wants to be told; returns when the switch has accepted it."""
        await self._datapath.confirm(translation.set_async(self._datapath.version, config))

    async def config(self) -> SwitchConfig:
        """The switch's configuration."""
        reply = await self._datapath.request_one(messages.GetConfigRequest(), messages.GetConfigReply)
        return SwitchConfig(flags=reply.flags, miss_send_len=reply.miss_send_len)

    async def set_config(self, config: SwitchConfig) -> None:
        """Configure the switch; returns when it has accepted it."""
        message = messages.SetConfig(flags=config.flags, miss_send_len=config.miss_send_len)
        await self._datapath.confirm(message)
