"""`hub`, `normal` and `packetdump` on real Open vSwitch."""

from __future__ import annotations

import pytest

from nox.core import plan
from tests.lab.lab import Lab
from tests.lab.process import eventually

PROTOCOLS = pytest.mark.parametrize("protocols", ["OpenFlow10", "OpenFlow13"], ids=["1.0", "1.3"])


@PROTOCOLS
def test_hub_floods_every_packet(lab: Lab, protocols: str) -> None:
    """With `hub` hosts reach each other, and no entry of a flow is written."""
    lab.controller('components = ["hub"]')
    one, two, _ = hosts = lab.hosts(3)
    bridge = lab.bridge(hosts, protocols=protocols)
    assert one.pings(two, count=2)
    assert not [entry for entry in bridge.entries() if entry.priority in plan.FLOWS]


@PROTOCOLS
def test_normal_lets_the_switch_forward(lab: Lab, protocols: str) -> None:
    """With `normal` the switch forwards by itself, over an entry of ours, also when the controller has gone."""
    controller = lab.controller('components = ["normal"]')
    one, two = hosts = lab.hosts(2)
    bridge = lab.bridge(hosts, protocols=protocols)
    eventually(lambda: [entry for entry in bridge.entries() if entry.actions == "NORMAL"], "an entry says NORMAL")
    assert all(plan.component_of(entry.cookie) for entry in bridge.entries())
    assert one.pings(two)
    controller.kill()
    assert two.pings(one)


def test_packetdump_writes_packets_to_the_log(lab: Lab) -> None:
    """Each packet that reaches the controller is a line with its sender and receiver."""
    controller = lab.controller('components = ["packetdump", "switch"]')
    one, two = hosts = lab.hosts(2)
    lab.bridge(hosts)
    assert one.pings(two)
    lines = [line for line in controller.log.read_text().splitlines() if one.mac in line]
    assert any(two.mac in line for line in lines), controller.tail()
