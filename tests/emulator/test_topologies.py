"""The usual shapes."""

from __future__ import annotations

from collections import Counter

import networkx
import pytest

from nox.emulator.network import Network
from nox.emulator.topologies import Plan, fat_tree, graph, line, ring, torus, tree
from nox.lib.errors import ConfigError


def degrees(plan: Plan) -> Counter[int]:
    """How many switches have how many links."""
    links = Counter(end for link in plan.links for end in link)
    return Counter(links[name] for name in plan.switches)


def connected(plan: Plan) -> bool:
    """Whether every switch can be reached."""
    return bool(networkx.is_connected(networkx.Graph(plan.links)))


@pytest.mark.parametrize(
    ("plan", "switches", "links", "edges", "by_degree"),
    [
        (line(4), 4, 3, 4, {1: 2, 2: 2}),
        (ring(4), 4, 4, 4, {2: 4}),
        (tree(3, 2), 7, 6, 4, {1: 4, 2: 1, 3: 2}),
        (tree(2, 5), 6, 5, 5, {1: 5, 5: 1}),
        (torus(3, 4), 12, 24, 12, {4: 12}),
        (fat_tree(4), 20, 32, 8, {4: 12, 2: 8}),
        (fat_tree(16), 320, 2048, 128, {16: 192, 8: 128}),
    ],
)
def test_shapes(plan: Plan, switches: int, links: int, edges: int, by_degree: dict[int, int]) -> None:
    """Each has the switches and links that it should have, none twice, and all are connected."""
    assert (len(set(plan.switches)), len({frozenset(link) for link in plan.links})) == (switches, links)
    assert len(plan.links) == links
    assert len(set(plan.edges)) == edges
    assert degrees(plan) == by_degree
    assert connected(plan)


def test_networkx() -> None:
    """Any graph of networkx: numbers become names, hosts are nodes that say so, links have what their edges have."""
    given = networkx.petersen_graph()
    given.add_node("printer", host=True)
    given.add_edge("printer", 3)
    given.edges[0, 1].update(delay=0.5, loss=0.1)
    net = Network.of(given, hosts=1)
    assert len(net.switches) == 10
    assert len(net.hosts) == 11
    assert net["printer"].switch == ("s3", 4)
    assert (net.link("s0", "s1").link.delay, net.link("s1", "s0").link.loss) == (0.5, 0.1)
    assert net.link("s1", "s2").link.loss == 0


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: ring(2), "a ring of 2 switches: it has at least 3"),
        (lambda: line(0), "a line of 0 switches"),
        (lambda: torus(2, 3), "a torus of 2 columns"),
        (lambda: tree(0, 2), "a tree of 0 layers"),
        (lambda: fat_tree(3), "a fat tree of switches with 3 ports: it is an even number from 2"),
        (lambda: graph(_with_host()), "host printer is linked to no switch: give it an edge"),
        (lambda: graph(_with_host(1, 2)), "host printer is linked to s2: a host has one link, to a switch"),
    ],
)
def test_wrong(make: object, sentence: str) -> None:
    """A shape that cannot be is refused with a sentence."""
    assert callable(make)
    with pytest.raises(ConfigError, match=sentence):
        make()


def _with_host(*neighbours: int) -> networkx.Graph:
    given = networkx.path_graph(4)
    given.add_node("printer", host=True)
    for neighbour in neighbours:
        given.add_edge("printer", neighbour)
    return given
