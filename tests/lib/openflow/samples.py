"""One message for each row of each table, made from the tables: what judges of the encoding look at, and seeds.

A row that is new is here at once. What cannot be made, a kind of field that this file does not know, raises. Numbers
are all different, so that two fields that were exchanged show; `VALUES` has those where only some have a meaning.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, Final

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow import SUPPORTED, Version, messages
from nox.lib.openflow.actions import Output, SetOxm
from nox.lib.openflow.errorcodes import errors
from nox.lib.openflow.kinds import Integers, Many, Nested, Rest, Tagged
from nox.lib.openflow.match13 import Oxm, OxmFieldsKind, OxmKind, OxmMatch, OxmMatchKind
from nox.lib.openflow.messages import FlowMod, Message
from nox.lib.openflow.nicira.flows import NxFlowMod
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.oxmfield import OPENFLOW_BASIC, OxmField
from nox.lib.openflow.structure import Align, Field, Scalar, Size, Structure
from tests.lib.openflow.classes import members, message_classes

_1_0, _1_3 = Version.V1_0, Version.V1_3
_LAST_OXM: Final = 39  # of 1.3's match fields
_SMALLEST: Final = {"B": 0x11, "H": 0x0101, "I": 0x00010001, "Q": 0x0000000100000001}
_FRAME: Final = bytes.fromhex("020000000002020000000001080600010800060400010200000000010a0000010000000000000a000002")
_VLAN, _MPLS, _IPV4, _PBB = (
    Oxm("vlan_vid", 0x1005),
    Oxm("eth_type", 0x8847),
    Oxm("eth_type", 0x0800),
    Oxm("eth_type", 0x88E7),
)

# Values where not any number will do, by field, or by class and field.
VALUES: Final[dict[str, Any]] = {
    "flags": 0,
    "command": 0,
    "reason": 1,
    "role": 2,
    "buffer_id": 0xFFFFFFFF,
    "port_no": 3,
    "port": 4,
    "in_port": 5,
    "out_port": 6,
    "watch_port": 7,
    "watch_group": 8,
    "group_id": 9,
    "ethertype": 0x8100,
    "experimenter": 0x00ABCDEF,
    "prec_level": 1,
    "reserved": 0,
    "auxiliary_id": 0,
    "table_id": 2,
    "GotoTable.table_id": 7,
    "PushMpls.ethertype": 0x8847,
    "PopMpls.ethertype": 0x0800,
    "PushPbb.ethertype": 0x88E7,
    "SetVlanVid.vlan_vid": 0x105,
    "SetVlanPcp.vlan_pcp": 5,
    "SetNwTos.nw_tos": 0xB8,
    "PacketIn.data": _FRAME,
    "PacketIn.total_len": len(_FRAME),
    "PacketOut.data": _FRAME,
    "MeterMod.flags": 1,
    "MeterConfigEntry.flags": 1,
    "MinRate.rate": 501,
    "MaxRate.rate": 502,
    "MeterFeaturesReply.band_types": 6,
    "MeterFeaturesReply.capabilities": 15,
    "GroupFeaturesReply.types": 15,
    "GroupFeaturesReply.capabilities": 5,
    "FeaturesReply.capabilities": 0x4B,
    "FeaturesReply.actions": 0xFFF,
    "TableMod.config": 3,
    "TableFeatures.config": 3,
    "Port.config": 1,
    "Port.state": 1,
    "PortMod.config": 1,
    "PortMod.mask": 1,
    "Match10.wildcards": 0,
    "Match10.dl_vlan": 0x123,
    "Match10.dl_vlan_pcp": 5,
    "Match10.dl_type": 0x0800,
    "Match10.nw_proto": 6,
    "Match10.nw_tos": 0xB8,
    "TableStatsEntry.wildcards": 0x3FFFFF,
    "VersionBitmap.bitmaps": (0x12,),
    "FeatureId.data": b"",
    "FeatureId.type": 1,
    "Hello.data": b"",
    "Error.type": 1,
    "Error.code": 2,
    "Error.data": bytes.fromhex("010200080000000a"),
    "GroupMod.type": 1,
    "GroupDescriptionEntry.type": 1,
    "data": bytes(range(1, 9)),
    "tables": bytes([3, 4]),
    "NxSetFlowFormat.format": 2,
    "NxFlowModTableId.set": 1,
    "NxSetPacketInFormat.format": 1,
    "NxPacketIn.data": _FRAME,
    "NxPacketIn.total_len": len(_FRAME),
    "NxPacket.data": _FRAME,
}
# Every one of these numbers, each in a message of its own.
VARIANTS: Final[dict[str, tuple[int, ...]]] = {
    "FlowMod.command": (0, 1, 2, 3, 4),
    "GroupMod.command": (0, 1),
    "MeterMod.command": (0, 1, 2),
    "RoleRequest.role": (0, 1, 2, 3),
    "RoleReply.role": (1, 2, 3),
    "FlowRemoved.reason": (0, 1, 2),
    "PortStatus.reason": (0, 1, 2),
    "PacketIn.reason": (0, 1),
}
# What a packet must be for an action to have a meaning.
NEEDED: Final[dict[str, tuple[Oxm, ...]]] = {
    "PopVlan": (_VLAN,),
    "SetMplsTtl": (_MPLS,),
    "DecMplsTtl": (_MPLS,),
    "PopMpls": (_MPLS,),
    "SetNwTtl": (_IPV4,),
    "DecNwTtl": (_IPV4,),
    "PopPbb": (_PBB,),
}
_FIELD_VALUES: Final = {
    "vlan_vid": 0x1005,
    "eth_type": 0x0800,
    "ip_proto": 17,
    "in_port": 5,
    "arp_op": 1,
    "nxm_tos": 0xB8,
    "ip_frag": 1,
    "tcp_flags": 0x112,
    "tun_flags": 1,
    "ct_state": 0x21,
    "actset_output": 6,
    "nsh_mdtype": 1,
    "nsh_spi": 0x010203,
}
_FIELD_MASKS: Final = {"vlan_vid": 0x1000, "ip_frag": 1, "tcp_flags": 0x110, "tun_flags": 1, "ct_state": 0x20}
# 1.3.5, section 7.2.5; or fields that nothing can set.
_NEVER_SET: Final = ("in_port", "in_phy_port", "metadata", "ipv6_exthdr", "packet_type")
# NXM has no name for what Open vSwitch does not have; and a cookie is no field of 1.3's match.
_ABSENT: Final = {_1_0: ("in_phy_port", "pbb_isid", "ipv6_exthdr"), _1_3: ("cookie",)}
# The rows of a table where none is asked for, if not its first. Open vSwitch wants all properties of a table.
USUAL: Final = {
    "ApplyActions",
    "Output",
    "InstructionsProperty",
    "NextTables",
    "WriteActionsProperty",
    "ApplyActionsProperty",
    "MatchProperty",
    "WildcardsProperty",
    "WriteSetField",
    "ApplySetField",
    "NxPacket",
}
_BESIDE: Final = ("table property", "packet-in property")  # the row that is asked for stands beside the usual ones


@dataclass(frozen=True)
class Sample:
    """A message, and the row for which it was made.

    :ivar name: ``1.3 FlowMod``, ``1.3 action SetQueue``, ``1.3 match field eth_src with mask``.
    """

    name: str
    version: Version
    message: Message

    @property
    def extended(self) -> bool:
        """Whether there is something in it that OpenFlow's specifications do not have, such as Nicira's."""
        return any(extension(part) for part in parts(self.message))


def extension(part: Any) -> bool:
    """Whether a structure or a match field is no part of OpenFlow's specifications."""
    if isinstance(part, Oxm):
        field = FIELDS[part.name]
        return field.oxm_class != OPENFLOW_BASIC or field.number > _LAST_OXM
    return ".nicira." in type(part).__module__


