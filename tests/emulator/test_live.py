"""Networks in real time, over TCP, with a controller on the loopback interface of this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from twisted.internet import reactor as installed_reactor
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred

from nox.core.component.plugins import Installed, find_plugins
from nox.core.kernel import Kernel
from nox.core.openflow.component import OpenFlow
from nox.emulator import Network
from nox.lib.errors import NoxError
from tests.core.component.support import configured

reactor = cast(ReactorBase, installed_reactor)


def turn(deferred: Deferred[None]) -> None:
    """Turn the reactor until it is done."""
    ended: list[object] = []
    deferred.addBoth(ended.append)
    while not ended:
        reactor.iterate(0.1)
    assert ended == [None]


@pytest.fixture
def controller() -> Iterator[str]:
    """Where a learning switch listens."""
    plugins = {name: plugin for name, plugin in find_plugins().plugins.items() if name != "rest"}
    text = '[nox]\nlisten = ["tcp:0:interface=127.0.0.1"]\ncomponents = ["switch"]'
    kernel = Kernel(configured(Installed(plugins), text), Installed(plugins), reactor)
    kernel.bind()
    turn(kernel.start())
    openflow = kernel.registry.records["openflow"].instance
    assert isinstance(openflow, OpenFlow)
    (address,) = openflow.addresses()
    yield f"tcp:{address}"
    turn(kernel.stop())


def test_pings(controller: str) -> None:
    """Every switch connects, and all hosts reach each other; a link that is cut separates them."""
    with Network.tree(2, hosts=2) as net:
        net.connect(controller)
        assert net.pingall(timeout=5).lost == []
        net.link("s1", "s2").down()
        assert net["h1"].ping(net["h2"], timeout=5).received == 1
        assert net["h1"].ping(net["h3"], timeout=0.2).received == 0
    assert not any(bridge.switch.connections for bridge in net.fabric.bridges())


def test_delay(controller: str) -> None:
    """Links take their time."""
    with Network.line(1, hosts=2, delay=0.02) as net:
        one, other = net.hosts  # found before it is connected, and good for both times
        net.connect(controller)
        net.run(0.3)
        first = one.ping(other, timeout=5).times[0]
        (took,) = one.ping(other, timeout=5).times
        assert took > 0.079
        assert first - took < 0.3


def test_nobody_listens(controller: str) -> None:
    """It ends with a sentence that names the switches."""
    with Network.line(2) as net, pytest.raises(NoxError, match=r"s1, s2: no controller within 0.2 s"):
        net.connect("tcp:127.0.0.1:1", within=0.2)


def test_once(controller: str) -> None:
    """A network that is connected cannot be started as well."""
    with Network.line(1) as net:
        net.connect(controller)
        with pytest.raises(NoxError, match="connected in real time"):
            net.start("switch")
        with pytest.raises(NoxError, match="connect a network once"):
            net.connect(controller)
