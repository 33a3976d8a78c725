"""Hypothesis strategies that make any message, straight from the layouts.

Each strategy is made once (`once`). Actions lie in actions: made anew at every place, the strategies would be a tree
without an end, which hypothesis would have to build and validate again with every draw.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow import Version
from nox.lib.openflow.kinds import MAC, Forward, Integers, Many, Nested, Rest, Tagged
from nox.lib.openflow.match13 import Oxm, OxmFieldsKind, OxmKind, OxmMatch, OxmMatchKind, UnknownOxm
from nox.lib.openflow.messages import Message
from nox.lib.openflow.messagetable import MESSAGE_NUMBERS, REPLY_NUMBERS, REQUEST_NUMBERS
from nox.lib.openflow.nicira.learning import WRITES_RESULT, LearnResultKind, LearnSpecsKind
from nox.lib.openflow.nicira.monitors import (
    FlowUpdatesKind,
    MonitorEvent,
    NxFlowChange,
    NxOwnChange,
    NxUnknownUpdate,
)
from nox.lib.openflow.nicira.nat import NatRangeKind
from nox.lib.openflow.nicira.subfields import FieldIdKind
from nox.lib.openflow.nicira.tracking import NxLearn2
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.oxmfield import OxmField
from nox.lib.openflow.plan import plan
from nox.lib.openflow.structure import Align, Field, Scalar, Size, Structure
from tests.lib.openflow.classes import members, message_classes
from tests.lib.openflow.parts import NAT_RANGES, field_ids, learn_specs, once

_BITS = {"B": 8, "H": 16, "I": 32, "Q": 64}
_CHANGES = st.sampled_from([MonitorEvent.ADDED, MonitorEvent.DELETED, MonitorEvent.MODIFIED])
_FREE, _NO_MORE = st.binary(max_size=40), st.just(b"")


def _scalar(kind: Scalar) -> st.SearchStrategy[Any]:
    if kind is MAC:
        return st.binary(min_size=6, max_size=6).map(EthernetAddress)
    if kind.code.endswith("s"):
        raw = st.binary(max_size=int(kind.code[:-1]) - 1).map(lambda data: data.replace(b"\0", b""))
        return raw.map(lambda data: data.decode("utf-8", "surrogateescape"))
    numbers = st.integers(0, (1 << _BITS[kind.code]) - 1)
    return numbers.map(kind.load) if kind.load else numbers


def _oxm(field: OxmField, version: Version) -> st.SearchStrategy[Oxm]:
    value = st.integers(0, (1 << 8 * field.size) - 1)
    others = [one.oxm_class for one in field.ids() if one != field.id(version)]
    return st.builds(Oxm, st.just(field.name), value, st.none() | value, st.sampled_from([None, *others]))


_UNKNOWN_OXM = st.builds(
    lambda number, data: UnknownOxm(b"\x80\x00" + bytes([number << 1, len(data)]) + data),
    st.integers(64, 127),
    _FREE,
)
_FOREIGN_OXM = st.builds(
    lambda number, data: UnknownOxm(b"\xff\xff" + bytes([number << 1, 4 + len(data)]) + b"\0\0\0\1" + data),
    st.integers(0, 127),
    _FREE,
)


@once
def oxms(version: Version) -> st.SearchStrategy[Any]:
    """Any match field, in each class that has it, and unknown ones."""
    named = st.sampled_from(list(FIELDS.values())).flatmap(lambda field: _oxm(field, version))
    return named | _UNKNOWN_OXM | _FOREIGN_OXM


@once
def _tagged(kind: Tagged, version: Version) -> st.SearchStrategy[Any]:
    known = kind.numbers.classes(version)
    unknown = st.builds(
        kind.numbers.unknown, type=st.integers(200, 0xFFFE).filter(lambda n: n not in known), data=_aligned(4)
    )
    classes = members(kind.numbers, version)
    return st.one_of(unknown, *(structures(cls, version, _filling(cls, version)) for cls in classes))


@once
def _filling(cls: type[Structure], version: Version) -> st.SearchStrategy[bytes]:
    """Bytes that fill type, length and all that stands before them to eight, so that no zeros are added."""
    return _aligned(-(4 + plan(cls, version).fixed) % 8)


@once
def _aligned(beyond: int) -> st.SearchStrategy[bytes]:
    return st.integers(0, 3).flatmap(lambda n: st.binary(min_size=8 * n + beyond, max_size=8 * n + beyond))


def _kind(field: Field, version: Version, rest: st.SearchStrategy[bytes]) -> st.SearchStrategy[Any]:
    match field.kind:
        case Scalar():
            return _scalar(field.kind)
        case Rest():
            return rest
        case Integers(code):
            return st.lists(st.integers(0, (1 << _BITS[code]) - 1), max_size=4).map(tuple)
        case Nested(cls):
            return structures(cls, version)
        case Forward():
            return st.lists(st.deferred(lambda: _one(field.kind.kind.kind, version)), max_size=2).map(tuple)  # type: ignore[union-attr]
        case FieldIdKind(is_short):
            return field_ids(version, is_short=is_short)
        case LearnResultKind():
            return field_ids(version)
        case LearnSpecsKind():
            return st.lists(learn_specs(version), max_size=3).map(tuple)
        case NatRangeKind():
            return NAT_RANGES
        case FlowUpdatesKind():
            return st.lists(_update(version), max_size=3).map(tuple)
        case Many():
            return st.lists(_one(field.kind.kind, version), max_size=4).map(tuple)
        case OxmKind():
            return oxms(version)
        case OxmMatchKind() | OxmFieldsKind():
            return st.builds(OxmMatch, st.lists(oxms(version), max_size=4).map(tuple))
    raise AssertionError(field)


@once
def _update(version: Version) -> st.SearchStrategy[Any]:
    changes = st.builds(lambda change, event: replace(change, event=event), structures(NxFlowChange, version), _CHANGES)
    own = structures(NxOwnChange, version).map(lambda change: replace(change, event=MonitorEvent.ABBREV))
    return changes | own | st.builds(NxUnknownUpdate, st.integers(4, 0xFFFF), st.binary(max_size=9))


@once
def _one(kind: Nested | Tagged, version: Version) -> st.SearchStrategy[Any]:
    return structures(kind.cls, version) if isinstance(kind, Nested) else st.deferred(lambda: _tagged(kind, version))


@once
def structures(
    cls: type[Structure], version: Version, rest: st.SearchStrategy[bytes] = _FREE
) -> st.SearchStrategy[Any]:
    """Any value of a class, with every field that the version has."""
    fields = {
        field.name: _kind(field, version, rest)
        for field in cls.LAYOUT
        if field.name and not isinstance(field.kind, Size | Align) and field.since <= version <= field.until
    }
    made = st.builds(cls, **fields)
    return made.map(_sensible) if cls is NxLearn2 else made


def _sensible(learn: Any) -> Any:
    """One whose flags say whether there is a field for its result."""
    return learn if learn.flags & WRITES_RESULT else replace(learn, result=None)


@once
def messages(version: Version) -> st.SearchStrategy[Message]:
    """Any message of the version, unknown ones too."""
    unknown: list[st.SearchStrategy[Message]] = [
        st.builds(table.unknown, type=st.integers(40, 250), data=_FREE)
        for table in (MESSAGE_NUMBERS, REQUEST_NUMBERS, REPLY_NUMBERS)
    ]
    return st.one_of(*unknown, *(structures(cls, version) for cls in message_classes(version)))
