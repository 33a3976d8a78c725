"""The component in an emulated network: what it writes of flows that end."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

import pytest

from nox.api import CONTINUE, FLOWS, MISS, Component, IFlows, IPunts, Match, Outcome, Output, PacketIn, requires
from nox.core.interfaces import IMetricsSource
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Host, Switch, User
from nox.core.view.tables import HOSTS, SWITCHES, USERS
from nox.emulator import Network
from nox.lib.actions import PORT
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError
from nox.lib.flowkey import SHAPES, UDP
from nox.lib.ipfix.messages import DataSet, Template
from nox.lib.ipfix.reading import decode
from nox.lib.openflow.versions import Version
from nox.netapps.decision import Decision, Place, Verdict
from nox.netapps.events import FlowIn
from nox.netapps.records.collector import parse_collector
from nox.netapps.records.component import Records
from nox.netapps.records.decisions import Decisions


class Decides(Component):
    """Two hosts at two ports: each flow is decided, and gets an entry that tells when it goes."""

    bands = (FLOWS, MISS)
    flows = requires(IFlows)
    punts = requires(IPunts)
    view = requires(INetworkView)

    async def start(self) -> None:
        """Prepare, and name everything."""
        self.punts.want(Match(), max_len=0xFFFF)
        self.shapes = {shape: self.flows.prepare(shape.fields, fixed=Match(**shape.fixed), priority=FLOWS.low,
                                                 actions=(Output(PORT),), idle_timeout=2, notify_removed=True)
                       for shape in SHAPES}  # fmt: skip
        self.register(PacketIn, self.packet_in)
        self.register(FlowIn, self.flow_in)
        one = EthernetAddress("02:00:00:00:00:01")
        await self.view.put(SWITCHES, Switch(dpid=1, name="core"))
        await self.view.put(HOSTS, Host(mac=one, name="printer\u202e"))
        await self.view.put(USERS, User(name="ada", mac=one))

    def packet_in(self, event: PacketIn) -> Outcome:
        """Let it through."""
        source = EthernetAddress(event.data[6:12])
        users = tuple(row.name for row in self.view.find(USERS, "host", source, 0))
        place = Place(event.datapath.dpid, event.in_port)
        self.record.dispatcher.dispatch(FlowIn(event, place, Host(mac=source), (), users))
        return CONTINUE

    def flow_in(self, event: FlowIn) -> Outcome:
        """Decide."""
        event.decision = Decision(verdict=Verdict.ALLOW, rule="all may", revision=7)
        packet, port = event.packet, 3 - event.packet.in_port
        self.shapes[packet.shape].add(packet.datapath, packet.values, port)
        packet.datapath.forward(packet, port)
        return CONTINUE


def one_switch(net_class: type[Network]) -> Network:
    """A switch with two hosts, at ports 1 and 2."""
    net = net_class()
    net.add_switch("s1", dpid=1)
    for number in (1, 2):
        net.add_host(f"h{number}", "s1", port=number, ipv4=f"10.0.0.{number}/8")
    return net


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_flow_that_ends(nox_network: type[Network], tmp_path: Path) -> None:
    """Its line has names, users, counters, owner, reason, and the decision that let it through."""
    net, path = one_switch(nox_network), tmp_path / "flows.jsonl"
    net.start("view", Decides, "records", toml=f'[records]\nfile = "{path}"\n')
    assert net["h1"].ping(net["h2"], count=3, interval=0.5).received == 3
    net.run(6)
    net.stop()  # what waits is written
    found = [one for one in lines(path) if one["match"].get("ip_proto") == "1"]
    request = next(one for one in found if one["match"]["ipv4_src"] == "10.0.0.1")
    assert (request["dpid"], request["switch"], request["owner"]) == ("0000000000000001", "core", "decides")
    assert (request["verdict"], request["rule"], request["revision"]) == ("allow", "all may", 7)
    assert request["source"] == {"mac": "02:00:00:00:00:01", "name": "printer\u202e", "users": ["ada"]}
    assert request["destination"]["mac"] == "02:00:00:00:00:02"
    assert (request["reason"], request["packets"]) == ("idle_timeout", 2)  # the first went by way of the controller
    assert request["bytes"] == 2 * 98
    assert 2.9 < request["duration"] < 3.2
    assert request["time"] - request["start"] == pytest.approx(request["duration"], abs=0.01)
    assert path.read_bytes().isascii()


def test_a_flow_that_routing_has_led(nox_network: type[Network], tmp_path: Path) -> None:
    """One record for each direction, with the path that it took, who decided, and where its hosts are."""
    net, path = nox_network.line(3), tmp_path / "flows.jsonl"
    net.start("routing,idle_timeout=2", "allow_all", "records", toml=f'[records]\nfile = "{path}"\n')
    net.run(2)
    assert net["h1"].ping(net["h3"], count=3, interval=0.5).received == 3
    net.run(10)
    net.stop()
    found = [one for one in lines(path) if one["match"].get("ip_proto") == "1"]
    assert len(found) == 2
    request = next(one for one in found if one["source"]["mac"] == str(net["h1"].mac))
    assert request["destination"]["mac"] == str(net["h3"].mac)
    assert [hop.partition(":")[0][-1] for hop in request["path"]] == ["1", "2", "3"]
    assert (request["owner"], request["verdict"], request["rule"]) == ("routing", "allow", "allow_all")
    assert {request["source"]["name"], request["destination"]["name"]} == {"10.0.0.1", "10.0.0.3"}


class Denies(Component):
    """Denies all UDP."""

    async def start(self) -> None:
        """Decide before others."""
        self.register(FlowIn, self.flow_in)

    def flow_in(self, event: FlowIn) -> Outcome:
        """By protocol."""
        if event.packet.shape.fixed.get("ip_proto") == UDP:
            event.decision = Decision(verdict=Verdict.DENY, rule="no datagrams", revision=3)
        return CONTINUE


@pytest.mark.parametrize("version", [Version.V1_0, Version.V1_3], ids=["1.0", "1.3"])
def test_a_flow_that_was_denied(nox_network: type[Network], tmp_path: Path, version: Version) -> None:
    """It is recorded as well: who tried what, how often, and which rule has kept it out."""
    net, path = nox_network.line(2, versions=(version,)), tmp_path / "flows.jsonl"
    net.start("routing", Denies, "allow_all", "records", toml=f'[records]\nfile = "{path}"\n')
    net.run(2)
    assert net["h1"].ping(net["h2"]).received == 1
    socket = net["h1"].do(lambda host, _: host.udp())
    for _ in range(4):
        net["h1"].do(lambda _, now: socket.send(net["h2"].ipv4, 53, b"x", now))
        net.run(0.1)
    net.run(8)
    net.stop()
    [denied] = [one for one in lines(path) if one["match"].get("udp_dst") == "53"]
    assert (denied["verdict"], denied["rule"], denied["revision"]) == ("deny", "no datagrams", 3)
    assert (denied["packets"], denied["reason"], denied["owner"]) == (3, "hard_timeout", "routing")
    assert (denied["source"]["mac"], denied["path"]) == (str(net["h1"].mac), [])


@pytest.fixture
def collector() -> Iterator[socket.socket]:
    """A UDP socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.settimeout(10)
        yield one


