"""Packets that go round are found by counters, and what is right is not taken for that."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st

from nox.netapps.decision import Place
from nox.netapps.monitoring.circles import NOTHING, Circle, Rate, circles, levels

FLOOR = 100.0


class Net:
    """A network whose counters are made up by sending flows through it.

    :param graph: switches, numbered from 1; each has an edge port 0, and its other ports are numbered by who is there.
    """

    def __init__(self, graph: networkx.Graph) -> None:
        self.graph = graph
        self.links: dict[Place, Place] = {}
        self.received: dict[Place, Rate] = {Place(dpid, 0): NOTHING for dpid in graph}
        for one, other in graph.edges:
            self.links[Place(one, other)] = Place(other, one)
            self.links[Place(other, one)] = Place(one, other)
        self.received.update(dict.fromkeys(self.links.values(), NOTHING))

    def send(self, path: list[int], rate: float) -> None:
        """A flow from an edge port along a path."""
        self.arrive(Place(path[0], 0), rate)
        self.go(path, rate)

    def go(self, path: list[int], rate: float, size: float = 100.0) -> None:
        """Packets over links, wherever they came from.

        :param size: bytes of a packet.
        """
        for one, other in pairwise(path):
            self.arrive(Place(other, one), rate, size)

    def arrive(self, place: Place, rate: float, size: float = 100.0) -> None:
        """Packets at a port."""
        before = self.received[place]
        self.received[place] = Rate(before.packets + rate, before.bytes + rate * size)

    def found(self) -> list[Circle]:
        """What is found, from the highest level to the floor."""
        found: list[Circle] = []
        for level in levels(self.links, self.received, FLOOR):
            found += circles(self.links, self.received, level, [dpid for one in found for dpid in one.dpids])
        return found


def from_one(graph: networkx.Graph) -> networkx.Graph:
    """The graph with its nodes numbered from 1."""
    return networkx.convert_node_labels_to_integers(graph, first_label=1)


def ring(count: int) -> Net:
    """Switches 1 to so many, in a ring."""
    return Net(from_one(networkx.cycle_graph(count)))


def test_two_switches_that_send_back() -> None:
    """Between two switches 10,000 packets a second go to and fro, and 10 come in."""
    net = ring(4)
    net.send([1, 2], 10.0)
    net.go([1, 2, 1], 10_000.0)
    (circle,) = net.found()
    assert circle.dpids == {1, 2}
    assert set(circle.links) == {Place(1, 2), Place(2, 1)}
    assert (circle.packets, circle.inflow) == (20_010.0, 10.0)


def test_a_circle_of_four() -> None:
    """Packets go round in a ring, in one direction."""
    net = ring(4)
    net.send([1, 2, 3], 10.0)
    net.go([1, 2, 3, 4, 1], 5_000.0)
    (circle,) = net.found()
    assert circle.dpids == {1, 2, 3, 4}


def test_a_circle_beside_traffic_as_heavy() -> None:
    """A circle is found in a network through which as much goes elsewhere."""
    net = Net(from_one(networkx.circular_ladder_graph(5)))
    net.send([6, 7, 8, 9], 8_000.0)
    net.send([9, 8, 7, 6], 8_000.0)
    net.go([1, 2, 3, 4, 5, 1], 10_000.0)
    assert [circle.dpids for circle in net.found()] == [{1, 2, 3, 4, 5}]


def test_below_the_floor_nothing_is_said() -> None:
    """A network that is all but idle has no circle: LLDP goes over every link, and comes in nowhere."""
    net = ring(3)
    net.go([1, 2, 3, 1, 3, 2, 1], 5.0)
    assert net.found() == []


def test_packets_that_are_cut_on_their_way() -> None:
    """A host hands over packets of 60 kB, and a link carries each as 40 of 1,500 bytes: that is no circle."""
    net = ring(3)
    net.arrive(Place(1, 0), 1_000.0, 60_000.0)
    net.go([1, 2], 40_000.0, 1_500.0)
    net.arrive(Place(2, 0), 1_000.0, 60_000.0)
    net.go([2, 1], 40_000.0, 1_500.0)
    assert net.found() == []


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(1, 30))
def test_what_comes_in_and_goes_along_paths_is_no_circle(seed: int, size: int, flows: int) -> None:
    """Whatever flows go along paths without a loop, both ways, and floods along a tree: nothing is found."""
    chance = random.Random(seed)
    small, large = networkx.path_graph(size), networkx.watts_strogatz_graph(size, min(4, size - 1), 0.5, seed=seed)
    net = Net(from_one(networkx.compose(small, large)))
    for _ in range(flows):
        source = chance.randint(1, size)
        if chance.random() < 0.3:
            rate = chance.uniform(1, 1e5)
            net.arrive(Place(source, 0), rate)
            for one, other in networkx.bfs_edges(net.graph, source):
                net.go([one, other], rate)
        else:
            for _, _, edge in net.graph.edges(data=True):
                edge["weight"] = chance.random()
            way = networkx.shortest_path(net.graph, source, chance.randint(1, size), "weight")
            net.send(way, chance.uniform(1, 1e5))
    assert net.found() == []
