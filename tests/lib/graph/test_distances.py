"""Distances that are kept while edges come and go: networkx, which begins anew each time, is the judge."""

from __future__ import annotations

from itertools import pairwise

import networkx
from hypothesis import given
from hypothesis import strategies as st

from nox.lib.graph import Edge, Graph, search, walk, ways

NODES = range(7)
edges = st.builds(
    Edge,
    st.sampled_from(NODES),
    st.integers(1, 5),
    st.sampled_from(NODES),
    st.just(1),
    st.integers(1, 4),
).filter(lambda edge: edge.src != edge.dst)
changes = st.lists(st.one_of(edges, st.tuples(st.sampled_from(NODES), st.integers(1, 5))), max_size=60)


def made(graph: Graph) -> networkx.MultiDiGraph:
    """The same graph for the judge."""
    judge = networkx.MultiDiGraph()
    judge.add_nodes_from(NODES)
    for edge in graph:
        judge.add_edge(edge.src, edge.dst, key=edge.src_port, cost=edge.cost)
    return judge


def right(graph: Graph, target: int) -> dict[int, int]:
    """The distances to a node as the judge finds them."""
    found = networkx.single_source_dijkstra_path_length(made(graph).reverse(), target, weight="cost")
    return dict(found)


@given(changes)
def test_kept_distances_are_those_of_a_new_search(given_changes: list[Edge | tuple[int, int]]) -> None:
    """After each change, to every node; and what is said to have changed is what has."""
    graph = Graph()
    kept = {target: graph.distances(target) for target in NODES}
    for change in given_changes:
        before = {target: dict(kept[target].to) for target in NODES}
        if isinstance(change, Edge):
            nearer, farther = graph.put(change)
        else:
            nearer, farther = {}, graph.remove(change)
        for target in NODES:
            now = right(graph, target)
            assert kept[target].to == now
            moved = {node for node in NODES if before[target].get(node) != now.get(node)}
            assert moved <= nearer.get(target, set()) | farther.get(target, set())


@given(changes, st.sampled_from(NODES), st.sampled_from(NODES), st.integers(0, 2**32 - 1))
def test_a_walk_is_one_of_the_cheapest_ways(
    given_changes: list[Edge | tuple[int, int]], source: int, target: int, choice: int
) -> None:
    """Whatever the choice; the list has each of them once."""
    graph = Graph()
    for change in given_changes:
        graph.put(change) if isinstance(change, Edge) else graph.remove(change)
    distances, cost = graph.distances(target), right(graph, target).get(source)
    way = walk(distances, source, choice)
    listed = ways(distances, source)
    assert (way is None) == (cost is None) == (not listed)
    if way is not None:
        assert sum(edge.cost for edge in way) == cost
        assert [source, *(edge.dst for edge in way)][-1] == target
        assert all(one.dst == other.src for one, other in pairwise(way))
        assert len({tuple(one) for one in listed}) == len(listed) <= 16
        assert way in listed or len(listed) == 16
        judged = {tuple(nodes) for nodes in networkx.all_shortest_paths(made(graph), source, target, weight="cost")}
        assert {(source, *(edge.dst for edge in one)) for one in listed} <= judged


@given(changes, st.sampled_from(NODES), st.sampled_from(NODES), st.sets(st.sampled_from(NODES), max_size=3))
def test_a_search_finds_the_cheapest_way_that_is_allowed(
    given_changes: list[Edge | tuple[int, int]], source: int, target: int, avoided: set[int]
) -> None:
    """Nodes that are left out."""
    graph = Graph()
    for change in given_changes:
        graph.put(change) if isinstance(change, Edge) else graph.remove(change)
    way = search(graph, source, target, lambda edge: edge.dst not in avoided)
    judge = made(graph)
    judge.remove_nodes_from(avoided - {source})
    try:
        cost = networkx.shortest_path_length(judge, source, target, weight="cost")
    except (networkx.NetworkXNoPath, networkx.NodeNotFound):
        cost = None
    assert (sum(edge.cost for edge in way) if way is not None else None) == cost


def test_many_choices_spread_over_equal_ways() -> None:
    """Two layers of four: each of the sixteen ways gets its share of 1,600 flows."""
    graph = Graph()
    layers = [[0], [1, 2, 3, 4], [5], [6, 7, 8, 9], [10]]
    for above, below in pairwise(layers):
        for one in above:
            for port, other in enumerate(below):
                graph.put(Edge(one, port + 1, other, one + 1))
    counts: dict[tuple[int, ...], int] = {}
    for choice in range(1600):
        way = walk(graph.distances(10), 0, choice * 2654435761 & 0xFFFFFFFF)
        assert way is not None
        nodes = tuple(edge.dst for edge in way)
        counts[nodes] = counts.get(nodes, 0) + 1
    assert len(counts) == 16
    assert min(counts.values()) > 50
