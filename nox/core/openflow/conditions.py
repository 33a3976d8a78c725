"""How a handler's `where` is looked up in a packet's header fields."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from nox.lib.errors import NoxError
from nox.lib.match import Match
from nox.lib.shapes import FlowKey, Value

if TYPE_CHECKING:
    from nox.core.events.event import Event, Shape

Condition = tuple[str, int | None]  # a field's name and its mask


def packet_conditions(where: object) -> tuple[Shape, Hashable]:
    """A `Match` as the fields and masks that it asks for, and the values that they must have.

    :raises NoxError: when it is no match, or an empty one.
    """
    if not isinstance(where, Match):
        raise NoxError("where= of PacketIn is a Match, such as Match(eth_type=0x88CC)")
    items = tuple(where.items())
    if not items:
        raise NoxError("where= of PacketIn is an empty Match: leave it out to see every packet")
    return tuple((name, mask) for name, _, mask in items), tuple(value for _, value, _ in items)


def packet_getter(shape: Shape) -> Callable[[Event], Hashable]:
    """What reads those fields from a packet, as a match writes them; a packet without one of them gives None."""
    conditions: tuple[Condition, ...] = shape  # type: ignore[assignment]

    def read(event: Event) -> Hashable:
        key: FlowKey = event.key  # type: ignore[attr-defined]
        values = []
        for name, mask in conditions:
            value = key.get(name)
            if value is None:
                return None
            values.append(_masked(value, mask))
        return tuple(values)

    return read


def _masked(value: Value, mask: int | None) -> int:
    number = int.from_bytes(value) if isinstance(value, bytes) else value
    return number if mask is None else number & mask
