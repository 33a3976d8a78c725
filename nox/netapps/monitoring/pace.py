"""Which question is put to which switch, and when: pure, time is an argument.

Each switch is asked each kind of question once in an interval. Over the interval the switches are spread evenly,
however many there are and whenever they come: the phases are multiples of the golden ratio, of which each new one falls
into a largest gap. Three bounds hold for the whole network: questions a second, flow entries a second in the answers
(and what takes as long as they to read), and one open question for each switch. When they are reached, everything comes
later, what is overdue longest first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from heapq import heappop, heappush
from typing import Final, NamedTuple

GOLDEN: Final = 0.6180339887498949
TICK: Final = 0.1  # seconds between two looks at what is due
_LATE: Final = 3  # looks that may be made up for at once, where the machine was busy


class Kind(Enum):
    """What is asked for."""

    PORTS = "ports"
    TABLES = "tables"
    SIZES = "sizes"  # of the tables; once
    FLOWS = "flows"
    GROUPS = "groups"
    METERS = "meters"


_AHEAD: Final = 1.0  # seconds by which large answers may be asked for early: their sizes are known when they are there
_EXPECTED: Final = {Kind.FLOWS: 100, Kind.SIZES: 250}  # the size of the first answer; kinds of which it matters
_ONCE: Final = frozenset({Kind.SIZES})


class Question(NamedTuple):
    """One kind of question to one switch. :ivar due: when it was to be asked, seconds."""

    dpid: int
    kind: Kind
    due: float


@dataclass(slots=True)
class _Asked:
    """A switch.

    :ivar open: what it has not answered. :ivar waiting: what was due while another question was open.
    :ivar expected: the size of its next answer, by kind, in flow entries: that of its last.
    """

    phase: float
    open: Question | None = None
    waiting: list[Question] = field(default_factory=list)
    expected: dict[Kind, int] = field(default_factory=lambda: dict(_EXPECTED))
    never: set[Kind] = field(default_factory=set)


class Pace:
    """When what is asked.

    :param rate: questions a second; `entries`: flow entries a second in their answers.
    :param intervals: seconds, by kind; what is 0 is never asked.
    :ivar lag: by how many seconds the latest question was late.
    """

    def __init__(self, rate: float, entries: float, intervals: Mapping[Kind, float]) -> None:
        self.lag = 0.0
        self._rate, self._entries = rate, entries
        self._intervals = {kind: interval for kind, interval in intervals.items() if interval}
        self._asked: dict[int, _Asked] = {}
        self._heap: list[tuple[float, int, _Asked, Question]] = []
        self._joined = self._count = 0
        self._credit, self._refilled = 0.0, 0.0
        self._flows_from = 0.0  # when flow entries may be asked for again

    def join(self, dpid: int, now: float) -> None:
        """A switch is there: it is asked from now on."""
        phase = self._joined * GOLDEN % 1.0
        self._joined += 1
        asked = self._asked[dpid] = _Asked(phase)
        for kind, interval in self._intervals.items():
            self._push(asked, Question(dpid, kind, now + phase * interval))

    def leave(self, dpid: int) -> None:
        """It has gone."""
        self._asked.pop(dpid, None)

    def never(self, dpid: int, kind: Kind) -> None:
        """The switch does not answer this kind: do not ask again while it is there."""
        asked = self._asked.get(dpid)
        if asked is not None:
            asked.never.add(kind)

    def due(self, now: float) -> list[Question]:
        """What is to be asked now. Each must be `answered`, also when no answer came."""
        self._credit = min(self._credit + (now - self._refilled) * self._rate, 1.0 + self._rate * TICK * _LATE)
        self._refilled = now
        found = []
        while self._heap and self._heap[0][0] <= now and self._credit >= 1:
            _, _, asked, question = heappop(self._heap)
            if self._asked.get(question.dpid) is not asked or question.kind in asked.never:
                continue
            if asked.open is not None:
                asked.waiting.append(question)
            elif question.kind in _EXPECTED and now < self._flows_from - _AHEAD:
                self._push(asked, question, self._flows_from - _AHEAD)
            else:
                asked.open = question
                self._spend(asked.expected.get(question.kind, 0), now)
                self._credit -= 1
                self.lag = now - question.due
                found.append(question)
        return found

    def answered(self, question: Question, now: float, entries: int = 0) -> None:
        """A question is open no more: the switch has answered, refused, or been silent for too long.

        :param entries: flow entries in the answer, or how many take as long to read; 0 where it is none.
        """
        asked = self._asked.get(question.dpid)
        if asked is None or asked.open is not question:  # of a connection that has gone
            return
        asked.open = None
        if question.kind in _EXPECTED:
            self._spend(entries - asked.expected[question.kind], now)
            asked.expected[question.kind] = entries
        waiting, asked.waiting = asked.waiting, []
        for one in waiting:
            self._push(asked, one)
        if question.kind in _ONCE and entries:
            return
        interval = self._intervals[question.kind]
        missed = max(0, int((now - question.due) // interval))
        self._push(asked, question._replace(due=question.due + (missed + 1) * interval))

    def _spend(self, entries: int, now: float) -> None:
        """So many flow entries are on their way: no more are asked for until their time is over."""
        if entries:
            self._flows_from = max(self._flows_from, now) + entries / self._entries

    def _push(self, asked: _Asked, question: Question, when: float | None = None) -> None:
        self._count += 1  # of one time what was pushed first comes first, and nothing else is compared
        heappush(self._heap, (question.due if when is None else when, self._count, asked, question))
