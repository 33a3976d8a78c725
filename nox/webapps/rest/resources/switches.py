"""``/v1/switches``: those that are connected, their ports and flow entries."""

from __future__ import annotations

from collections.abc import Iterator

from nox.core.component.record import State
from nox.core.interfaces import IDatapaths, IKernel
from nox.webapps.rest.answers import Json, Route
from nox.webapps.rest.resources.connected import ask, find
from nox.webapps.rest.resources.entries import flow_json, port_json, switch_json


class Switches:
    """The connected switches.

    :param datapaths: None while nothing provides them: then no switch is connected.
    """

    def __init__(self, datapaths: IDatapaths | None, kernel: IKernel) -> None:
        self._datapaths = datapaths
        self._kernel = kernel

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/switches", self.switches)
        yield Route("GET", "/v1/switches/<dpid>", self.switch)
        yield Route("GET", "/v1/switches/<dpid>/ports", self.ports)
        yield Route("GET", "/v1/switches/<dpid>/flows", self.flows)

    async def switches(self) -> Json:
        """Every switch, in the order in which they joined."""
        names = self._kernel.names()
        return [switch_json(datapath, names) for datapath in self._datapaths.all()] if self._datapaths else []

    async def switch(self, dpid: str) -> Json:
        """One switch."""
        return switch_json(find(self._datapaths, dpid), self._kernel.names())

    async def ports(self, dpid: str) -> Json:
        """Its ports with their counters, by number."""
        datapath = find(self._datapaths, dpid)
        counters = {one.number: one for one in await ask(datapath, datapath.port_stats())}
        return [port_json(port, counters.get(number)) for number, port in sorted(datapath.ports.items())]

    async def flows(self, dpid: str) -> Json:
        """Its flow entries: by table, then as they are looked up, highest priority first."""
        datapath = find(self._datapaths, dpid)
        entries = await ask(datapath, datapath.flow_stats())
        names = self._kernel.names()
        running = {status.number for status in self._kernel.components() if status.state == State.RUNNING.value}
        entries.sort(key=lambda entry: (entry.table_id, -entry.priority))
        return [flow_json(entry, names, running) for entry in entries]
