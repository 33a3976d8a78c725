"""Ports: their description, their changes, and how to change them (1.3.5, sections 7.2.1, 7.3.4.3, 7.4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.kinds import MAC, U8, U16, U32, Nested, Text
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.structure import Field, Layout, Structure, pad
from nox.lib.openflow.versions import Version

_1_0, _1_1 = Version.V1_0, Version.V1_1


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Structure):
    """``ofp_port``; 1.0's ``ofp_phy_port``. The bits differ between 1.0 and later versions: `enums`, `enums10`.

    :ivar port_no: 16 bits in 1.0.
    :ivar curr: features in use; `advertised`, `supported` and `peer` are features too.
    :ivar curr_speed: kbit/s, since 1.1; `max_speed` too.
    """

    port_no: int
    hw_addr: EthernetAddress
    name: str
    config: int = 0
    state: int = 0
    curr: int = 0
    advertised: int = 0
    supported: int = 0
    peer: int = 0
    curr_speed: int = 0
    max_speed: int = 0
    LAYOUT: ClassVar[Layout] = (
        Field("port_no", U16, until=_1_0),
        Field("port_no", U32, since=_1_1),
        pad(4, since=_1_1),
        Field("hw_addr", MAC),
        pad(2, since=_1_1),
        Field("name", Text(16)),
        Field("config", U32),
        Field("state", U32),
        Field("curr", U32),
        Field("advertised", U32),
        Field("supported", U32),
        Field("peer", U32),
        Field("curr_speed", U32, since=_1_1),
        Field("max_speed", U32, since=_1_1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PortStatus(Message):
    """A port was added, deleted or has changed.

    :ivar reason: ``ofp_port_reason``.
    """

    reason: int
    desc: Port
    LAYOUT: ClassVar[Layout] = (Field("reason", U8), pad(7), Field("desc", Nested(Port)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PortMod(Message):
    """Changes a port's configuration.

    :ivar hw_addr: must be the port's own.
    :ivar mask: which bits of `config` to change.
    :ivar advertise: features to advertise; 0 to leave them.
    """

    port_no: int
    hw_addr: EthernetAddress
    config: int = 0
    mask: int = 0
    advertise: int = 0
    LAYOUT: ClassVar[Layout] = (
        Field("port_no", U16, until=_1_0),
        Field("port_no", U32, since=_1_1),
        pad(4, since=_1_1),
        Field("hw_addr", MAC),
        pad(2, since=_1_1),
        Field("config", U32),
        Field("mask", U32),
        Field("advertise", U32),
        pad(4),
    )
