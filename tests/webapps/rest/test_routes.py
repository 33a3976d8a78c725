"""Paths as resources, and as noxctl shows them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from twisted.internet.defer import Deferred
from zope.interface.verify import verifyObject

from nox.core.view.component import View
from nox.emulator.tested import TestedNetwork
from nox.lib.errors import NoxError
from nox.netapps.interfaces import IRouting
from nox.netapps.routing.component import Routing
from nox.netapps.topology.component import Topology
from nox.noxctl.client import Client
from nox.noxctl.main import noxctl
from nox.webapps.rest.resources.routes import Routes
from nox.webapps.rest.resources.topology import Topologies
from tests.core.component.support import result


@pytest.fixture
def net(nox_network: type[TestedNetwork]) -> TestedNetwork:
    """A ring of four with a host each, of which h1 has pinged h3."""
    made = nox_network.ring(4)
    made.start("routing", "allow_all", toml='[view]\nstore = "memory"\n')
    made.run(1.5)
    assert made.pingall().lost == []
    made.run(300)
    assert made.hosts[0].ping(made.hosts[2]).received == 1
    return made


def resources(net: TestedNetwork) -> Routes:
    """Of its controller."""
    view, routing = net.controller.component(View), net.controller.component(Routing)
    verifyObject(IRouting, routing)
    return Routes(view.scoped(view.record), routing)


def ask(answer: Any) -> Any:
    """What a resource answers."""
    return result(Deferred.fromCoroutine(answer))


@pytest.mark.parametrize("ends", [("10.0.0.1", "10.0.0.3"), ("02:00:00:00:00:01", "3:3"), ("0x1:3", "10.0.0.3")])
def test_a_route(net: TestedNetwork, ends: tuple[str, str]) -> None:
    """By IP address, Ethernet address or port; two ways round the ring cost the same."""
    answer = ask(resources(net).route(*ends))
    assert (answer["source"], answer["equal"]) == ({"dpid": "0000000000000001", "port": 3}, 2)
    assert [hop["dpid"][-1] for hop in answer["path"]] in (["1", "2", "3"], ["1", "4", "3"])
    assert (answer["path"][0]["in_port"], answer["path"][-1]["out_port"]) == (3, 3)


def test_the_ways(net: TestedNetwork) -> None:
    """Both, between hosts or switches."""
    for ends in (("10.0.0.1", "10.0.0.3"), ("1", "3")):
        ways = ask(resources(net).paths(*ends))
        assert [[one["dpid"][-1] for one in way] for way in ways] == [["1", "2", "3"], ["1", "4", "3"]]


def test_the_flows(net: TestedNetwork) -> None:
    """The echo and its answer, each with its path."""
    echo, reply = (flow for flow in ask(resources(net).flows()) if "icmpv4_type" in flow["headers"])
    assert (echo["sender"], echo["headers"]["icmpv4_type"], reply["headers"]["icmpv4_type"]) == (
        "02:00:00:00:00:01",
        "8",
        "0",
    )
    assert (len(echo["path"]), echo["rule"], echo["stands"], echo["stranded"]) == (3, "allow_all", True, False)


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        (("10.0.0.9", "10.0.0.1"), "no host 10.0.0.9 is known"),
        (("10.0.0.1", "4294967296:1"), "no path from"),
        (("10.0.0.1", "3:99"), "switch 0000000000000003 has no port 99"),
        (("10.0.0.1", "1:3"), "10.0.0.1 and 1:3 are at one port"),
    ],
)
def test_what_there_is_not(net: TestedNetwork, ends: tuple[str, str], why: str) -> None:
    """A sentence says what is not known."""
    with pytest.raises(NoxError, match=why):
        ask(resources(net).route(*ends))


def test_without_routing() -> None:
    """What to load is said."""
    with pytest.raises(NoxError, match="noxctl load routing"):
        ask(Routes(None, None).flows())


def test_what_noxctl_shows(net: TestedNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path hop by hop, the ways, the flows."""
    answers = resources(net)
    kinds: dict[tuple[str, int], Callable[..., Any]] = {
        ("route", 2): answers.route,
        ("paths", 2): answers.paths,
        ("paths", 0): answers.flows,
    }

    def get(self: Client, kind: str, *ends: str) -> Any:
        return json.loads(json.dumps(ask(kinds[kind, len(ends)](*ends))))

    monkeypatch.setattr(Client, "get", get)

    def shown(*arguments: str) -> list[str]:
        done = CliRunner().invoke(noxctl, arguments)
        assert done.exit_code == 0, done.output
        return done.output.splitlines()

    hops = shown("route", "10.0.0.1", "10.0.0.3")
    assert (len(hops), hops[-1]) == (5, "2 paths cost the same: flows are spread over them.")
    assert shown("paths", "1", "3")[1:] == [
        "0000000000000001 → 0000000000000002 → 0000000000000003",
        "0000000000000001 → 0000000000000004 → 0000000000000003",
    ]
    assert any("stands" in line and "icmpv4_type=8" in line for line in shown("paths"))


def test_what_loses_flows(nox_network: type[TestedNetwork], monkeypatch: pytest.MonkeyPatch) -> None:
    """The switch, who avoids it and since when; its links are marked."""
    net = nox_network.ring(5)
    toml = '[view]\nstore = "memory"\n[monitoring]\nports = 1.0\nflows = 1.0\n'
    net.start("routing", "allow_all", "monitoring", toml=toml)
    net.run(1.5)
    assert net.pingall().lost == []
    assert ask(resources(net).losses()) == []
    net.switch("s2").deafen()
    net.hosts[0].ping(net.hosts[2], count=160, interval=0.05, wait=False)
    net.run(8)
    [lost] = ask(resources(net).losses())
    assert (lost["dpid"], lost["port"], lost["to"], lost["sender"], lost["times"]) == (
        ("0000000000000002", None, None, None, 1)
    )
    assert lost["until"] - lost["since"] == 30
    view, topology = net.controller.component(View), net.controller.component(Topology)
    links = ask(Topologies(view.scoped(view.record), topology, net.controller.component(Routing)).links())
    assert {(one["src_dpid"][-1], one["dst_dpid"][-1]) for one in links if one["is_avoided"]} == {
        *(("1", "2"), ("2", "1"), ("2", "3"), ("3", "2"))
    }
    link = {**lost, "port": 2, "to": {"dpid": "0000000000000003", "port": 1}, "sender": "a", "receiver": "b"}
    monkeypatch.setattr(Client, "get", lambda self, kind: [lost, link])
    shown = CliRunner().invoke(noxctl, ["losses"]).output.splitlines()
    assert shown[1].split()[:3] == ["0000000000000002", "-", "everybody"]
    assert "port 2 → 0000000000000003 port 1" in shown[2]
    assert "a → b" in shown[2]
