"""The bytes of one direction of a TCP connection, in order: segments come late, twice, overlapping, or never."""

from __future__ import annotations

from typing import Final

MOST_WAITING: Final = 1 << 20  # bytes that wait for a missing one, before it is given up
_WHOLE, _HALF = 1 << 32, 1 << 31


class Stream:
    """One direction.

    :ivar missing: how many bytes were given up before what `take` returned last.
    """

    def __init__(self) -> None:
        self._next: int | None = None
        self._early: dict[int, bytes] = {}
        self._waiting = 0
        self.missing = 0

    @property
    def is_waiting(self) -> bool:
        """Whether bytes wait for missing ones."""
        return bool(self._early)

    def start(self, sequence: int) -> None:
        """The first byte will have this number."""
        self._next = sequence % _WHOLE

    def take(self, sequence: int, data: bytes) -> bytes:
        """A segment has come: the bytes that are in order now.

        When too many wait, the missing ones before them are given up, and `missing` says how many.
        """
        self.missing = 0
        if self._next is None:
            self._next = sequence
        self._keep(sequence, data)
        return self._joined() or (self.skip() if self._waiting > MOST_WAITING else b"")

    def skip(self) -> bytes:
        """Give up the bytes that are missing before the first one that waits; what follows them."""
        if not self._early or self._next is None:
            return b""
        first = min(self._early, key=self._ahead)
        self.missing, self._next = self._ahead(first), first
        return self._joined()

    def _ahead(self, sequence: int) -> int:
        """How far a number is ahead of the next one; negative for what is behind."""
        assert self._next is not None
        distance = (sequence - self._next) % _WHOLE
        return distance if distance < _HALF else distance - _WHOLE

    def _keep(self, sequence: int, data: bytes) -> None:
        behind = -self._ahead(sequence)
        if behind > 0:
            sequence, data = (sequence + behind) % _WHOLE, data[behind:]
        known = self._early.get(sequence, b"")
        if len(data) > len(known):
            self._waiting += len(data) - len(known)
            self._early[sequence] = data

    def _joined(self) -> bytes:
        parts = []
        while self._early:
            first = min(self._early, key=self._ahead)
            ahead = self._ahead(first)
            if ahead > 0:
                break
            data = self._early.pop(first)
            self._waiting -= len(data)
            if fresh := data[-ahead:] if ahead else data:
                parts.append(fresh)
                assert self._next is not None
                self._next = (self._next + len(fresh)) % _WHOLE
        return b"".join(parts)
