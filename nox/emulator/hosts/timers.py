"""What a host wants to do later, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

Action = Callable[[float], None]
_order = count()  # of timers that are due at the same time


class Timer:
    """One thing to do later."""

    __slots__ = ("action", "order", "when")

    def __init__(self, when: float, action: Action) -> None:
        self.when, self.order = when, next(_order)
        self.action: Action | None = action

    def cancel(self) -> None:
        """Do not do it. It may have been done already."""
        self.action = None

    def __lt__(self, other: Timer) -> bool:
        return (self.when, self.order) < (other.when, other.order)


class Timers:
    """All of one host's."""

    __slots__ = ("_heap",)

    def __init__(self) -> None:
        self._heap: list[Timer] = []

    def at(self, when: float, action: Action) -> Timer:
        """Do something at a time; `action` is called with the time that it is then."""
        timer = Timer(when, action)
        heapq.heappush(self._heap, timer)
        return timer

    @property
    def next(self) -> float | None:
        """When the first is due; None without any."""
        heap = self._heap
        while heap and heap[0].action is None:
            heapq.heappop(heap)
        return heap[0].when if heap else None

    def run(self, now: float) -> None:
        """Do all that is due."""
        while (when := self.next) is not None and when <= now:
            action = heapq.heappop(self._heap).action
            if action is not None:
                action(now)
