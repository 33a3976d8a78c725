"""Contests: two claim what one can have. Who had it first is asked, and the packets of who claims it wait.

Who has lost is remembered. For a second its claims are refused without asking, so that neither packets nor events
become a storm; for a minute the question waits longer, so that a host that answers slowly does not lose what it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Final, NamedTuple

from nox.core.openflow.events import PacketIn
from nox.netapps.hosts.asking import Question
from nox.netapps.hosts.values import Host, Place, Verdict

MOST_HELD: Final = 16  # packets that wait for one answer
MOST_AT_PLACE: Final = 32  # contests about claims that are made at one port
MOST_QUARRELS: Final = 10_000  # remembered
QUIET: Final = 1.0  # seconds for which a claim that was refused is not looked at again
MEMORY: Final = 60.0  # seconds for which it is remembered
PATIENT: Final = 1.0  # seconds that an answer may take then


class Contest:
    """One claim that is looked into.

    :ivar host: who claims, at `place`.
    """

    __slots__ = ("held", "host", "place", "question")

    def __init__(self, host: Host, place: Place) -> None:
        self.host, self.place = host, place
        self.held: list[PacketIn] = []
        self.question: Question | None = None

    def answer(self, place: Place) -> None:
        """Who had it was heard there."""
        if self.question is not None:
            self.question.end(place)


class _Quarrel(NamedTuple):
    quiet_until: float
    until: float


class Contests:
    """What all contests share: how many there are, and who has lost one.

    :param patience: seconds that an answer may take.
    """

    def __init__(self, now: Callable[[], float], patience: float) -> None:
        self._now, self._patience = now, patience
        self._at: Counter[Place] = Counter()
        self._quarrels: dict[tuple[Hashable, Place], _Quarrel] = {}

    def __len__(self) -> int:
        return self._at.total()

    def open(self, host: Host, place: Place) -> Contest | None:
        """Begin one; None where there are too many about claims at this port."""
        if self._at[place] >= MOST_AT_PLACE:
            return None
        self._at[place] += 1
        return Contest(host, place)

    def close(self, contest: Contest) -> None:
        """It is decided."""
        self._at[contest.place] -= 1
        if not self._at[contest.place]:
            del self._at[contest.place]

    def wait(self, contest: Contest, event: PacketIn) -> Verdict:
        """Have a packet wait for the decision, unless many do."""
        if len(contest.held) >= MOST_HELD:
            return Verdict.REFUSE
        contest.held.append(event)
        return Verdict.WAIT

    def lost(self, subject: Hashable, place: Place) -> None:
        """Remember that a claim was refused."""
        self._quarrels.pop((subject, place), None)
        while len(self._quarrels) >= MOST_QUARRELS:
            del self._quarrels[next(iter(self._quarrels))]
        now = self._now()
        self._quarrels[subject, place] = _Quarrel(now + QUIET, now + MEMORY)

    def is_quiet(self, subject: Hashable, place: Place) -> bool:
        """Whether this claim was refused just now."""
        quarrel = self._quarrels.get((subject, place))
        return quarrel is not None and self._now() < quarrel.quiet_until

    def patience(self, subject: Hashable, place: Place) -> float:
        """How long to wait for an answer."""
        quarrel = self._quarrels.get((subject, place))
        return PATIENT if quarrel is not None and self._now() < quarrel.until else self._patience
