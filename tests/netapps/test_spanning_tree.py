"""Switches that flood by themselves, along the tree."""

from __future__ import annotations

import pytest

from nox.emulator.switch.port import NO_FLOOD
from nox.emulator.tested import TestedNetwork
from nox.lib.openflow.versions import Version
from tests.netapps.counting import Counted

COMPONENTS = ("discovery,interval=1", "topology", "spanning_tree")


def kept_from_flooding(net: TestedNetwork) -> set[tuple[int, int]]:
    """The ports that are."""
    return {
        (bridge.dpid, port.number)
        for bridge in net.fabric.bridges()
        for port in bridge.switch.ports.values()
        if port.config & NO_FLOOD
    }


def test_switches_flood_along_the_tree(nox_network: type[TestedNetwork], monkeypatch: pytest.MonkeyPatch) -> None:
    """With entries that say NORMAL; a link that fails is replaced by the one that was left out."""
    counted = Counted(monkeypatch)
    net = nox_network.ring(4, versions=[Version.V1_0])
    net.start(*COMPONENTS)
    net.run(2)
    assert len(kept_from_flooding(net)) == 2
    net.controller.kernel.load("normal")
    net.run(0.1)
    since = net.now
    counted.storm(net, 0.5)
    assert counted.doubled == []
    assert counted.missing(net, since) == []
    net.link("s1", "s2").down()
    net.run(1)
    since = net.now
    counted.storm(net, 0.5)
    assert counted.doubled == []
    assert counted.missing(net, since) == []
    net.controller.kernel.unload("spanning_tree")
    net.controller.kernel.unload("normal")
    net.run(0.1)
    assert kept_from_flooding(net) == set()


def test_what_1_3_cannot_do_is_said(nox_network: type[TestedNetwork], capsys: pytest.CaptureFixture[str]) -> None:
    """It has no NO_FLOOD: nothing is sent that it would refuse."""
    net = nox_network.line(2, versions=[Version.V1_3])
    net.start(*COMPONENTS)
    net.run(2)
    assert kept_from_flooding(net) == set()
    assert net.controller.errors == []
