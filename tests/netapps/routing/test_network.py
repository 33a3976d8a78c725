"""Flows through emulated networks: set up once, healed, and gone when they end."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import networkx
import pytest

from nox.api import CONTINUE, Component, Outcome, PacketIn
from nox.core.events.event import STOP
from nox.core.plan import BESIDE, DENY, FLOWS
from nox.emulator.handles import NetworkHost
from nox.emulator.hosts.host import Host
from nox.emulator.hosts.udp import UdpSocket
from nox.emulator.network import Network
from nox.emulator.switch.settings import Settings
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError
from nox.lib.flowkey import TCP, UDP
from nox.lib.openflow.enums import FlowRemovedReason
from nox.lib.openflow.versions import Version
from nox.lib.packet import arp, ethernet
from nox.lib.packet.arp import Arp
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.tcp import SYN, Tcp
from nox.lib.packet.udp import Udp
from nox.netapps.decision import Constraints, Decision, Verdict
from nox.netapps.events import FlowEnded, FlowIn
from nox.netapps.routing.component import Routing
from tests.netapps.routing import shapes
from tests.netapps.routing.conftest import MEMORY, SETTLED, Stream, start

FORGOTTEN = 300.0  # seconds after which no entry of a flow is left, ARP's among them


def entries(net: Network, switch: str) -> list[str]:
    """The entries of flows in a switch, as text."""
    return [str(entry.match) for entry in net.switch(switch).node.switch.flows.tables[0] if entry.priority == FLOWS.low]


class Counting(Component):
    """Counts packets that switches ask about, by dpid and port."""

    async def start(self) -> None:
        """See all of them, first."""
        self.asked: Counter[tuple[int, int]] = Counter()
        self.register(PacketIn, self.packet_in, priority=10_000)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Count UDP alone."""
        if event.shape.fixed.get("ip_proto") == 17:
            self.asked[event.datapath.dpid, event.in_port] += 1
        return CONTINUE


@pytest.mark.parametrize("shape", ["ring", "tree", "torus", "fat tree"])
def test_everybody_reaches_everybody(shape: str, versions: tuple[Version, ...]) -> None:
    """Whatever the network looks like, and in both versions."""
    net = {
        "ring": lambda: Network.ring(4, hosts=2, versions=versions),
        "tree": lambda: Network.tree(3, 2, versions=versions),
        "torus": lambda: Network.torus(3, 3, versions=versions),
        "fat tree": lambda: Network.fat_tree(4, versions=versions),
    }[shape]()
    with net:
        start(net)
        assert net.pingall().lost == []
        assert net.controller.errors == []


@pytest.mark.parametrize("nodes", range(2, 7))
def test_every_connected_graph_whole_and_with_each_link_cut(nodes: int) -> None:
    """Everybody reaches everybody: without any link that may be missing, and with it again.

    Of those of six nodes every third: all of them are in `tests/acceptance/routing-3-shapes`.
    """
    graphs = list(shapes.connected(nodes))[:: 3 if nodes == 6 else 1]
    lost = {str(sorted(graph.edges())): shapes.check(graph) for graph in graphs}
    assert len(lost) == {2: 1, 3: 2, 4: 6, 5: 21, 6: 38}[nodes]
    assert {graph: sentences for graph, sentences in lost.items() if sentences} == {}


def test_a_flow_is_set_up_once(versions: tuple[Version, ...]) -> None:
    """Ten packets back to back arrive in order; no later switch asks; each switch has one entry."""
    with Network.line(4, versions=versions) as net:
        net.start("routing", "allow_all", Counting, toml=MEMORY)
        net.run(SETTLED)
        h1, _, _, h4 = net.hosts
        h1.ping(h4)
        counting, stream = net.controller.component(Counting), Stream(net, h1, h4)
        stream.send(10)
        net.run(1)
        assert stream.heard == list(range(10))
        assert {dpid for dpid, _ in counting.asked} == {1}
        assert [sum("udp" in one for one in entries(net, name)) for name in ("s1", "s2", "s3", "s4")] == [1] * 4


