"""Control channels of real Open vSwitch, captured by `noxctl capture` and replayed under emulated time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from nox.emulator import Difference, Recording, Replay, Sent
from nox.emulator.replay.likeness import likeness
from nox.lib.errors import CaptureError
from nox.lib.openflow.messages import FlowMod, Message
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
    with capturing(controller, file, "1"):
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


def entries(sent: Iterable[Sent]) -> set[tuple[int, Message]]:
    """The entries of flows, by switch."""
    mods = [one for one in sent if isinstance(one.message, FlowMod) and one.message.idle_timeout]
    return {(one.connection.dpid, likeness(one.message)) for one in mods}


@pytest.mark.parametrize("protocols", NUMBERS)
def test_routes(lab: Lab, tmp_path: Path, protocols: str) -> None:
    """Two switches: the link between them is found again, and the same entries lead over it.

    Not all else need be the same: the first packets come while the controller still learns, and it learns faster now.
    """
    controller = lab.controller('components = ["routing", "allow_all"]')
    file = tmp_path / "channel.pcapng"
    ends = ("link1", "link2")
    lab.namespace.run("ip", "link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
    with capturing(controller, file):
        hosts = lab.hosts(2)
        for dpid, (host, end) in enumerate(zip(hosts, ends, strict=True), 1):
            lab.namespace.run("ip", "link", "set", end, "up")
            lab.bridge([host], protocols=protocols, name=f"s{dpid}", dpid=dpid).attach([end], first=2)
        one, other = hosts
        eventually(lambda: one.pings(other), "the link has been found", within=30)
        assert one.pings(other, count=5)
    with Replay(file, "routing", "allow_all") as replay:
        replay.run()
        then = entries(replay.recorded)
        assert {dpid for dpid, _ in then} == {1, 2}
        assert entries(replay.sent) == then
        assert (replay.unsent, replay.controller.errors) == (0, [])


def connections(file: Path) -> int:
    """How many there are in a file that is still written, and may end within a packet."""
    try:
        return len(Recording.read(file).connections)
    except CaptureError:
        return 0


def test_a_controller_that_comes_back(lab: Lab, tmp_path: Path) -> None:
    """Recorded on the wire: the switch's second connection, with the entries that it has kept, is another one."""
    controller = lab.controller('components = ["switch"]')
    file = tmp_path / "dumped"
    tmp_path.chmod(0o777)
    with dumping(lab, file, "-i", "lo"):
        one, other = hosts = lab.hosts(2)
        lab.bridge(hosts, protocols="OpenFlow13")
        assert one.pings(other)
        controller.kill()
        controller.start()
        eventually(lambda: controller.ask("switches"), "the switch has come back")
        assert one.pings(other)
        eventually(lambda: connections(file) == 2, "dumpcap has written the second connection", within=30)
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
