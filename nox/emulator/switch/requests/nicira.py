"""Nicira's roles, and what each controller is told: 1.0 has neither (``openflow/nicira-ext.h``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests.answering import Handlers
from nox.emulator.switch.requests.roles import take_role
from nox.lib.openflow.enums import Role
from nox.lib.openflow.errorcodes import RoleRequestFailed
from nox.lib.openflow.nicira.controllers import NxRole, NxRoleReply, NxRoleRequest, NxSetAsyncConfig

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch

_ROLES: Final[dict[int, Role]] = {NxRole.OTHER: Role.EQUAL, NxRole.MASTER: Role.MASTER, NxRole.SLAVE: Role.SLAVE}


def _role(switch: Switch, connection: Connection, message: NxRoleRequest, xid: int) -> None:
    """These roles have no generations: nobody is too late."""
    if message.role not in _ROLES:
        raise Refused(RoleRequestFailed.BAD_ROLE, f"there is no role {message.role}")
    take_role(switch, connection, _ROLES[message.role])
    connection.send(NxRoleReply(role=message.role), xid)


def _told(switch: Switch, connection: Connection, message: NxSetAsyncConfig, xid: int) -> None:
    connection.state.set_masks(message)


HANDLERS: Final[Handlers] = {NxRoleRequest: _role, NxSetAsyncConfig: _told}