def test_a_tcp_connection_is_set_up_with_its_answers(versions: tuple[Version, ...]) -> None:
    """One set-up, an entry for each direction on each switch, and a page arrives."""
    with Network.line(3, versions=versions) as net:
        routing = start(net)
        h1, _, h3 = net.hosts
        h1.ping(h3)
        before = routing.guide.counts["set_up"]
        h3.do(lambda host, _: host.serve(lambda path: (200, b"here")))
        assert h1.get(h3).body == b"here"
        assert routing.guide.counts["set_up"] == before + 1
        assert [sum("tcp" in one for one in entries(net, name)) for name in ("s1", "s2", "s3")] == [2, 2, 2]


def test_what_nobody_has_decided_about_goes_nowhere() -> None:
    """Without a policy and without `allow_all` nothing is forwarded."""
    with Network.line(2) as net:
        routing = start(net, "routing")
        assert net.pingall().received == 0
        assert routing.counts["undecided"] > 0
        assert entries(net, "s1") == []


class Refuse(Component):
    """Denies UDP, and leads the rest around s2."""

    async def start(self) -> None:
        """Decide before others."""
        self.register(FlowIn, self.flow_in)

    def flow_in(self, event: FlowIn) -> Outcome:
        """By protocol."""
        is_udp = event.packet.shape.fixed.get("ip_proto") == 17
        event.decision = Decision(
            verdict=Verdict.DENY if is_udp else Verdict.ALLOW,
            rule="test",
            constraints=Constraints(avoid=frozenset({2})),
        )
        return CONTINUE


def test_a_denied_flow_is_dropped_by_its_switch() -> None:
    """Its packets do not come to the controller again and again; others pass, under their constraints."""
    with Network.ring(4) as net:
        net.start("routing", Refuse, Counting, toml=MEMORY)
        net.run(SETTLED)
        h1, _, h3, _ = net.hosts
        assert h1.ping(h3, count=3).lost == 0
        assert entries(net, "s2") == []
        stream, counting = Stream(net, h1, h3), net.controller.component(Counting)
        stream.send(100, every=0.01)
        assert stream.heard == []
        assert sum(counting.asked.values()) < 5


def test_a_flow_that_ends_leaves_nothing() -> None:
    """Its entries and what is known of it are gone, and it is told what it was."""
    told: list[FlowEnded] = []

    class Listening(Component):
        """Hears of flows that end."""

        async def start(self) -> None:
            """Listen."""
            self.register(FlowEnded, lambda event: told.append(event) or CONTINUE)  # type: ignore[func-returns-value]

    with Network.line(3) as net:
        net.start("routing", "allow_all", Listening, toml=MEMORY)
        net.run(SETTLED)
        h1, _, h3 = net.hosts
        h1.ping(h3)
        routing = net.controller.component(Routing)
        assert len(routing.table) == 4  # ARP and the echo, both ways
        net.run(FORGOTTEN)
        assert len(routing.table) == 0
        assert [entries(net, name) for name in ("s1", "s2", "s3")] == [[], [], []]
        assert {(len(one.path), one.decision.rule) for one in told} == {(3, "allow_all")}
        assert not any(vars_of(routing))


def vars_of(routing: Routing) -> list[object]:
    """What the table of flows keeps."""
    return [value for value in vars(routing.table).values() if value]


def test_only_flows_that_used_a_link_are_moved() -> None:
    """The others' entries are not even written again."""
    with Network.ring(4) as net:
        routing = start(net)
        h1, h2, h3, h4 = net.hosts
        for one, other in ((h1, h2), (h3, h4)):
            one.ping(other)
        untouched = {flow.identity: flow.written for flow in routing.table.between(3, 4)}
        net.link("s1", "s2").down()
        net.run(0.02)
        assert h1.ping(h2, count=20, interval=0.01).lost == 0
        assert [flow.path[1].dpid for flow in routing.table.between(1, 2)] == [4] * len(routing.table.between(1, 2))
        assert {flow.identity: flow.written for flow in routing.table.between(3, 4)} == untouched


