"""Features and configuration of a switch, and the barrier (1.3.5, sections 7.3.1, 7.3.2, 7.3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nox.lib.openflow.kinds import U8, U16, U32, U64, ListOf
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.ports import Port
from nox.lib.openflow.structure import Field, Layout, pad
from nox.lib.openflow.versions import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesRequest(Message):
    """Asks a switch who it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesReply(Message):
    """Who a switch is.

    :ivar datapath_id: its identifier: 48 bits of MAC address below 16 bits of its own.
    :ivar n_buffers: packets that it can keep for the controller.
    :ivar auxiliary_id: 0 for the main connection (since 1.3).
    :ivar capabilities: bits of ``ofp_capabilities``.
    :ivar actions: which actions it can do, a bit for each number (1.0 alone).
    :ivar ports: 1.0 alone; later versions have a multipart message for them.
    """

    datapath_id: int
    n_buffers: int
    n_tables: int
    auxiliary_id: int = 0
    capabilities: int
    actions: int = 0
    reserved: int = 0
    ports: tuple[Port, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        Field("datapath_id", U64),
        Field("n_buffers", U32),
        Field("n_tables", U8),
        pad(3, until=Version.V1_2),
        Field("auxiliary_id", U8, since=Version.V1_3),
        pad(2, since=Version.V1_3),
        Field("capabilities", U32),
        Field("actions", U32, until=Version.V1_0),
        Field("reserved", U32, since=Version.V1_1),
        Field("ports", ListOf(Port), until=Version.V1_2),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GetConfigRequest(Message):
    """Asks a switch for its configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetConfigReply(Message):
    """A switch's configuration.

    :ivar flags: ``ofp_config_flags``: what is done with IP fragments.
    :ivar miss_send_len: bytes of a packet that the switch sends to the controller while it keeps the packet.
    """

    flags: int = 0
    miss_send_len: int = 128
    LAYOUT: ClassVar[Layout] = (Field("flags", U16), Field("miss_send_len", U16))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetConfig(Message):
    """Sets a switch's configuration; fields as in `GetConfigReply`."""

    flags: int = 0
    miss_send_len: int = 128
    LAYOUT: ClassVar[Layout] = (Field("flags", U16), Field("miss_send_len", U16))


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierRequest(Message):
    """Asks a switch to finish all that it was sent before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierReply(Message):
    """All that was sent before the request is done."""
