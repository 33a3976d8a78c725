"""The lab itself, with Open vSwitch switching on its own: what the other tests stand on."""

from __future__ import annotations

from tests.lab.lab import Lab
from tests.lab.process import run


def test_hosts_reach_each_other_through_open_vswitch(lab: Lab) -> None:
    """Ping and TCP cross a bridge of the test's own when its only entry says NORMAL."""
    one, two = hosts = lab.hosts(2)
    bridge = lab.ovs.bridge("s1", 1)
    bridge.attach([host.port for host in hosts])
    bridge.add_flow("priority=7,actions=NORMAL")
    assert one.pings(two)
    assert [(entry.priority, entry.actions) for entry in bridge.entries()] == [(7, "NORMAL")]
    two.namespace.run("iperf3", "-s", "-D")
    one.namespace.run("iperf3", "-c", two.address, "-n", "10M", timeout=20)


def test_secure_bridge_forwards_nothing_by_itself(lab: Lab) -> None:
    """Without entries and without a controller hosts do not reach each other."""
    one, two = hosts = lab.hosts(2)
    lab.ovs.bridge("s1", 1).attach([host.port for host in hosts])
    assert not one.pings(two)


def test_nothing_of_the_lab_touches_the_machine(lab: Lab) -> None:
    """Bridges and links are in the test's namespace and not in the machine's."""
    lab.ovs.bridge("s1", 1).attach([host.port for host in lab.hosts(1)])
    assert "s1:" in lab.namespace.run("ip", "-o", "link")
    assert "ovs-netdev" not in run(["ip", "-o", "link"])
