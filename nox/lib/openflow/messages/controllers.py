"""Roles of controllers, and what each is told (1.3.5, sections 7.3.9 and 7.3.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nox.lib.openflow.kinds import U32, U64
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.structure import Field, Layout, pad

_ROLE: Layout = (Field("role", U32), pad(4), Field("generation_id", U64))
_MASKS: Layout = (
    Field("packet_in_mask", U32),
    Field("packet_in_mask_slave", U32),
    Field("port_status_mask", U32),
    Field("port_status_mask_slave", U32),
    Field("flow_removed_mask", U32),
    Field("flow_removed_mask_slave", U32),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRequest(Message):
    """Asks for a role.

    :ivar role: ``ofp_controller_role``.
    :ivar generation_id: grows with every election, so that what is older is refused.
    """

    role: int
    generation_id: int = 0
    LAYOUT: ClassVar[Layout] = _ROLE


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleReply(Message):
    """The role that a controller has now; fields as in `RoleRequest`."""

    role: int
    generation_id: int = 0
    LAYOUT: ClassVar[Layout] = _ROLE


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAsyncRequest(Message):
    """Asks what a controller is told without asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAsyncReply(Message):
    """What a controller is told: a bit for each reason, as master or equal, and as slave."""

    packet_in_mask: int
    packet_in_mask_slave: int
    port_status_mask: int
    port_status_mask_slave: int
    flow_removed_mask: int
    flow_removed_mask_slave: int
    LAYOUT: ClassVar[Layout] = _MASKS


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsync(Message):
    """Says what a controller wants to be told; fields as in `GetAsyncReply`."""

    packet_in_mask: int
    packet_in_mask_slave: int
    port_status_mask: int
    port_status_mask_slave: int
    flow_removed_mask: int
    flow_removed_mask_slave: int
    LAYOUT: ClassVar[Layout] = _MASKS
