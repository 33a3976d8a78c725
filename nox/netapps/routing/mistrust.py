"""Who is not trusted to forward, for whom, and until when: pure.

    ──convict──▶ OPEN ──its time is over──▶ tried ──it forwards──▶ OVER ──convict──▶ OPEN, for twice as long
                  ▲                           │
                  └──── for twice as long ────┘

A case that is over is remembered for as long as it may last at most: who loses flows again and again is tried ever
more seldom, so that flows do not go to and fro.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from nox.netapps.routing.blame import Suspect, Way
from nox.netapps.routing.flow import HostKey

FIRST: Final = 30.0  # seconds for which somebody is not trusted the first time
LONGEST: Final = 3600.0  # and at most
MOST: Final = 1000  # cases of two hosts, those that are over included; of everybody there is one a switch and a link

Pair = tuple[HostKey, HostKey]  # sender and receiver


class Key(NamedTuple):
    """Who is not trusted, and for whose flows; None for everybody's."""

    suspect: Suspect
    pair: Pair | None = None


class Case:
    """One of them.

    :ivar way: on which it is tried; None where it cannot be. :ivar times: how often it was convicted.
    :ivar is_open: whether flows avoid it now. :ivar end: where a link leads; None for a switch.
    """

    __slots__ = ("end", "is_open", "key", "since", "times", "until", "way")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.way: Way | None = None
        self.end: tuple[int, int] | None = None
        self.since = self.until = 0.0
        self.times = 0
        self.is_open = False


class Mistrust:
    """All cases."""

    def __init__(self) -> None:
        self._cases: dict[Key, Case] = {}
        self._pairs: dict[Pair, set[Suspect]] = {}

    def __iter__(self) -> Iterator[Case]:
        return (case for case in list(self._cases.values()) if case.is_open)

    def get(self, key: Key) -> Case | None:
        """The case that is open; None where there is none."""
        case = self._cases.get(key)
        return case if case is not None and case.is_open else None

    def avoided(self, pair: Pair) -> set[Suspect]:
        """What the flows of these two avoid, and not those of everybody."""
        return self._pairs.get(pair, set())

    def convict(self, key: Key, now: float) -> Case | None:
        """Somebody is not trusted from now on, or still is not; None where two hosts are one pair too many."""
        case = self._cases.get(key)
        if case is None:
            if key.pair is not None and sum(one.pair is not None for one in self._cases) >= MOST:
                return None
            case = self._cases[key] = Case(key)
        if not case.is_open:
            case.is_open, case.since = True, now
            if key.pair is not None:
                self._pairs.setdefault(key.pair, set()).add(key.suspect)
        case.times += 1
        case.until = now + min(LONGEST, FIRST * 2 ** min(case.times - 1, 20))
        return case

    def acquit(self, case: Case, now: float) -> None:
        """Somebody is trusted again."""
        case.is_open, case.until = False, now
        pair = case.key.pair
        if pair is not None and pair in self._pairs:
            self._pairs[pair].discard(case.key.suspect)
            if not self._pairs[pair]:
                del self._pairs[pair]

    def due(self, now: float) -> list[Case]:
        """The cases whose time is over. What was over long ago is forgotten."""
        for case in list(self._cases.values()):
            if not case.is_open and now - case.until > LONGEST:
                del self._cases[case.key]
        return [case for case in self if case.until <= now]
