"""Networks under emulated time, with the real controller in the same process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from twisted.internet.defer import Deferred

from nox.api import CONTINUE, Component, IDatapaths, Outcome, PacketIn, requires
from nox.emulator import Network, emulated
from nox.lib.errors import ConfigError, NoxError
from nox.lib.openflow.versions import Version

HISTORY = """
from nox.emulator import Network
net = Network.tree(3, hosts=2, seed=7, loss=0.05)
net.start("switch")
for _ in range(3):
    print(net.pingall().times)
net.link("s1", "s2").down()
print(net.pingall().lost, net.now, net.fabric.queue.steps)
"""


class Counts(Component):
    """Counts packet-ins."""

    datapaths = requires(IDatapaths)

    async def start(self) -> None:
        """Listen."""
        self.seen = 0
        self.register(PacketIn, self.packet_in, priority=10)

    def packet_in(self, event: PacketIn) -> Outcome:
        """One more."""
        self.seen += 1
        return CONTINUE


class Fails(Component):
    """Its handler raises."""

    async def start(self) -> None:
        """Listen."""
        self.register(PacketIn, self.packet_in, priority=10)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Raise."""
        raise ValueError("a defect of the application")


@pytest.fixture
def tree() -> Iterator[Network]:
    """Seven switches, eight hosts, the learning switch."""
    with Network.tree(3, hosts=2) as net:
        net.start("switch")
        yield net


def test_pings(tree: Network) -> None:
    """All hosts reach each other; nothing was logged as an error; no second of real time is slept."""
    result = tree.pingall()
    assert (result.sent, result.received, result.lost) == (56, 56, [])
    assert tree.controller.errors == []
    assert tree.now < 1


@pytest.mark.parametrize("version", [Version.V1_0, Version.V1_3])
def test_versions(version: Version) -> None:
    """The switches speak the versions that they are told to."""
    with Network.line(2, versions=[version]) as net:
        controller = net.start("switch")
        assert {datapath.version for datapath in controller.home.datapaths.values()} == {version}
        assert net["h1"].ping(net["h2"]).received == 1


def test_a_link_goes_down(tree: Network) -> None:
    """A link that is cut separates the halves of a tree; the controller hears of it; mended, all is as before."""
    tree.link("s1", "s2").down()
    tree.run(0.1)
    ports = tree.controller.home.datapaths[1].ports
    assert [port.is_up for port in ports.values()] == [False, True]
    lost = tree.pingall().lost
    assert len(lost) == 32
    assert ("h1", "h8") in lost
    tree.link("s2", "s1").up()
    assert tree.pingall().received == 56


def test_a_switch_crashes(tree: Network) -> None:
    """Its hosts are cut off and the controller has one switch less; it joins again after its restart."""
    tree.switch("s4").crash()
    tree.run(0.1)
    assert 4 not in tree.controller.home.datapaths
    assert tree["h1"].ping(tree["h3"]).received == 0
    tree.switch("s4").restart()
    assert tree.until(lambda: 4 in tree.controller.home.datapaths)
    assert tree.switch("s4").entries > 0  # the table miss at least
    tree.run(2)
    assert tree.pingall().received == 56


def test_the_connection_of_a_switch_is_cut(tree: Network) -> None:
    """Entries stay, and established flows go on; the switch joins again when it may."""
    assert tree["h1"].ping(tree["h3"]).received == 1
    tree.switch("s4").disconnect()
    tree.run(1)
    assert 4 not in tree.controller.home.datapaths
    assert tree["h1"].ping(tree["h3"]).received == 1
    tree.switch("s4").connect()
    assert tree.until(lambda: 4 in tree.controller.home.datapaths)


def test_a_host_moves(tree: Network) -> None:
    """It is reached at its new place."""
    assert tree["h8"].ping(tree["h1"]).received == 1
    tree["h1"].move("s7")
    assert tree["h1"].switch == ("s7", 4)
    tree.run(0.1)
    assert tree["h8"].ping(tree["h1"]).received == 1


def test_a_host_sleeps(tree: Network) -> None:
    """It answers nothing until it wakes."""
    tree["h2"].sleep()
    assert tree["h1"].ping(tree["h2"]).received == 0
    tree["h2"].wake()
    assert tree["h1"].ping(tree["h2"]).received == 1


def test_a_host_floods(tree: Network) -> None:
    """What it sends reaches the controller."""
    flood = tree["h1"].flood(per_second=1000, total=100)
    tree.run(0.2)
    assert flood.sent == 100


def test_http(tree: Network) -> None:
    """A host serves a page, another gets it."""
    tree["h2"].do(lambda host, _: host.serve(lambda path: (200, path.encode())))
    page = tree["h7"].get(tree["h2"], "/hello")
    assert (page.status, page.body) == (200, b"/hello")


