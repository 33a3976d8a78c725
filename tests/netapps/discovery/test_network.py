"""Discovery in emulated networks: the graph that is found, and how soon it changes."""

from __future__ import annotations

from typing import cast

import networkx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twisted.logger import ILogObserver, Logger, formatEvent

from nox.core.openflow.component import OpenFlow
from nox.core.view.component import View
from nox.core.view.rows import Link, LinkKind
from nox.core.view.tables import LINKS, PORTS, SECRETS, SWITCHES
from nox.emulator import Network
from nox.emulator.fabric.link import Link as Laid
from nox.emulator.switch.requests import HANDLERS
from nox.emulator.switch.settings import FailMode, Settings
from nox.emulator.tested import TestedNetwork
from nox.lib.openflow import messages
from nox.lib.openflow.versions import Version
from nox.netapps.discovery.component import Discovery
from nox.netapps.discovery.linklog import MOST, LinkLog
from nox.netapps.discovery.links import Ends
from nox.netapps.interfaces import Role
from tests.netapps.discovery.watching import Watcher, built, lay, links

DISCOVERY = "discovery,interval=1"
SHAPES = {
    "tree": lambda made: made.tree(3, hosts=1),
    "ring": lambda made: made.ring(5),
    "torus": lambda made: made.torus(3, 4),
    "fat tree": lambda made: made.fat_tree(4),
}


def edges(net: Network) -> set[tuple[int, int]]:
    """Where hosts are plugged in."""
    return {(net.switch(name).dpid, port) for name, port in (host.switch for host in net.hosts)}


@pytest.mark.parametrize("version", [Version.V1_0, Version.V1_3], ids=["1.0", "1.3"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_graph_that_is_found_is_the_one_that_was_built(
    nox_network: type[TestedNetwork], shape: str, version: Version
) -> None:
    """All links within 0.2 s of the joins, in both directions; every other port is an edge after a second."""
    net = SHAPES[shape](nox_network) if version is Version.V1_3 else SHAPES[shape](_of_version(nox_network, version))
    net.start(DISCOVERY, Watcher)
    net.run(0.2)
    assert set(links(net)) == built(net)
    assert set(links(net).values()) == {"direct"}
    net.run(0.8)
    told = {(dpid, port): role for dpid, port, role in net.controller.component(Watcher).roles}
    assert {place for place, role in told.items() if role is Role.EDGE} == edges(net)
    assert {place for place, role in told.items() if role is Role.CORE} == {ends.source for ends in built(net)}


def _of_version(made: type[TestedNetwork], version: Version) -> type[TestedNetwork]:
    class Spoken(made):  # type: ignore[misc, valid-type]
        def __init__(self, **options: object) -> None:
            super().__init__(**options, versions=[version])

    return Spoken


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000), size=st.integers(2, 14), extra=st.integers(0, 12))
def test_any_graph_is_found_and_stays(seed: int, size: int, extra: int) -> None:
    """Whatever its shape, and while frames are lost now and then."""
    graph = networkx.gnm_random_graph(size, size + extra, seed)
    with Network.of(networkx.relabel_nodes(graph, lambda node: node + 1), loss=0.02, seed=seed) as net:
        net.start(DISCOVERY)
        net.run(3)
        assert set(links(net)) == built(net)
        net.run(20)
        assert set(links(net)) == built(net)
        assert net.controller.errors == []


def test_links_beside_each_other_are_two(nox_network: type[TestedNetwork]) -> None:
    """They are told apart by their ports."""
    net = nox_network.line(2)
    net.add_link("s1", "s2")
    net.add_link("s1", "s2", 9, 7)
    net.start(DISCOVERY)
    net.run(0.2)
    assert set(links(net)) == built(net)
    assert len(links(net)) == 6


def test_a_link_that_is_cut_is_gone_at_once(nox_network: type[TestedNetwork]) -> None:
    """Both directions, within a few milliseconds; when it is mended it is there again."""
    net = nox_network.ring(4)
    net.start(DISCOVERY)
    net.run(1)
    net.link("s1", "s2").down()
    net.run(0.005)
    assert len(links(net)) == 6
    net.link("s1", "s2").up()
    net.run(0.005)
    assert set(links(net)) == built(net)


