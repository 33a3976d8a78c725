"""Faults from scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nox.emulator import Network
from nox.emulator.faults import Fault
from nox.lib.errors import ConfigError


@pytest.fixture
def net() -> Iterator[Network]:
    """A tree with the learning switch."""
    with Network.tree(3, hosts=2) as made:
        made.start("switch")
        yield made


def test_at_their_times(net: Network) -> None:
    """Each happens when the script says, and is noted."""
    start = net.now
    net.script([(2.0, "link s1 s2 up"), (1.0, "link s1 s2 down"), (1.5, "host h1 sleep")])
    states = []
    for _ in range(5):
        states.append((net.link("s1", "s2").is_up, net["h1"].host.asleep))
        net.run(0.6)
    assert states == [(True, False), (True, False), (False, False), (False, True), (True, True)]
    assert [(round(when - start, 3), words) for when, words in net.happened] == [
        (1.0, "link s1 s2 down"),
        (1.5, "host h1 sleep"),
        (2.0, "link s1 s2 up"),
    ]


def test_every_kind(net: Network) -> None:
    """All words do what they say."""
    assert net.pingall().lost == []
    for fault in ("link s1 s2 delay 0.25", "link s3 s1 loss 0.5", "link s2 s4 miswire s3 s6", "switch s5 crash",
                  "switch s7 disconnect", "host h8 lie ipv4=10.0.0.99 mac=02:00:00:00:00:99", "host h7 move s4 9",
                  "host h2 sleep", "switch s4 deaf"):  # fmt: skip
        net.at(0.0, fault)
    net.run(0.5)
    assert net.switch("s4").node.switch.deaf
    assert (net.link("s1", "s2").link.delay, net.link("s1", "s3").link.loss) == (0.25, 0.5)
    assert net.switch("s2").neighbours()[2] == ("s6", 1)
    assert not net.switch("s5").node.powered
    assert set(net.controller.home.datapaths) == {1, 2, 3, 4, 6}
    assert str(net["h8"].host.own4) == "10.0.0.99"
    assert net["h7"].switch == ("s4", 9)
    for fault in ("switch s5 restart", "switch s7 connect", "link s2 s4 miswire s3 s6", "host h8 honest",
                  "host h2 wake", "link s3 s1 loss 0", "link s1 s2 delay 0.0001", "host h1 flood 1000 10",
                  "switch s4 hear"):  # fmt: skip
        net.at(0.0, fault)
    net.run(20)
    assert set(net.controller.home.datapaths) == set(range(1, 8))
    net.pingall()  # the host that has moved is heard of where it was not while a switch was away
    assert net.pingall().lost == []


def test_deaf(net: Network) -> None:
    """Entries are accepted and count, and nothing goes by them; a restart mends it as well."""
    assert net.pingall().lost == []
    h1, h8 = net["h1"], net["h8"]
    switch, before = net.switch("s1"), sum(entry.packets for entry in net.switch("s1").node.switch.flows.tables[0])
    switch.deafen()
    assert h1.ping(h8, count=3).received == 0
    assert sum(entry.packets for entry in switch.node.switch.flows.tables[0]) >= before + 3
    switch.hear()
    assert h1.ping(h8, count=3).received == 3
    switch.deafen()
    switch.crash()
    switch.restart()
    assert not switch.node.switch.deaf


def test_file(net: Network, tmp_path: Path) -> None:
    """A script stands in a TOML file."""
    file = tmp_path / "faults.toml"
    file.write_text('[[fault]]\nat = 1\ndo = "switch s2 crash"\n[[fault]]\nat = 1.5\ndo = "switch s2 restart"\n')
    net.script(file)
    net.run(1.2)
    assert not net.switch("s2").node.powered
    net.run(1.2)
    assert net.switch("s2").node.powered


def test_chance(net: Network) -> None:
    """A script of chance is the same for the same seed, and mends whatever it breaks: in the end all is well."""
    script = net.chance(30.0, every=0.5, seed=3)
    assert script == net.chance(30.0, every=0.5, seed=3) != net.chance(30.0, every=0.5, seed=4)
    assert len(script) > 40
    assert {words.split()[0] for _, words in script} == {"link", "switch", "host"}
    net.script(script)
    net.run(60)
    assert len(net.happened) == len(script)
    assert net.pingall().lost == []
    assert net.controller.errors == []


def test_chance_without_links() -> None:
    """A network may have nothing of a kind."""
    script = Network.line(1, hosts=0).chance(30.0)
    assert {fault.words.split()[0] for fault in script} == {"switch"}


@pytest.mark.parametrize(
    "words",
    [
        "", "link", "link s1 s2", "link s1 s2 sideways", "link s1 s2 down now", "link s1 s2 delay",
        "link s1 s2 loss much", "switch s1 explode", "host h1 lie", "host h1 lie age=7",
        "host h1 lie ipv4=1.2.3", "host h1 lie mac=1", "host h1 flood 10", "host h1 move", "cable s1 s2 cut",
        "host h1 move s2 first",
    ],
)  # fmt: skip
def test_no_fault(net: Network, words: str) -> None:
    """What is none is refused when the script is given, with what was written."""
    with pytest.raises(ConfigError, match=f'"{words}" is no fault'):
        net.at(1.0, words)


@pytest.mark.parametrize(
    "words", ["link s1 s7 down", "host s1 sleep", "host h9 sleep", "switch h1 crash", "host h1 move h2"]
)
def test_not_there(net: Network, words: str) -> None:
    """What is about something else than the network has is refused, and nothing of that script happens."""
    with pytest.raises(ConfigError):
        net.script([Fault(0.0, "host h1 sleep"), Fault(1.0, words)])
    net.run(2)
    assert not net["h1"].host.asleep


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[", "is not TOML"),
        ("fault = 1", "tables [[fault]] and nothing else"),
        ("[faults]\n", "tables [[fault]] and nothing else"),
        ('[[fault]]\nat = 1\nwhat = "x"', "fault 1: it has the keys at (seconds) and do (words)"),
        ('[[fault]]\nat = "soon"\ndo = "x"', "fault 1: at is a number of seconds"),
    ],
)
def test_wrong_file(net: Network, tmp_path: Path, text: str, sentence: str) -> None:
    """A file that is none is a sentence."""
    file = tmp_path / "faults.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        net.script(file)
    assert sentence in str(refused.value)
    with pytest.raises(ConfigError, match="cannot be read"):
        net.script(tmp_path / "nowhere")
