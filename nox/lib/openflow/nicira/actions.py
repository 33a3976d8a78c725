"""Nicira's actions (``ovs-actions(7)``). Ports have 16 bits in them, in every version.

Layouts begin after the length, with zeros where experimenter and subtype are; the zeros at the end are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.actions import Action
from nox.lib.openflow.kinds import U8, U16, U32, U64, Integers, Rest
from nox.lib.openflow.match13 import OXM, AnyOxm
from nox.lib.openflow.nicira.subfields import BITS, FIELD_ID, SHORT_FIELD_ID, AnyFieldId, Bits
from nox.lib.openflow.structure import Field, Layout, align, count_of, pad

HEADER: Final = pad(6)  # experimenter and subtype
_IN_PORT: Final = 0xFFF8  # OFPP_IN_PORT
_SHORTS: Final = Integers("H")


class NxAction(Action):
    """An action of Nicira's."""

    __slots__ = ()
    LAYOUT: ClassVar[Layout] = (HEADER, pad(6))


@dataclass(frozen=True, slots=True)
class NxResubmit(NxAction):
    """Search the same table again, as if the packet had come from this port."""

    in_port: int
    LAYOUT: ClassVar[Layout] = (HEADER, Field("in_port", U16), pad(4))


@dataclass(frozen=True, slots=True)
class NxResubmitTable(NxAction):
    """Search a table, and then go on.

    :ivar in_port: as which port; 0xfff8 for the packet's own.
    :ivar table: 0xff for the table that the entry is in.
    """

    in_port: int = _IN_PORT
    table: int = 0xFF
    LAYOUT: ClassVar[Layout] = (HEADER, Field("in_port", U16), Field("table", U8), pad(3))


class NxResubmitTableCt(NxResubmitTable):
    """The same, with addresses and ports as they were before they were translated."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NxSetTunnel(NxAction):
    """Set the tunnel's number, 32 bits."""

    tun_id: int
    LAYOUT: ClassVar[Layout] = (HEADER, pad(2), Field("tun_id", U32))


@dataclass(frozen=True, slots=True)
class NxSetTunnel64(NxAction):
    """Set the tunnel's number."""

    tun_id: int
    LAYOUT: ClassVar[Layout] = (HEADER, pad(6), Field("tun_id", U64))


@dataclass(frozen=True, slots=True)
class NxSetQueue(NxAction):
    """Use this queue of the port for every output that follows."""

    queue_id: int
    LAYOUT: ClassVar[Layout] = (HEADER, pad(2), Field("queue_id", U32))


@dataclass(frozen=True, slots=True)
class NxPopQueue(NxAction):
    """Use the queue that was used before the first `NxSetQueue`."""


@dataclass(frozen=True, slots=True)
class NxRegMove(NxAction):
    """Copy bits from one field to another."""

    n_bits: int
    src_ofs: int
    dst_ofs: int
    src: AnyFieldId
    dst: AnyFieldId
    LAYOUT: ClassVar[Layout] = (
        HEADER,
        Field("n_bits", U16),
        Field("src_ofs", U16),
        Field("dst_ofs", U16),
        Field("src", FIELD_ID),
        Field("dst", FIELD_ID),
    )


@dataclass(frozen=True, slots=True)
class NxRegLoad(NxAction):
    """Set bits of a field."""

    bits: Bits
    dst: AnyFieldId
    value: int
    LAYOUT: ClassVar[Layout] = (HEADER, Field("bits", BITS), Field("dst", SHORT_FIELD_ID), Field("value", U64))


@dataclass(frozen=True, slots=True)
class NxRegLoad2(NxAction):
    """Set a field, or the bits of it that the mask names."""

    field: AnyOxm
    LAYOUT: ClassVar[Layout] = (HEADER, Field("field", OXM))


@dataclass(frozen=True, slots=True)
class NxOutputReg(NxAction):
    """Send the packet out of the port whose number is in a field; `max_len` as in `Output`."""

    bits: Bits
    src: AnyFieldId
    max_len: int
    LAYOUT: ClassVar[Layout] = (
        HEADER,
        Field("bits", BITS),
        Field("src", SHORT_FIELD_ID),
        Field("max_len", U16),
        pad(6),
    )


@dataclass(frozen=True, slots=True)
class NxOutputReg2(NxAction):
    """The same, for fields whose header is longer."""

    bits: Bits
    max_len: int
    src: AnyFieldId
    LAYOUT: ClassVar[Layout] = (HEADER, Field("bits", BITS), Field("max_len", U16), Field("src", FIELD_ID))


