"""`noxctl` against a controller with a real switch."""

from __future__ import annotations

import pytest

from nox.core import plan
from tests.lab.lab import Lab
from tests.lab.process import CommandFailed, eventually

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


def test_what_a_switch_has_beside_ports_and_flows(lab: Lab) -> None:
    """Groups, meters and tables are listed as somebody wrote them; what there is none of is said in a sentence."""
    controller = lab.controller('components = ["switch"]')
    lab.bridge(lab.hosts(2), protocols="OpenFlow13")
    ofctl = lab.ovs.ofctl
    ofctl(
        "-O",
        "OpenFlow13",
        "add-group",
        "s1",
        "group_id=7,type=select,bucket=weight:3,output:1,bucket=weight:1,output:2",
    )
    ofctl("-O", "OpenFlow13", "add-meter", "s1", "meter=1,kbps,burst,band=type=drop,rate=1000,burst_size=200")
    (group,), (meter,) = controller.ask("groups", DPID), controller.ask("meters", DPID)
    assert (group["group_id"], group["type"]) == (7, "select")
    assert [(one["weight"], one["actions"]) for one in group["buckets"]] == [(3, ["output:1"]), (1, ["output:2"])]
    assert (meter["meter_id"], meter["flags"], meter["bands"]) == (1, ["kbps", "burst"], ["drop_band:1000,200"])
    assert "weight=3 output:1; weight=1 output:2" in controller.noxctl("groups", DPID)
    assert "drop_band:1000,200" in controller.noxctl("meters", DPID)
    assert [table["table_id"] for table in controller.ask("tables", DPID)] == [0]
    assert len(controller.ask("tables", DPID, "--all")) > 1
    assert controller.ask("queues", DPID) == []


def test_1_0_has_no_groups(lab: Lab) -> None:
    """The sentence says which version lacks what; tables and queues are there."""
    controller = lab.controller('components = ["switch"]')
    lab.bridge(lab.hosts(1), protocols="OpenFlow10")
    with pytest.raises(CommandFailed, match=r"OpenFlow 1\.0 has no statistics request"):
        controller.noxctl("groups", DPID)
    assert controller.ask("tables", DPID)[0]["active_count"] >= 1
    assert controller.ask("queues", DPID) == []
