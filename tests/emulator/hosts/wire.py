"""Hosts on one wire under a clock that the test turns: every frame reaches all others after a delay."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from itertools import count

from nox.emulator.hosts import Host

DELAY = 0.001


class Wire:
    """A wire.

    :ivar frames: all that went over it, with their times.
    :ivar lose: says which frames are lost, by their number from 0 and their bytes.
    """

    def __init__(self, hosts: Sequence[Host]) -> None:
        self.hosts = list(hosts)
        self.now = 100.0
        self.frames: list[tuple[float, bytes]] = []
        self.lose: Callable[[int, bytes], bool] = lambda _number, _frame: False
        self._flying: list[tuple[float, int, Host, bytes]] = []
        self._order = count()

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.now + seconds
        self._collect()
        while (when := self._next()) is not None and when <= end:
            self.now = max(self.now, when)
            while self._flying and self._flying[0][0] <= self.now:
                _, _, host, frame = heapq.heappop(self._flying)
                host.receive(frame, self.now)
            for host in self.hosts:
                host.run(self.now)
            self._collect()
        self.now = end

    def _next(self) -> float | None:
        times = [when for host in self.hosts if (when := host.next_wake) is not None]
        if self._flying:
            times.append(self._flying[0][0])
        return min(times, default=None)

    def _collect(self) -> None:
        for sender in self.hosts:
            for frame in sender.take():
                number = len(self.frames)
                self.frames.append((self.now, frame))
                if not self.lose(number, frame):
                    for host in self.hosts:
                        if host is not sender:
                            heapq.heappush(self._flying, (self.now + DELAY, next(self._order), host, frame))


def pair() -> tuple[Host, Host, Wire]:
    """Two hosts in one network, and their wire."""
    one = Host.of("h1", "02:00:00:00:00:01", "10.0.0.1/24", "2001:db8::1/64")
    two = Host.of("h2", "02:00:00:00:00:02", "10.0.0.2/24", "2001:db8::2/64")
    return one, two, Wire([one, two])
