"""The topology in emulated networks: the graph, and that each host gets each broadcast once."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nox.core.view.component import View
from nox.emulator import Network
from nox.emulator.switch.settings import FailMode, Settings
from nox.emulator.tested import TestedNetwork
from nox.lib.openflow.versions import Version
from nox.netapps.interfaces import Role
from nox.netapps.topology.component import Topology
from tests.netapps.counting import Counted
from tests.netapps.discovery.watching import lay

COMPONENTS = ("discovery,interval=1", "topology", "switch")
SHAPES = {
    "tree": lambda made: made.tree(3, hosts=1),
    "ring": lambda made: made.ring(5),
    "torus": lambda made: made.torus(3, 3),
    "fat tree": lambda made: made.fat_tree(4, hosts=1),
}
FORMED = 1.5  # seconds after which every broadcast comes to all


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Counts broadcasts."""
    return Counted(monkeypatch)


def start(net: Network) -> None:
    """Start the controller without waiting for anybody."""
    net._emulated.start(COMPONENTS, "")
    for bridge in net.fabric.bridges():
        net._attach(bridge)


@pytest.mark.parametrize("version", [Version.V1_0, Version.V1_3], ids=["1.0", "1.3"])
@pytest.mark.parametrize("shape", SHAPES)
def test_each_host_gets_each_broadcast_once(
    nox_network: type[TestedNetwork], counted: Counted, shape: str, version: Version
) -> None:
    """While the network forms never twice, and when it has formed not less than once."""
    net = SHAPES[shape](nox_network)
    net._versions = (version,)
    start(net)
    counted.storm(net, 3.0)
    assert counted.doubled == []
    assert counted.missing(net, FORMED) == []
    topology = net.controller.component(Topology)
    assert {(a, p, b, q) for a, b, (p, q) in topology.graph.edges(keys=True)} == {
        ends for a, p, b, q in net.wiring for ends in ((a, p, b, q), (b, q, a, p))
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_every_host_reaches_every_other(nox_network: type[TestedNetwork], shape: str) -> None:
    """By entries along the tree; and after a link has failed as well."""
    net = SHAPES[shape](nox_network)
    net.start(*COMPONENTS)
    net.run(FORMED)
    assert net.pingall().lost == []
    if shape != "tree":
        net.links[0].down()
        net.run(0.5)
        assert net.pingall().lost == []


@settings(
    max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(seed=st.integers(0, 10_000), size=st.integers(2, 10), extra=st.integers(0, 10))
def test_any_graph_floods_without_a_loop(seed: int, size: int, extra: int) -> None:
    """While it forms, while its links and switches fail and come back, and after."""
    graph = networkx.connected_watts_strogatz_graph(size, min(3, size), 0.4, seed=seed)
    graph.add_edges_from(networkx.gnm_random_graph(size, extra, seed).edges)
    with pytest.MonkeyPatch.context() as monkeypatch:
        counted = Counted(monkeypatch)
        net = Network.of(networkx.relabel_nodes(graph, lambda node: node + 1), hosts=1, seed=seed)
        with net:
            start(net)
            counted.storm(net, 2.0)
            faults = net.chance(seconds=6, every=0.4)
            net.script([fault for fault in faults if "host" not in fault.words and "loss" not in fault.words])
            counted.storm(net, 6.0)
            net.run(20)  # until the last of the switches has come back
            settled = net.now
            counted.storm(net, 0.5)
            assert counted.doubled == []
            assert counted.missing(net, settled) == []


def test_parallel_links_and_cables_that_lead_back(nox_network: type[TestedNetwork], counted: Counted) -> None:
    """Only one of several is used, and none that leads to its own switch."""
    net = nox_network.line(3)
    net.add_link("s1", "s2")
    net.add_link("s2", "s3")
    lay(net, "s1", 20, "s1", 21)
    lay(net, "s3", 20, "s3", 20)
    start(net)
    counted.storm(net, 3.0)
    assert counted.doubled == []
    assert counted.missing(net, FORMED) == []


def test_a_ring_through_a_switch_without_openflow(nox_network: type[TestedNetwork], counted: Counted) -> None:
    """Links through it are in the graph and may be in the tree; what is flooded into it comes out once."""
    net = nox_network.line(3)
    net.start(*COMPONENTS)
    net.fabric.add_switch("legacy", 99, Settings(fail_mode=FailMode.STANDALONE))
    for name in ("s1", "s2", "s3"):
        net.add_link(name, "legacy")
    counted.storm(net, 3.0)
    assert counted.doubled == []
    assert counted.missing(net, net.now - 1.6) == []
    net.link("s1", "s2").down()
    net.link("s2", "s3").down()
    net.run(1)
    since = net.now
    counted.storm(net, 0.5)
    assert counted.doubled == []
    assert counted.missing(net, since) == []
    assert net.pingall().lost == []


def test_a_silent_link_that_comes_back_makes_no_loop(nox_network: type[TestedNetwork], counted: Counted) -> None:
    """Its ports stay core ports: nothing is flooded into them before it is known again."""
    net = nox_network.ring(4)
    net.start(*COMPONENTS)
    net.run(FORMED)
    net.link("s1", "s2").set(loss=1)
    counted.storm(net, 5.0)
    net.link("s1", "s2").set(loss=0)
    since = net.now
    counted.storm(net, 3.0)
    assert counted.doubled == []
    assert counted.missing(net, since + 2.0) == []


def test_a_frame_on_its_way_does_not_find_the_new_tree(nox_network: type[TestedNetwork], counted: Counted) -> None:
    """It has gone to s3 by s2 when that way ends, and is still on the long way to s4, from where s3 is reached then."""
    net = nox_network.ring(5)
    net.start(*COMPONENTS)
    net.run(FORMED)
    topology = net.controller.component(Topology)
    assert not topology.may_flood(3, 2)
    net.link("s4", "s5").set(delay=0.1)
    counted.send(net, "h1")
    net.run(0.01)
    assert counted.got[0, "h3"] == 1
    assert counted.got[0, "h4"] == 0
    net.link("s2", "s3").down()
    net.run(0.5)
    assert counted.got[0, "h4"] == 1
    assert counted.doubled == []
    assert topology.may_flood(3, 2)


def test_edges_and_flood_ports(nox_network: type[TestedNetwork]) -> None:
    """Edges at once when they are decided, never a port of which nothing is known."""
    net = nox_network.line(2, hosts=2)
    net.start(*COMPONENTS)
    topology = net.controller.component(Topology)
    assert topology.role(1, 2) is Role.UNKNOWN
    assert not topology.may_flood(1, 2)
    net.run(FORMED)
    assert sorted(topology.edge_ports(1)) == [2, 3]
    assert sorted(topology.flood_ports(1)) == [1, 2, 3]
    assert topology.may_flood(1, 1)
    assert topology.may_flood(1, 2)
    assert not topology.may_flood(1, 9)
    net.link("h1", "s1").down()
    net.run(0.01)
    assert sorted(topology.flood_ports(1)) == [1, 3]


def test_a_switch_without_links_is_in_the_graph_while_it_is_connected(nox_network: type[TestedNetwork]) -> None:
    """And goes with its connection."""
    net = nox_network.line(1)
    net.start(*COMPONENTS)
    net.run(0.1)
    topology = net.controller.component(Topology)
    assert list(topology.graph) == [1]
    net.switch("s1").disconnect()
    net.run(0.1)
    assert list(topology.graph) == []
    assert net.controller.component(View).contents is not None


def test_the_tree_is_the_same_after_a_restart(nox_network: type[TestedNetwork]) -> None:
    """It depends on the links alone."""
    net = nox_network.torus(3, 3)
    net.start(*COMPONENTS)
    net.run(FORMED)
    before = {dpid: sorted(net.controller.component(Topology).flood_ports(dpid)) for dpid in range(1, 10)}
    net.stop()
    net.start(*COMPONENTS)
    net.run(FORMED)
    assert before == {dpid: sorted(net.controller.component(Topology).flood_ports(dpid)) for dpid in range(1, 10)}
