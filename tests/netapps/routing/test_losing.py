"""Readings at different times, what they prove, who is blamed, and for how long."""

from __future__ import annotations

import pytest
from zope.interface import implementer

from nox.lib.graph import Edge, Graph
from nox.netapps.decision import Decision, Hop, Place, Verdict
from nox.netapps.events import FlowsRead
from nox.netapps.interfaces import ILoad
from nox.netapps.load import PortPackets, Span
from nox.netapps.routing.blame import Suspect, arrives, blame, way
from nox.netapps.routing.counted import Counted, Reading
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.identity import OWN_SHAPES
from nox.netapps.routing.losing import Losing, Sent
from nox.netapps.routing.mistrust import FIRST, LONGEST, MOST, Key, Mistrust
from nox.netapps.routing.table import FlowTable

COOKIE = 7
PATH = (Hop(1, 9, 1), Hop(2, 1, 2), Hop(3, 1, 9))


def at(moment: float) -> Span:
    """A switch that answers at once."""
    return Span(moment, moment)


class Line:
    """Three switches in a row with one flow, and what was found to be lost."""

    def __init__(self) -> None:
        self.table, self.graph, self.lost = FlowTable(), Graph(), list[Sent]()
        for one, other in ((1, 2), (2, 3)):
            self.graph.put(Edge(one, one, other, 1))
            self.graph.put(Edge(other, 1, one, one))
        self.flow = Flow(
            (OWN_SHAPES[0], ()),
            COOKIE,
            COOKIE,
            sender=(b"a" * 6, 0),
            receiver=(b"b" * 6, 0),
            source=Place(1, 9),
            destination=Place(3, 9),
            decision=Decision(verdict=Verdict.ALLOW, rule="test"),
        )
        self.table.add(self.flow)
        self.table.lead(self.flow, PATH)
        self.flow.hops, self.flow.written = PATH, 0.0
        self.losing = Losing(self.table, self.graph, 5, self.lost.append)

    def read(self, dpid: int, since: float, moment: float, packets: int, *, is_whole: bool = True) -> None:
        """A switch was read: its entry of the flow has counted so much."""
        counted = {(COOKIE, PATH[dpid - 1].in_port): packets} if packets else {}
        for _ in self.losing.read(FlowsRead(dpid, at(since), at(moment), counted, is_whole=is_whole)):
            pass


def test_what_is_counted_around_a_time() -> None:
    """Only readings that begin before and end after it say what was counted in it, with a second to spare."""
    counted = Counted()
    assert counted.around(1, [(1, 1)], at(10), at(20)) is None
    for begin in (5, 15):
        counted.read(1, Reading(at(begin), at(begin + 10), {(1, 1): begin, (2, 1): 100}))
    assert counted.around(1, [(1, 1)], at(10), at(20)) == 20
    assert counted.around(1, [(1, 1), (2, 1)], at(10), at(20)) == 220
    assert counted.around(1, [(1, 1)], at(16), at(20)) == 15
    assert counted.around(1, [(1, 1)], at(5.5), at(20)) is None
    assert counted.around(1, [(1, 1)], at(10), at(24.5)) is None
    assert counted.around(1, [(1, 1)], Span(16, 20), Span(20, 24.5)) is None
    counted.read(1, Reading(at(40), at(50), {}))  # a gap
    assert counted.around(1, [(1, 1)], at(10), at(20)) is None


def test_many_entries_are_looked_at_one_by_one() -> None:
    """So that whoever asks may let others have their turn in between; a stranger's entries are passed over."""
    line = Line()
    line.read(2, 98, 108, 0)
    counted = {(cookie, 9): 50 for cookie in range(1000)}
    assert len(list(line.losing.read(FlowsRead(1, at(110), at(120), counted, is_whole=True)))) == 1000
    assert len(list(line.losing.read(FlowsRead(2, at(108), at(125), {}, is_whole=True)))) == 1


def test_a_flow_that_nobody_behind_counts_is_lost() -> None:
    """Said when all behind have been read, and not before."""
    line = Line()
    for dpid, phase in ((2, 3.0), (3, 6.0)):
        line.read(dpid, 100 + phase, 110 + phase, 0)
    line.read(1, 110, 120, 50)
    line.read(2, 113, 123, 0)
    assert line.lost == []
    line.read(3, 116, 126, 0)
    [sent] = line.lost
    assert (sent.flow, sent.place, sent.packets, sent.rate) == (line.flow, 0, 50, 5.0)


@pytest.mark.parametrize(
    ("second", "third", "lost"),
    [(50, 50, 0), (0, 50, 0), (3, 0, 0), (2, 0, 1), (50, 0, 0)],
    ids=["all count", "the second keeps no counters", "some come", "next to none", "the second is the last to count"],
)
def test_who_counts_clears_those_before(second: int, third: int, lost: int) -> None:
    """And one packet in twenty is enough."""
    line = Line()
    for dpid, count in ((2, second), (3, third)):
        line.read(dpid, 98, 108, 0)
        line.read(dpid, 108, 123, count)
    line.read(1, 110, 120, 50)
    line.read(2, 123, 133, 0)
    line.read(3, 123, 133, 0)
    assert len(line.lost) == lost


