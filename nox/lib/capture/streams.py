"""The bytes of one direction of a TCP connection, in order: segments come late, twice, overlapping, or never."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

MOST_WAITING: Final = 1 << 20  # bytes that wait for a missing one, before it is given up
_OVERHEAD: Final = 128  # bytes that each waiting segment takes besides, about
_WHOLE, _HALF = 1 << 32, 1 << 31


class Stream:
    """One direction. A place in it is a sequence number that does not wrap.

    :ivar missing: how many bytes were given up before what `take` or `skip` returned last.
    """

    def __init__(self) -> None:
        self._next: int | None = None  # the place of the first byte that has not come
        self._early: dict[int, bytes] = {}  # by place
        self._places: list[int] = []  # of them, a heap
        self._waiting = 0
        self.missing = 0

    @property
    def is_waiting(self) -> bool:
        """Whether bytes wait for missing ones."""
        return bool(self._early)

    def start(self, sequence: int) -> None:
        """The first byte has this number, unless it is known already: a SYN may come twice."""
        if self._next is None:
            self._next = sequence % _WHOLE

    def take(self, sequence: int, data: bytes) -> bytes:
        """A segment has come: the bytes that are in order now.

        When too many wait, the missing ones before them are given up, and `missing` says how many.
        """
        self.missing = 0
        if self._next is None:
            self._next = sequence
        distance = (sequence - self._next) % _WHOLE
        place = self._next + (distance if distance < _HALF else distance - _WHOLE)
        self._keep(max(place, self._next), data[max(0, self._next - place) :])
        return self._joined(self._next) or (self.skip() if self._waiting > MOST_WAITING else b"")

    def skip(self) -> bytes:
        """Give up the bytes that are missing before the first one that waits; what follows them."""
        self.missing = 0
        if not self._places or self._next is None:
            return b""
        first = self._places[0]
        self.missing = first - self._next
        return self._joined(first)

    def _keep(self, place: int, data: bytes) -> None:
        known = self._early.get(place)
        if len(data) <= len(known or b""):
            return
        if known is None:
            heappush(self._places, place)
            self._waiting += _OVERHEAD
        self._waiting += len(data) - len(known or b"")
        self._early[place] = data

    def _joined(self, at: int) -> bytes:
        """The bytes from this place on, as far as they are in order."""
        parts = []
        while self._places and self._places[0] <= at:
            place = heappop(self._places)
            data = self._early.pop(place)
            self._waiting -= len(data) + _OVERHEAD
            fresh = data[at - place :]
            parts.append(fresh)
            at += len(fresh)
        self._next = at
        return b"".join(parts)
