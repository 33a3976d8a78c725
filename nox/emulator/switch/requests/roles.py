"""Roles of controllers, and what each is told (1.3.5, sections 6.3.6, 7.3.9, 7.3.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests.answering import Handlers
from nox.lib.openflow import messages
from nox.lib.openflow.enums import Role
from nox.lib.openflow.errorcodes import RoleRequestFailed

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch

_HALF: Final = 1 << 63
_NONE_YET: Final = (1 << 64) - 1  # the generation_id of a switch that has not taken any


def _role(switch: Switch, connection: Connection, message: messages.RoleRequest, xid: int) -> None:
    if message.role > Role.SLAVE:
        raise Refused(RoleRequestFailed.BAD_ROLE, f"there is no role {message.role}")
    role = Role(message.role)
    if role in (Role.MASTER, Role.SLAVE):
        _elect(switch, message.generation_id)
    take_role(switch, connection, role)
    generation = _NONE_YET if switch.generation is None else switch.generation
    connection.send(messages.RoleReply(role=connection.state.role, generation_id=generation), xid)


def take_role(switch: Switch, connection: Connection, role: Role) -> None:
    """Give a controller a role; a master that there was becomes a slave."""
    if role == Role.MASTER:
        for other in switch.connections:
            if other is not connection and other.state.role == Role.MASTER:
                other.state.role = Role.SLAVE
    if role != Role.NOCHANGE:
        connection.state.role = role


def _elect(switch: Switch, generation: int) -> None:
    """Refuse an older election; numbers go round, so that the difference says which is older."""
    held = switch.generation
    if held is not None and (generation - held) % (1 << 64) >= _HALF:
        raise Refused(RoleRequestFailed.STALE, f"election {generation} is older than {held}")
    switch.generation = generation


def _get_async(switch: Switch, connection: Connection, message: messages.GetAsyncRequest, xid: int) -> None:
    connection.send(connection.state.told(), xid)


def _set_async(switch: Switch, connection: Connection, message: messages.SetAsync, xid: int) -> None:
    connection.state.set_masks(message)


HANDLERS: Final[Handlers] = {
    messages.RoleRequest: _role,
    messages.GetAsyncRequest: _get_async,
    messages.SetAsync: _set_async,
}
