"""`Match`: a set of conditions on header fields, free of OpenFlow versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NoReturn

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.fieldvalue import Condition, canonical, condition_of, field_named
from nox.lib.openflow.oxm import ORDER

Item = tuple[str, int, int | None]  # name, value, mask


class Match:
    """Conditions that a packet fulfils or not. One without conditions fits every packet.

    The keywords are the names of OpenFlow 1.3's match fields (section 7.2.3.7). Values are ints, text, bytes or
    addresses; ``(value, mask)``, ``"10.0.0.0/8"`` or a network where only some bits are looked at:

        Match(in_port=1, eth_src="02:00:00:00:00:01", ipv4_dst="10.0.0.0/8", vlan_vid=(0x1000, 0x1000))

    VLANs are in 1.3's terms: ``vlan_vid=0`` is a frame without a tag, ``0x1000 | 5`` the VLAN 5, ``(0x1000, 0x1000)``
    any tag. Two matches that mean the same are equal. What a field needs beside it (``tcp_dst``: ``ip_proto=6``) is
    not checked here, but where a match is translated for a switch.

    :raises LocalProtocolError: for a name or a value that there is not.
    """

    __slots__ = ("_conditions", "_unknown")
    _conditions: dict[str, tuple[int, int | None]]
    _unknown: frozenset[bytes]

    def __init__(self, **conditions: Condition) -> None:
        items = []
        for name, written in conditions.items():
            field = field_named(name)
            value, mask = condition_of(field, written)
            if mask and not field.maskable:
                raise LocalProtocolError(f"{name} cannot be masked: OpenFlow 1.3 looks at all of it or at none")
            items.append((name, value, mask))
        self._set(items, ())

    @classmethod
    def of(cls, items: Iterable[Item], unknown: Iterable[bytes] = ()) -> Match:
        """A match from what a switch says, which may mask what the specification does not let it.

        :param unknown: OXM fields that have no name here, header included: `items` does not have them.
        :raises LocalProtocolError: for a name or a value that there is not, or a name that comes twice.
        """
        match = cls.__new__(cls)
        match._set(items, unknown)
        return match

    def _set(self, items: Iterable[Item], unknown: Iterable[bytes]) -> None:
        conditions: dict[str, tuple[int, int | None]] = {}
        for name, value, mask in items:
            field = field_named(name)
            if name in conditions:
                raise LocalProtocolError(f"{name} stands twice in one match")
            if not 0 <= value <= field.largest:
                raise LocalProtocolError(f"{name} cannot be {value:#x}: it has {field.bits} bits")
            conditions[name] = canonical(field, value, mask)
        looked_at = [(name, condition) for name, condition in conditions.items() if condition[1] != 0]
        object.__setattr__(self, "_conditions", dict(sorted(looked_at, key=lambda item: ORDER[item[0]])))
        object.__setattr__(self, "_unknown", frozenset(unknown))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Match never changes: make another one instead of setting {name}")

    @property
    def unknown(self) -> frozenset[bytes]:
        """OXM fields that a switch uses and that have no name here, header included."""
        return self._unknown

    def items(self) -> Iterator[Item]:
        """Name, value and mask of each condition, in the order of OXM's numbers; no mask is an exact match."""
        for name, (value, mask) in self._conditions.items():
            yield name, value, mask

    def get(self, name: str) -> int | None:
        """The value of a field; None where the match does not look at it. A mask is in `items` alone."""
        condition = self._conditions.get(name)
        return condition[0] if condition is not None else None

    def covers(self, other: Match) -> bool:
        """Whether every packet that fits the other one fits this one too."""
        return self._unknown <= other._unknown and all(
            other._implies(name, value, mask) for name, value, mask in self.items()
        )

    def _implies(self, name: str, value: int, mask: int | None) -> bool:
        condition = self._conditions.get(name)
        if condition is None:
            return False
        everything = field_named(name).largest
        wanted = everything if mask is None else mask
        seen = everything if condition[1] is None else condition[1]
        return wanted & ~seen == 0 and condition[0] & wanted == value

    def __contains__(self, name: object) -> bool:
        return name in self._conditions

    def __len__(self) -> int:
        return len(self._conditions) + len(self._unknown)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Match):
            return NotImplemented
        return self._conditions == other._conditions and self._unknown == other._unknown

    def __hash__(self) -> int:
        return hash((tuple(self._conditions.items()), self._unknown))

    def __str__(self) -> str:
        named = [f"{name}={field_named(name).text(value, mask)}" for name, value, mask in self.items()]
        return ",".join(named + [f"oxm={raw.hex()}" for raw in sorted(self._unknown)])

    def __repr__(self) -> str:
        return f"Match({self})"
