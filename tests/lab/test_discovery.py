"""Links, roles and flooding on real Open vSwitch."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from nox.emulator import topologies
from nox.emulator.topologies import Plan
from tests.lab.attacks import ATTACKS, Attackers
from tests.lab.broadcasts import Broadcasts
from tests.lab.controller import Controller
from tests.lab.lab import Lab
from tests.lab.process import eventually
from tests.lab.wired import Wired, known

INTERVAL = 1.0  # seconds
CONFIGURATION = """\
components = ["discovery", "topology", "switch"]
json_log = "nox.json"
[discovery]
interval = 1.0
"""
VERSIONS = pytest.mark.parametrize("protocols", ["OpenFlow10", "OpenFlow13"], ids=["1.0", "1.3"])
SHAPES = {
    "tree": topologies.tree(3, 2),
    "ring": topologies.ring(4),
    "torus": topologies.torus(3, 3),
    "fat-tree": topologies.fat_tree(4),
}


def start(lab: Lab, plan: Plan, *, protocols: str = "OpenFlow13", hosts: int = 1) -> tuple[Controller, Wired]:
    """A network and a controller that it does not know yet."""
    wired = Wired(lab, plan, hosts=hosts, protocols=protocols)
    return lab.controller(CONFIGURATION), wired


def logged(controller: Controller) -> list[dict[str, Any]]:
    """The events of its log."""
    lines = (controller.log.parent / "nox.json").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture
def counted() -> Iterator[list[Broadcasts]]:
    """What counts broadcasts, closed at the end."""
    made: list[Broadcasts] = []
    yield made
    for one in made:
        one.close()


@VERSIONS
@pytest.mark.parametrize("shape", SHAPES)
def test_the_graph_and_a_broadcast_at_each_host_once(
    lab: Lab, shape: str, protocols: str, counted: list[Broadcasts]
) -> None:
    """The graph found is the one built. Broadcasts while it forms come nowhere twice, and after it everywhere once."""
    controller, wired = start(lab, SHAPES[shape], protocols=protocols)
    broadcasts = Broadcasts(wired.hosts)
    counted.append(broadcasts)
    with broadcasts.going_on(0.02):
        wired.connect()
        wired.joined(controller)
        eventually(lambda: set(known(controller)) == wired.directions, "all links are known")
        time.sleep(2)  # roles are decided, the tree has settled: what forms by itself says nothing when it has
    formed = len(broadcasts.sent)
    broadcasts.some(3 * len(wired.hosts), 0.03)
    assert broadcasts.doubled == []
    assert broadcasts.missing(formed) == []
    assert set(known(controller).values()) == {"direct"}
    answer = controller.ask("topology")
    assert {one["dpid"]: one["edge_ports"] for one in answer["switches"] if one["edge_ports"]}.keys() == {
        f"{wired.bridges[name].dpid:016x}" for name in wired.at
    }


@VERSIONS
def test_parallel_links_and_a_switch_without_openflow(lab: Lab, protocols: str, counted: list[Broadcasts]) -> None:
    """Two cables beside each other are two links; what crosses a Linux bridge is a link as well."""
    controller, wired = start(lab, topologies.line(3), protocols=protocols)
    wired.link("s1", "s2")
    legacy = wired.legacy(["s1", "s2", "s3"])
    broadcasts = Broadcasts(wired.hosts)
    counted.append(broadcasts)
    places = [(wired.bridges[name].dpid, port) for name, port in legacy.items()]
    through = {(*one, *other) for one in places for other in places if one != other}
    with broadcasts.going_on(0.02):
        wired.connect()
        wired.joined(controller)
        eventually(lambda: set(known(controller)) == wired.directions | through, "all links are known")
        time.sleep(2)
    assert {ends for ends, kind in known(controller).items() if kind == "broadcast"} == through
    formed = len(broadcasts.sent)
    broadcasts.some(9, 0.03)
    assert broadcasts.doubled == []
    assert broadcasts.missing(formed) == []


def test_a_link_that_is_set_down_is_out_of_the_view_at_once(lab: Lab) -> None:
    """Both directions, by the log; hosts reach each other the other way round. `network-2-times` says how soon."""
    controller, wired = start(lab, topologies.ring(4))
    wired.connect()
    wired.joined(controller)
    eventually(lambda: set(known(controller)) == wired.directions, "all links are known")
    eventually(lambda: wired.hosts[0].pings(wired.hosts[1]), "a host reaches another", within=20)
    lab.namespace.run("ip", "link", "set", "l1a", "down")
    eventually(lambda: len(known(controller)) == 6, "the link is gone")
    events = logged(controller)
    down = min(one["time"] for one in events if one.get("event") == "port_down")
    gone = [one["time"] for one in events if one.get("event") == "link" and "out of" in one["text"]]
    assert len(gone) == 2
    assert max(map(_seconds, gone)) - _seconds(down) < INTERVAL  # so it was not silence that ended it
    eventually(lambda: wired.hosts[0].pings(wired.hosts[1]), "it reaches it round the ring", within=20)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_link_that_drops_everything_is_gone_within_three_intervals(lab: Lab) -> None:
    """Ports are up all the time; when frames pass again it is there again, and no broadcast goes round meanwhile."""
    controller, wired = start(lab, topologies.ring(4))
    wired.connect()
    wired.joined(controller)
    eventually(lambda: set(known(controller)) == wired.directions, "all links are known")
    begun = time.monotonic()
    drop(lab, "l1a", "l1b")
    eventually(lambda: len(known(controller)) == 6, "the link is gone", within=4 * INTERVAL)
    assert time.monotonic() - begun < 3 * INTERVAL + 0.5  # until noxctl has said so
    lab.namespace.run("nft", "flush", "ruleset")
    eventually(lambda: set(known(controller)) == wired.directions, "the link is there again")


def drop(lab: Lab, *interfaces: str) -> None:
    """Drop all that goes out there. (What comes in is Open vSwitch's before nftables sees it.)"""
    lab.namespace.run("nft", "add", "table", "netdev", "lab")
    for one in interfaces:
        hook = f"{{ type filter hook egress device {one} priority 0; policy drop; }}"
        lab.namespace.run("nft", "add", "chain", "netdev", "lab", one, hook)


def test_a_restart_keeps_the_links(lab: Lab) -> None:
    """A new process knows them before anything was heard, and refuses what was sent before."""
    controller, wired = start(lab, topologies.ring(4))
    wired.connect()
    wired.joined(controller)
    eventually(lambda: set(known(controller)) == wired.directions, "all links are known")
    controller.kill()
    controller.start()
    assert set(known(controller)) == wired.directions
    wired.joined(controller)
    time.sleep(4 * INTERVAL)
    assert set(known(controller)) == wired.directions


@pytest.mark.parametrize("attack", ATTACKS)
def test_hosts_that_claim_links(lab: Lab, attack: str) -> None:
    """Each is told, and neither links nor what ports are for have changed."""
    controller, wired = start(lab, topologies.line(2))
    wired.connect()
    wired.joined(controller)
    one, other = wired.hosts
    eventually(lambda: one.pings(other), "the hosts have been seen", within=20)
    before = controller.ask("topology")["switches"]
    assert len(known(controller)) == 2
    attackers = Attackers(wired.hosts)
    try:
        ATTACKS[attack](attackers)
    finally:
        attackers.close()
    eventually(lambda: any(e.get("event") == "LinkRefused" for e in logged(controller)), "the attack is told")
    assert set(known(controller)) == wired.directions
    assert controller.ask("topology")["switches"] == before


def test_switches_that_flood_by_themselves_do_so_along_the_tree(lab: Lab, counted: list[Broadcasts]) -> None:
    """OpenFlow 1.0, a ring: `NORMAL` floods past ports that have NO_FLOOD; without them the ring would be a storm."""
    wired = Wired(lab, topologies.ring(4), protocols="OpenFlow10")
    controller = lab.controller(
        'components = ["discovery", "topology", "spanning_tree"]\n[discovery]\ninterval = 1.0\n'
    )
    wired.connect()
    wired.joined(controller)
    eventually(lambda: len(kept_from_flooding(wired)) == 2, "two ports are kept from flooding")
    controller.noxctl("load", "normal")
    broadcasts = Broadcasts(wired.hosts)
    counted.append(broadcasts)
    broadcasts.some(12, 0.03)
    assert broadcasts.doubled == []
    assert broadcasts.missing(0) == []
    controller.noxctl("unload", "normal")
    controller.noxctl("unload", "spanning_tree")
    eventually(lambda: not kept_from_flooding(wired), "all ports may flood again")


def kept_from_flooding(wired: Wired) -> list[str]:
    """The ports with NO_FLOOD, as Open vSwitch shows them."""
    shown = [bridge.ovs.ofctl("-O", "OpenFlow10", "show", bridge.name) for bridge in wired.bridges.values()]
    return [line for text in shown for line in text.splitlines() if "NO_FLOOD" in line]
