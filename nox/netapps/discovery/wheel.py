"""A timing wheel: many things that are due once in a round, spread evenly over it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Wheel(Generic[T]):
    """A ring of slots. What is put in goes to the emptiest; each turn gives what one slot holds.

    :param slots: how many turns make a round.
    """

    def __init__(self, slots: int) -> None:
        self._slots: list[dict[T, None]] = [{} for _ in range(slots)]
        self._where: dict[T, int] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._where)

    def add(self, items: Iterable[T]) -> None:
        """Have these due once in a round, together. What is in the wheel already stays where it is."""
        slot = min(range(len(self._slots)), key=lambda number: len(self._slots[number]))
        for item in items:
            if item not in self._where:
                self._where[item] = slot
                self._slots[slot][item] = None

    def remove(self, item: T) -> None:
        """Have it due no more."""
        slot = self._where.pop(item, None)
        if slot is not None:
            del self._slots[slot][item]

    def turn(self) -> list[T]:
        """What is due now."""
        due = list(self._slots[self._next])
        self._next = (self._next + 1) % len(self._slots)
        return due
