"""Roles and asynchronous configuration on the wire: OpenFlow's since 1.2 and 1.3, Nicira's in 1.0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final, TypeAlias

from nox.core.openflow.controlstate import AsyncConfig, RoleState
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import Version, messages
from nox.lib.openflow.enums import Role
from nox.lib.openflow.nicira.controllers import NxRole, NxRoleReply, NxRoleRequest, NxSetAsyncConfig

RoleAnswer: TypeAlias = messages.RoleReply | NxRoleReply
ROLE_ANSWER: Final[Mapping[int, type[RoleAnswer]]] = {
    Version.V1_0: NxRoleReply,
    Version.V1_3: messages.RoleReply,
}
_NO_GENERATION: Final = (1 << 64) - 1  # of a switch that has heard of no election
_NICIRA: Final = {Role.EQUAL: NxRole.OTHER, Role.MASTER: NxRole.MASTER, Role.SLAVE: NxRole.SLAVE}
_FROM_NICIRA: Final = {int(theirs): int(ours) for ours, theirs in _NICIRA.items()}
_ELECTED: Final = (Role.MASTER, Role.SLAVE)  # the roles that generations are about


def role_request(version: Version, role: int, generation_id: int | None) -> messages.Message:
    """Asks for a role; NOCHANGE asks which one it is.

    :raises LocalProtocolError: when the version cannot say it.
    """
    if version == Version.V1_0:
        return _nicira_request(role, generation_id)
    if role in _ELECTED and generation_id is None:
        raise LocalProtocolError(f"role {Role(role).name} needs the generation_id of the election that gave it")
    return messages.RoleRequest(role=role, generation_id=generation_id or 0)


def _nicira_request(role: int, generation_id: int | None) -> NxRoleRequest:
    if generation_id is not None:
        raise LocalProtocolError("roles have no generation_id in OpenFlow 1.0: leave it out")
    if role not in _FROM_NICIRA.values():
        raise LocalProtocolError(
            f"OpenFlow 1.0 cannot say role {role}: EQUAL, MASTER or SLAVE can be set, none asked for"
        )
    return NxRoleRequest(role=_NICIRA[Role(role)])


def role_state(reply: RoleAnswer) -> RoleState:
    """The role that a switch has given."""
    if isinstance(reply, NxRoleReply):
        return RoleState(role=_FROM_NICIRA.get(reply.role, reply.role), generation_id=None)
    generation = None if reply.generation_id == _NO_GENERATION else reply.generation_id
    return RoleState(role=reply.role, generation_id=generation)


def set_async(version: Version, config: AsyncConfig) -> messages.Message:
    """Says what a controller wants to be told."""
    return (NxSetAsyncConfig if version == Version.V1_0 else messages.SetAsync)(**asdict(config))


def async_config(reply: messages.GetAsyncReply) -> AsyncConfig:
    """What a controller is told."""
    return AsyncConfig(
        packet_in_mask=reply.packet_in_mask,
        packet_in_mask_slave=reply.packet_in_mask_slave,
        port_status_mask=reply.port_status_mask,
        port_status_mask_slave=reply.port_status_mask_slave,
        flow_removed_mask=reply.flow_removed_mask,
        flow_removed_mask_slave=reply.flow_removed_mask_slave,
    )
