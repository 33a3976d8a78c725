"""Segments, the tree, and how it comes into use."""

from __future__ import annotations

from itertools import pairwise

import networkx
from hypothesis import given
from hypothesis import strategies as st

from nox.core.view.rows import Link, LinkKind
from nox.netapps.topology.flooding import SETTLE, Flooding
from nox.netapps.topology.links import Links, Place, ends_of
from nox.netapps.topology.segments import Segment, segments
from nox.netapps.topology.tree import tree_ports


def link(a: int, b: int, c: int, d: int, kind: LinkKind = LinkKind.DIRECT) -> list[Link]:
    """Both directions."""
    return [
        Link(src_dpid=a, src_port=b, dst_dpid=c, dst_port=d, kind=kind),
        Link(src_dpid=c, src_port=d, dst_dpid=a, dst_port=b, kind=kind),
    ]


def test_a_cable_is_a_segment_of_two_ports() -> None:
    """Links beside each other are two."""
    found = segments([*link(1, 1, 2, 1), *link(1, 2, 2, 2)])
    assert found == [Segment([(1, 1), (2, 1)]), Segment([(1, 2), (2, 2)])]


def test_what_a_switch_without_openflow_connects_is_one_segment() -> None:
    """However many ports there are."""
    broadcast = LinkKind.BROADCAST
    rows = [*link(1, 1, 2, 1, broadcast), *link(2, 1, 3, 1, broadcast), *link(1, 1, 3, 1, broadcast)]
    assert segments(rows) == [Segment([(1, 1), (2, 1), (3, 1)], is_shared=True)]


@st.composite
def networks(draw: st.DrawFn) -> list[list[Place]]:
    """Segments of a random network: cables, cables of one switch, and shared ones."""
    free = [(dpid, port) for dpid in range(1, draw(st.integers(2, 9))) for port in range(1, 7)]
    places = draw(st.permutations(free))
    sizes = draw(st.lists(st.integers(1, 4), max_size=len(places) // 2))
    cuts = [sum(sizes[:index]) for index in range(len(sizes) + 1)]
    return [sorted(places[a:b]) for a, b in pairwise(cuts) if b <= len(places) and b - a > 1]


@given(networks(), st.booleans())
def test_the_tree_reaches_all_and_has_no_loop(found: list[list[Place]], is_shared: bool) -> None:
    """Switches and segments as nodes, ports of the tree as edges."""
    made = [Segment(places, is_shared) for places in sorted(found)]
    tree = tree_ports(made)
    whole, used = networkx.Graph(), networkx.Graph()
    for number, segment in enumerate(made):
        for place in segment.places:
            whole.add_edge(place[0], f"segment {number}")
            if place in tree:
                assert not used.has_edge(place[0], f"segment {number}")
                used.add_edge(place[0], f"segment {number}")
    assert len(used) == 0 or networkx.is_forest(used)
    switches = {dpid for segment in made for dpid, _ in segment.places}
    for a in switches:
        for b in switches:
            assert networkx.has_path(whole, a, b) == (
                a == b or (a in used and b in used and networkx.has_path(used, a, b))
            )


@given(networks())
def test_the_tree_is_always_the_same(found: list[list[Place]]) -> None:
    """In whatever order links were found: all instances flood along the same one."""
    rows = [row for places in found for one, other in pairwise(places) for row in link(*one, *other)]
    assert tree_ports(segments(rows)) == tree_ports(segments(rows[::-1]))


def test_a_shared_segment_has_one_port_even_where_it_leads_nowhere_new() -> None:
    """Hosts there hear what is for all, once."""
    made = segments([*link(1, 1, 2, 1), *link(1, 2, 2, 2, LinkKind.BROADCAST), *link(3, 1, 3, 2, LinkKind.BROADCAST)])
    assert tree_ports(made) == {(1, 1), (2, 1), (1, 2), (3, 1)}


def test_a_cable_from_a_switch_to_itself_is_not_in_the_tree() -> None:
    """Nor is a port that is connected to itself."""
    assert tree_ports(segments([*link(1, 1, 1, 2), *link(1, 3, 1, 3)])) == set()


def test_only_what_is_known_in_both_directions_is_used() -> None:
    """Whichever comes first, and until one goes."""
    links = Links(lambda _: True)
    there, back = link(1, 1, 2, 1)
    assert not links.change(ends_of(there), there)
    assert links.change(ends_of(back), back)
    assert not links.change(ends_of(back), back)
    assert sorted(links.graph.edges(keys=True)) == [(1, 2, (1, 1)), (2, 1, (1, 1))]
    assert links.change(ends_of(there), None)
    assert list(links) == []
    assert links.graph.number_of_edges() == 0


def test_static_links_are_used_while_their_ports_are_up() -> None:
    """Nobody hears whether they work."""
    up = {(1, 1), (2, 1)}
    links = Links(up.__contains__)
    there, back = link(1, 1, 2, 1, LinkKind.STATIC)
    links.change(ends_of(there), there)
    assert links.change(ends_of(back), back)
    up.remove((2, 1))
    assert links.change(ends_of(there), there)
    assert list(links) == []


def test_what_joins_two_parts_is_used_at_once() -> None:
    """No frame can be on its way from one to the other."""
    flooding = Flooding()
    flooding.want({(1, 1), (2, 1)}, 0.0)
    assert flooding.settle(0.0) is None
    assert flooding.ports == {(1, 1), (2, 1)}


def test_what_takes_the_place_of_something_waits() -> None:
    """Frames that have gone the old way must have arrived before the new one is open."""
    flooding = Flooding()
    flooding.want({(1, 1), (2, 1)}, 0.0)
    flooding.settle(0.0)
    flooding.want({(1, 1), (3, 1)}, 10.0)
    assert flooding.ports == {(1, 1)}
    assert flooding.settle(10.0) == SETTLE
    assert flooding.ports == {(1, 1)}
    assert flooding.settle(10.0 + SETTLE) is None
    assert flooding.ports == {(1, 1), (3, 1)}
