"""One message for each row of each table, made from the tables: what judges of the encoding look at, and seeds.

A row that is new is here at once. What cannot be made, a kind of field that this file does not know, raises. Numbers
are all different, so that two fields that were exchanged show; `samplevalues.py` has those where not any will do.
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
from nox.lib.openflow.kinds import MAC, Forward, Integers, Many, Nested, Rest, Tagged
from nox.lib.openflow.match13 import Oxm, OxmFieldsKind, OxmKind, OxmMatch, OxmMatchKind
from nox.lib.openflow.messages import FlowMod, Message
from nox.lib.openflow.nicira.actions import NxRegLoad
from nox.lib.openflow.nicira.controlling import NxController2
from nox.lib.openflow.nicira.flows import NxFlowMod
from nox.lib.openflow.nicira.learning import LearnResultKind, LearnSpecsKind
from nox.lib.openflow.nicira.monitors import FlowUpdatesKind, NxFlowChange, NxOwnChange
from nox.lib.openflow.nicira.nat import NatRange, NatRangeKind
from nox.lib.openflow.nicira.subfields import Bits, FieldId, FieldIdKind
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.oxmfield import OPENFLOW_BASIC, OxmField
from nox.lib.openflow.structure import Align, Field, Scalar, Size, Structure
from tests.lib.openflow.classes import members, message_classes
from tests.lib.openflow.samplevalues import (
    ABSENT,
    BESIDE,
    FIELD_MASKS,
    FIELD_VALUES,
    LEARN_SPECS,
    NEEDED,
    NEVER_SET,
    SMALLEST,
    TRACKED,
    USUAL,
    VALUES,
    VARIANTS,
    VLAN,
)

_1_0, _1_3 = Version.V1_0, Version.V1_3
_LAST_OXM: Final = 39  # of 1.3's match fields


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
        if kind is MAC:
            return EthernetAddress(0x020000000100 + number)
        return f"text {number}" if kind.code.endswith("s") else SMALLEST[kind.code] + number

    def _variable(self, kind: Any) -> Any:
        match kind:
            case Rest():
                return bytes([next(self._count)]) * 8
            case Integers("H"):
                return (1, 2, 3)
            case Integers():
                return tuple(int.from_bytes(FIELDS[name].header(masked=False)) for name in ("eth_src", "eth_dst"))
            case Nested(cls):
                return self.structure(cls)
            case Many():
                return self._list(kind.kind)
            case OxmKind():
                return self._oxm
            case FieldIdKind() | LearnResultKind():
                return FieldId("reg1")
            case LearnSpecsKind():
                return LEARN_SPECS
            case FlowUpdatesKind():
                return (replace(self.structure(NxFlowChange), event=2), self.structure(NxOwnChange))
            case NatRangeKind():
                return NatRange(ipv4_min=0x0A000001, ipv4_max=0x0A000009, proto_min=100, proto_max=200)
            case Forward():
                return (NxRegLoad(Bits(0, 32), FieldId("ct_mark"), 5),)
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
        return usual if asked in usual else [*usual, asked] if numbers.what in BESIDE else [asked]


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


def _needed(field: OxmField) -> tuple[Oxm, ...]:
    """The fields that must stand in a match before this one."""
    before = {oxm.name: oxm for oxm in TRACKED.get(field.name, ())}
    for needed in field.prerequisites:
        value = needed.values[0] if needed.values else needed.bits or 5
        for oxm in (*_needed(FIELDS[needed.name]), Oxm(needed.name, value)):
            before.setdefault(oxm.name, oxm)
    return tuple(before.values())


def _value(field: OxmField) -> int:
    """A value that the field can have: its own number in each byte."""
    return FIELD_VALUES.get(field.name, int.from_bytes(bytes([field.number + 1]) * field.size) & field.largest)


def _masked(field: OxmField) -> Oxm:
    mask = FIELD_MASKS.get(field.name, field.largest ^ field.largest >> field.bits // 2)
    return Oxm(field.name, _value(field) & mask, mask)


def _matches(version: Version) -> Iterator[tuple[str, tuple[Oxm, ...]]]:
    for field in FIELDS.values():
        if field.name in ABSENT[version]:
            continue
        before = _needed(field)
        yield f"match field {field.name}", (*before, Oxm(field.name, _value(field)))
        if field.maskable:
            yield f"match field {field.name} with mask", (*before, _masked(field))


def _set_fields() -> Iterator[tuple[str, Maker]]:
    for field in FIELDS.values():
        if field.oxm_class == OPENFLOW_BASIC and field.name not in NEVER_SET:
            oxm = Oxm(field.name, _value(field))
            before = (*_needed(field), VLAN) if field.name == "vlan_vid" else _needed(field)
            yield f"set-field {field.name}", Maker(_1_3, {"action": SetOxm}, before, oxm)


_HOLDERS: Final[dict[str, dict[str, type[Structure]]]] = {"controller property": {"action": NxController2}}


def _rows(version: Version) -> Iterator[Sample]:
    for what, (carrier, numbers) in _carriers(version).items():
        for cls in members(numbers, version):
            maker = Maker(
                version, {what: cls, **_HOLDERS.get(what, {})}, NEEDED.get(cls.__name__, (Oxm("in_port", 5),))
            )
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