def test_a_better_path_is_taken_without_a_loss(versions: tuple[Version, ...]) -> None:
    """A datagram every millisecond, while the short way comes back: none is lost, and none overtakes another."""
    with Network.ring(5, versions=versions) as net:
        routing = start(net)
        h1, h2 = net.hosts[:2]
        net.link("s1", "s2").down()
        net.run(0.1)
        stream = Stream(net, h1, h2)
        stream.send(100, every=0.001)
        [flow] = [one for one in routing.table.between(1, 2) if one.identity[0].fixed.get("ip_proto") == 17]
        assert len(flow.path) == 5
        net.link("s1", "s2").up()
        stream.send(2000, every=0.001)
        net.run(0.2)
        assert len(flow.path) == 2
        assert sorted(stream.heard) == list(range(2100))
        assert [sum("udp" in one for one in entries(net, f"s{number}")) for number in range(1, 6)] == [1, 1, 0, 0, 0]


def test_a_switch_that_dies_is_gone_around(versions: tuple[Version, ...]) -> None:
    """And used again when it is back."""
    with Network.ring(4, versions=versions) as net:
        start(net)
        h1, _, h3, _ = net.hosts
        ping = h1.ping(h3, count=100, interval=0.01, wait=False)
        net.run(0.2)
        [dead] = [name for name in ("s2", "s4") if entries(net, name)][:1]
        net.switch(dead).crash()
        net.until(lambda: ping.done, 3)
        assert ping.lost <= 3
        net.switch(dead).restart()
        net.run(5)
        assert net.pingall().lost == []
        assert net.controller.errors == []


def test_a_flow_without_another_path_waits_for_its_link() -> None:
    """Its entries stay, and forward again as soon as the link does."""
    with Network.line(3) as net:
        routing = start(net)
        h1, _, h3 = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(2, every=0.1)
        net.link("s2", "s3").down()
        stream.send(10, every=0.1)
        assert len(routing.healer.stranded) > 0
        net.link("s2", "s3").up()
        net.run(1.5)
        count = len(stream.heard)
        stream.send(10, every=0.1)
        assert len(stream.heard) == count + 10
        assert len(routing.healer.stranded) == 0


def test_a_host_that_moves_takes_its_flows_along(versions: tuple[Version, ...]) -> None:
    """What is sent to it follows it, from its first packet at the new port on."""
    with Network.ring(4, versions=versions) as net:
        start(net)
        h1, _, h3, _ = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(10, every=0.01)
        h3.move("s2")
        net.run(2)
        stream.heard.clear()
        assert h3.ping(h1).received == 1
        stream.send(20, every=0.01)
        net.run(0.1)
        assert stream.heard == list(range(10, 30))
        assert [any("udp" in one for one in entries(net, name)) for name in ("s1", "s2")] == [True, True]
        assert not any("udp" in one for one in entries(net, "s3"))


def test_a_switch_that_refuses_is_gone_around(versions: tuple[Version, ...]) -> None:
    """Its table is full: the path is undone, and another one is taken; the packet arrives."""
    with Network.ring(4, versions=versions) as net:
        routing = start(net)
        h1, _, h3, _ = net.hosts
        net.run(FORGOTTEN)
        for name in ("s2", "s4"):
            flows = net.switch(name).node.switch.flows
            flows.most = len(flows.tables[0]) if name == "s2" else 100
        for port in range(8):
            stream = Stream(net, h1, h3, 1000 + port)
            stream.send(3)
            net.run(0.5)
            assert stream.heard == [0, 1, 2]
        assert entries(net, "s2") == []
        assert routing.guide.counts["failed"] == 0
        assert not any(vars_of(routing)) or all(flow.path[1].dpid != 2 for flow in routing.table if len(flow.path) > 2)


