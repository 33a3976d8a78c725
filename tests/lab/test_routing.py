"""Flows through several bridges of real Open vSwitch."""

from __future__ import annotations

import json
import sys
import time

import pytest

from nox.core import plan
from nox.emulator import topologies
from tests.lab import trains
from tests.lab.controller import Controller
from tests.lab.lab import Lab
from tests.lab.pinging import Pinging
from tests.lab.process import eventually
from tests.lab.wired import Wired, known

CONFIGURATION = """\
components = ["routing", "allow_all"]
[view]
store = "memory"
[discovery]
interval = 1.0
[routing]
idle_timeout = 60
"""
VERSIONS = pytest.mark.parametrize("protocols", ["OpenFlow10", "OpenFlow13"], ids=["1.0", "1.3"])


def start(lab: Lab, shape: topologies.Plan, protocols: str) -> tuple[Controller, Wired]:
    """A network that the controller knows, and whose hosts it knows."""
    wired = Wired(lab, shape, protocols=protocols)
    controller = lab.controller(CONFIGURATION)
    wired.connect()
    wired.joined(controller)
    eventually(lambda: set(known(controller)) == wired.directions, "all links are known", within=20)
    for host in wired.hosts[1:]:
        eventually(lambda other=host: wired.hosts[0].pings(other), "a host reaches another", within=20)  # type: ignore[misc]
    return controller, wired


@VERSIONS
def test_a_ring_heals(lab: Lab, protocols: str) -> None:
    """A link set down loses five pings of 10 ms at most, and none when it is back. A host that moves is answered."""
    _, wired = start(lab, topologies.ring(4), protocols)
    one, other, *_ = wired.hosts
    for state, most in (("down", 5), ("up", 0)):
        pinging = Pinging(one, other, count=250)
        time.sleep(0.5)
        lab.namespace.run("ip", "link", "set", "l1a", state)
        assert pinging.end().lost <= most
    wired.bridges["s2"].detach(other.port)
    wired.plug("s4", [other.port])
    assert Pinging(other, one, count=50).end().first <= 5
    assert Pinging(one, other, count=50).end().lost == 0


@VERSIONS
def test_trains_of_packets(lab: Lab, protocols: str) -> None:
    """Ten packets back to back at the start of each of fifty flows arrive, in order."""
    _, wired = start(lab, topologies.line(4), protocols)
    one, *_, other = wired.hosts
    with other.namespace.popen(sys.executable, trains.__file__, "hear", "50") as hearing:
        assert hearing.stdout is not None
        assert hearing.stdout.readline() == "ready\n"
        one.namespace.run(sys.executable, trains.__file__, "send", other.address, "50", "0.02")
        heard = json.loads(hearing.stdout.read())
    assert list(heard["numbers"].values()) == [list(range(trains.LENGTH))] * 50


@VERSIONS
def test_a_killed_controller_comes_back(lab: Lab, protocols: str) -> None:
    """No ping is lost, no entry is written again, and the flow is known again: it is moved when its link goes.

    The hosts have asked each other by ARP before, as they do every half a minute.
    """
    controller, wired = start(lab, topologies.ring(4), protocols)
    one, other, *_ = wired.hosts
    for asking, asked in ((one, other), (other, one)):
        asking.namespace.run(
            *("ip", "neigh", "change", asked.address, "lladdr", asked.mac, "dev", "eth0", "nud", "probe")
        )
    arp = f"priority={plan.BESIDE.low},arp"
    eventually(lambda: sum(arp in one.match for one in wired.bridges["s1"].entries()) >= 2, "they have asked")
    with wired.bridges["s1"].watching() as changes:
        pinging = Pinging(one, other, count=1200)
        time.sleep(0.5)
        controller.kill()
        controller.start()
        eventually(lambda: "flows of an earlier run go on" in controller.log.read_text(), "flows are known", within=20)
        pinged = pinging.end()
        seen = [line for line in changes() if f"priority={plan.FLOWS.low}" in line and "icmp" in line]
    assert pinged.lost == 0
    assert [line for line in seen if one.address in line and other.address in line] == []
    assert any(flow["rule"] == "of an earlier run" for flow in controller.ask("paths"))
    pinging = Pinging(one, other, count=150)
    time.sleep(0.5)
    lab.namespace.run("ip", "link", "set", "l1a", "down")
    assert pinging.end().lost <= 5
