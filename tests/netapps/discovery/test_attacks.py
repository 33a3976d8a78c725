"""Hosts that claim links: each attack is told, and the view stays as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from nox.core.view.component import View
from nox.core.view.rows import LinkKind
from nox.core.view.tables import PORTS
from nox.emulator.hosts.host import Host
from nox.emulator.network import Network
from nox.emulator.switch.settings import FailMode, Settings
from nox.emulator.tested import TestedNetwork
from nox.lib.addresses import EthernetAddress
from nox.lib.packet.ethernet import BROADCAST, Ethernet
from nox.lib.packet.lldp import CHASSIS_LOCAL, NEAREST_BRIDGE, PORT_LOCAL, Id, Lldp
from nox.netapps.discovery.component import Discovery
from nox.netapps.discovery.evidence import EXCUSED
from nox.netapps.discovery.frames import ETH_BDDP, Frames
from nox.netapps.discovery.ports import MOST_HEARD
from nox.netapps.interfaces import Role
from tests.netapps.discovery.watching import Watcher, built, links

Hear = Callable[[Host, bytes], None]
TYPES = [pytest.param(0x88CC, id="LLDP"), pytest.param(ETH_BDDP, id="BDDP")]


class Taps:
    """What hosts hear of discovery's frames. :ivar heard: by name. :ivar relays: who has what he hears sent by whom."""

    def __init__(self) -> None:
        self.heard: dict[str, list[bytes]] = defaultdict(list)
        self.relays: dict[str, Callable[[bytes], None]] = {}

    def hear(self, host: Host, frame: bytes) -> None:
        """A frame has come to a host."""
        if frame[12:14] in (b"\x88\xcc", b"\x89\x42"):
            self.heard[host.name].append(frame)
            if host.name in self.relays:
                self.relays[host.name](frame)


@pytest.fixture
def taps(monkeypatch: pytest.MonkeyPatch) -> Taps:
    """On all hosts."""
    found, receive = Taps(), Host.receive

    def heard(host: Host, frame: bytes, now: float) -> None:
        found.hear(host, frame)
        receive(host, frame, now)

    monkeypatch.setattr(Host, "receive", heard)
    return found


@pytest.fixture
def net(nox_network: type[TestedNetwork], taps: Taps) -> TestedNetwork:
    """Two switches with two hosts each, who have been seen, and a link."""
    made = nox_network.line(2, hosts=2)
    made.start("switch", "discovery,interval=1", Watcher)
    made.run(1.5)
    assert made.pingall().lost == []
    assert watcher(made).refused == []
    return made


def watcher(net: Network) -> Watcher:
    """What was told."""
    return net.controller.component(Watcher)


def send(net: Network, name: str, frame: bytes) -> None:
    """Have a host send a frame, and let it arrive."""
    net[name].do(lambda host, _: host.send_raw(frame))
    net.run(0.01)


def unchanged(net: Network) -> bool:
    """Whether links and roles are what was built."""
    discovery = net.controller.component(Discovery)
    edges = [(net.switch(name).dpid, port) for name, port in (host.switch for host in net.hosts)]
    return set(links(net)) == built(net) and all(discovery.role(*edge) is Role.EDGE for edge in edges)


def place(net: Network, name: str) -> tuple[int, int]:
    """Where a host is."""
    switch, port = net[name].switch
    return net.switch(switch).dpid, port


@pytest.mark.parametrize("eth_type", TYPES)
def test_a_link_without_a_signature(net: TestedNetwork, eth_type: int) -> None:
    """As it is written by those who know how other controllers do it."""
    lldp = Lldp(Id(CHASSIS_LOCAL, b"dpid:0000000000000001"), Id(PORT_LOCAL, b"2"), 120)
    to = NEAREST_BRIDGE if eth_type == 0x88CC else BROADCAST
    send(net, "h3", Ethernet(to, net["h3"].mac, eth_type, lldp.build()).build())
    [(dpid, port, reason)] = watcher(net).refused
    assert (dpid, port) == place(net, "h3")
    assert "not signed" in reason
    assert unchanged(net)