def test_a_flow_that_no_switch_takes_ends() -> None:
    """What waits goes by way of the controller, nothing is left, and its next packets do not try at once again."""
    with Network.line(3) as net:
        routing = start(net)
        h1, _, h3 = net.hosts
        net.run(FORGOTTEN)
        h1.ping(h3)
        flows = net.switch("s2").node.switch.flows
        flows.most = len(flows.tables[0])
        stream = Stream(net, h1, h3)
        stream.send(10)
        net.run(0.5)
        stream.send(60)
        net.run(0.1)
        assert stream.heard == list(range(60))
        assert (routing.guide.counts["failed"], routing.guide.counts["paused"]) == (1, 60)
        assert (len(routing.table), routing.carrier.held) == (4, 0)  # ARP and the echo
        flows.most = 1000
        net.run(2)
        stream.send(1)
        net.run(0.5)
        assert stream.heard == [*range(60), 70]


def test_a_ping_each_second_through_a_full_switch_is_answered(versions: tuple[Version, ...]) -> None:
    """Each packet comes while the one before has just failed."""
    with Network.line(3, versions=versions) as net:
        start(net)
        h1, _, h3 = net.hosts
        net.run(FORGOTTEN)
        flows = net.switch("s2").node.switch.flows
        flows.most = len(flows.tables[0])
        assert h1.ping(h3, count=10).lost == 0


class Detours(Component):
    """All of IP must go through s2."""

    async def start(self) -> None:
        """Decide before others."""
        self.register(FlowIn, self.flow_in)

    def flow_in(self, event: FlowIn) -> Outcome:
        """ARP may go as it likes."""
        is_ip = event.packet.shape.fixed.get("eth_type") == ethernet.IPV4
        constraints = Constraints(through=(2,) if is_ip else ())
        event.decision = Decision(verdict=Verdict.ALLOW, rule="test", constraints=constraints)
        return CONTINUE


def test_what_must_go_through_something_never_goes_around_it(versions: tuple[Version, ...]) -> None:
    """By way of the controller neither, nor to everybody: what cannot be is not, until it can."""
    with Network.ring(4, versions=versions) as net:
        routing = start(net, "routing", Detours)
        h1, _, _, h4 = net.hosts
        heard: list[bytes] = []
        h4.do(lambda host, _: host.udp(9, lambda got: heard.append(got.data)))
        net.run(FORGOTTEN)
        h4.ping(h1)
        flows, flooded = net.switch("s2").node.switch.flows, routing.flooder.flooded
        flows.most = len(flows.tables[0])
        frames = [datagram(h1, h4, mac) for mac in (h4.mac, EthernetAddress("02:00:00:00:00:99"))]
        for frame in frames * 5:
            h1.do(lambda host, _: host.send_raw(frame))  # noqa: B023 # called at once
            net.run(0.1)
        assert (heard, routing.flooder.flooded) == ([], flooded)
        assert (routing.guide.counts["failed"], routing.guide.counts["unreachable"]) == (1, 5)
        flows.most = 1000
        net.run(2)
        h1.do(lambda host, _: host.send_raw(frames[0]))
        net.run(0.5)
        assert heard == [b"x"]


def syn(host: NetworkHost, to: NetworkHost) -> None:
    """Have a host send what opens a TCP connection, and nothing else."""
    packet = Ipv4(host.ipv4, to.ipv4, TCP, b"")
    whole = replace(packet, payload=Tcp(1234, 80, 1, 0, SYN).build(packet.ends))
    frame = Ethernet(to.mac, host.mac, ethernet.IPV4, whole.build()).build()
    host.do(lambda one, _: one.send_raw(frame))


