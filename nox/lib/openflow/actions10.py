"""The actions that only OpenFlow 1.0 has (1.0.0, section 5.2.4). 1.3 says most of them with set-field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.actions import Action
from nox.lib.openflow.kinds import MAC, U8, U16, U32
from nox.lib.openflow.structure import Field, Layout, pad


@dataclass(frozen=True, slots=True)
class SetVlanVid(Action):
    """Set the VLAN's number; a frame without a tag gets one."""

    vlan_vid: int
    LAYOUT: ClassVar[Layout] = (Field("vlan_vid", U16),)


@dataclass(frozen=True, slots=True)
class SetVlanPcp(Action):
    """Set the VLAN's priority; a frame without a tag gets one."""

    vlan_pcp: int
    LAYOUT: ClassVar[Layout] = (Field("vlan_pcp", U8),)


@dataclass(frozen=True, slots=True)
class StripVlan(Action):
    """Take the VLAN tag away."""


@dataclass(frozen=True, slots=True)
class SetDlSrc(Action):
    """Set the Ethernet source."""

    dl_addr: EthernetAddress
    LAYOUT: ClassVar[Layout] = (Field("dl_addr", MAC),)


@dataclass(frozen=True, slots=True)
class SetDlDst(Action):
    """Set the Ethernet destination."""

    dl_addr: EthernetAddress
    LAYOUT: ClassVar[Layout] = (Field("dl_addr", MAC),)


@dataclass(frozen=True, slots=True)
class SetNwSrc(Action):
    """Set the IPv4 source."""

    nw_addr: int
    LAYOUT: ClassVar[Layout] = (Field("nw_addr", U32),)


@dataclass(frozen=True, slots=True)
class SetNwDst(Action):
    """Set the IPv4 destination."""

    nw_addr: int
    LAYOUT: ClassVar[Layout] = (Field("nw_addr", U32),)


@dataclass(frozen=True, slots=True)
class SetNwTos(Action):
    """Set IPv4's type of service: DSCP in the upper six bits."""

    nw_tos: int
    LAYOUT: ClassVar[Layout] = (Field("nw_tos", U8),)


@dataclass(frozen=True, slots=True)
class SetTpSrc(Action):
    """Set TCP's or UDP's source port."""

    tp_port: int
    LAYOUT: ClassVar[Layout] = (Field("tp_port", U16),)


@dataclass(frozen=True, slots=True)
class SetTpDst(Action):
    """Set TCP's or UDP's destination port."""

    tp_port: int
    LAYOUT: ClassVar[Layout] = (Field("tp_port", U16),)


@dataclass(frozen=True, slots=True)
class Enqueue(Action):
    """Send the packet out of a port by one of its queues."""

    port: int
    queue_id: int
    LAYOUT: ClassVar[Layout] = (Field("port", U16), pad(6), Field("queue_id", U32))