@pytest.mark.parametrize("kind", [LinkKind.DIRECT, LinkKind.BROADCAST])
def test_a_link_with_a_signature_of_the_hosts_own(net: TestedNetwork, kind: LinkKind) -> None:
    """All is as we write it, but for the key."""
    frames = Frames(bytes(32))
    head = frames.head(1, 2, EthernetAddress("06:00:00:01:00:02"), kind, 3)
    send(net, "h3", frames.frame(head, int(net.now * 1e6)))
    [(_, _, reason)] = watcher(net).refused
    assert "signature" in reason
    assert unchanged(net)


def test_a_frame_that_is_changed(net: TestedNetwork, taps: Taps) -> None:
    """Another port, under the signature of the one."""
    frame = taps.heard["h1"][-1].replace(b"\4\2\x072", b"\4\2\x073")
    assert frame != taps.heard["h1"][-1]
    send(net, "h3", frame)
    assert "signature" in watcher(net).refused[0][2]
    assert unchanged(net)


def test_a_frame_that_is_cut_short(net: TestedNetwork, taps: Taps) -> None:
    """Wherever; each is refused."""
    whole = taps.heard["h1"][-1]
    for length in range(14, len(whole), 9):
        watcher(net).refused.clear()
        send(net, "h3", whole[:length])
        assert len(watcher(net).refused) == 1
        net.run(1)
    assert unchanged(net)


@pytest.mark.parametrize("name", ["h1", "h3"])
def test_a_frame_that_is_sent_again(net: TestedNetwork, taps: Taps, name: str) -> None:
    """At the same port or another one, later."""
    frame = taps.heard["h1"][-1]
    net.run(7)
    send(net, name, frame)
    [(dpid, port, reason)] = watcher(net).refused
    assert (dpid, port) == place(net, name)
    assert "s old" in reason
    assert unchanged(net)


def test_a_frame_of_before_a_restart(net: TestedNetwork, taps: Taps) -> None:
    """The new controller has heard nothing yet, and refuses it all the same."""
    frame = taps.heard["h1"][-1]
    net.stop()
    net.start("switch", "discovery,interval=1", Watcher)
    net.run(2)
    send(net, "h4", frame)
    assert len(watcher(net).refused) == 1
    assert unchanged(net)


@pytest.mark.parametrize(("one", "other"), [("h1", "h3"), ("h1", "h2")], ids=["two switches", "one switch"])
def test_two_hosts_that_relay(net: TestedNetwork, taps: Taps, one: str, other: str) -> None:
    """At once, in both directions: signatures and times are right, but the ports have carried hosts."""
    for name, target in ((one, other), (other, one)):
        taps.relays[name] = lambda frame, target=target: net[target].do(lambda host, _: host.send_raw(frame))  # type: ignore[misc]
    net.run(5)
    refused = watcher(net).refused
    assert {(dpid, port) for dpid, port, _ in refused} == {place(net, one), place(net, other)}
    assert all("has carried a host" in reason for _, _, reason in refused)
    assert unchanged(net)


def test_one_of_two_that_relay_was_never_seen(net: TestedNetwork, taps: Taps) -> None:
    """A silent host at one end does not help: the other end has carried one."""
    net.add_host("h5", "s2")
    net.run(1.5)
    for name, target in (("h1", "h5"), ("h5", "h1")):
        taps.relays[name] = lambda frame, target=target: net[target].do(lambda host, _: host.send_raw(frame))  # type: ignore[misc]
    net.run(3)
    assert {(dpid, port) for dpid, port, _ in watcher(net).refused} == {place(net, "h1"), place(net, "h5")}
    assert unchanged(net)


def test_one_that_relays_with_a_new_switch(net: TestedNetwork, taps: Taps) -> None:
    """A switch that has just joined excuses what was seen elsewhere only while its links are found."""
    net.add_switch("s3")
    net.add_link("s3", "s2")
    net.add_host("h5", "s3")
    net.run(EXCUSED + 1)
    assert unchanged(net)
    for name, target in (("h1", "h5"), ("h5", "h1")):
        taps.relays[name] = lambda frame, target=target: net[target].do(lambda host, _: host.send_raw(frame))  # type: ignore[misc]
    net.run(3)
    assert {(dpid, port) for dpid, port, _ in watcher(net).refused} == {place(net, "h1"), place(net, "h5")}
    assert unchanged(net)


