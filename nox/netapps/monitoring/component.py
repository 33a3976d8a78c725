"""The component ``monitoring``: asks switches at a bounded pace, and tells what goes through the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nlargest

from prometheus_client.core import Metric
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import optional, requires
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IDatapaths, IKernel, IMetricsSource
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import DatapathJoin, DatapathLeave, PortStatus
from nox.core.openflow.requests import RequestError
from nox.core.plan import component_of
from nox.core.view.interfaces import INetworkView
from nox.core.view.tables import HOSTS
from nox.lib.errors import LocalProtocolError
from nox.netapps.events import TablesRead
from nox.netapps.interfaces import ILoad, IMonitoring
from nox.netapps.load import FlowLoad, HostLoad, PortLoad, PortPackets, TableUse
from nox.netapps.monitoring import figures, flowloads
from nox.netapps.monitoring.circling import Circling
from nox.netapps.monitoring.config import MonitoringConfig
from nox.netapps.monitoring.counters import PortRates
from nox.netapps.monitoring.entries import Entries
from nox.netapps.monitoring.pace import TICK, Kind, Pace, Question
from nox.netapps.monitoring.ports import Ports, utilisation
from nox.netapps.monitoring.readings import Readings
from nox.netapps.monitoring.watch import Watch
from nox.netapps.names import Names

_PORT_DELETED = 1
_STALE = 4  # intervals after which a rate is not believed any more
_ADDED = 0


@implementer(ILoad, IMonitoring, IMetricsSource)
class Monitoring(Component):
    """Reads the counters of all switches."""

    datapaths = requires(IDatapaths)
    kernel = requires(IKernel)
    view = optional(INetworkView)

    Config = MonitoringConfig
    config: MonitoringConfig

    async def start(self) -> None:
        """Begin with nothing known; ask those that are there, and those that come."""
        config = self.config
        intervals = {kind: getattr(config, kind.value, config.tables) for kind in Kind}
        self.pace = Pace(config.requests, config.entries, intervals)
        self.known_ports, self.entries = Ports(config.speed), Entries()
        self.readings = Readings(self.record.clock, self.known_ports, self.entries, config.most_entries, self.post)
        self.accounts = figures.Accounts()
        self.watch = Watch(config, self.known_ports, self.post, self.log)
        self.names = Names(self.view)
        self.circling: Circling | None = None
        if self.view is not None and config.circling:
            told = (self.post, self.log)
            clock = self.record.clock
            self.circling = Circling(config.circling, self.known_ports, self.datapaths, self.view, clock, told)
            self.every(config.ports, self.circling.look)
        self.register(DatapathJoin, self._joined)
        self.register(DatapathLeave, self._left)
        self.register(PortStatus, self._port_status)
        for datapath in self.datapaths.all():
            self.pace.join(datapath.dpid, self.record.clock.seconds())
        self.every(TICK, self._tick)

    # Asking

    def _joined(self, event: DatapathJoin) -> Outcome:
        self._forget(event.dpid)
        self.pace.join(event.dpid, self.record.clock.seconds())
        return CONTINUE

    def _left(self, event: DatapathLeave) -> Outcome:
        if self.datapaths.get(event.dpid) in (None, event.datapath):
            self._forget(event.dpid)
        return CONTINUE

    def _forget(self, dpid: int) -> None:
        self.watch.forget((dpid, number) for number in self.known_ports.of(dpid))
        self.pace.leave(dpid)
        self.readings.forget(dpid)

    def _port_status(self, event: PortStatus) -> Outcome:
        """A port that is new counts from 0, whatever had its number before."""
        if event.reason in (_ADDED, _PORT_DELETED):
            self.known_ports.forget(event.dpid, event.port.number)
            self.watch.forget([(event.dpid, event.port.number)])
        return CONTINUE

    def _tick(self) -> None:
        for question in self.pace.due(self.record.clock.seconds()):
            datapath = self.datapaths.get(question.dpid)
            if datapath is None:
                self.pace.leave(question.dpid)
            else:
                self.spawn(self._ask(datapath, question))

    async def _ask(self, datapath: Datapath, question: Question) -> None:
        """Ask one question, and note that it is open no more."""
        kind, entries = question.kind, 0
        self.accounts.asked[kind] += 1
        try:
            entries = await self.readings.read(datapath, kind)
        except LocalProtocolError:  # 1.0 has no groups and meters
            self.pace.never(datapath.dpid, kind)
        except RequestError as error:
            self._unanswered(datapath, kind, error)
        else:
            self._read(datapath, kind)
        finally:
            self.pace.answered(question, self.record.clock.seconds(), entries)

    def _unanswered(self, datapath: Datapath, kind: Kind, error: RequestError) -> None:
        if error.error_type is None:
            self.accounts.unanswered[kind] += 1
            return
        self.accounts.refused[kind] += 1
        self.pace.never(datapath.dpid, kind)
        self.log.info(
            "switch {dpid} does not tell its {kind}, and is not asked again: {error}",
            dpid=str(datapath),
            kind=kind.value,
            error=str(error),
        )

    def _read(self, datapath: Datapath, kind: Kind) -> None:
        """A switch has answered."""
        if datapath.channel.closing:
            return
        if kind is Kind.TABLES:
            self.post(TablesRead(datapath, self.tables(datapath.dpid)))
        if kind is not Kind.PORTS:
            return
        for number, known in self.known_ports.of(datapath.dpid).items():
            port = datapath.ports.get(number)
            if port is not None and known.rates is not None:
                self.watch.look(datapath.dpid, port, known.rates)

    # ILoad

    def utilisation(self, dpid: int, port: int) -> float | None:
        """What leaves by this port, as a part of its speed; None where it is not known, or was long ago."""
        datapath, rates = self.datapaths.get(dpid), self._rates(dpid, port)
        info = datapath.ports.get(port) if datapath is not None else None
        if info is None or rates is None:
            return None
        return utilisation(rates.tx_bytes, self.known_ports.speed(info))

    def packets(self, dpid: int, port: int) -> PortPackets | None:
        """Packets a second; None where they are not known, or it was long ago."""
        rates = self._rates(dpid, port)
        return PortPackets(rates.rx_packets, rates.tx_packets) if rates is not None else None

    def _rates(self, dpid: int, port: int) -> PortRates | None:
        rates = self.known_ports.rates(dpid, port)
        is_old = rates is not None and self.record.clock.seconds() - rates.at > _STALE * self.config.ports
        return None if is_old else rates

    # IMonitoring

    def ports(self, most: int) -> Sequence[PortLoad]:
        """The ports through which most goes."""
        found = [self._port(*one) for one in self._busy(most)]
        return [one for one in found if one is not None]

    def _busy(self, most: int) -> list[tuple[int, int]]:
        rates = ((dpid, number, known.rates) for dpid, number, known in self.known_ports if known.rates is not None)
        sums = (((one.rx_bytes or 0) + (one.tx_bytes or 0), dpid, number) for dpid, number, one in rates)
        return [(dpid, number) for _, dpid, number in nlargest(most, sums)]

    def _port(self, dpid: int, number: int) -> PortLoad | None:
        datapath, rates = self.datapaths.get(dpid), self.known_ports.rates(dpid, number)
        port = datapath.ports.get(number) if datapath is not None else None
        if port is None or rates is None:
            return None
        return PortLoad(
            dpid=dpid,
            port=number,
            name=port.name,
            switch=self.names.switch(dpid),
            rx_bytes=rates.rx_bytes,
            tx_bytes=rates.tx_bytes,
            rx_packets=rates.rx_packets,
            tx_packets=rates.tx_packets,
            dropped=rates.dropped,
            errors=rates.errors,
            utilisation=utilisation(rates.tx_bytes, self.known_ports.speed(port)),
        )

    def hosts(self, most: int) -> Sequence[HostLoad]:
        """The hosts that send and receive most."""
        known = [(row.mac, row.vlan) for row in self.view.rows(HOSTS)] if self.view is not None else []
        found = flowloads.host_loads(flowloads.flows(self.entries.active()), known, self.known_ports, self.names)
        return nlargest(most, found, key=lambda one: (one.tx_bytes + one.rx_bytes, one.host))

    def flows(self, most: int) -> Sequence[FlowLoad]:
        """The flows with most bytes a second."""
        found = nlargest(most, flowloads.flows(self.entries.active()), key=lambda one: (one.bytes, one.packets))
        owners = self.kernel.names()
        return [
            flowloads.flow_load(one, self.names, lambda cookie: owners.get(component_of(cookie), "")) for one in found
        ]

    def tables(self, dpid: int) -> Sequence[TableUse]:
        """The tables of a switch that have entries, as last read."""
        switch = self.readings.switches.get(dpid)
        return switch.tables if switch is not None else ()

    # IMetricsSource

    def metrics(self) -> Iterable[Metric]:
        """All of it."""
        yield from self.accounts.metrics(self.pace.lag)
        if self.config.port_metrics:
            yield from figures.port_counters(self.known_ports)
            yield figures.port_use(self.known_ports, self.datapaths)
        yield from figures.switches(self.readings.switches, self.entries)
        yield from figures.shared(self.readings.switches)
        circles = len(self.circling.known) if self.circling is not None else 0
        yield from figures.thresholds(self.watch.limits, circles)