def test_a_collector(nox_network: type[Network], collector: socket.socket) -> None:
    """The same flows reach a collector as IPFIX, templates first."""
    net = one_switch(nox_network)
    port = collector.getsockname()[1]
    net.start("view", Decides, "records", toml=f'[records]\ncollector = "127.0.0.1:{port}"\n')
    net["h1"].ping(net["h2"])
    net.run(6)
    templates: dict[int, Template] = {}
    records = 0
    while records < 4:  # ARP and ICMP, in either direction
        message = decode(collector.recv(65536), templates)
        records += sum(len(one.records) for one in message.sets if isinstance(one, DataSet))
    assert set(templates) == {256, 257, 258}
    component = net.controller.component(Records)
    assert IMetricsSource.providedBy(component)
    assert component.count == 4


def test_a_disk_that_is_full_is_said_once(nox_network: type[Network]) -> None:
    """One line in the log, the records are counted as lost, and the network goes on."""
    net = one_switch(nox_network)
    net.start("view", Decides, "records", toml='[records]\nfile = "/dev/full"\n')
    for _ in range(3):
        assert net["h1"].ping(net["h2"]).received == 1
        net.run(6)
    writer = net.controller.component(Records).writer
    assert writer is not None
    while not writer.lost:  # its thread has no clock that a test could turn
        net.run(0.1)
    net.run(3)
    (error,) = net.controller.errors
    assert "records cannot be written to /dev/full: No space left on device" in error
    net.controller.errors.clear()


def test_nowhere(nox_network: type[Network], tmp_path: Path) -> None:
    """Records that go nowhere, to no address or to a folder, are refused with a sentence."""
    net = one_switch(nox_network)
    with pytest.raises(ConfigError, match="records go nowhere"):
        net.start("records")
    for address in ("collector.example", "2001:db8::1:4739", "[192.0.2.1]:4739", "192.0.2.1:0", "192.0.2.1"):
        with pytest.raises(ConfigError, match=r'a collector is an address and a port, such as "192\.0\.2\.1:4739"'):
            net.start("records", toml=f'[records]\ncollector = "{address}"\n')
    assert parse_collector("[2001:db8::1]:4739") == (IPv6Address("2001:db8::1"), 4739)
    with pytest.raises(ConfigError, match="which is a folder: name a file in it"):
        net.start("records", toml=f'[records]\nfile = "{tmp_path}"\n')


def test_decisions_are_bounded(nox_network: type[Network]) -> None:
    """The oldest decision makes room; a flow that nobody has decided has none."""
    net = one_switch(nox_network)
    seen: list[PacketIn] = []

    class Sees(Component):
        """Keeps packet-ins."""

        bands = (MISS,)
        punts = requires(IPunts)

        async def start(self) -> None:
            """Ask for all."""
            self.punts.want(Match(), max_len=0xFFFF)
            self.register(PacketIn, self.packet_in)

        def packet_in(self, event: PacketIn) -> Outcome:
            """Keep it."""
            seen.append(event)
            return CONTINUE

    net.start(Sees)
    net["h1"].flood(100, 10)
    net.run(1)
    decisions = Decisions(most=5)
    for number, packet in enumerate(seen[:10]):
        event = FlowIn(packet, Place(1, 1), Host(mac=EthernetAddress(packet.data[6:12])), (), ())
        decisions.note(event)
        event.decision = Decision(verdict=Verdict.ALLOW, rule=str(number))
    matches = [Match(**dict(packet.key.items())) for packet in seen[:10]]
    found = [decisions.of(match) for match in matches]
    assert [one.decision.rule for one in found if one is not None] == ["5", "6", "7", "8", "9"]
    assert len(decisions) == 5
    assert decisions.of(Match(eth_src=("02:00:00:00:00:00", "ff:00:00:00:00:00"))) is None