def parts(value: Any) -> Iterator[Any]:
    """All structures and match fields in a value."""
    if isinstance(value, tuple):
        for one in value:
            yield from parts(one)
    elif is_dataclass(value):
        yield value
        for field in dataclasses.fields(value):
            yield from parts(getattr(value, field.name))


class Maker:
    """Makes values of one version.

    :param rows: the row to take of a table, by the table's `what`, instead of its first.
    :param match: the fields of 1.3's match.
    :param oxm: the field that is set.
    """

    def __init__(
        self,
        version: Version,
        rows: dict[str, type[Structure]] | None = None,
        match: tuple[Oxm, ...] = (Oxm("in_port", 5),),
        oxm: Oxm | None = None,
    ) -> None:
        self._version = version
        self._rows, self._match, self._oxm = rows or {}, match, oxm or Oxm("eth_src", 0x020000000009)
        self._count = itertools.count()

    def structure(self, cls: type[Any]) -> Any:
        """A value of a class, with every field that the version has."""
        return cls(**{field.name: self._field(cls, field) for field in fields(cls, self._version)})

    def _field(self, cls: type[Structure], field: Field) -> Any:
        kind = field.kind
        listed = isinstance(kind, Many | Nested)
        for name in (f"{cls.__name__}.{field.name}", field.name):
            if name in VALUES and not listed:
                return VALUES[name]
        return self._scalar(kind) if isinstance(kind, Scalar) else self._variable(kind)

    def _scalar(self, kind: Scalar) -> Any:
        number = next(self._count)
        if kind.load is EthernetAddress:
            return EthernetAddress(0x020000000100 + number)
        return f"text {number}" if kind.code.endswith("s") else _SMALLEST[kind.code] + number

    def _variable(self, kind: Any) -> Any:
        match kind:
            case Rest():
                return bytes([next(self._count)]) * 8
            case Integers():
                return tuple(int.from_bytes(FIELDS[name].header(masked=False)) for name in ("eth_src", "eth_dst"))
            case Nested(cls):
                return self.structure(cls)
            case Many():
                return self._list(kind.kind)
            case OxmKind():
                return self._oxm
            case OxmMatchKind() | OxmFieldsKind():
                return OxmMatch(self._match)
        raise AssertionError(f"no sample of {kind!r}")

    def _list(self, kind: Nested | Tagged) -> Any:
        if isinstance(kind, Nested):
            return (self.structure(kind.cls), self.structure(kind.cls))
        return tuple(self.structure(cls) for cls in self._row(kind.numbers))

    def _row(self, numbers: Numbers[Any]) -> Iterable[type[Structure]]:
        asked = self._rows.get(numbers.what)
        usual = usual_rows(numbers, self._version)
        if asked is None:
            return usual
        return usual if asked in usual else [*usual, asked] if numbers.what in _BESIDE else [asked]


