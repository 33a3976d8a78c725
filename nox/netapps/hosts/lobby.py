"""Packets that came in at ports whose role is not decided yet. They wait for that, a few at each port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nox.core.openflow.events import PacketIn
from nox.netapps.hosts.values import Place, Verdict

MOST_AT_PORT: Final = 16
MOST: Final = 4096
TOO_LONG: Final = 3.0  # seconds; a role is decided within one


class Lobby:
    """Packets that wait, by port."""

    def __init__(self) -> None:
        self._waiting: dict[Place, list[PacketIn]] = {}
        self._since: dict[Place, float] = {}
        self._count = 0

    def enter(self, event: PacketIn, place: Place, now: float) -> Verdict:
        """Have a packet wait, unless many do."""
        waiting = self._waiting.get(place, [])
        if self._count >= MOST or len(waiting) >= MOST_AT_PORT:
            return Verdict.REFUSE
        self._waiting.setdefault(place, waiting).append(event)
        self._since.setdefault(place, now)
        self._count += 1
        return Verdict.WAIT

    def leave(self, place: Place) -> list[PacketIn]:
        """Those of a port, in order; they wait no more."""
        waiting = self._waiting.pop(place, [])
        self._since.pop(place, None)
        self._count -= len(waiting)
        return waiting

    def overdue(self, now: float) -> Iterator[PacketIn]:
        """Those that have waited too long; they wait no more."""
        for place in [place for place, since in self._since.items() if now - since > TOO_LONG]:
            yield from self.leave(place)
