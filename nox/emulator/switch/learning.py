"""Where addresses were seen: what ``NORMAL`` and a switch that stands alone forward by."""

from __future__ import annotations

from typing import Final

MOST: Final = 2048  # addresses
_AGE: Final = 300.0  # seconds


class Learned:
    """Ports by VLAN and address."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], tuple[int, float]] = {}

    def learn(self, vlan: int, address: int, port: int, now: float) -> None:
        """An address was the source of a frame. Groups' addresses are nobody's."""
        if address >> 40 & 1:
            return
        self._seen.pop((vlan, address), None)
        if len(self._seen) >= MOST:
            del self._seen[next(iter(self._seen))]
        self._seen[vlan, address] = (port, now)

    def port(self, vlan: int, address: int, now: float) -> int | None:
        """Where an address was seen last; None where it is not known."""
        port, when = self._seen.get((vlan, address), (None, 0.0))
        return port if now - when < _AGE else None
