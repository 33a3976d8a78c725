"""Switches that take entries and do not forward: found, gone around, tried again; and what must not look like one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nox.api import CONTINUE, Component, Outcome
from nox.emulator.network import Network
from nox.emulator.switch.entry import Entry, Program
from nox.lib.match import Match
from nox.lib.openflow.versions import Version
from nox.netapps.events import FlowsLost
from nox.netapps.routing.component import Routing
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.mistrust import FIRST
from tests.netapps.routing.conftest import MEMORY, Stream, start

READING = "[monitoring]\nports = 1.0\nflows = 1.0\n"
FOUND = 8.0  # seconds in which readings each second show it
UDP = 17


class Hears(Component):
    """Keeps what is told of losses."""

    async def start(self) -> None:
        """Listen."""
        self.told: list[FlowsLost] = []
        self.register(FlowsLost, self.note)

    def note(self, event: FlowsLost) -> Outcome:
        """One more."""
        self.told.append(event)
        return CONTINUE


def routed(net: Network, toml: str = READING) -> Routing:
    """A controller that reads counters, and hears of losses."""
    net.start("routing", "allow_all", "monitoring", Hears, toml=MEMORY + toml)
    net.run(1.5)
    for host in net.hosts:
        host.do(lambda one, now: one.ping(net.hosts[0].ipv4, now, timeout=0.1))
    net.run(1.5)
    return net.controller.component(Routing)


def told(net: Network) -> list[FlowsLost]:
    """What was told."""
    return net.controller.component(Hears).told


def flow_of(routing: Routing, stream: Stream) -> Flow:
    """The flow of datagrams to a port."""
    [found] = [
        flow
        for flow in routing.table
        if flow.identity[0].fixed.get("ip_proto") == UDP and flow.identity[1][-1] == stream.port
    ]
    return found


def until(stream: Stream, check: Callable[[], bool], within: float) -> None:
    """Send ten datagrams a second until something is so."""
    for _ in range(int(within * 10)):
        if check():
            return
        stream.send(1, every=0.1)
    raise AssertionError(f"not so within {within} s")


def drop(net: Network, name: str, match: Match, priority: int = 30_000) -> Entry:
    """A stranger's entry that drops what fits."""
    flows = net.switch(name).node.switch.flows
    entry = Entry(0, priority, match, Program(Version.V1_3), now=net.now)
    flows.add(entry)
    return entry


@pytest.mark.parametrize("counts", [True, False], ids=["counts", "counts nothing"])
def test_a_switch_that_does_not_forward_is_gone_around(versions: tuple[Version, ...], counts: bool) -> None:
    """Whether its entries count what comes or not: its flows take the other way, new ones as well, and it is said once.

    When it forwards again, everybody takes the shorter way again; nobody has tried it before with a packet of a host.
    """
    with Network.ring(5, versions=versions) as net:
        routing = routed(net)
        h1, _, h3, *_ = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(20, every=0.05)
        assert [hop.dpid for hop in flow_of(routing, stream).path] == [1, 2, 3]
        entry = drop(net, "s2", Match(eth_type=0x0800)) if not counts else None
        if counts:
            net.switch("s2").deafen()
        stream.send(int(FOUND / 0.05), every=0.05)
        assert [hop.dpid for hop in flow_of(routing, stream).path] == [1, 5, 4, 3]
        [event] = told(net)
        assert (event.dpid, event.what.port, event.what.sender, event.is_around, event.is_over) == (
            (2, None, None, True, False)
        )
        assert event.flow is not None
        assert event.flow.headers["udp_dst"] == "7"
        before = len(stream.heard)
        stream.send(20, every=0.05)
        assert len(stream.heard) == before + 20
        other = Stream(net, h1, h3, 8)
        other.send(3)
        net.run(0.2)
        assert other.heard == [0, 1, 2]
        for _ in range(int(FIRST) + 3):  # it is tried, and does not forward
            stream.send(1, every=1.0)
        assert [one.times for one in routing.mistrusted()] == [2]
        assert [one.is_over for one in told(net)] == [False]
        assert [hop.dpid for hop in flow_of(routing, stream).path] == [1, 5, 4, 3]
        if entry is not None:
            net.switch("s2").node.switch.flows.tables[0].remove(entry)
        net.switch("s2").hear()
        until(stream, lambda: len(told(net)) > 1, 2 * FIRST)
        stream.send(20, every=0.05)
        assert [one.is_over for one in told(net)] == [False, True]
        assert [hop.dpid for hop in flow_of(routing, stream).path] == [1, 2, 3]
        net.run(0.1)
        assert stream.heard[before:] == list(range(stream.sent - len(stream.heard[before:]), stream.sent))
        assert routing.mistrusted() == []
        assert net.controller.errors == []


