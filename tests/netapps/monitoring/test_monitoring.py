"""The component in an emulated network: what it tells, what it asks, what it does when a switch does not answer."""

from __future__ import annotations

from typing import TypeVar

import pytest
from zope.interface.verify import verifyObject

from nox.api import (
    CONTINUE,
    Component,
    ComponentConfig,
    Event,
    FlowSpec,
    IFlows,
    Match,
    Outcome,
    Output,
    optional,
    requires,
)
from nox.core.interfaces import IMetricsSource
from nox.core.metrics import IMetrics
from nox.core.plan import FLOWS
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Address, Host, Link, Location
from nox.core.view.tables import ADDRESSES, HOSTS, LINKS, LOCATIONS
from nox.emulator import Network
from nox.emulator.handles import NetworkHost
from nox.lib.openflow.versions import Version
from nox.netapps.decision import Place
from nox.netapps.events import PortBusy, PortTroubled, TablesRead, TrafficCircles
from nox.netapps.interfaces import ILoad, IMonitoring
from nox.netapps.monitoring.component import Monitoring
from nox.netapps.monitoring.pace import Kind

E = TypeVar("E")
SIZE = 1000  # bytes of a frame of `stream`


class Observer(Component):
    """Keeps what monitoring tells, and tells the view what it shall know."""

    monitoring = requires(IMonitoring)
    view = optional(INetworkView)
    figures = requires(IMetrics)

    class Config(ComponentConfig):
        links: tuple[tuple[int, int, int, int], ...] = ()

    config: Config

    async def start(self) -> None:
        """Listen."""
        self.seen: list[Event] = []
        self.register(PortBusy, self.note)
        self.register(PortTroubled, self.note)
        self.register(TrafficCircles, self.note)
        self.register(TablesRead, self.note)
        if self.view is not None:
            for one, port, other, other_port in self.config.links:
                await self.view.put(LINKS, Link(src_dpid=one, src_port=port, dst_dpid=other, dst_port=other_port))
                await self.view.put(LINKS, Link(src_dpid=other, src_port=other_port, dst_dpid=one, dst_port=port))

    def note(self, event: Event) -> Outcome:
        """One more."""
        self.seen.append(event)
        return CONTINUE

    def told(self, kind: type[E]) -> list[E]:
        """The events of this class."""
        return [event for event in self.seen if isinstance(event, kind)]


class Leads(Component):
    """Entries that are stated: what comes in at a port goes out of another."""

    bands = (FLOWS,)
    flows = requires(IFlows)

    class Config(ComponentConfig):
        ways: tuple[tuple[int, int, int], ...]  # dpid, in_port, port

    config: Config

    async def start(self) -> None:
        """State them."""
        for dpid, in_port, port in self.config.ways:
            self.flows.state(
                FlowSpec(match=Match(in_port=in_port), priority=FLOWS.low, actions=(Output(port),)), dpid=dpid
            )


def stream(sender: NetworkHost, receiver: NetworkHost, per_second: float, seconds: float) -> None:
    """Frames of `SIZE` bytes, evenly."""
    frame = bytes(receiver.mac) + bytes(sender.mac) + b"\x08\x00" + bytes(SIZE - 14)
    sender.flood(per_second, int(per_second * seconds), lambda number: frame)


def start(net: Network, *components: str | type[Component], toml: str = "") -> tuple[Monitoring, Observer]:
    """A controller with these, `monitoring` and an observer."""
    net.start(*components, "monitoring", Observer, toml=toml)
    return net.controller.component(Monitoring), net.controller.component(Observer)


def two(net_class: type[Network], version: Version = Version.V1_3) -> Network:
    """Two switches, each with a host at port 1, linked at port 2."""
    net = net_class(versions=[version])
    for number in (1, 2):
        net.add_switch(f"s{number}", dpid=number)
        net.add_host(f"h{number}", f"s{number}", port=1, ipv4=f"10.0.0.{number}/8")
    net.add_link("s1", "s2", 2, 2)
    return net


WAYS = "[leads]\nways = [[1, 1, 2], [1, 2, 1], [2, 1, 2], [2, 2, 1]]\n"