def usual_rows(numbers: Numbers[Any], version: Version) -> list[type[Structure]]:
    """The rows of a table that a message has when none is asked for."""
    rows = members(numbers, version)
    return [cls for cls in rows if cls.__name__ in USUAL] or rows[:1]


def fields(cls: type[Structure], version: Version) -> list[Field]:
    """The fields of a class that are attributes and that the version has."""
    return [f for f in cls.LAYOUT if f.name and not isinstance(f.kind, Size | Align) and f.since <= version <= f.until]


def tables(cls: type[Structure], version: Version) -> Iterator[Numbers[Any]]:
    """Every table of which a message may hold rows."""
    for field in fields(cls, version):
        kind = field.kind.kind if isinstance(field.kind, Many) else field.kind
        if isinstance(kind, Nested):
            yield from tables(kind.cls, version)
        elif isinstance(kind, Tagged):
            yield kind.numbers
            for row in members(kind.numbers, version):
                yield from tables(row, version)


def _carriers(version: Version) -> dict[str, tuple[type[Message], Numbers[Any]]]:
    """Which message carries the rows of each table: a flow-mod where it can."""
    found: dict[str, tuple[type[Message], Numbers[Any]]] = {}
    classes: list[type[Message]] = [FlowMod, *message_classes(version)]
    for cls in classes:
        for numbers in tables(cls, version):
            found.setdefault(numbers.what, (cls, numbers))
    return found


_ESTABLISHED: Final = Oxm("ct_state", 0x22, 0x22)
_TRACKED: Final = {
    "ct_nw_proto": (Oxm("eth_type", 0x0800), _ESTABLISHED),
    "ct_nw_src": (Oxm("eth_type", 0x0800), _ESTABLISHED),
    "ct_nw_dst": (Oxm("eth_type", 0x0800), _ESTABLISHED),
    "ct_ipv6_src": (Oxm("eth_type", 0x86DD), _ESTABLISHED),
    "ct_ipv6_dst": (Oxm("eth_type", 0x86DD), _ESTABLISHED),
    "ct_tp_src": (Oxm("eth_type", 0x0800), _ESTABLISHED, Oxm("ct_nw_proto", 6)),
    "ct_tp_dst": (Oxm("eth_type", 0x0800), _ESTABLISHED, Oxm("ct_nw_proto", 6)),
}


