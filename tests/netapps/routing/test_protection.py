"""Backups in switches: what they lead to, and that traffic goes on while no controller is there."""

from __future__ import annotations

from itertools import pairwise

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.emulator.network import Network
from nox.emulator.switch.requests import HANDLERS
from nox.lib.flowkey import UDP
from nox.lib.graph import Edge, Graph
from nox.lib.openflow import messages
from nox.lib.openflow.versions import Version
from nox.netapps.decision import ANYWHERE, Constraints, Place
from nox.netapps.routing.choosing import choose
from nox.netapps.routing.component import Routing
from nox.netapps.routing.protection import arrives, group_index, packed, ports_of, protect, unpacked
from tests.netapps.routing import shapes
from tests.netapps.routing.conftest import MEMORY, Stream, start

FAILOVER = "routing,fast_failover=true"


def ported(given_graph: networkx.Graph) -> Graph:
    """Ports are numbered by neighbour, from 1; port 99 is a host's."""
    graph = Graph()
    for one, other in given_graph.edges():
        graph.put(Edge(one, other + 1, other, one + 1))
        graph.put(Edge(other, one + 1, one, other + 1))
    return graph


@given(st.integers(3, 8), st.integers(0, 1000))
def test_whatever_link_of_a_path_is_down_packets_arrive(size: int, seed: int) -> None:
    """Where the network has another way at all, over the hop's backup; without a broken link as ever."""
    given_graph = networkx.gnp_random_graph(size, 0.6, seed)
    graph, last = ported(given_graph), size - 1
    path = choose(graph, Place(0, 99), Place(last, 99))
    if path is None:
        return
    hops = protect(graph, path, ANYWHERE)
    entries = {(hop.dpid, hop.in_port): hop.out_port for hop in hops}
    assert [(hop.dpid, unpacked(hop.out_port)[0]) for hop in hops[: len(path)]] == [
        (hop.dpid, hop.out_port) for hop in path
    ]
    assert arrives(graph, entries, (0, 99), (last, 99), set())
    backed = 0
    for hop, following in pairwise(path):
        dead = {(hop.dpid, hop.out_port), (following.dpid, following.in_port)}
        if unpacked(entries[hop.dpid, hop.in_port])[1]:
            backed += 1
            assert arrives(graph, entries, (0, 99), (last, 99), dead)
    left = given_graph.copy()
    left.remove_edge(path[0].dpid, path[1].dpid) if len(path) > 1 else None
    assert backed > 0 or len(path) == 1 or not networkx.has_path(left, 0, last)


def test_a_flow_that_must_go_somewhere_has_no_backup() -> None:
    """A detour would not go there."""
    graph = ported(networkx.cycle_graph(4))
    path = choose(graph, Place(0, 99), Place(2, 99))
    assert path is not None
    assert protect(graph, path, Constraints(through=(1,))) == path
    assert protect(graph, path, ANYWHERE) != path


def test_a_group_says_its_ports() -> None:
    """Its number does, so that a later run knows them; two directions of one pair are two groups."""
    assert ports_of(group_index(3, 127, is_back=True)) == (3, 127)
    assert group_index(1, 2, is_back=True) != group_index(1, 2, is_back=False)
    assert unpacked(packed(7, 9)) == (7, 9)


def test_a_link_goes_while_no_controller_is_there() -> None:
    """The switches themselves lead the flow around it; what was on its way is lost, and nothing else."""
    with Network.ring(5) as net:
        start(net, FAILOVER, "allow_all")
        h1, _, h3, *_ = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(50, every=0.01)
        net.stop()
        net.link("s2", "s3").down()  # not the first link of the path: s2 sends back where it comes from
        stream.send(100, every=0.01)
        assert len(stream.heard) == 150
        net.link("s2", "s3").up()
        net.link("s1", "s2").down()
        stream.send(100, every=0.01)
        assert len(stream.heard) == 250


def test_groups_and_flows_outlive_a_restart() -> None:
    """Groups are stated again before they are compared; no packet is lost, and the flow goes on."""
    with Network.ring(5) as net:
        start(net, FAILOVER, "allow_all")
        h1, _, h3, *_ = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(50, every=0.01)
        net.stop()
        net.start(FAILOVER, "allow_all", toml=MEMORY)
        stream.send(900, every=0.01)
        assert stream.heard == list(range(950))
        routing = net.controller.component(Routing)
        assert "of an earlier run" in {flow.decision.rule for flow in routing.table}
        net.link("s1", "s2").down()
        stream.send(100, every=0.01)
        assert len(stream.heard) == 1050
        assert net.controller.errors == []


@pytest.mark.parametrize("component", [FAILOVER, "routing"])
def test_the_component_is_restarted_while_flows_stand(component: str) -> None:
    """The rest runs on: groups are kept, and with them the entries that use them; no packet is lost."""
    with Network.ring(5) as net:
        start(net, component, "allow_all")
        h1, _, h3, *_ = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(50, every=0.01)
        net.controller.kernel.restart("routing")
        stream.send(900, every=0.01)
        assert stream.heard == list(range(950))
        routing = net.controller.component(Routing)
        datagrams = [flow for flow in routing.table if flow.identity[0].fixed.get("ip_proto") == UDP]
        assert [flow.decision.rule for flow in datagrams] == ["of an earlier run"]
        net.link("s1", "s2").down()
        net.run(0.02)
        stream.send(100, every=0.01)
        assert len(stream.heard) == 1050
        assert net.controller.errors == []


def test_a_switch_that_does_not_tell_its_groups_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has none: flows have no backups, and everything else is as ever."""
    monkeypatch.delitem(HANDLERS[Version.V1_3], messages.GroupDescriptionRequest)
    with Network.ring(4) as net:
        start(net, FAILOVER, "allow_all")
        assert net.pingall().lost == []
        assert [list(switch.node.switch.groups) for switch in net.switches] == [[]] * 4


def test_every_connected_graph_of_four_nodes_with_backups() -> None:
    """Everybody reaches everybody: whole, with each link cut in turn, and with it again."""
    assert [shapes.check(graph, FAILOVER) for graph in shapes.connected(4)] == [[]] * 6


def test_1_0_has_no_backups() -> None:
    """It has no groups: everything goes as without them."""
    with Network.ring(4, versions=(Version.V1_0,)) as net:
        start(net, FAILOVER, "allow_all")
        assert net.pingall().lost == []
        net.link("s1", "s2").down()
        net.run(0.05)
        assert net.pingall().lost == []
