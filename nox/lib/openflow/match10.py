"""The match of OpenFlow 1.0: 40 bytes, and a bit for each field that is not looked at (1.0.0, section 5.2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import ClassVar, Final

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.kinds import MAC, U8, U16, U32
from nox.lib.openflow.structure import Field, Layout, Structure, pad

VLAN_NONE: Final = 0xFFFF  # the dl_vlan of a frame without a tag (OFP_VLAN_NONE)


class Wildcard(IntFlag):
    """``ofp_flow_wildcards``: a bit that is set says that the field may be anything."""

    IN_PORT = 1 << 0
    DL_VLAN = 1 << 1
    DL_SRC = 1 << 2
    DL_DST = 1 << 3
    DL_TYPE = 1 << 4
    NW_PROTO = 1 << 5
    TP_SRC = 1 << 6
    TP_DST = 1 << 7
    NW_SRC = 0x3F << 8  # how many low bits of the address may be anything; 32 and more: all
    NW_DST = 0x3F << 14
    DL_VLAN_PCP = 1 << 20
    NW_TOS = 1 << 21
    ALL = (1 << 22) - 1


NW_SHIFT: Final = {Wildcard.NW_SRC: 8, Wildcard.NW_DST: 14}

_ZERO = EthernetAddress(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match10(Structure):
    """``ofp_match``. A field that is not looked at is zero.

    :ivar wildcards: bits of `Wildcard`.
    :ivar dl_vlan: the VLAN's number; `VLAN_NONE` for frames without a tag.
    :ivar nw_tos: DSCP in the upper six bits.
    :ivar nw_proto: IP protocol, or the lower byte of ARP's opcode.
    :ivar nw_src: IPv4 source, or ARP's sender.
    :ivar tp_src: TCP's or UDP's source port, or ICMP's type; `tp_dst`: the destination port, or ICMP's code.
    """

    wildcards: int = Wildcard.ALL
    in_port: int = 0
    dl_src: EthernetAddress = _ZERO
    dl_dst: EthernetAddress = _ZERO
    dl_vlan: int = 0
    dl_vlan_pcp: int = 0
    dl_type: int = 0
    nw_tos: int = 0
    nw_proto: int = 0
    nw_src: int = 0
    nw_dst: int = 0
    tp_src: int = 0
    tp_dst: int = 0

    LAYOUT: ClassVar[Layout] = (
        Field("wildcards", U32),
        Field("in_port", U16),
        Field("dl_src", MAC),
        Field("dl_dst", MAC),
        Field("dl_vlan", U16),
        Field("dl_vlan_pcp", U8),
        pad(1),
        Field("dl_type", U16),
        Field("nw_tos", U8),
        Field("nw_proto", U8),
        pad(2),
        Field("nw_src", U32),
        Field("nw_dst", U32),
        Field("tp_src", U16),
        Field("tp_dst", U16),
    )
