"""Control channels of real Open vSwitch, captured by `noxctl capture` and replayed under emulated time."""

from __future__ import annotations

from pathlib import Path

import pytest

from nox.emulator import Difference, Replay, Sent
from nox.lib.openflow.messages import FlowMod
from tests.lab.lab import Lab
from tests.lab.process import eventually
from tests.lab.test_capture import capturing, dumping

NUMBERS = {"OpenFlow10": 1, "OpenFlow13": 4}


def flow_mods(sent: tuple[Sent, ...]) -> list[FlowMod]:
    """Those among the messages."""
    return [one.message for one in sent if isinstance(one.message, FlowMod)]


def replayed(file: Path, *components: str) -> tuple[Difference, list[Sent]]:
    """What differs, and what is sent, when the file is played to a controller with these components."""
    with Replay(file, *components) as replay:
        replay.run()
        assert replay.controller.errors == []
        assert (replay.unsent, replay.recording.left_out) == (0, ())
        return replay.difference(), replay.sent


@pytest.mark.parametrize("protocols", NUMBERS)
def test_pings(lab: Lab, tmp_path: Path, protocols: str) -> None:
    """`switch` writes the same entries again, and sends all else as it did; with other settings it does not."""
    controller = lab.controller('components = ["switch"]')
    file = tmp_path / "channel.pcapng"
    with capturing(controller, file):
        hosts = lab.hosts(3)
        lab.bridge(hosts, protocols=protocols)
        for one in hosts:
            for other in hosts:
                if one is not other:
                    one.pings(other)
    difference, sent = replayed(file, "switch")
    assert not difference, difference
    assert {one.connection.version for one in sent} == {NUMBERS[protocols]}
    assert len(flow_mods(tuple(sent))) >= 12  # of ARP and ICMP, between three hosts
    changed, _ = replayed(file, "switch,idle_timeout=77")
    assert {entry.idle_timeout for entry in flow_mods(changed.extra)} == {77}
    assert len(flow_mods(changed.missing)) == len(flow_mods(changed.extra)) >= 12


def test_a_controller_that_comes_back(lab: Lab, tmp_path: Path) -> None:
    """Recorded on the wire: the switch's second connection, with the entries that it has kept, is another one."""
    controller = lab.controller('components = ["switch"]')
    file = tmp_path / "dumped"
    tmp_path.chmod(0o777)
    with dumping(lab, file, "-i", "lo"):
        one, other = hosts = lab.hosts(2)
        bridge = lab.bridge(hosts, protocols="OpenFlow13")
        assert one.pings(other)
        controller.kill()
        controller.start()
        eventually(lambda: controller.ask("switches"), "the switch has come back")
        assert one.pings(other)
        before = file.stat().st_size
        eventually(lambda: file.stat().st_size > before, "dumpcap has written all")
        assert bridge.connected()
    with Replay(file, "switch") as replay:
        first, second = replay.recording.connections
        assert replay.until(lambda: second in {sent.connection for sent in replay.sent}, 60)
        assert replay.until(lambda: 1 in replay.controller.home.datapaths, 1)
        replay.run()
        difference = replay.difference()
        assert replay.controller.errors == []
    assert first.end is not None
    assert first.end < second.start
    assert [str(sent) for sent in difference.missing + difference.extra if sent.connection is first] == []
