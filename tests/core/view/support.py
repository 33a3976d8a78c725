"""A running view inside of a test, as two components see it."""

from __future__ import annotations

from collections.abc import Mapping

from twisted.internet.task import Clock

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.component.plugins import ComponentPlugin, Installed
from nox.core.events.event import CONTINUE, Outcome
from nox.core.kernel import Kernel
from nox.core.view.component import View
from nox.core.view.events import ViewChange
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Address, Host, Location
from nox.lib.addresses import EthernetAddress
from tests.core.component.support import configured, plugin, result

VIEW = ComponentPlugin("view", "nox.core.view.component:View", number=5, default=True)


class Writer(Component):
    """Writes, and notes every change of the view."""

    view = requires(INetworkView)

    async def start(self) -> None:
        """Listen."""
        self.changes: list[ViewChange] = []
        self.register(ViewChange, self._changed)

    def _changed(self, event: ViewChange) -> Outcome:
        self.changes.append(event)
        return CONTINUE


class Other(Writer):
    """Another one."""


class Viewed:
    """A kernel with the view and two components that write to it.

    :param given: what else the components may require, by interface.
    """

    def __init__(self, toml: str = "[view]\nstore = 'memory'", given: Mapping[type, object] | None = None) -> None:
        installed = Installed.of(VIEW, plugin(Writer), plugin(Other))
        text = f"[nox]\nlisten = []\ncomponents = ['writer', 'other']\n{toml}"
        self.clock = Clock()
        self.kernel = Kernel(configured(installed, text), installed, self.clock, given=given)
        self.kernel.bind()
        result(self.kernel.start())
        self.clock.advance(0)

    def _writer(self, name: str) -> Writer:
        found = self.kernel.registry.records[name].instance
        assert isinstance(found, Writer)
        return found

    @property
    def writer(self) -> Writer:
        """The component."""
        return self._writer("writer")

    @property
    def other(self) -> Writer:
        """The other one."""
        return self._writer("other")

    @property
    def view(self) -> INetworkView:
        """As the component sees it."""
        return self.writer.view

    @property
    def component(self) -> View:
        """The view itself."""
        found = self.kernel.registry.records["view"].instance
        assert isinstance(found, View)
        return found

    def changes(self) -> list[ViewChange]:
        """What was posted since the last time."""
        self.clock.advance(0)
        found, self.writer.changes = self.writer.changes, []
        return found


def mac(number: int) -> EthernetAddress:
    """A host's address."""
    return EthernetAddress(0x020000000000 + number)


def host(number: int, name: str = "") -> Host:
    """A host."""
    return Host(mac=mac(number), name=name)


def location(number: int, dpid: int, port: int) -> Location:
    """Where it is."""
    return Location(mac=mac(number), dpid=dpid, port=port)


def address(number: int, ip: str) -> Address:
    """An address of it."""
    return Address(ip=ip, mac=mac(number))