@pytest.mark.parametrize("what", ["few", "changes", "rewritten", "moved", "not whole", "a middlebox"])
def test_what_proves_nothing(what: str) -> None:
    """Few packets, a flow whose entries are being changed or have been, a switch that is not read as a whole."""
    line = Line()
    for dpid in (2, 3):
        line.read(dpid, 95, 105, 0, is_whole=what != "not whole")
    if what == "rewritten":
        line.flow.written = 109.5
    if what == "a middlebox":
        line.graph.remove((1, 1))
    line.read(1, 110, 120, 4 if what == "few" else 50)
    if what == "changes":
        line.flow.written = 121.0
    if what == "moved":
        line.table.lead(line.flow, (Hop(1, 9, 2), Hop(3, 2, 9)))
    for dpid in (2, 3):
        line.read(dpid, 105, 125, 0)
    assert line.lost == []


@implementer(ILoad)
class OwnLoad:
    """What ports send and receive."""

    def __init__(self, **ports: tuple[float | None, float | None]) -> None:
        self.ports = {(int(name[1]), int(name[3])): PortPackets(*one) for name, one in ports.items()}

    def utilisation(self, dpid: int, port: int) -> float | None:
        """Nobody asks."""
        return None

    def packets(self, dpid: int, port: int) -> PortPackets | None:
        """As they were said."""
        return self.ports.get((dpid, port))


def sent(place: int = 0, path: tuple[Hop, ...] = (*PATH[:2], Hop(3, 1, 2), Hop(4, 1, 9))) -> Sent:
    """Fifty packets in ten seconds, of which nobody behind knows."""
    return Sent(Line().flow, path, place, 0.0, 50, at(110), at(120))


@pytest.mark.parametrize(
    ("place", "load", "suspect"),
    [
        (0, OwnLoad(s1p1=(0.0, 6.0), s2p1=(6.0, 0.0)), Suspect(2)),
        (0, OwnLoad(s1p1=(0.0, 6.0), s2p1=(0.2, 0.0)), Suspect(1, 1)),
        (1, OwnLoad(s2p2=(0.0, 0.2), s3p1=(0.2, 0.0)), Suspect(2)),
        (0, OwnLoad(s1p1=(0.0, 0.2), s2p1=(0.2, 0.0)), Suspect(1, 1)),
        (2, OwnLoad(s3p2=(0.0, 6.0), s4p1=(6.0, 0.0)), Suspect(3, 2)),
        (0, OwnLoad(s1p1=(0.0, None), s2p1=(6.0, 0.0)), Suspect(1, 1)),
        (0, None, Suspect(1, 1)),
    ],
    ids=["got it", "did not get it", "did not send it", "the first", "the last", "not known", "nothing known"],
)
def test_who_is_blamed(place: int, load: OwnLoad | None, suspect: Suspect) -> None:
    """By what ports say; where they do not, and at the ends of a path, the link."""
    assert blame(sent(place), load) == suspect


def test_a_flow_that_leaves_by_its_last_port_arrives() -> None:
    """Although its switch does not count it."""
    assert arrives(sent(1, PATH), OwnLoad(s3p9=(0.0, 5.0)))
    assert not arrives(sent(1, PATH), OwnLoad(s3p9=(0.0, 1.0)))
    assert not arrives(sent(0, PATH), OwnLoad(s3p9=(0.0, 5.0)))
    assert not arrives(sent(1, PATH), None)


def test_the_way_of_a_probe() -> None:
    """In by the suspect link, or by the flow's into the suspect switch; out where the flow goes, or anywhere."""
    line = Line()
    one = Sent(line.flow, PATH, 0, 0.0, 50, at(110), at(120))
    for suspect in (Suspect(2), Suspect(1, 1)):
        found = way(suspect, one, line.graph)
        assert found is not None
        assert (found.into.begin, found.out.begin) == ((1, 1), (2, 2))
    last = way(Suspect(2, 2), one._replace(place=1), line.graph)
    assert last is not None
    assert (last.into.begin, last.out.begin) == ((2, 2), (3, 1))  # there is no other switch: back
    line.graph.remove((1, 1))
    assert way(Suspect(2), one, line.graph) is None


def test_mistrust_doubles_and_is_forgotten() -> None:
    """30, 60, 120 … seconds, an hour at most; an hour after the last time it begins anew."""
    mistrust, key = Mistrust(), Key(Suspect(2))
    now, spans = 0.0, []
    for _ in range(9):
        case = mistrust.convict(key, now)
        assert case is not None
        assert mistrust.due(case.until - 0.1) == []
        assert mistrust.due(case.until) == [case]
        spans.append(case.until - now)
        now = case.until
        mistrust.acquit(case, now)
        assert mistrust.get(key) is None
    assert spans[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert spans[-1] == LONGEST
    mistrust.due(now + LONGEST + 1)
    again = mistrust.convict(key, now + LONGEST + 1)
    assert again is not None
    assert again.times == 1


def test_cases_are_bounded_and_of_their_hosts() -> None:
    """No more than so many; what one pair avoids another does not."""
    mistrust = Mistrust()
    pairs = [((number.to_bytes(6), 0), (b"b" * 6, 0)) for number in range(MOST + 1)]
    cases = [mistrust.convict(Key(Suspect(2), pair), 0.0) for pair in pairs]
    assert [case is None for case in cases] == [False] * MOST + [True]
    assert mistrust.avoided(pairs[0]) == {Suspect(2)}
    assert mistrust.avoided(pairs[-1]) == set()
    assert cases[0] is not None
    mistrust.acquit(cases[0], 1.0)
    assert mistrust.avoided(pairs[0]) == set()
