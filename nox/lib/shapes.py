"""Which header fields a frame has, and their values: what `flowkey.py` finds.

Frames that carry the same headers have the same `Shape`: a tuple of field names, and the conditions that all of them
fulfil. A `FlowKey` is a shape and the values of its fields. Since shapes are few and made once, a component can
keep a prepared flow for each.

A value is what `struct` reads: an int, for Ethernet addresses six bytes and for IPv6 addresses sixteen. Ethernet
addresses so compare equal to `EthernetAddress`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

Value = int | bytes


class Shape:
    """Which headers a frame has.

    :ivar fields: names of the fields that a key has values for, in order; the first three are always
        ``in_port``, ``eth_dst``, ``eth_src``.
    :ivar fixed: the conditions that every frame of this shape fulfils.
    :ivar tagged: whether they have a VLAN tag; the fourth field is then ``vlan_vid``.
    """

    __slots__ = ("_index", "fields", "fixed", "tagged")

    def __init__(self, fields: tuple[str, ...], fixed: Mapping[str, int]) -> None:
        self.fields = fields
        self.fixed = dict(fixed)
        self.tagged = "vlan_vid" in fields
        self._index = {name: place for place, name in enumerate(fields)}

    def place(self, name: str) -> int | None:
        """Where the value of this field stands; None where the shape has none."""
        return self._index.get(name)


Headers = tuple[Shape, tuple[Value, ...]]


class FlowKey(NamedTuple):
    """A frame's header fields: a shape, and one value for each of its fields."""

    shape: Shape
    values: tuple[Value, ...]

    def get(self, name: str) -> Value | None:
        """The value of a field by its OpenFlow 1.3 name; None where the frame has none."""
        place = self.shape.place(name)
        return self.values[place] if place is not None else self.shape.fixed.get(name)

    def items(self) -> Iterator[tuple[str, Value]]:
        """Every field that the frame has, with its value."""
        yield from zip(self.shape.fields, self.values, strict=True)
        yield from self.shape.fixed.items()