def test_without_another_path_flows_stay() -> None:
    """It is said that there is none; what was written is not touched."""
    with Network.line(3) as net:
        routing = routed(net)
        h1, _, h3 = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(20, every=0.05)
        flow = flow_of(routing, stream)
        path, written = flow.path, flow.written
        net.switch("s2").deafen()
        stream.send(400, every=0.05)
        assert [(event.dpid, event.is_around) for event in told(net)] == [(2, False)]
        assert (flow.path, flow.written) == (path, written)
        assert [one.dpid for one in routing.mistrusted()] == [2]
        fresh = Stream(net, h1, h3, 9)
        fresh.send(3)
        net.run(0.5)
        assert flow_of(routing, fresh).path[1].dpid == 2


def test_what_one_host_loses_concerns_nobody_else() -> None:
    """An entry that drops the packets of two hosts alone: these two go around it, and others do not."""
    with Network.ring(4) as net:
        routing = routed(net)
        h1, _, h3, _ = net.hosts
        stream = Stream(net, h1, h3)
        stream.send(20, every=0.05)
        middle = flow_of(routing, stream).path[1].dpid
        drop(net, f"s{middle}", Match(eth_src=int(h1.mac), eth_dst=int(h3.mac)))
        stream.send(int(2 * FOUND / 0.05), every=0.05)
        [event] = told(net)
        assert (event.dpid, event.what.sender, event.what.receiver) == (middle, h1.mac, h3.mac)
        assert flow_of(routing, stream).path[1].dpid != middle
        assert routing.graph.distances(3).to[1] == 2  # everybody's paths cost what they did
        fresh = Stream(net, h1, h3, 9)
        for port in range(10, 20):  # of which half would go there
            fresh = Stream(net, h1, h3, port)
            fresh.send(2)
            net.run(0.1)
            assert fresh.heard == [0, 1]
        assert len(told(net)) == 1


def test_where_switches_have_backups() -> None:
    """Their groups send to a port that is up, whatever the next switch makes of it: it is gone around all the same."""
    with Network.ring(5) as net:
        routing = routed(net, READING + "[routing]\nfast_failover = true\n")
        stream = Stream(net, net.hosts[0], net.hosts[2])
        stream.send(20, every=0.1)
        assert len(flow_of(routing, stream).hops) > 3
        net.switch("s2").deafen()
        until(stream, lambda: bool(routing.mistrusted()), FOUND)
        before = len(stream.heard)
        stream.send(20, every=0.1)
        net.run(0.1)
        assert len(stream.heard) >= before + 19
        assert [hop.dpid for hop in flow_of(routing, stream).path] == [1, 5, 4, 3]


@pytest.mark.parametrize("fault", ["none", "loss", "links", "backups", "idle"])
def test_what_is_no_silent_loss(fault: str) -> None:
    """Traffic, links that lose half of it, paths that change, and flows that end: nothing is said."""
    with Network.ring(4) as net:
        routing = routed(net, READING + ("[routing]\nfast_failover = true\n" if fault == "backups" else ""))
        h1, h2, h3, h4 = net.hosts
        streams = [Stream(net, *ends) for ends in ((h1, h3), (h2, h4), (h3, h1), (h1, h2))]
        if fault == "loss":
            for link in net.links:
                if "s" in link.between[0] and "s" in link.between[1]:
                    link.set(loss=0.5)
        for turn in range(12):
            for _ in range(20 if fault != "idle" or turn % 2 else 0):
                for stream in streams:
                    stream.send(1)
                net.run(0.05)
            net.run(0.3)
            if fault in ("links", "backups"):
                link = net.link("s1", "s2") if turn % 4 < 2 else net.link("s3", "s4")
                link.up() if turn % 2 else link.down()
        assert told(net) == []
        assert routing.losses.found == 0


def test_a_switch_that_forwards_sometimes_is_tried_ever_more_seldom() -> None:
    """Lost, trusted again, lost again: each time it is avoided for twice as long."""
    with Network.ring(5) as net:
        routing = routed(net)
        stream = Stream(net, net.hosts[0], net.hosts[2])
        stream.send(20, every=0.05)
        spans = []
        for _ in range(3):
            net.switch("s2").deafen()
            until(stream, lambda: bool(routing.mistrusted()), 30)
            [one] = routing.mistrusted()
            spans.append(one.until - net.now)
            net.switch("s2").hear()
            until(stream, lambda: not routing.mistrusted(), 200)
            stream.send(20, every=0.1)
        assert [round(span / FIRST) for span in spans] == [1, 2, 4]


def test_it_can_be_turned_off() -> None:
    """With ``lost = 0`` nothing is looked for."""
    with Network.ring(5) as net:
        routing = routed(net, READING + "[routing]\nlost = 0\n")
        stream = Stream(net, net.hosts[0], net.hosts[2])
        net.switch("s2").deafen()
        stream.send(400, every=0.05)
        assert (told(net), routing.mistrusted()) == ([], [])


def test_without_monitoring_it_is_not_seen() -> None:
    """Routing alone reads no counters."""
    with Network.ring(5) as net:
        routing = start(net)
        net.switch("s2").deafen()
        Stream(net, net.hosts[0], net.hosts[2]).send(200, every=0.05)
        assert routing.mistrusted() == []
