"""What the kernel counts, in Prometheus' format.

Nothing is counted here: at each scrape the collectors read what the records and the dispatcher have counted anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from twisted.python.failure import Failure
from zope.interface import Interface, implementer

from nox.core.component.record import ComponentRecord, State
from nox.core.interfaces import IMetricsSource

if TYPE_CHECKING:
    from nox.core.component.registry import Registry
    from nox.core.events.accounting import HandlerStats
    from nox.core.events.dispatcher import Dispatcher


class IMetrics(Interface):
    """All that can be measured of this process."""

    def render() -> bytes:
        """The figures of this moment, in Prometheus' text format (`CONTENT_TYPE`)."""


@implementer(IMetrics)
class Metrics:
    """The registry of one kernel, with its process's figures."""

    def __init__(self, components: Registry, dispatcher: Dispatcher) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.registry.register(_Components(components))
        self.registry.register(_Events(dispatcher))
        self.registry.register(_Sources(components))

    def render(self) -> bytes:
        """The figures of this moment, in Prometheus' text format.

        One family after the other: with many switches all of them together are megabytes of small objects.
        """
        return b"".join(generate_latest(_Family(family)) for family in self.registry.collect())


class _Family(Collector):
    """One family that has been collected."""

    def __init__(self, family: Metric) -> None:
        self._family = family

    def collect(self) -> Iterator[Metric]:
        """The family."""
        yield self._family


class _Components(Collector):
    """How each component is, and how often it failed."""

    def __init__(self, components: Registry) -> None:
        self._components = components

    def describe(self) -> Iterable[Metric]:
        """Nothing: names are known without collecting."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Three families, of all components."""
        state = GaugeMetricFamily("nox_component_state", "1 for the state it is in", labels=["component", "state"])
        errors = CounterMetricFamily(
            "nox_component_errors", "Handlers, timers and tasks that failed", labels=["component"]
        )
        slow = CounterMetricFamily(
            "nox_component_slow", "Times that a handler kept everything waiting", labels=["component"]
        )
        for record in self._components.records.values():
            for one in State:
                state.add_metric([record.name, one.value], float(record.state is one))
            errors.add_metric([record.name], record.errors)
            slow.add_metric([record.name], record.slow)
        yield state
        yield errors
        yield slow


_HANDLER = ["component", "event", "handler"]


class _Events(Collector):
    """What the dispatcher counted, by handler."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def describe(self) -> Iterable[Metric]:
        """Nothing: names are known without collecting."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Calls, stops, errors, time; and the queue."""
        stats = self._dispatcher.stats()
        yield _by_handler("nox_handler_calls", "Calls of a handler", stats, [one.calls for one in stats])
        yield _by_handler("nox_handler_stops", "Events that a handler stopped", stats, [one.stops for one in stats])
        yield _by_handler("nox_handler_errors", "Calls that failed", stats, [one.errors for one in stats])
        yield _by_handler("nox_handler_slow", "Times that it kept all waiting", stats, [one.slow for one in stats])
        spent = [one.calls * one.mean_us / 1e6 for one in stats]  # one call in 64 is timed
        yield _by_handler("nox_handler_seconds", "Time in a handler, from a sample of its calls", stats, spent)
        yield GaugeMetricFamily("nox_events_queued", "Posted events that wait", value=self._dispatcher.queued)


def _by_handler(name: str, text: str, stats: Sequence[HandlerStats], values: Sequence[float]) -> CounterMetricFamily:
    """One family; handlers of one name count together, as Prometheus wants each set of labels once."""
    sums: dict[tuple[str, str, str], float] = {}
    for one, value in zip(stats, values, strict=True):
        labels = (one.owner, one.event, one.handler)
        sums[labels] = sums.get(labels, 0.0) + value
    family = CounterMetricFamily(name, text, labels=_HANDLER)
    for labels, total in sums.items():
        family.add_metric(labels, total)
    return family


class _Sources(Collector):
    """What running components count themselves. One that fails is reported and left out."""

    def __init__(self, components: Registry) -> None:
        self._components = components

    def describe(self) -> Iterable[Metric]:
        """Nothing: names are known without collecting."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The families of each, as it gives them."""
        for record in self._components.records.values():
            if record.state is State.RUNNING and IMetricsSource.providedBy(record.instance):
                yield from _families(record)


def _families(record: ComponentRecord) -> Iterator[Metric]:
    """A component's own families, up to the one at which it fails: that must not cost the others' figures."""
    try:
        yield from IMetricsSource(record.instance).metrics()
    except Exception:
        record.report(Failure(), "metrics()")