@dataclass(frozen=True, slots=True)
class NxOutputTrunc(NxAction):
    """Send the packet's first bytes out of a port."""

    port: int
    max_len: int
    LAYOUT: ClassVar[Layout] = (HEADER, Field("port", U16), Field("max_len", U32))


@dataclass(frozen=True, slots=True)
class NxGroup(NxAction):
    """Treat the packet as a group says."""

    group_id: int
    LAYOUT: ClassVar[Layout] = (HEADER, pad(2), Field("group_id", U32))


@dataclass(frozen=True, slots=True)
class NxNote(NxAction):
    """Do nothing. What it says ends with zeros up to eight bytes."""

    note: bytes
    LAYOUT: ClassVar[Layout] = (HEADER, Field("note", Rest()))


@dataclass(frozen=True, slots=True)
class NxExit(NxAction):
    """Do none of the actions that follow, in this table or those before."""


@dataclass(frozen=True, slots=True)
class NxDecTtl(NxAction):
    """Take one from IPv4's TTL or IPv6's hop limit."""


@dataclass(frozen=True, slots=True)
class NxDecTtlCntIds(NxAction):
    """The same; which controllers are told of a packet whose TTL ends."""

    ids: tuple[int, ...] = ()
    LAYOUT: ClassVar[Layout] = (HEADER, count_of("ids", 2), pad(4), Field("ids", _SHORTS))


@dataclass(frozen=True, slots=True)
class NxFinTimeout(NxAction):
    """Give the entry other timeouts when TCP ends, in seconds."""

    fin_idle_timeout: int
    fin_hard_timeout: int
    LAYOUT: ClassVar[Layout] = (HEADER, Field("fin_idle_timeout", U16), Field("fin_hard_timeout", U16))


@dataclass(frozen=True, slots=True)
class NxWriteMetadata(NxAction):
    """Set the bits of the metadata that the mask names."""

    metadata: int
    mask: int
    LAYOUT: ClassVar[Layout] = (HEADER, pad(6), Field("metadata", U64), Field("mask", U64))


@dataclass(frozen=True, slots=True)
class NxPushMpls(NxAction):
    """Put an MPLS header in front."""

    ethertype: int = 0x8847
    LAYOUT: ClassVar[Layout] = (HEADER, Field("ethertype", U16), pad(4))


@dataclass(frozen=True, slots=True)
class NxPopMpls(NxAction):
    """Take the outermost MPLS header away; the Ethernet type of what remains."""

    ethertype: int
    LAYOUT: ClassVar[Layout] = (HEADER, Field("ethertype", U16), pad(4))


@dataclass(frozen=True, slots=True)
class NxSetMplsTtl(NxAction):
    """Set the TTL of the outermost MPLS header."""

    ttl: int
    LAYOUT: ClassVar[Layout] = (HEADER, Field("ttl", U8), pad(5))


@dataclass(frozen=True, slots=True)
class NxDecMplsTtl(NxAction):
    """Take one from the TTL of the outermost MPLS header."""


@dataclass(frozen=True, slots=True)
class NxSetMplsLabel(NxAction):
    """Set the label of the outermost MPLS header."""

    label: int
    LAYOUT: ClassVar[Layout] = (HEADER, pad(2), Field("label", U32))


@dataclass(frozen=True, slots=True)
class NxSetMplsTc(NxAction):
    """Set the traffic class of the outermost MPLS header."""

    tc: int
    LAYOUT: ClassVar[Layout] = (HEADER, Field("tc", U8), pad(5))


_STACK: Final[Layout] = (HEADER, Field("offset", U16), Field("field", FIELD_ID), Field("n_bits", U16))


@dataclass(frozen=True, slots=True)
class NxStackPush(NxAction):
    """Put bits of a field on the stack."""

    offset: int
    field: AnyFieldId
    n_bits: int
    LAYOUT: ClassVar[Layout] = _STACK


@dataclass(frozen=True, slots=True)
class NxStackPop(NxAction):
    """Take bits from the stack into a field."""

    offset: int
    field: AnyFieldId
    n_bits: int
    LAYOUT: ClassVar[Layout] = _STACK


