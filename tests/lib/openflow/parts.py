"""Hypothesis strategies for the parts of Nicira's actions that are laid out by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec, TypeVar, cast

from hypothesis import strategies as st

from nox.lib.openflow import Version
from nox.lib.openflow.nicira.learning import Destination, LearnSpec
from nox.lib.openflow.nicira.nat import NatRange
from nox.lib.openflow.nicira.subfields import FieldId, Subfield, UnknownFieldId
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.oxmfield import OxmField

P = ParamSpec("P")
T = TypeVar("T")


def once(make: Callable[P, T]) -> Callable[P, T]:
    """Make what a function gives once for each of its arguments; its type stays what it is."""
    return cast("Callable[P, T]", cache(make))


@once
def field_ids(version: Version, *, is_short: bool = False) -> st.SearchStrategy[Any]:
    """Any field by its header, in each class that has it, unknown ones, and none.

    :param is_short: whether only headers of four bytes have room.
    """

    def known(field: OxmField) -> st.SearchStrategy[FieldId]:
        others = [one.oxm_class for one in field.ids() if one != field.id(version)]
        return st.builds(FieldId, st.just(field.name), st.booleans(), st.sampled_from([None, *others]))

    fields = [one for one in FIELDS.values() if not (is_short and any(i.size for i in one.ids()))]
    unknown = st.builds(
        lambda number, length: UnknownFieldId(bytes([0x80, 0, number << 1, length])),
        st.integers(64, 127),
        st.integers(0, 255),
    )
    return st.sampled_from(fields).flatmap(known) | unknown | st.none()


@once
@st.composite
def learn_specs(draw: st.DrawFn, version: Version) -> LearnSpec:
    """Any specification of a learn action."""
    count, destination = draw(st.integers(1, 1023)), draw(st.sampled_from(Destination))
    subfields = st.builds(Subfield, field_ids(version), st.integers(0, 0xFFFF))
    target = None if destination is Destination.OUTPUT else draw(subfields)
    return LearnSpec(count, draw(subfields | st.integers(0, (1 << count) - 1)), destination, target)


def _optional(bits: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, (1 << bits) - 1)


NAT_RANGES = st.builds(
    NatRange,
    ipv4_min=_optional(32),
    ipv4_max=_optional(32),
    ipv6_min=_optional(128),
    ipv6_max=_optional(128),
    proto_min=_optional(16),
    proto_max=_optional(16),
)