@pytest.mark.parametrize("name", ["s1", "s2", "s3"])
def test_arp_passes_a_switch_that_has_lost_its_entry(versions: tuple[Version, ...], name: str) -> None:
    """It sends the packet to the controller, as it always does; that it forwards it as well only the first switch says.

    The first is asked for what it has when it returns; until then it is taken to have none.
    """
    with Network.line(3, versions=versions) as net:
        start(net)
        h1, _, h3 = net.hosts
        assert h1.ping(h3).received == 1
        if name == "s1":
            net.switch(name).crash()
            net.switch(name).restart()
            net.run(2)
        else:
            flows = net.switch(name).node.switch.flows
            for entry in [entry for entry in flows.tables[0] if entry.priority == BESIDE.low]:
                flows.remove(entry, FlowRemovedReason.DELETE)
        heard: list[bytes] = []
        question = Arp(arp.REQUEST, h1.mac, h1.ipv4, h3.mac, h3.ipv4)
        frame = Ethernet(h3.mac, h1.mac, ethernet.ARP, question.build()).build()
        receive = Host.receive

        def noted(self: Host, got: bytes, now: float) -> None:
            heard.append(got)
            receive(self, got, now)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Host, "receive", noted)
            for _ in range(30):
                h1.do(lambda host, _: host.send_raw(frame))
                net.run(0.1)
        assert heard.count(frame) == 30
        assert any(entry.priority == BESIDE.low for entry in net.switch(name).node.switch.flows.tables[0])


def test_answers_that_a_switch_refuses_leave_nothing() -> None:
    """Their flow has ended when the question's path is ready: no switch is sent an entry of it any more."""
    with Network.line(3) as net:
        routing = start(net)
        h1, _, h3 = net.hosts
        net.run(FORGOTTEN)
        h1.ping(h3)
        net.run(20)
        h3.sleep()  # it does not answer
        flows = net.switch("s2").node.switch.flows
        flows.most = len(flows.tables[0]) + 1
        syn(h1, h3)
        net.run(0.5)
        connections = [flow for flow in routing.table if flow.identity[0].fixed.get("ip_proto") == TCP]
        assert [flow.sender for flow in connections] == [(h1.mac, 0)]
        assert [sum("tcp" in one for one in entries(net, name)) for name in ("s1", "s2", "s3")] == [1, 1, 1]


def test_a_flow_that_is_moved_to_a_switch_that_refuses_goes_on(versions: tuple[Version, ...]) -> None:
    """Its first switch says that the entry has gone which was taken back: that is not the flow's end."""
    three_ways = networkx.Graph([(1, 2), (1, 3), (3, 2), (1, 4), (4, 5), (5, 2)])
    with Network.of(three_ways, hosts=1, versions=versions) as net:
        routing = start(net)
        h1, h2 = net.hosts[:2]
        stream = Stream(net, h1, h2)
        stream.send(10, every=0.01)
        [flow] = [one for one in routing.table if one.identity[0].fixed.get("ip_proto") == 17]
        assert [hop.dpid for hop in flow.path] == [1, 2]
        full = net.switch("s3").node.switch.flows
        full.most = len(full.tables[0])
        net.link("s1", "s2").down()
        stream.send(200, every=0.001)
        assert [one for one in routing.table if one.identity == flow.identity] == [flow]
        assert [hop.dpid for hop in flow.path] == [1, 4, 5, 2]
        assert len(stream.heard) >= 208


def test_an_entry_that_was_taken_back_does_not_end_the_one_that_followed(versions: tuple[Version, ...]) -> None:
    """The first switch tells late that it has gone, when the flow stands on another path."""
    with Network.line(2, versions=versions) as net:
        routing = start(net)
        h1, h2 = net.hosts
        stream = Stream(net, h1, h2)
        stream.send(1)
        net.run(0.1)
        [flow] = [one for one in routing.table if one.identity[0].fixed.get("ip_proto") == UDP]
        routing._entries.erase(flow.identity, (flow.source.dpid, flow.source.port))  # it has another one since
        net.run(0.1)
        assert sum("udp" in one for one in entries(net, "s1")) == 1
        assert flow in list(routing.table)
        net.run(5)
        routing._entries.erase(flow.identity, (flow.source.dpid, flow.source.port))  # somebody has removed it
        net.run(0.2)
        assert flow not in list(routing.table)
        assert not any("udp" in one for name in ("s1", "s2") for one in entries(net, name))
        net.run(FORGOTTEN)
        assert len(routing.table) == 0