def test_two_that_relay_while_discovery_starts_anew(net: TestedNetwork, taps: Taps) -> None:
    """Who has sent before the restart is known from the view: the moment in which nothing is known is none."""
    for name, target in (("h1", "h3"), ("h3", "h1")):
        taps.relays[name] = lambda frame, target=target: net[target].do(lambda host, _: host.send_raw(frame))  # type: ignore[misc]
    net.controller.kernel.restart("discovery")
    net.run(3)
    assert {(dpid, port) for dpid, port, _ in watcher(net).refused} == {place(net, "h1"), place(net, "h3")}
    assert unchanged(net)


def test_a_port_that_was_down_has_carried_nobody(net: TestedNetwork) -> None:
    """In the view neither."""
    contents = net.controller.component(View).contents.of(PORTS)
    dpid, port = place(net, "h1")
    assert contents.by_key[dpid, port].carried_host
    net.link("h1", "s1").down()
    net.run(0.1)
    assert not contents.by_key[dpid, port].carried_host


def test_a_port_that_was_down_may_become_a_link(net: TestedNetwork) -> None:
    """Somebody plugs a switch in where a host was."""
    net.add_switch("s3")
    net["h1"].move("s3")
    net.run(2)
    net.add_link("s3", "s1", 5, 2)
    net.run(1)
    assert watcher(net).refused == []
    assert unchanged(net)


def test_a_cable_where_a_host_was_seen_is_refused_until_the_port_was_down(net: TestedNetwork) -> None:
    """Something between hides that the cable was pulled: the sentence says what to do."""
    discovery = net.controller.component(Discovery)
    net.add_switch("s3")
    net.add_link("s3", "s2", 5, 9)
    net.run(2)
    assert set(links(net)) == built(net)
    discovery._evidence.carried((2, 9), 0.0)
    discovery._evidence._newcomers.clear()
    for link in discovery._links.at((2, 9)):
        discovery._lose(link, "the test says so")
    net.run(2)
    assert any("set the port down once" in reason for _, _, reason in watcher(net).refused)
    assert set(links(net)) != built(net)
    net.link("s3", "s2").down()
    net.run(0.1)
    net.link("s3", "s2").up()
    net.run(0.1)
    assert set(links(net)) == built(net)


def test_a_flood_of_claims_is_read_in_part(net: TestedNetwork, taps: Taps) -> None:
    """So many in a second; a few are told, all are counted, and the links stay."""
    frame = bytearray(taps.heard["h1"][-1].replace(b"dpid:", b"dpiD:"))
    net["h1"].flood(2000, 6000, make=lambda _: bytes(frame))
    net.run(5)
    discovery = net.controller.component(Discovery)
    assert discovery._refusals.counts.total() == 6000
    assert discovery._refusals.counts["forged"] <= 5 * MOST_HEARD
    assert len(watcher(net).refused) <= 12
    assert unchanged(net)


def test_a_flood_on_a_shared_segment_ends_no_link(nox_network: type[TestedNetwork]) -> None:
    """Hosts of a switch without OpenFlow share its ports: what they send does not hide the links' frames."""
    net = nox_network.line(2)
    net.run(0.4)
    net.start("discovery,interval=1", Watcher)
    net.fabric.add_switch("legacy", 99, Settings(fail_mode=FailMode.STANDALONE))
    for name in ("s1", "s2"):
        net.add_link(name, "legacy")
    net.add_host("h3", "legacy")
    net.run(2)
    before = links(net)
    assert sorted(before.values()) == ["broadcast", "broadcast", "direct", "direct"]
    junk = Ethernet(BROADCAST, net["h3"].mac, ETH_BDDP, bytes(80)).build()
    net["h3"].flood(2000, 20_000, make=lambda _: junk)
    for _ in range(100):
        net.run(0.1)
        assert links(net) == before
