"""An emulated tree under somebody else's controller, over TCP: ``ovs-testcontroller``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.controllers import ovs_testcontroller, running
from nox.emulator import Network, Replay
from nox.lib.openflow.messages import FlowMod
from nox.lib.openflow.versions import Version
from tests.lab.process import free_port

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(
        shutil.which("ovs-testcontroller") is None,
        reason="it needs openvswitch-testcontroller of tests/lab/packages.txt",
    ),
]


@pytest.mark.parametrize(("number", "spoken"), [("1.0", Version.V1_0), ("1.3", Version.V1_3)])
def test_carries_pings(number: str, spoken: Version, tmp_path: Path) -> None:
    """It carries the pings of all pairs, and its entries go on doing so when it has ended."""
    with Network.tree(2, hosts=2) as net:
        switches = [net.switch(bridge.name) for bridge in net.fabric.bridges()]
        with running(ovs_testcontroller(number, free_port()), tmp_path) as command:
            net.connect(f"tcp:127.0.0.1:{command.port}")
            assert {one.version for switch in switches for one in switch.node.switch.connections} == {spoken}
            assert net.pingall(timeout=5).lost == []
            assert all(switch.entries >= 2 for switch in switches)
        assert net.until(lambda: not any(switch.node.switch.connections for switch in switches), 5)
        assert net.pingall(timeout=5).lost == []


@pytest.mark.parametrize(("number", "spoken"), [("1.0", Version.V1_0), ("1.3", Version.V1_3)])
def test_its_channel_is_replayed_to_nox(number: str, spoken: Version, tmp_path: Path) -> None:
    """What switches said to it, they say to NOX: they join, and `switch` decides about the same packets."""
    file = tmp_path / "channel.pcapng"
    with running(ovs_testcontroller(number, free_port()), tmp_path) as command, Network.tree(2, hosts=2) as net:
        net.record(file)
        net.connect(f"tcp:127.0.0.1:{command.port}")
        net.pingall(timeout=5)
    with Replay(file, "switch") as replay:
        assert replay.until(lambda: len(replay.controller.home.datapaths) == 3, 1)
        replay.run()
        written = [sent for sent in replay.sent if isinstance(sent.message, FlowMod)]
        assert len(written) > 12
        assert (replay.unsent, replay.controller.errors) == (0, [])
        assert {connection.version for connection in replay.recording.connections} == {spoken}