def test_a_silent_link_is_gone_within_three_intervals(nox_network: type[TestedNetwork]) -> None:
    """Its ports are up all the time; they stay core ports, so that nothing is flooded into them as into edges."""
    net = nox_network.ring(4)
    net.start(DISCOVERY)
    for quarter in range(1, 5):
        net.run(1 + quarter / 4)
        net.link("s1", "s2").set(loss=1)
        assert net.until(lambda: len(links(net)) == 6, within=3)
        discovery = net.controller.component(Discovery)
        assert discovery.role(1, net.wiring[0][1]) is Role.CORE
        net.link("s1", "s2").set(loss=0)
        assert net.until(lambda: set(links(net)) == built(net), within=1.1)


def test_one_direction_alone_is_no_link_in_both(
    nox_network: type[TestedNetwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not come back is in the view as what it is."""
    net = nox_network.line(2)
    depart, broken = Laid.depart, net.link("s1", "s2").link
    net.start(DISCOVERY)
    net.run(1)
    monkeypatch.setattr(
        Laid, "depart", lambda link, side, now: None if link is broken and side == 1 else depart(link, side, now)
    )
    net.run(3)
    assert [(ends.src_dpid, ends.dst_dpid) for ends in links(net)] == [(1, 2)]


def test_a_switch_that_leaves_takes_its_links_along(nox_network: type[TestedNetwork]) -> None:
    """It is in the view as one that is not connected, with ports that are down; when it is back, all is as before."""
    net = nox_network.ring(4)
    net.start(DISCOVERY, Watcher)
    net.run(1)
    net.switch("s1").disconnect()
    net.run(0.01)
    contents = net.controller.component(View).contents
    switch = contents.of(SWITCHES).get((1,))
    assert switch is not None
    assert not switch.connected
    assert not any(row.up for row in contents.of(PORTS).by_key.values() if row.dpid == 1)
    assert len(links(net)) == 4
    net.run(20)
    roles = [role for dpid, _, role in net.controller.component(Watcher).roles if dpid in (2, 4)]
    assert Role.UNKNOWN not in roles
    net.switch("s1").connect()
    assert net.until(lambda: set(links(net)) == built(net), within=2)


def test_ports_and_switches_are_in_the_view(nox_network: type[TestedNetwork]) -> None:
    """As the switch describes them; a port that is down, too."""
    net = nox_network.line(2)
    net.start(DISCOVERY)
    net.run(0.1)
    contents = net.controller.component(View).contents
    assert {row.dpid for row in contents.of(SWITCHES).by_key.values() if row.connected} == {1, 2}
    net.link("h1", "s1").down()
    net.run(0.1)
    rows = contents.of(PORTS).by_key.values()
    assert {(row.dpid, row.number): row.up for row in rows} == {(1, 1): True, (1, 2): False, (2, 1): True, (2, 2): True}


def test_a_restart_keeps_key_and_links(nox_network: type[TestedNetwork]) -> None:
    """Links of an earlier run hold until they have been silent for three intervals; what has gone meanwhile goes."""
    net = nox_network.ring(4)
    net.start("view", DISCOVERY)
    net.run(1)
    key = [row.value for row in net.controller.component(View).contents.of(SECRETS).by_key.values()]
    net.controller.kernel.restart("discovery")
    net.run(0.001)
    assert set(links(net)) == built(net)
    net.run(5)
    assert set(links(net)) == built(net)
    assert [row.value for row in net.controller.component(View).contents.of(SECRETS).by_key.values()] == key
    net.controller.kernel.unload("discovery")
    net.run(0.1)
    net.link("s1", "s2").down()
    net.link("s2", "s3").set(loss=1)
    net.run(10)
    assert len(links(net)) == 8
    net.controller.kernel.load("discovery")
    net.run(0.1)
    assert len(links(net)) == 6
    net.run(14)  # it was loaded by its defaults: five seconds
    assert {frozenset((ends.src_dpid, ends.dst_dpid)) for ends in links(net)} == {frozenset({3, 4}), frozenset({4, 1})}


def test_a_cable_between_two_ports_of_one_switch(nox_network: type[TestedNetwork]) -> None:
    """It is a link, and its ports are no edges."""
    net = nox_network.line(2)
    lay(net, "s1", 7, "s1", 8)
    net.start(DISCOVERY)
    net.run(1.2)
    assert set(links(net)) == built(net)
    discovery = net.controller.component(Discovery)
    assert discovery.role(1, 7) is discovery.role(1, 8) is Role.CORE


def test_a_port_connected_to_itself(nox_network: type[TestedNetwork]) -> None:
    """What it sends comes back: a link to itself, and no edge."""
    net = nox_network.line(1)
    lay(net, "s1", 7, "s1", 7)
    net.start(DISCOVERY)
    net.run(1.2)
    assert set(links(net)) == {Ends(1, 7, 1, 7)}
    assert net.controller.component(Discovery).role(1, 7) is Role.CORE
    net.run(5)
    assert set(links(net)) == {Ends(1, 7, 1, 7)}


def test_links_through_a_switch_without_openflow(nox_network: type[TestedNetwork]) -> None:
    """LLDP does not cross it, BDDP does: between all three that it connects, within a second."""
    net = nox_network.line(2)
    net.add_switch("s3")
    net.start(DISCOVERY)
    net.fabric.add_switch("legacy", 99, Settings(fail_mode=FailMode.STANDALONE))
    for name in ("s1", "s2", "s3"):
        net.add_link(name, "legacy")
    net.run(0.9)
    found = {ends: kind for ends, kind in links(net).items() if kind == "broadcast"}
    assert {(ends.src_dpid, ends.dst_dpid) for ends in found} == {(1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2)}
    net.run(10)
    assert found.items() <= links(net).items()
    assert len(links(net)) == 8
    net.link("s3", "legacy").down()
    net.run(0.01)
    assert len(links(net)) == 4


def test_a_switch_between_that_forwards_lldp(nox_network: type[TestedNetwork], monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheap ones do: each port hears several others, all are kept, and nobody is accused of anything."""
    monkeypatch.setattr("nox.emulator.switch.switch._RESERVED", 0)
    net = nox_network.line(1)
    net.add_switch("s2")
    net.add_switch("s3")
    net.start(DISCOVERY, Watcher)
    net.fabric.add_switch("legacy", 99, Settings(fail_mode=FailMode.STANDALONE))
    for name in ("s1", "s2", "s3"):
        net.add_link(name, "legacy")
    net.run(10)
    assert list(links(net).values()) == ["direct"] * 6
    assert net.controller.component(Watcher).refused == []


def test_a_cable_says_more_than_what_is_broadcast(nox_network: type[TestedNetwork]) -> None:
    """A switch that forwarded without OpenFlow joins: links across it give way to links with it."""
    net = nox_network.line(2)
    net.start(DISCOVERY)
    between = net.fabric.add_switch("between", 99, Settings(fail_mode=FailMode.STANDALONE))
    net.add_link("s1", "between")
    net.add_link("s2", "between")
    net.run(2)
    assert list(links(net).values()).count("broadcast") == 2
    net._added(between)
    net.run(1)
    assert set(links(net).values()) == {"direct"}
    assert {(ends.src_dpid, ends.dst_dpid) for ends in links(net)} == {
        (1, 2), (2, 1), (1, 99), (99, 1), (2, 99), (99, 2)
    }  # fmt: skip


def test_static_links_make_core_ports(nox_network: type[TestedNetwork]) -> None:
    """The operator's word is enough; silence does not end it."""
    net = nox_network.line(2)
    net.start(DISCOVERY)
    net.run(1)
    view = net.controller.component(View)
    own = view.scoped(view.record)
    own.put(LINKS, Link(src_dpid=1, src_port=1, dst_dpid=9, dst_port=1, kind=LinkKind.STATIC))
    net.run(0.01)
    discovery = net.controller.component(Discovery)
    assert discovery.role(1, 1) is Role.CORE
    net.run(10)
    assert Ends(1, 1, 9, 1) in links(net)


def test_only_the_owner_of_a_switch_sends_there(
    nox_network: type[TestedNetwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another instance may hear what it sends, and has its own view of it."""
    monkeypatch.setattr(OpenFlow, "owns", lambda self, dpid: dpid == 1)
    net = nox_network.line(2)
    net.start(DISCOVERY)
    net.run(3)
    assert [(ends.src_dpid, ends.dst_dpid) for ends in links(net)] == [(1, 2)]


def test_frames_are_spread_over_the_interval(nox_network: type[TestedNetwork]) -> None:
    """At rest no hundredth of it has more than its share, and each port sends once."""
    net = nox_network.fat_tree(4)
    net.start(DISCOVERY)
    net.run(3.005)
    sender = net.controller.component(Discovery)._sender
    counts = []
    for _ in range(100):
        before = sender.sent
        net.run(0.01)
        counts.append(sender.sent - before)
    ports = len(built(net)) + 2 * len(edges(net))
    assert abs(sum(counts) - ports) <= 16  # a turn more or less
    assert max(counts) <= 2 * 16  # two turns of eight edges, two frames each


def test_a_late_turn_sends_for_those_that_were_missed(nox_network: type[TestedNetwork]) -> None:
    """A busy reactor must not stretch the interval until links look silent."""
    net = nox_network.fat_tree(4)
    net.start(DISCOVERY)
    net.run(3.005)
    sender = net.controller.component(Discovery)._sender
    ports, now, before = len(built(net)) + 2 * len(edges(net)), net.now, sender.sent
    for late in range(1, 9):
        sender.turn(now + late * 0.25)
    assert abs(sender.sent - before - 2 * ports) <= 16


def test_a_switch_that_does_not_answer_for_a_while_is_waited_for(
    nox_network: type[TestedNetwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its ports are decided about when it answers: they do not stay undecided for ever because a request ran out."""
    net = nox_network.line(1)
    net.start(DISCOVERY)
    discovery, [host] = net.controller.component(Discovery), edges(net)
    with monkeypatch.context() as busy:
        busy.setitem(HANDLERS[Version.V1_3], messages.BarrierRequest, lambda *_: None)
        net.run(25)
        assert discovery.role(*host) is Role.UNKNOWN
    net.run(12)
    assert discovery.role(*host) is Role.EDGE


def test_what_is_counted(nox_network: type[TestedNetwork]) -> None:
    """Links, ports, frames."""
    net = nox_network.line(2)
    net.start(DISCOVERY)
    net.run(1)
    samples = {
        one.name: one.value for family in net.controller.component(Discovery).metrics() for one in family.samples
    }
    assert (samples["nox_discovery_links"], samples["nox_discovery_ports"]) == (2, 4)
    assert samples["nox_discovery_sent_total"] >= 4


def test_a_large_network_is_logged_in_a_few_lines() -> None:
    """Each link while they are few; then how many there were."""
    lines: list[str] = []
    observer = cast(ILogObserver, lambda event: lines.append(formatEvent(event)))
    log = LinkLog(Logger("test", observer=observer), "links have changed {count} times more")
    for number in range(MOST + 10):
        log.note("link {ends} is there", ends=number, event="link")
    log.begin()
    log.note("link {ends} is there", ends="a to b", event="link")
    assert len(lines) == MOST + 2
    assert lines[-2:] == ["links have changed 10 times more", "link a to b is there"]


def test_a_clock_that_jumps_ends_no_link(nox_network: type[TestedNetwork]) -> None:
    """Nobody was silent: the process did not listen."""
    net = nox_network.ring(3)
    net.start(DISCOVERY)
    net.run(1)
    discovery = net.controller.component(Discovery)
    discovery._swept -= 100
    net.run(0.3)
    discovery._swept += 100
    net.run(3)
    assert set(links(net)) == built(net)
