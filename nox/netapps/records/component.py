"""The component ``records``: hears of each flow that ends, and tells a file, a collector, or both."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, Metric
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import optional
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IMetricsSource
from nox.core.openflow.events import FlowRemoved
from nox.core.view.interfaces import INetworkView
from nox.netapps.events import FlowEnded, FlowIn
from nox.netapps.names import Names
from nox.netapps.records.collector import Collector, parse_collector
from nox.netapps.records.config import RecordsConfig
from nox.netapps.records.decisions import Decisions
from nox.netapps.records.export import Exporter
from nox.netapps.records.record import FlowRecord, line, record_of, routed
from nox.netapps.records.rotation import RotatingFile
from nox.netapps.records.writer import Writer

_FIRST = 1_000_000  # a handler's priority: those that decide may consume the event
_FLUSH = 1.0  # seconds that a record waits: for who knows more of its flow, and for others in its message
_MOST_ENDED = 1000  # records that wait so


@implementer(IMetricsSource)
class Records(Component):
    """Writes a record of each flow that ends.

    :ivar count: records so far.
    """

    view = optional(INetworkView)

    Config = RecordsConfig
    config: RecordsConfig

    async def start(self) -> None:
        """Open what the configuration names, and listen."""
        self.names, self.decisions = Names(self.view), Decisions()
        self.count = 0
        self._ended: dict[FlowRemoved, FlowRecord] = {}
        self.writer: Writer | None = None
        self.collector: Collector | None = None
        self.exporter: Exporter | None = None
        self._said: dict[str, str] = {}
        if self.config.file is not None:
            self._open_file()
        if self.config.collector is not None:
            self._open_collector(self.config.collector)
        self.register(FlowIn, self._flow_in, priority=_FIRST)
        self.register(FlowRemoved, self._removed)
        self.register(FlowEnded, self._flow_ended)
        self.every(_FLUSH, self._tick)

    def _open_file(self) -> None:
        assert self.config.file is not None
        self.writer = Writer(RotatingFile(self.config.file, self.config.file_size, self.config.files - 1))
        self.own(self._close_file, "file")

    def _close_file(self) -> None:
        assert self.writer is not None
        if not self.writer.close():
            self.log.error("the disk is too slow: some of the last records are lost", event="lost")

    def _open_collector(self, text: str) -> None:
        self.collector = Collector(*parse_collector(text))
        self.exporter = Exporter(self.config.domain, self.collector.send)
        self.own(self._close_collector, "socket")
        self.every(self.config.templates, self.exporter.renew)

    def _close_collector(self) -> None:
        assert self.collector is not None
        assert self.exporter is not None
        self.exporter.flush(self.record.clock.seconds())
        self.collector.close()

    async def stop(self) -> None:
        """Write what has ended until now."""
        self._write_ended()

    # Flows

    def _flow_in(self, event: FlowIn) -> Outcome:
        self.decisions.note(event)
        return CONTINUE

    def _removed(self, event: FlowRemoved) -> Outcome:
        """An entry has gone. Who led its flow through the network may know more, and say so after this."""
        decided = self.decisions.of(event.match)
        self._ended[event] = record_of(event, self.names, self.record.clock.seconds(), decided)
        if len(self._ended) > _MOST_ENDED:
            self._write_ended()
        return CONTINUE

    def _flow_ended(self, event: FlowEnded) -> Outcome:
        """Who led it knows more."""
        record = self._ended.get(event.removed)
        if record is not None:
            self._ended[event.removed] = routed(record, event, self.names)
        return CONTINUE

    def _write_ended(self) -> None:
        ended, self._ended = self._ended, {}
        now = self.record.clock.seconds()
        for record in ended.values():
            self._write(record, now)

    def _write(self, record: FlowRecord, now: float) -> None:
        """Nobody waits for what is done with a record."""
        self.count += 1
        if self.writer is not None:
            self.writer.write(line(record))
        if self.exporter is not None:
            self.exporter.add(record, now)

    def _tick(self) -> None:
        self.decisions.settle()
        self._write_ended()
        if self.exporter is not None:
            self.exporter.flush(self.record.clock.seconds())
        if self.writer is not None:
            self._say(str(self.config.file), self.writer.trouble, self.writer.lost)
        if self.collector is not None:
            self._say(str(self.config.collector), self.collector.trouble, self.collector.lost)

    def _say(self, where: str, trouble: str, lost: int) -> None:
        """Say once that records are lost, and once that they are not any more."""
        before = self._said.get(where, "")
        if trouble and not before:
            self.log.error("records cannot be written to {where}: {error}", where=where, error=trouble, event="trouble")
        if before and not trouble:
            self.log.info("records are written to {where} again; {lost} were lost", where=where, lost=lost)
        self._said[where] = trouble

    # IMetricsSource

    def metrics(self) -> Iterable[Metric]:
        """How many records there were, and what became of them."""
        yield CounterMetricFamily("nox_records", "Flows that have ended", self.count)
        lost = CounterMetricFamily("nox_records_lost", "Records, or messages of records, that were lost", labels=["to"])
        if self.writer is not None:
            lost.add_metric(["file"], self.writer.lost)
        if self.collector is not None:
            lost.add_metric(["collector"], self.collector.lost)
        yield lost