def test_one_host_s_flows_keep_nobody_out(versions: tuple[Version, ...]) -> None:
    """As many flows stand as may: the oldest of the host that has most make room, and it gets no more by new ones."""
    with Network.line(3, hosts=2, versions=versions) as net:
        routing = start(net, "routing,most_flows=40", "allow_all")
        h1, h2, h3, _, h5, _ = net.hosts
        net.run(FORGOTTEN)
        for other in (h3, h5):
            assert h1.ping(other).received == 1
        greedy: UdpSocket = h1.do(lambda host, _: host.udp())
        for port in range(100):
            h1.do(lambda host, now: greedy.send(h5.ipv4, 2000 + port, b"x", now))  # noqa: B023 # called at once
            net.run(0.01)
        assert (len(routing.table), routing.guide.counts["full"] > 0) == (40, True)
        stream = Stream(net, h2, h3)
        stream.send(10, every=0.01)
        assert h3.ping(h5, count=3, interval=0.1).lost == 0
        net.run(0.1)
        assert stream.heard == list(range(10))
        assert len(routing.table) <= 41
        assert net.controller.errors == []


def test_a_switch_that_goes_between_two_hops_is_gone_around() -> None:
    """It takes its entry and is gone before it has answered."""
    with Network.ring(4) as net:
        routing = start(net)
        h1, _, h3, _ = net.hosts
        for port in range(6):
            stream = Stream(net, h1, h3, 2000 + port)
            stream.send(1)
            net.until(lambda: any(flow.change for flow in routing.table), 1)
            [flow] = [flow for flow in routing.table if flow.change]
            middle = net.switch(f"s{flow.path[1].dpid}")
            middle.disconnect()
            net.run(1)
            assert stream.heard == [0]
            middle.connect()
            net.run(3)


def test_a_storm_of_one_flow_is_bounded() -> None:
    """Packets that wait for a path that does not come are counted and dropped."""
    with Network.line(3) as net:
        routing = start(net, "routing,held=8", "allow_all")
        h1, _, h3 = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(500)
        net.run(1)
        assert routing.carrier.held == 0
        assert len(stream.heard) + routing.carrier.dropped == 500
        assert stream.heard[:8] == list(range(8))


def datagram(one: NetworkHost, other: NetworkHost, mac: EthernetAddress) -> bytes:
    """From one host to another, for this Ethernet address."""
    packet = Ipv4(one.ipv4, other.ipv4, UDP, b"")
    whole = replace(packet, payload=Udp(4000, 9, b"x").build(packet.ends))
    return Ethernet(mac, one.mac, ethernet.IPV4, whole.build()).build()


@pytest.mark.parametrize("why", ["nobody decides", "nobody is there", "for everybody", "no path"])
def test_a_storm_that_goes_nowhere_stays_at_its_switch(versions: tuple[Version, ...], why: str) -> None:
    """The controller sees a few of its packets in each second, so that it has time for others."""
    with Network.line(3, versions=versions) as net:
        allow = () if why == "nobody decides" else ("allow_all",)
        routing = start(net, "routing,floods=10", *allow, Counting)
        h1, _, h3 = net.hosts
        net.link("s2", "s3").down()
        net.run(0.1)
        macs = {"nobody is there": "02:00:00:00:00:99", "for everybody": "01:00:5e:01:02:03"}
        frame = datagram(h1, h3, EthernetAddress(macs[why]) if why in macs else h3.mac)
        for _ in range(3000):
            h1.do(lambda host, _: host.send_raw(frame))
            net.run(0.001)
        assert routing.brake.braked in (2, 3)
        assert 0 < sum(net.controller.component(Counting).asked.values()) < 400
        net.run(2)
        assert not any(entry.priority == DENY.low for entry in net.switch("s1").node.switch.flows.tables[0])
        assert net.controller.errors == []


