"""From one path to another: at no moment does an entry send a packet where none waits for it."""

from __future__ import annotations

from itertools import pairwise

import networkx
from hypothesis import given
from hypothesis import strategies as st

from nox.lib.graph import Edge, Graph
from nox.netapps.decision import Constraints, Hop, Path, Place
from nox.netapps.routing.change import Change, leftovers, steps
from nox.netapps.routing.choosing import choose

OLD = (Hop(1, 9, 1), Hop(2, 1, 2), Hop(3, 1, 9))
NEW = (Hop(1, 9, 2), Hop(4, 1, 2), Hop(3, 2, 9))


def entries(path: Path) -> dict[tuple[int, int], int]:
    """What a path's entries are."""
    return {(hop.dpid, hop.in_port): hop.out_port for hop in path}


def test_a_new_flow_is_written_from_afar() -> None:
    """All later switches at once, and the first when they have answered."""
    assert steps({}, OLD) == [[OLD[1], OLD[2]], [OLD[0]]]
    assert steps({}, OLD[:1]) == [[OLD[0]]]


def test_what_is_there_is_not_written_again() -> None:
    """A path that is taken already changes nothing."""
    assert steps(entries(OLD), OLD) == [[]]


def test_the_first_switch_turns_last_and_the_old_entries_go_after() -> None:
    """The new path is whole before anything takes it."""
    assert steps(entries(OLD), NEW) == [[NEW[1], NEW[2]], [NEW[0]]]
    assert leftovers(entries(OLD) | entries(NEW), NEW) == [(2, 1), (3, 1)]


def test_a_change_waits_for_every_switch_of_a_step() -> None:
    """And for none that it did not ask."""
    change = Change({}, OLD)
    assert not change.is_last
    assert {hop.dpid for hop in change.next()} == change.waiting == {2, 3}
    assert [change.answered(dpid) for dpid in (7, 3, 3, 2)] == [False, False, False, True]
    assert change.is_last
    assert change.next() == [OLD[0]]


def graph_of(given_graph: networkx.Graph) -> Graph:
    """Ports are numbered by neighbour; port 99 is a host's."""
    graph = Graph()
    for one, other in given_graph.edges():
        graph.put(Edge(one, other, other, one, speed=100))
        graph.put(Edge(other, one, one, other, speed=100))
    return graph


graphs = st.builds(
    lambda size, seed: networkx.gnp_random_graph(size, 0.6, seed), st.integers(3, 8), st.integers(0, 1000)
)


@given(graphs, st.data())
def test_every_moment_of_a_change_delivers(given_graph: networkx.Graph, data: st.DataObject) -> None:
    """Whatever the two paths are: after each single entry of each step, from the first switch and from every place that
    packets may be at, they arrive."""
    graph = graph_of(given_graph)
    avoided = [data.draw(st.frozensets(st.integers(1, len(given_graph) - 2), max_size=3)) for _ in range(2)]
    found = [
        choose(graph, Place(0, 99), Place(len(given_graph) - 1, 99), constraints=Constraints(avoid=one))
        for one in avoided
    ]
    old, new = found
    if old is None or new is None:
        return
    there = entries(old)
    on_the_way = [(hop.dpid, hop.in_port) for hop in old]
    for step in steps(there, new):
        for hop in step:
            there[hop.dpid, hop.in_port] = hop.out_port
            for begin in on_the_way:
                assert arrives(graph, there, begin, len(given_graph) - 1)
    for entry in leftovers(there, new):
        del there[entry]
    assert there == entries(new)


def arrives(graph: Graph, there: dict[tuple[int, int], int], place: tuple[int, int], target: int) -> bool:
    """Follow the entries from a port."""
    for _ in range(2 * len(there)):
        out_port = there[place]
        if out_port == 99:
            return place[0] == target
        edge = graph.get((place[0], out_port))
        assert edge is not None
        place = edge.end
    return False


@given(graphs, st.data())
def test_paths_hold_to_their_constraints(given_graph: networkx.Graph, data: st.DataObject) -> None:
    """Through these in this order, over none of those; where no order is asked for a path is found if there is one."""
    size = len(given_graph)
    nodes = st.integers(0, size - 1)
    source, destination = data.draw(nodes), data.draw(nodes)
    avoid = data.draw(st.frozensets(nodes, max_size=2)) - {source, destination}
    through = tuple(data.draw(st.lists(nodes.filter(lambda node: node not in avoid), max_size=2)))
    path = choose(
        graph_of(given_graph),
        Place(source, 99),
        Place(destination, 98),
        constraints=Constraints(through=through, avoid=avoid),
    )
    left = given_graph.subgraph(set(given_graph) - avoid)
    if path is None:
        assert through or not networkx.has_path(left, source, destination)
        return
    assert (path[0].dpid, path[0].in_port, path[-1].dpid, path[-1].out_port) == (source, 99, destination, 98)
    assert all(one.out_port == other.dpid and other.in_port == one.dpid for one, other in pairwise(path))
    assert all(left.has_edge(one.dpid, other.dpid) for one, other in pairwise(path))
    rest = iter([hop.dpid for hop in path])
    assert all(stop in rest for stop in dict.fromkeys(through) if through.count(stop) == 1)
    assert len({(hop.dpid, hop.in_port) for hop in path}) == len(path)
    if not through:
        assert len(path) - 1 == networkx.shortest_path_length(left, source, destination)


@given(graphs)
def test_a_backup_shares_no_link(given_graph: networkx.Graph) -> None:
    """In neither direction; and there is one wherever the network has one."""
    graph, last = graph_of(given_graph), len(given_graph) - 1
    path = choose(graph, Place(0, 99), Place(last, 99))
    if path is None:
        return
    backup = choose(graph, Place(0, 99), Place(last, 99), constraints=Constraints(disjoint_from=path))
    left = given_graph.copy()
    left.remove_edges_from([(one.dpid, other.dpid) for one, other in pairwise(path)])
    assert (backup is not None) == networkx.has_path(left, 0, last)
    if backup is not None:
        links = [{frozenset((a.dpid, b.dpid)) for a, b in pairwise(one)} for one in (path, backup)]
        assert not links[0] & links[1]


def test_a_middlebox_is_gone_through() -> None:
    """The flow leaves by the port of the box and comes back by where that gives it back."""
    graph = Graph()
    for one, other in ((1, 2), (2, 3)):
        graph.put(Edge(one, other, other, one))
        graph.put(Edge(other, one, one, other))
    box, out = Place(2, 50), Place(2, 51)
    path = choose(
        graph,
        Place(1, 99),
        Place(3, 99),
        constraints=Constraints(through=(box,)),
        beyond=lambda place: out if place == box else place,
    )
    assert path == (Hop(1, 99, 2), Hop(2, 1, 50), Hop(2, 51, 3), Hop(3, 2, 99))


def test_a_path_has_the_bandwidth_that_is_asked_for() -> None:
    """A link whose speed nobody knows has none."""
    graph = Graph()
    for node, speed in ((2, 0), (3, 1000), (4, 100)):
        graph.put(Edge(1, node, node, 1, 1 if node != 3 else 5, speed))
        graph.put(Edge(node, 9, 9, node, 1, speed))
    asked = {0: 2, 100: 4, 1000: 3}
    for bandwidth, over in asked.items():
        path = choose(graph, Place(1, 99), Place(9, 99), constraints=Constraints(bandwidth=bandwidth))
        assert path is not None
        assert path[1].dpid == over
    assert choose(graph, Place(1, 99), Place(9, 99), constraints=Constraints(bandwidth=1001)) is None
