"""Which flows a change of the network concerns, beside those whose link has gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nox.lib.flowkey import SHAPES, UDP
from nox.lib.graph import Edge, Graph
from nox.netapps.decision import ANYWHERE, Constraints, Decision, Path, Place, Verdict
from nox.netapps.routing.choosing import choose
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.healing import Healer
from nox.netapps.routing.links import Difference
from nox.netapps.routing.table import FlowTable

SHAPE = next(shape for shape in SHAPES if shape.fixed.get("ip_proto") == UDP)
ONE, OTHER = Place(1, 99), Place(3, 99)


class Network:
    """Flows from switch 1 to switch 3, over links that come and go; who is led where is what the table says."""

    def __init__(self, *edges: Edge) -> None:
        self.graph, self.table = Graph(), FlowTable()
        self.turns: list[Callable[[], None]] = []
        self.fails = False
        self.healer = Healer(self.table, self.graph, self.route, self.table.lead, self.turns.append)
        for edge in edges:
            self.graph.put(edge)

    def route(self, flow: Flow) -> Path | None:
        """As things are; an error where one was asked for."""
        if self.fails:
            self.fails = False
            raise ZeroDivisionError
        return choose(self.graph, flow.source, flow.destination, constraints=flow.decision.constraints)

    def flow(self, constraints: Constraints = ANYWHERE, number: int = 1) -> Flow:
        """One that stands."""
        decision = Decision(verdict=Verdict.ALLOW, rule="test", constraints=constraints)
        ends = {"sender": (b"1", 0), "receiver": (b"2", 0), "source": ONE, "destination": OTHER}
        flow = Flow((SHAPE, (number,)), number, number, decision=decision, **ends)  # type: ignore[arg-type] # as they are
        self.table.add(flow)
        self.table.lead(flow, self.route(flow) or ())
        return flow

    def change(self, *, gone: tuple[Edge, ...] = (), come: tuple[Edge, ...] = ()) -> None:
        """Links go and come, as `Links` tells of it."""
        difference = Difference(gone=list(gone), come=list(come))
        for edge in gone:
            self.graph.remove(edge.begin)
        for edge in come:
            difference.nearer.update(self.graph.put(edge)[0])
        self.healer.concern(difference)


def over(flow: Flow) -> list[tuple[int, int]]:
    """The switches of its path, with the ports by which it leaves them."""
    return [(hop.dpid, hop.out_port) for hop in flow.path]


FAST, SLOW = Edge(1, 3, 3, 1, speed=1000), Edge(1, 4, 3, 2, speed=10)


def test_a_link_that_makes_nothing_nearer_helps_who_could_use_no_other() -> None:
    """A slow link is as short as the fast one beside it; a flow that needs the fast one waits for that."""
    net = Network(SLOW)
    usual, picky = net.flow(), net.flow(Constraints(bandwidth=100), 2)
    net.healer.look_at([picky])
    assert list(net.healer.stranded) == [picky]
    net.change(come=(FAST,))
    assert (over(picky), over(usual)) == ([(1, 3), (3, 99)], [(1, 4), (3, 99)])
    assert list(net.healer.stranded) == []


def test_a_shorter_way_under_constraints_is_taken() -> None:
    """Although the shortest way of all, which the flow must not take, is as short as before."""
    long = [Edge(1, 4, 4, 1), Edge(4, 5, 5, 1), Edge(5, 3, 3, 2)]
    net = Network(Edge(1, 2, 2, 1), Edge(2, 3, 3, 1), *long)
    flow = net.flow(Constraints(avoid=frozenset({2})))
    assert [dpid for dpid, _ in over(flow)] == [1, 4, 5, 3]
    net.change(come=(Edge(1, 5, 5, 2),))
    assert [dpid for dpid, _ in over(flow)] == [1, 5, 3]


def test_a_link_that_has_become_slow_is_left_by_who_needs_more() -> None:
    """And by nobody else, as long as it costs the same."""
    net = Network(FAST)
    usual, picky = net.flow(), net.flow(Constraints(bandwidth=100), 2)
    net.change(come=(Edge(1, 4, 3, 2, speed=1000),))
    net.change(come=(Edge(1, 3, 3, 1, speed=10),))
    assert (over(picky)[0], over(usual)[0]) == ((1, 4), (1, 3))


def test_a_link_that_costs_more_now_is_left() -> None:
    """Where another one is cheaper by that."""
    net = Network(Edge(1, 3, 3, 1, 5, 1000), Edge(1, 4, 3, 2, 7, 1000))
    flow = net.flow()
    assert over(flow)[0] == (1, 3)
    net.change(come=(Edge(1, 3, 3, 1, 50, 100),))
    assert over(flow)[0] == (1, 4)


def test_a_defect_in_one_flow_keeps_no_other_waiting() -> None:
    """The others have their turn, and later changes too."""
    net = Network(FAST, Edge(1, 4, 3, 2, speed=1000))
    flows = [net.flow(number=number) for number in range(1, 4)]
    net.fails = True
    with pytest.raises(ZeroDivisionError):
        net.change(gone=(FAST,))
    while net.turns:
        net.turns.pop()()
    assert [over(flow)[0] for flow in flows[1:]] == [(1, 4), (1, 4)]
    net.healer.look_at(flows)
    assert over(flows[0])[0] == (1, 4)