def test_what_went_nowhere_goes_as_soon_as_there_is_a_way(versions: tuple[Version, ...]) -> None:
    """The switch drops it no more when its link is back."""
    with Network.line(3, versions=versions) as net:
        routing = start(net)
        h1, _, h3 = net.hosts
        heard: list[float] = []
        h3.do(lambda host, _: host.udp(9, lambda got: heard.append(net.now)))
        net.link("s2", "s3").down()
        net.run(0.1)
        frame, known = datagram(h1, h3, h3.mac), 0.0
        for step in range(4000):
            if step == 500:
                net.link("s2", "s3").up()
            h1.do(lambda host, _: host.send_raw(frame))
            net.run(0.001)
            if not known and 1 in routing.graph.distances(3).to:
                known = net.now
        assert routing.brake.braked > 0
        assert heard[0] - known < 0.01


def test_a_restart_goes_on_with_the_flows_that_are_there(versions: tuple[Version, ...]) -> None:
    """No entry is touched, no packet is lost; and they heal, and end, like any other."""
    with Network.ring(4, versions=versions) as net:
        start(net)
        h1, _, h3, _ = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(50, every=0.01)
        before = {name: entries(net, name) for name in ("s1", "s2", "s3", "s4")}
        net.stop()
        stream.send(100, every=0.01)
        net.start("routing", "allow_all", toml=MEMORY)
        stream.send(900, every=0.01)
        routing = net.controller.component(Routing)
        assert stream.heard == list(range(1050))
        udp = [flow for flow in routing.table if flow.identity[0].fixed.get("ip_proto") == 17]
        assert [flow.decision.rule for flow in udp] == ["of an earlier run"]
        assert {name: [one for one in entries(net, name) if "udp" in one] for name in before} == {
            name: [one for one in found if "udp" in one] for name, found in before.items()
        }
        net.link("s1", f"s{udp[0].path[1].dpid}").down()
        net.run(0.05)
        stream.send(50, every=0.01)
        assert len(stream.heard) == 1100
        net.run(FORGOTTEN)
        assert len(routing.table) == 0
        assert net.controller.errors == []


def test_what_a_flow_has_left_behind_goes_after_a_restart(versions: tuple[Version, ...]) -> None:
    """Its path was just changed: the old entries go, whatever their cookies are, which begin anew."""
    with Network.ring(4, versions=versions) as net:
        start(net)
        h1, _, h3, _ = net.hosts
        streams = [Stream(net, h1, h3, 3000 + port) for port in range(20)]
        for stream in streams:
            stream.send(2, every=0.01)
        net.link("s1", "s2").down()
        net.run(0.02)
        net.controller.kernel.restart("routing")
        for _ in range(80):
            net.run(0.1)
            for stream in streams:
                stream.send(1)
        net.run(0.1)
        assert [sum("udp" in one for one in entries(net, f"s{number}")) for number in range(1, 5)] == [20, 0, 20, 20]
        assert all(stream.heard == list(range(82)) for stream in streams)
        assert net.controller.errors == []


@pytest.mark.parametrize("fault", ["the entry ends", "the switch ends"])
def test_what_ends_while_flows_are_put_together_is_no_flow(versions: tuple[Version, ...], fault: str) -> None:
    """An entry was found after a restart, and is gone before all have been: nothing would ever end such a flow."""
    with Network.ring(4, versions=versions) as net:
        start(net)
        h1, _, h3, _ = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(10, every=0.01)
        net.run(7 if fault == "the entry ends" else 1)
        net.stop()
        net.start("routing", "allow_all", toml=MEMORY)
        net.run(1)
        if fault == "the switch ends":
            net.switch("s1").crash()
            net.switch("s1").restart()
        routing = net.controller.component(Routing)
        net.run(FORGOTTEN)
        assert len(routing.table) == 0
        assert net.controller.errors == []


