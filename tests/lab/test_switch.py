"""`switch` on real Open vSwitch."""

from __future__ import annotations

import pytest

from nox.core import plan
from tests.lab.controller import Controller
from tests.lab.lab import Lab
from tests.lab.mininet import mininet
from tests.lab.namespaces import Host
from tests.lab.openvswitch import Bridge, Entry
from tests.lab.process import eventually

SWITCH = 'components = ["switch"]\n[switch]\nidle_timeout = {idle}'
PROTOCOLS = pytest.mark.parametrize("protocols", ["OpenFlow10", "OpenFlow13", ""], ids=["1.0", "1.3", "default"])


def flows(bridge: Bridge) -> list[Entry]:
    """The entries that `switch` wrote for flows."""
    return [entry for entry in bridge.entries() if entry.priority in plan.FLOWS]


def start(lab: Lab, *, protocols: str = "", idle: int = 60, hosts: int = 3) -> tuple[Controller, Bridge, list[Host]]:
    """`switch` with one bridge and hosts."""
    controller = lab.controller(SWITCH.format(idle=idle))
    connected = lab.hosts(hosts)
    return controller, lab.bridge(connected, protocols=protocols), connected


def packet_ins(controller: Controller) -> int:
    """How many packets reached `switch`."""
    return int(controller.metric("nox_handler_calls_total", component="switch", event="PacketIn"))


@PROTOCOLS
def test_every_host_reaches_every_other(lab: Lab, protocols: str) -> None:
    """Pings of all pairs are answered, over entries that carry the component's cookie."""
    _, bridge, hosts = start(lab, protocols=protocols)
    unanswered = [(a.port, b.port) for a in hosts for b in hosts if a is not b and not a.pings(b)]
    assert not unanswered
    written = flows(bridge)
    assert len(written) >= 6  # one for each pair and direction
    assert len({plan.component_of(entry.cookie) for entry in written} - {0}) == 1


@PROTOCOLS
def test_quiet_flows_leave_the_switch(lab: Lab, protocols: str) -> None:
    """After the idle timeout the entries of flows are gone, and the next packet makes new ones."""
    _, bridge, (one, two) = start(lab, protocols=protocols, idle=1, hosts=2)
    assert one.pings(two)
    assert flows(bridge)
    eventually(lambda: not flows(bridge), "no entry of a flow is left")
    assert one.pings(two)


@PROTOCOLS
def test_a_host_that_moves_is_reached_at_its_new_port(lab: Lab, protocols: str) -> None:
    """Entries that lead to the old port do not outlive the move, however long their idle timeout is."""
    _, bridge, (one, two) = start(lab, protocols=protocols, hosts=2)
    assert one.pings(two)
    bridge.detach(two.port)
    bridge.attach([two.port], first=9)
    eventually(lambda: two.pings(one), "the host that moved reaches the other")
    assert one.pings(two)
    assert any(entry.actions.endswith(":9") for entry in flows(bridge))


def test_bulk_traffic_stays_in_the_datapath(lab: Lab) -> None:
    """While 100 MB of an established TCP connection pass the controller sees under 20 packets."""
    controller, _, (one, two) = start(lab, hosts=2)
    assert one.pings(two)
    two.namespace.run("iperf3", "-s", "-D")
    with one.namespace.popen("iperf3", "-c", two.address, "-n", "200M"):
        # Open vSwitch takes up to 5 ms to use a new entry for a flow that it has begun to send to the controller.
        begin = eventually(lambda: two.received() > 5e6 and two.received(), "the transfer has begun")
        before = packet_ins(controller)
        eventually(lambda: two.received() > begin + 100e6, "100 MB have passed", within=60)
        assert packet_ins(controller) - before < 20


@PROTOCOLS
def test_a_tree_of_mininet(lab: Lab, protocols: str) -> None:
    """Mininet's `pingall` over four switches and nine hosts loses nothing."""
    lab.controller(SWITCH.format(idle=60))
    assert "0% dropped (72/72 received)" in mininet(lab, "tree,2,3", ["pingall"], protocols=protocols)


def test_entries_outlive_the_controller(lab: Lab) -> None:
    """A controller that is killed is not missed by flows that it had set up; one that comes back wipes nothing."""
    controller, bridge, (one, two) = start(lab, hosts=2)
    assert one.pings(two)
    bridge.add_flow("priority=30000,tcp,tp_dst=9,actions=drop")
    cookies = {entry.cookie for entry in flows(bridge)}
    controller.kill()
    assert one.pings(two, count=5)
    controller.start()
    eventually(bridge.connected, "the bridge is connected again")
    assert one.pings(two)
    assert cookies <= {entry.cookie for entry in flows(bridge)}


@PROTOCOLS
def test_unload_removes_its_own_entries_and_no_others(lab: Lab, protocols: str) -> None:
    """With `on_stop = "remove"` an unloaded component's entries go, and a stranger's stay."""
    controller = lab.controller('components = ["switch"]\n[switch]\non_stop = "remove"')
    one, two = hosts = lab.hosts(2)
    bridge = lab.bridge(hosts, protocols=protocols)
    bridge.add_flow("priority=30000,tcp,tp_dst=9,actions=drop")
    assert one.pings(two)
    controller.noxctl("unload", "switch")
    eventually(lambda: len(bridge.entries()) == 1, "the stranger's entry alone is left")
    assert bridge.entries()[0].cookie == 0


def test_unload_leaves_entries_by_default(lab: Lab) -> None:
    """Established flows go on when their component is unloaded without `on_stop = "remove"`."""
    controller, bridge, (one, two) = start(lab, hosts=2)
    assert one.pings(two)
    controller.noxctl("unload", "switch")
    assert flows(bridge)
    assert one.pings(two)
