"""What is to happen, by time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Queue:
    """Calls by time; those of one time in the order in which they were asked for.

    :ivar now: the time, in seconds from any start. It never goes back.
    :ivar steps: calls that were made.
    """

    __slots__ = ("_heap", "_order", "now", "steps")

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self.steps = 0
        self._heap: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._order = 0

    def __len__(self) -> int:
        return len(self._heap)

    def at(self, when: float, call: Callable[[T], None], argument: T) -> None:
        """Call this with that, at a time; what is over is done at once in the next `run`."""
        self._order += 1
        heapq.heappush(self._heap, (when, self._order, call, argument))

    @property
    def next(self) -> float | None:
        """When the first is due; None without any."""
        return self._heap[0][0] if self._heap else None

    def step(self) -> None:
        """Do the first."""
        when, _, call, argument = heapq.heappop(self._heap)
        if when > self.now:
            self.now = when
        self.steps += 1
        call(argument)

    def run(self, until: float) -> None:
        """Do all that is due until then; it is so late then."""
        heap = self._heap
        while heap and heap[0][0] <= until:
            self.step()
        self.now = max(self.now, until)
