"""Roles of controllers, and what each is told, for OpenFlow 1.0, which has neither (``openflow/nicira-ext.h``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from nox.lib.openflow.kinds import U16, U32
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.nicira.headers import MESSAGE
from nox.lib.openflow.structure import Field, Layout, pad


class NxRole(IntEnum):
    """``nx_role``: its numbers are not those of 1.2's roles."""

    OTHER = 0  # 1.2's EQUAL
    MASTER = 1
    SLAVE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NxRoleRequest(Message):
    """Asks for a role. Nicira's roles have no generations.

    :ivar role: `NxRole`.
    """

    role: int
    LAYOUT: ClassVar[Layout] = (*MESSAGE, Field("role", U32))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxRoleReply(Message):
    """The role that a controller has now.

    :ivar role: `NxRole`.
    """

    role: int
    LAYOUT: ClassVar[Layout] = (*MESSAGE, Field("role", U32))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxSetAsyncConfig(Message):
    """Says what a controller wants to be told: a bit for each reason, as master or other, and as slave."""

    packet_in_mask: int
    packet_in_mask_slave: int
    port_status_mask: int
    port_status_mask_slave: int
    flow_removed_mask: int
    flow_removed_mask_slave: int
    LAYOUT: ClassVar[Layout] = (
        *MESSAGE,
        Field("packet_in_mask", U32),
        Field("packet_in_mask_slave", U32),
        Field("port_status_mask", U32),
        Field("port_status_mask_slave", U32),
        Field("flow_removed_mask", U32),
        Field("flow_removed_mask_slave", U32),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NxSetControllerId(Message):
    """Gives this connection a number, which the action `NxController` sends packets to. It is 0 at first."""

    controller_id: int
    LAYOUT: ClassVar[Layout] = (*MESSAGE, pad(6), Field("controller_id", U16))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxCtFlushZone(Message):
    """Has the connection tracker forget all connections of a zone."""

    zone_id: int
    LAYOUT: ClassVar[Layout] = (*MESSAGE, pad(6), Field("zone_id", U16))
