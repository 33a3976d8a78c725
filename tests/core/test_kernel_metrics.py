"""What the kernel counts, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from twisted.logger import capturedLogs
from zope.interface import implementer
from zope.interface.verify import verifyObject

from nox.core.component.component import Component
from nox.core.component.plugins import Installed
from nox.core.events.event import CONTINUE, STOP, Event, Outcome
from nox.core.interfaces import IMetricsSource
from nox.core.metrics import IMetrics
from tests.core.component.support import Running, plugin


class Tick(Event):
    """Something that happens."""

    __slots__ = ()


@implementer(IMetricsSource)
class Source(Component):
    """Measures something itself."""

    broken = False

    async def start(self) -> None:
        """Listen twice."""
        self.register(Tick, self.count, priority=1)
        self.register(Tick, self.end)

    def count(self, event: Tick) -> Outcome:
        """Let it go on."""
        return CONTINUE

    def end(self, event: Tick) -> Outcome:
        """Stop it."""
        return STOP

    def metrics(self) -> Iterator[Metric]:
        """One figure."""
        yield GaugeMetricFamily("nox_source_level", "A level", value=7)
        if self.broken:
            raise ValueError("no luck")
        yield GaugeMetricFamily("nox_source_late", "Another level", value=8)


class Failing(Component):
    """Does not start."""

    async def start(self) -> None:
        """Fail."""
        raise ValueError("no luck")


INSTALLED = Installed.of(plugin(Source), plugin(Failing))


def _running() -> Running:
    return Running(INSTALLED, 'nox.components = ["source", "failing"]\nfailing.required = false')


def _figures(running: Running) -> dict[tuple[str, ...], float]:
    """Each sample's value, by its name and its labels' values."""
    families = text_string_to_metric_families(running.kernel.metrics.render().decode())
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_interface() -> None:
    """Components require the metrics by their interface."""
    assert verifyObject(IMetrics, _running().kernel.metrics)


def test_states_and_errors_of_components() -> None:
    """Each component has 1 in the state that it is in; what failed is counted."""
    running = _running()
    running.instance(Source).call_later(0, "not callable")  # type: ignore[arg-type]
    running.clock.advance(0)
    figures = _figures(running)
    assert figures["nox_component_state", "source", "running"] == 1
    assert figures["nox_component_state", "source", "failed"] == 0
    assert figures["nox_component_state", "failing", "failed"] == 1
    assert figures["nox_component_errors_total", "source"] == 1


def test_handlers() -> None:
    """Calls and stops are counted by component, event and handler."""
    running = _running()
    for _ in range(3):
        running.kernel.dispatcher.dispatch(Tick())
    figures = _figures(running)
    assert figures["nox_handler_calls_total", "source", "Tick", "Source.count"] == 3
    assert figures["nox_handler_calls_total", "source", "Tick", "Source.end"] == 3
    assert figures["nox_handler_stops_total", "source", "Tick", "Source.count"] == 0
    assert figures["nox_handler_stops_total", "source", "Tick", "Source.end"] == 3


def test_process_and_queue() -> None:
    """The process's memory and the queue of events are there."""
    running = _running()
    running.kernel.dispatcher.post(Tick())
    figures = _figures(running)
    assert figures["process_resident_memory_bytes",] > 1e6
    assert figures["nox_events_queued",] == 1


def test_a_component_s_own_figures() -> None:
    """A running component that measures something is asked at each scrape."""
    assert _figures(_running())["nox_source_level",] == 7


def test_a_component_whose_figures_fail_costs_only_its_own() -> None:
    """It is reported and counted; everything else is rendered, and what it gave before."""
    running = _running()
    running.instance(Source).broken = True
    with capturedLogs() as events:
        figures = _figures(running)
    assert figures["nox_source_level",] == 7
    assert ("nox_source_late",) not in figures
    assert figures["nox_component_state", "source", "running"] == 1
    assert [event["component"] for event in events if "log_failure" in event] == ["source"]
    assert _figures(running)["nox_component_errors_total", "source"] >= 1


def test_two_kernels_do_not_share_figures() -> None:
    """The registry is the kernel's own, and not the process's."""
    one, other = _running(), _running()
    one.kernel.dispatcher.dispatch(Tick())
    assert _figures(one)["nox_handler_calls_total", "source", "Tick", "Source.end"] == 1
    assert _figures(other)["nox_handler_calls_total", "source", "Tick", "Source.end"] == 0