def test_classes() -> None:
    """Components are given as classes, with the text of their tables; the running one is found by its class."""
    with Network.line(1, hosts=2) as net:
        controller = net.start("switch,idle_timeout=3", Counts, toml="[counts]\nrequired = false\n")
        net["h1"].ping(net["h2"])
        assert controller.component(Counts).seen > 0
        net.run(5)
        before = controller.component(Counts).seen
        net["h1"].ping(net["h2"])
        assert controller.component(Counts).seen > before  # the entry has left after three seconds


def test_a_defect_is_seen() -> None:
    """A handler that raises is among the errors, with its traceback."""
    with Network.line(1, hosts=2) as net:
        controller = net.start("switch", Fails)
        net["h1"].ping(net["h2"])
        assert any("ValueError: a defect of the application" in error for error in controller.errors)


def test_another_controller() -> None:
    """A controller is stopped, entries stay; another one takes over."""
    with Network.line(2) as net:
        net.start("switch")
        net["h1"].ping(net["h2"])
        net.stop()
        net.run(1)
        assert net["h1"].ping(net["h2"]).received == 1
        net.start("switch")
        assert len(net.controller.home.datapaths) == 2


def test_a_loop_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Floods in a torus multiply: that ends with a sentence and not never."""
    monkeypatch.setattr(emulated, "MOST_STEPS", 20_000)
    with Network.torus(3, 3) as net:
        net.start("normal")
        with pytest.raises(NoxError, match="do frames go round in a loop"):
            net["h1"].ping(net["h2"])


def test_later_additions(tree: Network) -> None:
    """Switches and hosts that are added while it runs join and are reached."""
    tree.add_switch("s8")
    tree.add_link("s8", "s1")
    tree.add_host("late", "s8", ipv4="10.9.9.9/8")
    assert tree.until(lambda: 8 in tree.controller.home.datapaths)
    assert tree["h1"].ping(tree["late"]).received == 1


def test_the_same_each_time() -> None:
    """Two runs of one seed are the same to the last step, whatever the order of Python's sets."""
    histories = [
        subprocess.run(
            [sys.executable, "-c", HISTORY], env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE,
            text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert histories[0] == histories[1]
    assert "lost" not in histories[0]
    assert "('h1', 'h8')" in histories[0]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda net: net.add_host("", "s1"), "a host at s1 has no name"),
        (lambda net: net.add_host("h9", "s9"), 'link h9-s9 leads nowhere: there is no host or switch "s9"'),
        (lambda net: net.add_host("h9", "s1", port=1), "port 1 of s1 is used by link s1-s2"),
        (lambda net: net.add_host("h9", "s1", ipv4="10.0.0.256/8"), "10.0.0.256/8"),
        (lambda net: net.link("s1", "h2"), "there is no link s1-h2"),
        (lambda net: net["s1"], "s1 is a switch: find it with switch()"),
        (lambda net: net.switch("h1"), "h1 is a host, and no switch"),
        (lambda net: net["h1"].move("h2"), "host h1 cannot move to h2"),
        (lambda net: net.start("swich"), 'no component "swich" is installed; did you mean "switch"'),
        (lambda net: net.start("switch", toml="[nox]\n"), "[nox] is not needed"),
        (lambda net: net.start("switch", toml="["), "is not TOML"),
        (lambda net: net.start("switch", toml="[switch]\nidle=1"), "[switch]"),
        (lambda net: net.controller, "no controller runs in this process"),
        (lambda net: net.connect(), "name one controller"),
        (lambda net: net.connect("carrier pigeon"), '"carrier pigeon" is no controller'),
    ],
)
def test_wrong(wrong: object, sentence: str) -> None:
    """What cannot be is a sentence, and leaves nothing half made."""
    assert callable(wrong)
    with Network.line(2) as net:
        with pytest.raises(NoxError) as refused:
            wrong(net)
        assert sentence in str(refused.value)
        assert len(net.hosts) == 2


def test_a_wrong_start_can_be_done_right() -> None:
    """A controller that could not be made does not stand in the way of another."""
    with Network.line(2) as net:
        with pytest.raises(ConfigError):
            net.start("swich")
        net.start("switch")
        assert net.pingall().received == 2


class Late(Component):
    """Never comes to the end of its start."""

    async def start(self) -> None:
        """Wait for ever."""
        await Deferred()


def test_a_component_that_does_not_start() -> None:
    """Waiting for it ends with a sentence."""
    with Network.line(1) as net, pytest.raises(NoxError, match="does not come to an end"):
        net.start(Late)


def test_two_switches_of_one_dpid_are_refused() -> None:
    """The sentence names both."""
    net = Network()
    net.add_switch("s1", dpid=7)
    with pytest.raises(ConfigError, match="switch s2: s1 has dpid 7 already"):
        net.add_switch("s2", dpid=7)
