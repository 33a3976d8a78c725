"""Hosts that move: at once, and only when they do."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from nox.core.component.plugins import ComponentPlugin
from nox.core.view.rows import Location
from nox.core.view.tables import LOCATIONS
from nox.emulator import Network
from nox.lib.addresses import EthernetAddress
from nox.lib.packet import arp
from nox.lib.packet.arp import Arp
from nox.lib.packet.ethernet import BROADCAST, Ethernet
from nox.netapps.events import HostConflict
from nox.netapps.hosts.places import LATELY, MOST_MOVES
from tests.core.component.support import plugin
from tests.netapps.hosts.hosted import MEMORY, Hosted, Watch
from tests.netapps.hosts.roles import Roles
from tests.netapps.hosts.test_learning import datagram
from tests.netapps.network import Network as Bare
from tests.netapps.network import sent

H1 = EthernetAddress("02:00:00:00:00:01")
HOSTS = ComponentPlugin("hosts", "nox.netapps.hosts.component:Hosts", number=23)
VIEW = ComponentPlugin("view", "nox.core.view.component:View", number=5, on_demand=("INetworkView", "IViewKeeping"))
ROLES, WATCH = plugin(Roles), plugin(Watch)
BOND = EthernetAddress("02:00:00:00:10:01")
LATE = 0.020  # seconds: a moved host is at its new port by then


def claim(hosted: Hosted, liar: str, victim: str) -> None:
    """Have a host send one packet as if it were another."""
    mac, ip = hosted.net[victim].mac, str(hosted.net[victim].ipv4)
    hosted.net[liar].do(lambda host, now: host.send_raw(datagram(mac, ip)))


def test_a_cable_that_is_plugged_in_elsewhere() -> None:
    """The old port is down: the first packet at the new one is enough, and goes on at once."""
    hosted = Hosted(Network.line(2, hosts=1))
    hosted.known()
    hosted.net["h1"].move("s2", port=7)
    moved = hosted.net.now
    hosted.net.run(0.1)
    assert hosted.places("h1") == [(2, 7)]
    assert hosted.moved_after("h1", moved) < LATE
    assert not hosted.watch.told


def test_a_host_that_has_gone_silently_and_is_elsewhere() -> None:
    """The old port stays up, as behind a small switch or a radio: it is asked there, is silent, and has moved.

    The packets that it sends meanwhile wait, and then go on; nothing is lost.
    """
    hosted = Hosted(Network.line(2, hosts=2), forwards="hub")
    hosted.known()
    hosted.net["h1"].sleep()
    began = hosted.net.now
    claim(hosted, "h3", "h1")
    hosted.net.run(0.003)
    assert (hosted.places("h1"), hosted.watch.passed) == ([(1, 2)], [])
    hosted.net.run(1.5)
    assert hosted.places("h1") == [(2, 2)]
    assert 0.004 <= hosted.moved_after("h1", began) < LATE
    assert [(event.datapath.dpid, event.in_port) for event in hosted.watch.passed] == [(2, 2), (1, 1)]
    assert not hosted.watch.told


def test_old_place_and_new_place_change_in_one_transaction() -> None:
    """Nobody ever sees it in two places, or in none."""
    hosted = Hosted(Network.line(2, hosts=2))
    hosted.known()
    hosted.net["h1"].sleep()
    claim(hosted, "h3", "h1")
    hosted.net.run(0.1)
    changes = [c for _, c in hosted.watch.changes if c.table is LOCATIONS and c.key[0] == H1]
    assert [(c.before is None, c.after is None) for c in changes] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert len({change.revision for change in changes}) == 1


def test_who_answers_where_he_was_has_not_moved() -> None:
    """A conflict, told once; nothing changes, and what the other sends goes nowhere."""
    hosted = Hosted(Network.line(2, hosts=2), forwards="hub")
    hosted.known()
    before = hosted.everything()
    claim(hosted, "h3", "h1")
    hosted.net.run(2)
    assert hosted.everything() == before
    [told] = hosted.told(HostConflict)
    assert isinstance(told, HostConflict)
    assert (told.mac, told.dpid, told.port) == (H1, 2, 2)
    assert "port 2 of switch 0000000000000001" in told.reason
    assert [event for event in hosted.watch.passed if event.values[2] == H1] == []


def test_two_that_both_claim_an_address_do_not_make_it_move_to_and_fro() -> None:
    """Whoever was there first stays, for as long as both send; one event a second says so."""
    hosted = Hosted(Network.line(2, hosts=2))
    hosted.known()
    hosted.net["h3"].flood(per_second=500, total=5000, make=lambda number: datagram(H1, "10.0.0.1"))
    hosted.net["h1"].flood(per_second=500, total=5000, make=lambda number: datagram(H1, "10.0.0.1"))
    hosted.net.run(10)
    assert [change for _, change in hosted.watch.changes if change.table is LOCATIONS] == []
    assert 5 <= len(hosted.told(HostConflict)) <= 11


def test_one_that_answers_late_is_put_back() -> None:
    """It looked as if it had moved. From then on it has a second to answer, so that this happens once."""
    net = Network.line(2, hosts=2)
    hosted = Hosted(net)
    hosted.known()
    net.link("h1", "s1").set(delay=0.05)
    claim(hosted, "h3", "h1")
    net.run(0.05)
    assert hosted.places("h1") == [(2, 2)]
    net.run(1)
    assert hosted.places("h1") == [(1, 2)]
    assert len(hosted.told(HostConflict)) == 1
    hosted.watch.changes.clear()
    for _ in range(5):
        net.run(2)
        claim(hosted, "h3", "h1")
        net.run(1)
    assert [change for _, change in hosted.watch.changes if change.table is LOCATIONS] == []
    assert hosted.places("h1") == [(1, 2)]


@pytest.mark.parametrize("answers", [True, False], ids=["it says when", "it does not say"])
def test_a_switch_that_is_slow_to_ask_is_waited_for(answers: bool) -> None:
    """The time for the answer begins when the switch has sent the question: it says so by a barrier, within 0.1 s.

    It is twice as long as that took, and 0.1 s at most.
    """
    network = Bare(HOSTS, VIEW, ROLES, WATCH, toml=MEMORY)
    peer = network.switch(4)
    watch = network.kernel.registry.records["watch"].instance
    assert isinstance(watch, Watch)
    announcement = Arp(arp.REQUEST, BOND, IPv4Address("10.0.0.1"), arp.NOBODY, IPv4Address("10.0.0.1"))
    peer.packet_in(1, Ethernet(BROADCAST, BOND, 0x0806, announcement.build()).build())
    network.clock.advance(0.1)
    sent(peer)
    peer.packet_in(2, datagram(BOND, "10.0.0.1"))

    def port_after(seconds: float) -> int:
        network.clock.advance(seconds)
        network.clock.advance(0)
        [row] = watch.view.rows(LOCATIONS)
        return row.port

    assert port_after(0.05) == 1
    if answers:
        sent(peer)
        assert port_after(0.099) == 1
        assert port_after(0.002) == 2
    else:
        assert port_after(0.051) == 1
        assert port_after(0.098) == 1
        assert port_after(0.003) == 2


def test_a_host_that_comes_back_is_where_it_came_back_to() -> None:
    """There and back again, each time with the cable."""
    hosted = Hosted(Network.line(2, hosts=1))
    hosted.known()
    for switch, place in (("s2", (2, 9)), ("s1", (1, 9)), ("s2", (2, 9))):
        hosted.net["h1"].move(switch, port=9)
        hosted.net.run(0.1)
        assert hosted.places("h1") == [place]
    assert not hosted.watch.told


@pytest.mark.parametrize("version", [1, 4], ids=["1.0", "1.3"])
def test_a_host_with_two_cables_is_at_both_places(version: int) -> None:
    """A question that was sent to one port alone is answered through the other: only who has both can do that."""
    network = Bare(HOSTS, VIEW, ROLES, WATCH, toml=MEMORY)
    peer = network.switch(version)
    watch = network.kernel.registry.records["watch"].instance
    assert isinstance(watch, Watch)
    announcement = Arp(arp.REQUEST, BOND, IPv4Address("10.0.0.1"), arp.NOBODY, IPv4Address("10.0.0.1"))
    peer.packet_in(1, Ethernet(BROADCAST, BOND, 0x0806, announcement.build()).build())
    network.clock.advance(0.1)
    sent(peer)
    peer.packet_in(2, datagram(BOND, "10.0.0.1"))
    [packet_out] = sent(peer)[1]
    question = Ethernet.parse(packet_out[packet_out.index(bytes(BOND)) :])
    asked = Arp.parse(question.payload)
    assert (question.dst, asked.sha, asked.tpa) == (BOND, question.src, announcement.spa)
    reply = Arp(arp.REPLY, BOND, announcement.spa, asked.sha, asked.spa)
    peer.packet_in(2, Ethernet(question.src, BOND, 0x0806, reply.build()).build())
    network.clock.advance(0)
    assert [(row.dpid, row.port) for row in watch.view.rows(LOCATIONS)] == [(1, 1), (1, 2)]
    assert not watch.told
    peer.port_status(1, 2, down=True)
    network.clock.advance(0)
    assert [(row.dpid, row.port) for row in watch.view.rows(LOCATIONS)] == [(1, 2)]


def test_only_a_port_that_is_down_lets_a_host_move() -> None:
    """`moves = "down"`: for networks in which every host has a port of its own."""
    hosted = Hosted(Network.line(2, hosts=2), toml='[hosts]\nmoves = "down"\n')
    hosted.known()
    hosted.net["h1"].sleep()
    claim(hosted, "h3", "h1")
    hosted.net.run(2)
    assert hosted.places("h1") == [(1, 2)]
    assert len(hosted.told(HostConflict)) == 1
    hosted.net["h1"].wake()
    hosted.net["h1"].move("s2")
    hosted.net.run(0.1)
    assert hosted.places("h1") == [(2, 4)]


def test_a_place_that_the_operator_has_named_is_the_only_one() -> None:
    """Whether the host answers there or not."""
    hosted = Hosted(Network.line(2, hosts=2))
    hosted.watch.view.put(LOCATIONS, Location(mac=H1, dpid=1, port=2))
    hosted.net.run(0.1)
    hosted.known()
    hosted.net["h1"].sleep()
    claim(hosted, "h3", "h1")
    hosted.net.run(2)
    assert hosted.places("h1") == [(1, 2)]
    assert len(hosted.told(HostConflict)) == 1
    hosted.net.link("h1", "s1").down()
    hosted.net.run(1)
    assert hosted.places("h1") == [(1, 2)]


@pytest.mark.parametrize("comes_back", [True, False], ids=["it comes back", "it stays away"])
def test_a_host_of_a_switch_that_has_just_gone_waits_for_it(comes_back: bool) -> None:
    """Whoever uses that moment to be somebody else gets nothing. After ten seconds it counts as gone."""
    hosted = Hosted(Network.line(2, hosts=2))
    hosted.known()
    hosted.net.switch("s1").disconnect()
    hosted.net.run(0.5)
    claim(hosted, "h3", "h1")
    hosted.net.run(0.5)
    assert hosted.places("h1") == [(1, 2)]
    if comes_back:
        hosted.net.switch("s1").connect()
    hosted.net.run(15)
    claim(hosted, "h3", "h1")
    hosted.net.run(2)
    assert hosted.places("h1") == ([(1, 2)] if comes_back else [(2, 2)])
    assert len(hosted.told(HostConflict)) == comes_back


def test_a_switch_that_returns_with_a_port_down_has_lost_who_was_there() -> None:
    """Its port status was missed."""
    hosted = Hosted(Network.line(2, hosts=2))
    hosted.known()
    hosted.net.switch("s1").disconnect()
    hosted.net.run(0.5)
    hosted.net.link("h1", "s1").down()
    hosted.net.run(0.5)
    assert hosted.places("h1") == [(1, 2)]
    hosted.net.switch("s1").connect()
    hosted.net.run(15)
    assert hosted.places("h1") == []


@pytest.mark.parametrize("change", ["gone", "another"])
def test_a_switch_that_returns_with_other_ports_has_lost_who_was_there(change: str) -> None:
    """The port is no more, or there is another one of its number."""
    hosted = Hosted(Network.line(2, hosts=2))
    hosted.known()
    switch = hosted.net.switch("s1")
    switch.disconnect()
    hosted.net.run(0.5)
    if change == "gone":
        switch.node.switch.remove_port(2, hosted.net.now)
    else:
        switch.node.switch.ports[2].hw_addr = EthernetAddress("06:00:00:00:99:99")
    switch.connect()
    hosted.net.run(1)
    assert (hosted.places("h1"), hosted.places("h2")) == ([], [(1, 3)])


def test_two_that_answer_nothing_do_not_make_an_address_move_to_and_fro() -> None:
    """Nothing tells the one from the other: after a few moves it stays where it is, and that is told."""
    hosted = Hosted(Network.line(2, hosts=2))
    hosted.known()
    mac = EthernetAddress("02:00:00:00:77:77")
    frame = Ethernet(BROADCAST, mac, 0x88B5, bytes(46)).build()
    for number in range(20):
        hosted.net["h3" if number % 2 else "h1"].do(lambda host, now: host.send_raw(frame))
        hosted.net.run(1.5)
    moves = [change for _, change in hosted.watch.changes if change.table is LOCATIONS and change.after is not None]
    assert len(moves) == 1 + MOST_MOVES
    assert hosted.told(HostConflict)
    hosted.net.run(LATELY)
    assert hosted.places_of(mac) == hosted.places("h3")
    hosted.net["h1"].do(lambda host, now: host.send_raw(frame))
    hosted.net.run(1.5)
    assert hosted.places_of(mac) == hosted.places("h1")