def test_a_link_that_was_taken_for_an_edge_ends_no_flow(versions: tuple[Version, ...]) -> None:
    """After a restart a switch came late, so that a path seemed to end before it: no packet goes round for that."""
    with Network.line(3, versions=versions) as net:
        start(net)
        h1, _, h3 = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(10, every=0.01)
        net.stop()
        net.start("routing", "allow_all", toml=MEMORY)
        net.switch("s3").disconnect()
        routing = net.controller.component(Routing)
        stream.send(700, every=0.01)
        assert [flow.path[-1].dpid for flow in routing.table if flow.identity[0].fixed.get("ip_proto") == UDP] == [2]
        net.switch("s3").connect()
        net.run(3)
        assert [flow for flow in routing.table if flow.identity[0].fixed.get("ip_proto") == UDP] == []
        count = len(stream.heard)
        stream.send(100, every=0.01)
        assert len(stream.heard) == count + 100


def test_the_end_of_an_entry_ends_no_other_flow_of_its_cookie(versions: tuple[Version, ...]) -> None:
    """Cookies begin anew when the component is restarted, while entries of before still stand."""
    with Network.line(2, versions=versions) as net:
        start(net)
        h1, h2 = net.hosts
        for stream in [Stream(net, h1, h2, 3000 + port) for port in range(20)]:
            stream.send(1)
        net.run(8)
        net.controller.kernel.restart("routing")
        net.run(0.1)
        for stream in [Stream(net, h1, h2, 4000 + port) for port in range(20)]:
            stream.send(1)
        net.run(4)  # the old ones have ended
        left = [sum("udp" in one for one in entries(net, name)) for name in ("s1", "s2")]
        routing = net.controller.component(Routing)
        assert sum(flow.identity[0].fixed.get("ip_proto") == UDP for flow in routing.table) == 20
        assert left == [20, 40]  # those of later switches stay for five seconds more
        net.run(FORGOTTEN)
        assert len(routing.table) == 0


def test_flows_of_a_switch_that_has_lost_its_entries_end(versions: tuple[Version, ...]) -> None:
    """Also those that have been led another way when it came back."""
    with Network.ring(4, versions=versions) as net:
        routing = start(net)
        h1, _, h3, _ = net.hosts
        for port in range(10):
            Stream(net, h1, h3, 3000 + port).send(1)
        net.run(1)
        net.switch("s1").crash()
        net.run(0.5)
        net.switch("s1").restart()
        net.run(FORGOTTEN)
        assert len(routing.table) == 0


def test_tables_of_settings() -> None:
    """A switch without buffers and one with them are both right."""
    with Network.line(3, settings=Settings(buffers=0)) as net:
        start(net)
        assert net.pingall().lost == []


def test_a_cost_that_nobody_measures_is_refused() -> None:
    """Rather than to lead flows as if it were always the same."""
    with Network.line(2) as net, pytest.raises(ConfigError, match=r'cost = "load" needs .* add "monitoring"'):
        net.start("routing,cost=load", "allow_all", toml=MEMORY)
    with Network.line(2) as net:
        start(net, "routing,cost=load", "allow_all", "monitoring")
        assert net.pingall().lost == []


def test_who_stops_the_event_stops_the_flow() -> None:
    """A policy that consumes `FlowIn` decides that nothing happens."""

    class Consuming(Component):
        """Consumes everything."""

        async def start(self) -> None:
            """Listen."""
            self.register(FlowIn, lambda event: STOP)

    with Network.line(2) as net:
        net.start("routing", "allow_all", Consuming, toml=MEMORY)
        net.run(SETTLED)
        assert net.pingall().received == 0
