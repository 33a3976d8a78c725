"""A running view inside of a test, as two components see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.component.plugins import ComponentPlugin, Installed
from nox.core.events.event import CONTINUE, Outcome
from nox.core.kernel import Kernel
from nox.core.view.component import View
from nox.core.view.events import ViewChange
from nox.core.view.interfaces import INetworkView, IViewStore
from nox.core.view.rows import Address, Host, Location
from nox.core.view.stores import STORES
from nox.lib.addresses import EthernetAddress
from tests.core.component.support import configured, plugin, result

VIEW = ComponentPlugin("view", "nox.core.view.component:View", number=5, on_demand=("INetworkView", "IViewKeeping"))


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

    :param store: what the view shall be kept in; by default the memory store.
    :param settle: waits for what that store answers.
    """

    def __init__(
        self, store: Callable[[], IViewStore] | None = None, settle: Callable[[Deferred[Any]], Any] = result
    ) -> None:
        installed = Installed.of(VIEW, plugin(Writer), plugin(Other))
        name = "memory" if store is None else "tried"
        text = f"[nox]\nlisten = []\ncomponents = ['writer', 'other']\n[view]\nstore = '{name}'"
        self.clock = Clock()
        self.settle = settle
        stores = dict(STORES) if store is None else {**STORES, "tried": lambda config, around: store()}
        with patch.dict(STORES, stores):
            self.kernel = Kernel(configured(installed, text), installed, self.clock)
            self.kernel.bind()
        settle(self.kernel.start())
        self.clock.advance(0)

    def stop(self) -> None:
        """Stop it."""
        self.settle(self.kernel.stop())

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