def _needed(field: OxmField) -> tuple[Oxm, ...]:
    """The fields that must stand in a match before this one."""
    before = {oxm.name: oxm for oxm in _TRACKED.get(field.name, ())}
    for needed in field.prerequisites:
        value = needed.values[0] if needed.values else needed.bits or 5
        for oxm in (*_needed(FIELDS[needed.name]), Oxm(needed.name, value)):
            before.setdefault(oxm.name, oxm)
    return tuple(before.values())


def _value(field: OxmField) -> int:
    """A value that the field can have: its own number in each byte."""
    return _FIELD_VALUES.get(field.name, int.from_bytes(bytes([field.number + 1]) * field.size) & field.largest)


def _masked(field: OxmField) -> Oxm:
    mask = _FIELD_MASKS.get(field.name, field.largest ^ field.largest >> field.bits // 2)
    return Oxm(field.name, _value(field) & mask, mask)


def _matches(version: Version) -> Iterator[tuple[str, tuple[Oxm, ...]]]:
    for field in FIELDS.values():
        if field.name in _ABSENT[version]:
            continue
        before = _needed(field)
        yield f"match field {field.name}", (*before, Oxm(field.name, _value(field)))
        if field.maskable:
            yield f"match field {field.name} with mask", (*before, _masked(field))


def _set_fields() -> Iterator[tuple[str, Maker]]:
    for field in FIELDS.values():
        if field.oxm_class == OPENFLOW_BASIC and field.name not in _NEVER_SET:
            oxm = Oxm(field.name, _value(field))
            before = (*_needed(field), _VLAN) if field.name == "vlan_vid" else _needed(field)
            yield f"set-field {field.name}", Maker(_1_3, {"action": SetOxm}, before, oxm)


def _rows(version: Version) -> Iterator[Sample]:
    for what, (carrier, numbers) in _carriers(version).items():
        for cls in members(numbers, version):
            maker = Maker(version, {what: cls}, NEEDED.get(cls.__name__, (Oxm("in_port", 5),)))
            yield Sample(f"{version.text} {what} {cls.__name__}", version, maker.structure(carrier))


def _variants(version: Version, cls: type[Message]) -> Iterator[Sample]:
    message = Maker(version).structure(cls)
    yield Sample(f"{version.text} {cls.__name__}", version, message)
    for field in fields(cls, version):
        for number in VARIANTS.get(f"{cls.__name__}.{field.name}", ()):
            name = f"{version.text} {cls.__name__} {field.name} {number}"
            yield Sample(name, version, replace(message, **{field.name: number}))


def _group_mods() -> Iterator[Sample]:
    """Each type has buckets of its own kind."""
    bucket, other = messages.Bucket(actions=(Output(1),)), messages.Bucket(actions=(Output(2, 0),))
    live, backup = replace(bucket, watch_port=1), replace(other, watch_port=2, watch_group=8)
    for number, buckets in {0: (bucket, other), 2: (bucket,), 3: (live, backup)}.items():
        mod = messages.GroupMod(command=0, type=number, group_id=9, buckets=buckets)
        yield Sample(f"1.3 GroupMod type {number}", _1_3, mod)
    yield Sample("1.3 GroupMod command 2", _1_3, messages.GroupMod(command=2, group_id=9))


def _errors(version: Version) -> Iterator[Sample]:
    data = bytes.fromhex("010000080000000a") if version == _1_0 else bytes.fromhex("040500080000000a")
    for error_type, code in errors(version):
        about = data if error_type or version == _1_0 else b"we speak 1.3"  # of a hello that failed: text
        message = messages.Error(type=error_type, code=code, data=about)
        yield Sample(f"{version.text} error {error_type} {code}", version, message)


def _all() -> Iterator[Sample]:
    for version in SUPPORTED:
        for cls in message_classes(version):
            yield from _variants(version, cls)
        yield from _rows(version)
        yield from _errors(version)
    yield from _group_mods()
    for name, match in _matches(_1_3):
        yield Sample(f"1.3 {name}", _1_3, Maker(_1_3, match=match).structure(FlowMod))
    for name, match in _matches(_1_0):
        mod = Maker(_1_0, match=match).structure(NxFlowMod)
        yield Sample(f"1.0 {name}", _1_0, replace(mod, command=1) if "cookie" in name else mod)
    for name, maker in _set_fields():
        yield Sample(f"1.3 {name}", _1_3, maker.structure(FlowMod))


SAMPLES: Final = {sample.name: sample for sample in _all()}