@pytest.mark.parametrize("version", [Version.V1_0, Version.V1_3])
def test_rates_and_utilisation(nox_network: type[Network], version: Version) -> None:
    """100 frames of 1000 bytes a second are 100 kB a second: of 10 Gbit/s 0.00008. At both ends of the link alike."""
    net = two(nox_network, version)
    monitoring, _ = start(net, Leads, toml=WAYS)
    verifyObject(ILoad, monitoring)
    verifyObject(IMonitoring, monitoring)
    verifyObject(IMetricsSource, monitoring)
    assert monitoring.utilisation(1, 2) is None
    stream(net["h1"], net["h2"], 100, 30)
    net.run(20)
    assert monitoring.utilisation(1, 2) == pytest.approx(100 * SIZE * 8 / 10e9, rel=0.02)
    assert monitoring.utilisation(1, 1) == 0.0
    assert monitoring.utilisation(1, 9) is monitoring.utilisation(9, 1) is None
    loads = {(one.dpid, one.port): one for one in monitoring.ports(10)}
    assert loads[1, 1].rx_bytes == pytest.approx(100 * SIZE, rel=0.02)
    assert loads[2, 1].tx_packets == pytest.approx(100, rel=0.02)
    assert loads[2, 1].tx_bytes == pytest.approx(100 * SIZE, rel=0.02)
    assert (loads[1, 1].dropped, loads[1, 1].errors) == (0.0, 0.0)


def test_a_rate_is_not_believed_for_ever(nox_network: type[Network]) -> None:
    """Of a switch that answers no more the utilisation is unknown, and it is forgotten when it leaves."""
    net = two(nox_network)
    monitoring, _ = start(net, Leads, toml=WAYS)
    net.run(11)
    assert monitoring.utilisation(1, 2) == 0.0
    net.switch("s1").disconnect()
    net.run(1)
    assert monitoring.utilisation(1, 2) is None
    assert monitoring.utilisation(2, 2) == 0.0
    net.switch("s1").connect()
    net.run(15)
    assert monitoring.utilisation(1, 2) == 0.0


def test_a_busy_port_is_told_once(nox_network: type[Network]) -> None:
    """A port above the threshold is an event, and one more when it is below again."""
    net = two(nox_network)
    toml = WAYS + "[monitoring]\nbusy = 0.00005\nports = 1.0\n"
    _, observer = start(net, Leads, toml=toml)
    net.run(3)
    stream(net["h1"], net["h2"], 100, 10)
    net.run(20)
    told = [(event.dpid, event.port, event.is_over) for event in observer.told(PortBusy)]
    assert sorted(told) == [(1, 2, False), (1, 2, True), (2, 1, False), (2, 1, True)]


def test_drops_are_told(nox_network: type[Network]) -> None:
    """A port that drops what is to leave by it, because its link is down, is told."""
    net = two(nox_network)
    toml = WAYS + "[monitoring]\ndrops = 10.0\nports = 1.0\n"
    _, observer = start(net, Leads, toml=toml)
    net.run(3)
    net.link("s1", "s2").down()
    stream(net["h1"], net["h2"], 50, 5)
    net.run(10)
    told = [(event.dpid, event.port, event.what, event.is_over) for event in observer.told(PortTroubled)]
    assert told == [(1, 2, "drops", False), (1, 2, "drops", True)]


def test_flows_and_hosts(nox_network: type[Network]) -> None:
    """Under `switch` a flow is told once, though two switches count it, with its owner, and each host's part of it."""
    net = two(nox_network)
    monitoring, _ = start(net, "switch", toml="[monitoring]\nflows = 1.0\n")
    stream(net["h2"], net["h1"], 1, 2)
    net.run(2)  # both are known
    stream(net["h1"], net["h2"], 100, 20)
    net.run(8)
    (flow,) = monitoring.flows(10)
    assert (flow.owner, flow.source, flow.destination) == ("switch", str(net["h1"].mac), str(net["h2"].mac))
    assert flow.bytes == pytest.approx(100 * SIZE, rel=0.05)
    assert "in_port" not in flow.match
    hosts = {one.host: one for one in monitoring.hosts(10)}
    assert hosts[str(net["h1"].mac)].tx_bytes == pytest.approx(100 * SIZE, rel=0.05)
    assert hosts[str(net["h2"].mac)].rx_bytes == pytest.approx(100 * SIZE, rel=0.05)
    assert {one.basis for one in hosts.values()} == {"flows"}


