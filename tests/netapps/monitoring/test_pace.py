"""The pace at which switches are asked."""

from __future__ import annotations

from collections import Counter

from nox.netapps.monitoring.pace import TICK, Kind, Pace, Question


class Run:
    """A pace and switches that answer, over emulated seconds.

    :param takes: seconds until a switch answers; None: never.
    """

    def __init__(self, pace: Pace, takes: float | None = 0.0, entries: int = 0, sizes: int = 0) -> None:
        self.pace, self.takes = pace, takes
        self.entries = {Kind.FLOWS: entries, Kind.SIZES: sizes}
        self.now = 0.0
        self.asked: list[tuple[float, Question]] = []
        self.open: list[tuple[float, Question]] = []

    def seconds(self, seconds: float) -> None:
        """Let time go by."""
        for _ in range(round(seconds / TICK)):
            self.now = round(self.now + TICK, 6)
            for when, question in [one for one in self.open if one[0] <= self.now]:
                self.open.remove((when, question))
                self.pace.answered(question, self.now, self.entries.get(question.kind, 0))
            for question in self.pace.due(self.now):
                self.asked.append((self.now, question))
                assert question.dpid not in {one.dpid for _, one in self.open}
                if self.takes is not None:
                    self.open.append((self.now + self.takes, question))


def joined(pace: Pace, count: int) -> Pace:
    """So many switches are there at once."""
    for dpid in range(1, count + 1):
        pace.join(dpid, 0.0)
    return pace


def test_each_switch_once_in_an_interval() -> None:
    """In five intervals each of a hundred switches is asked five times."""
    run = Run(joined(Pace(1000.0, 1000.0, {Kind.PORTS: 5.0}), 100))
    run.seconds(25)
    counts = Counter(question.dpid for _, question in run.asked if question.due < 25)
    assert (len(counts), set(counts.values())) == (100, {5})


def test_they_are_spread_over_the_interval() -> None:
    """100 switches that came at once are asked 1 to 3 in each tenth of a second, also in the first interval."""
    run = Run(joined(Pace(1000.0, 1000.0, {Kind.PORTS: 5.0}), 100))
    run.seconds(5)
    by_tick = Counter(round(when / TICK) for when, _ in run.asked)
    assert max(by_tick.values()) <= 4
    assert len(by_tick) >= 45


def test_the_rate_is_bounded() -> None:
    """100 switches every second are 100 questions: with 40 a second allowed, 40 are asked, and all have their turn."""
    run = Run(joined(Pace(40.0, 1000.0, {Kind.PORTS: 1.0}), 100))
    run.seconds(20)
    assert len(run.asked) <= 40 * 20 + 13
    assert len(run.asked) >= 40 * 19
    counts = Counter(question.dpid for _, question in run.asked)
    assert set(range(1, 101)) == set(counts)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert run.pace.lag > 0.5


def test_a_switch_that_does_not_answer_is_asked_nothing() -> None:
    """One question is open, and that is all, whatever else is due."""
    run = Run(joined(Pace(1000.0, 1000.0, {Kind.PORTS: 1.0, Kind.TABLES: 1.0}), 1), takes=None)
    run.seconds(60)
    assert len(run.asked) == 1


def test_what_was_due_meanwhile_is_asked_after_the_answer() -> None:
    """The other kinds are not forgotten, and none is asked twice for the time that was missed."""
    run = Run(joined(Pace(1000.0, 1000.0, {Kind.PORTS: 1.0, Kind.TABLES: 1.0}), 1), takes=8.0)
    run.seconds(40)
    kinds = [question.kind for _, question in run.asked]
    assert kinds == [Kind.PORTS, Kind.TABLES] * (len(kinds) // 2) + [Kind.PORTS] * (len(kinds) % 2)


def test_entries_are_bounded() -> None:
    """Ten switches with 1,000 entries each, every second: with 500 entries a second one is read every two seconds."""
    run = Run(joined(Pace(1000.0, 500.0, {Kind.FLOWS: 1.0, Kind.PORTS: 1.0}), 10), entries=1000)
    run.seconds(30)
    kinds = Counter(question.kind for _, question in run.asked)
    assert 13 <= kinds[Kind.FLOWS] <= 17
    assert kinds[Kind.PORTS] >= 280  # they do not wait for entries


def test_sizes_are_asked_once() -> None:
    """Until they are told, and within the bound of entries: 20 switches of 1,000 at 500 a second take 40 s."""
    run = Run(joined(Pace(1000.0, 500.0, {Kind.SIZES: 10.0}), 20), sizes=1000)
    run.seconds(20)
    assert 8 <= len(run.asked) <= 13
    run.seconds(60)
    assert Counter(question.dpid for _, question in run.asked) == dict.fromkeys(range(1, 21), 1)


def test_small_answers_delay_nothing() -> None:
    """320 switches with few tables and entries come at once: by default each is read in each interval, at once."""
    intervals = {Kind.PORTS: 5.0, Kind.TABLES: 10.0, Kind.SIZES: 10.0, Kind.FLOWS: 10.0}
    run = Run(joined(Pace(200.0, 2000.0, intervals), 320), entries=5, sizes=80)
    run.seconds(40)
    kinds = Counter(question.kind for _, question in run.asked)
    assert kinds[Kind.SIZES] == 320
    assert kinds[Kind.PORTS] >= 320 * 8 * 0.98
    assert kinds[Kind.FLOWS] >= 320 * 4 * 0.98


def test_a_kind_that_a_switch_does_not_know() -> None:
    """It is not asked again; others are."""
    pace = joined(Pace(1000.0, 1000.0, {Kind.PORTS: 1.0, Kind.GROUPS: 1.0}), 1)
    pace.never(1, Kind.GROUPS)
    run = Run(pace)
    run.seconds(10)
    assert {question.kind for _, question in run.asked} == {Kind.PORTS}


def test_a_switch_that_returns() -> None:
    """It is asked as a new one; an answer to a question of before closes none of its own."""
    pace = joined(Pace(1000.0, 1000.0, {Kind.PORTS: 1.0}), 1)
    run = Run(pace, takes=None)
    run.seconds(1)
    ((_, old),) = run.asked
    pace.leave(1)
    pace.join(1, run.now)
    run.seconds(1)
    assert len(run.asked) == 2
    pace.answered(old, run.now)
    run.seconds(5)
    assert len(run.asked) == 2


def test_an_interval_of_nothing() -> None:
    """What is 0 is never asked."""
    run = Run(joined(Pace(1000.0, 1000.0, {Kind.PORTS: 1.0, Kind.METERS: 0.0}), 1))
    run.seconds(5)
    assert Kind.METERS not in {question.kind for _, question in run.asked}