@dataclass(frozen=True, slots=True)
class NxMultipath(NxAction):
    """Write a number into a field that the packet's fields choose.

    :ivar fields: what is hashed: ``nx_hash_fields``; `algorithm`: ``nx_mp_algorithm``.
    :ivar max_link: the largest number.
    """

    fields: int
    basis: int
    algorithm: int
    max_link: int
    arg: int
    bits: Bits
    dst: AnyFieldId
    LAYOUT: ClassVar[Layout] = (
        HEADER,
        Field("fields", U16),
        Field("basis", U16),
        pad(2),
        Field("algorithm", U16),
        Field("max_link", U16),
        Field("arg", U32),
        pad(2),
        Field("bits", BITS),
        Field("dst", SHORT_FIELD_ID),
    )


_BUNDLE: Final[Layout] = (
    HEADER,
    Field("algorithm", U16),
    Field("fields", U16),
    Field("basis", U16),
    Field("member_type", U32),
    count_of("members", 2),
    Field("bits", BITS),
    Field("dst", SHORT_FIELD_ID),
    pad(4),
    Field("members", _SHORTS),
)


@dataclass(frozen=True, slots=True)
class NxBundle(NxAction):
    """Send the packet out of one of several ports, which its fields choose.

    :ivar algorithm: ``nx_bd_algorithm``; `fields` and `basis` as in `NxMultipath`.
    :ivar member_type: what the members are: 2, the header of the field ``nxm_in_port``.
    """

    algorithm: int
    fields: int
    basis: int
    member_type: int
    bits: Bits
    dst: AnyFieldId
    members: tuple[int, ...] = ()
    LAYOUT: ClassVar[Layout] = _BUNDLE


class NxBundleLoad(NxBundle):
    """Write the port into a field instead."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NxConjunction(NxAction):
    """A part of a match that consists of several: part `clause`, from 0, of `n_clauses`."""

    clause: int
    n_clauses: int
    conj_id: int
    LAYOUT: ClassVar[Layout] = (HEADER, Field("clause", U8), Field("n_clauses", U8), Field("conj_id", U32))


_SAMPLE: Final[Layout] = (
    HEADER,
    Field("probability", U16),
    Field("collector_set_id", U32),
    Field("obs_domain_id", U32),
    Field("obs_point_id", U32),
)


@dataclass(frozen=True, slots=True)
class NxSample(NxAction):
    """Tell an IPFIX collector of some packets: `probability` of 65535."""

    probability: int
    collector_set_id: int
    obs_domain_id: int
    obs_point_id: int
    LAYOUT: ClassVar[Layout] = _SAMPLE


@dataclass(frozen=True, slots=True)
class NxSample2(NxAction):
    """The same, of a port; `direction`: ``nx_action_sample_direction``."""

    probability: int
    collector_set_id: int
    obs_domain_id: int
    obs_point_id: int
    sampling_port: int
    direction: int = 0
    LAYOUT: ClassVar[Layout] = (*_SAMPLE, Field("sampling_port", U16), Field("direction", U8), pad(5))


class NxSample3(NxSample2):
    """The same, with the packet's direction told."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NxCheckPktLarger(NxAction):
    """Set one bit of a field: whether the packet is longer than so many bytes."""

    pkt_len: int
    offset: int
    dst: AnyFieldId
    LAYOUT: ClassVar[Layout] = (HEADER, Field("pkt_len", U16), Field("offset", U16), Field("dst", FIELD_ID))


@dataclass(frozen=True, slots=True)
class NxEncap(NxAction):
    """Put a header in front.

    :ivar new_pkt_type: the packet's type then: namespace and number, 16 bits each.
    :ivar properties: of the header, ``ofp_ed_prop_header`` one after another.
    """

    hdr_size: int
    new_pkt_type: int
    properties: bytes = b""
    LAYOUT: ClassVar[Layout] = (
        HEADER,
        Field("hdr_size", U16),
        Field("new_pkt_type", U32),
        Field("properties", Rest()),
    )


@dataclass(frozen=True, slots=True)
class NxDecap(NxAction):
    """Take the outermost header away.

    :ivar new_pkt_type: the packet's type then; 0xfffe for what the header says.
    """

    new_pkt_type: int = 0xFFFE
    LAYOUT: ClassVar[Layout] = (HEADER, pad(2), Field("new_pkt_type", U32))


@dataclass(frozen=True, slots=True)
class NxDecNshTtl(NxAction):
    """Take one from the TTL of the NSH header."""


@dataclass(frozen=True, slots=True)
class NxDeleteField(NxAction):
    """Take a field away: one of a tunnel's options. It takes 24 bytes, whatever its header."""

    field: AnyFieldId
    LAYOUT: ClassVar[Layout] = (HEADER, Field("field", FIELD_ID), align(20))