def test_names_from_the_view(nox_network: type[Network]) -> None:
    """With a view hosts have names, and one that is alone at its port has what the port counts."""
    net = two(nox_network)
    monitoring, observer = start(net, "view", Leads, toml=WAYS + "[monitoring]\nports = 1.0\n")
    h1, h2 = net["h1"].mac, net["h2"].mac
    assert observer.view is not None
    for row in (Host(mac=h1, name="printer"), Host(mac=h2)):
        observer.view.put(HOSTS, row)
    for place in (Location(mac=h1, dpid=1, port=1), Location(mac=h2, dpid=2, port=1)):
        observer.view.put(LOCATIONS, place)
    observer.view.put(ADDRESSES, Address(ip="10.0.0.2", mac=h2))
    stream(net["h1"], net["h2"], 100, 10)
    net.run(8)
    first, second = monitoring.hosts(10)
    hosts = {one.name: one for one in (first, second)}
    assert set(hosts) == {"printer", "10.0.0.2"}
    assert hosts["printer"].tx_bytes == pytest.approx(100 * SIZE, rel=0.05)
    assert (hosts["printer"].basis, hosts["printer"].place) == ("port", Place(1, 1))
    assert hosts["10.0.0.2"].rx_bytes == pytest.approx(100 * SIZE, rel=0.05)


def test_packets_that_go_round(nox_network: type[Network]) -> None:
    """Foreign entries send a packet to and fro between two switches: it is told, and that it is over as well."""
    net = two(nox_network)
    toml = "[monitoring]\nports = 1.0\ncircling = 100\n[observer]\nlinks = [[1, 2, 2, 2]]\n"
    net.link("s1", "s2").set(delay=0.001)
    _, observer = start(
        net, "view", Leads, toml=toml + "[leads]\nways = [[1, 1, 2], [2, 2, 0xfffffff8], [1, 2, 0xfffffff8]]\n"
    )
    stream(net["h1"], net["h2"], 3, 1)
    net.run(8)
    (event,) = observer.told(TrafficCircles)
    assert event.dpids == {1, 2}
    assert not event.is_over
    assert event.packets > 1000 > event.inflow
    assert any("packets go round between the switches" in error for error in net.controller.errors)
    net.controller.errors.clear()
    net.link("s1", "s2").down()
    net.run(0.5)
    net.link("s1", "s2").up()
    net.run(8)
    assert [event.is_over for event in observer.told(TrafficCircles)] == [False, True]


def test_what_is_asked_of_1_0(nox_network: type[Network]) -> None:
    """1.0 has no groups and meters: it is asked for them no more, and for everything else in its interval."""
    net = two(nox_network, Version.V1_0)
    monitoring, observer = start(net, "switch", toml="[monitoring]\ngroups = 1.0\nmeters = 1.0\n")
    net.run(31)
    asked = monitoring.accounts.asked
    assert (asked[Kind.GROUPS], asked[Kind.METERS]) == (2, 2)
    assert 12 <= asked[Kind.PORTS] <= 14
    assert {event.dpid for event in observer.told(TablesRead)} == {1, 2}
    assert [(one.entries, one.size) for one in monitoring.tables(1)] == [(1, 100_000)]


def test_metrics(nox_network: type[Network]) -> None:
    """Prometheus gets counters and utilisation of each port, and how full the tables are."""
    net = two(nox_network)
    _, observer = start(net, Leads, toml=WAYS)
    net.run(25)
    text = observer.figures.render().decode()
    for line in (
        'nox_port_rx_bytes_total{dpid="0000000000000001",port="2"}',
        'nox_port_utilisation{dpid="0000000000000001",port="2"} 0.0',
        'nox_table_size{dpid="0000000000000002",table="0"} 100000.0',
        'nox_monitoring_asked_total{kind="ports"}',
        "nox_circles 0.0",
    ):
        assert line in text


def test_more_entries_than_are_read(nox_network: type[Network]) -> None:
    """A switch with more entries than the configuration allows is not asked for them."""
    net = two(nox_network)
    toml = WAYS + "[monitoring]\nmost_entries = 1\ntables = 1.0\nflows = 1.0\n"
    monitoring, _ = start(net, Leads, toml=toml)
    stream(net["h1"], net["h2"], 100, 20)
    net.run(10)
    assert monitoring.flows(10) == []
    assert {switch.too_many for switch in monitoring.readings.switches.values()} == {True}
