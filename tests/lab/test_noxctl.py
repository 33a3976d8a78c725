"""`noxctl` against a controller with a real switch."""

from __future__ import annotations

from nox.core import plan
from tests.lab.lab import Lab
from tests.lab.process import eventually

DPID = f"{1:016x}"


def test_switch_and_its_ports(lab: Lab) -> None:
    """A connected bridge is listed with its version, and each of its ports with number and name."""
    controller = lab.controller('components = ["switch"]')
    lab.bridge(lab.hosts(2), protocols="OpenFlow13")
    (switch,) = controller.ask("switches")
    assert (switch["dpid"], switch["version"]) == (DPID, "1.3")
    ports = {(port["number"], port["name"]) for port in controller.ask("ports", DPID)}
    assert {(1, "h1"), (2, "h2")} <= ports
    assert DPID in controller.noxctl("switches")
    assert "h2" in controller.noxctl("ports", DPID)


def test_flows_name_their_owner(lab: Lab) -> None:
    """The entries of a switch are listed with the component that wrote them; a stranger's has none."""
    controller = lab.controller('components = ["switch"]')
    one, two = hosts = lab.hosts(2)
    bridge = lab.bridge(hosts, protocols="OpenFlow13")
    bridge.add_flow("priority=30000,tcp,tp_dst=9,actions=drop")
    assert one.pings(two)
    entries = controller.ask("flows", DPID)
    assert {entry["owner"] for entry in entries if entry["priority"] in plan.FLOWS} == {"switch", ""}
    assert len(entries) == len(bridge.entries())


def test_a_switch_that_leaves_is_not_listed(lab: Lab) -> None:
    """When a bridge has gone, `noxctl switches` is empty."""
    controller = lab.controller('components = ["switch"]')
    lab.bridge([])
    assert controller.ask("switches")
    lab.ovs.vsctl("del-br", "s1")
    eventually(lambda: not controller.ask("switches"), "no switch is left", every=0.2)
