"""A controller with some components, in the test's own process, and switches of bytes written by hand."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.internet.testing import MemoryReactorClock

from nox.core.component.plugins import ComponentPlugin, Installed
from nox.core.kernel import Kernel
from nox.core.openflow.component import OpenFlow
from nox.core.openflow.home import Home
from tests.core.component.support import configured, result
from tests.core.openflow.peer import FLOW_MOD, PACKET_OUT, Peer

OWN = {
    "openflow": ComponentPlugin(
        "openflow",
        "nox.core.openflow.component:OpenFlow",
        number=1,
        always=True,
        on_demand=("IDatapaths", "IAdmission", "ICapture"),
    ),
    "flows": ComponentPlugin("flows", "nox.core.openflow.flows:Flows", number=2, on_demand=("IFlows",)),
    "punts": ComponentPlugin("punts", "nox.core.openflow.punts:Punts", number=3, on_demand=("IPunts",)),
}


class Network:
    """A running controller.

    :param components: plugins of those to run; `idle`: of those that can be loaded later.
    :param toml: the rest of the configuration.
    """

    def __init__(self, *components: ComponentPlugin, toml: str = "", idle: tuple[ComponentPlugin, ...] = ()) -> None:
        installed = Installed.of(*OWN.values(), *components, *idle)
        names = ", ".join(f'"{plugin.name}"' for plugin in components)
        text = f"[nox]\nlisten = []\ncomponents = [{names}]\n{toml}"
        self.clock: Clock = MemoryReactorClock()
        self.kernel = Kernel(configured(installed, text), installed, self.clock)
        self.kernel.bind()
        result(self.kernel.start())
        self.clock.advance(0)

    @property
    def home(self) -> Home:
        """The connections."""
        openflow = self.kernel.registry.records["openflow"].instance
        assert isinstance(openflow, OpenFlow)
        return openflow.home

    def switch(self, version: int, dpid: int = 1) -> Peer:
        """A switch that has joined; what it was sent until then is in its `others`."""
        peer = Peer(self.home, version, dpid)
        peer.join()
        return peer


def sent(peer: Peer) -> tuple[list[bytes], list[bytes]]:
    """The bodies of the flow-mods and of the packet-outs that a switch was sent since the last time."""
    peer.others.clear()
    peer.answer()
    return [b for k, b in peer.others if k == FLOW_MOD], [b for k, b in peer.others if k == PACKET_OUT]
