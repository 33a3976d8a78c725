"""The metrics of routing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from nox.netapps.routing.brake import Brake
from nox.netapps.routing.carrying import Carrier
from nox.netapps.routing.healing import Healer
from nox.netapps.routing.losses import Losses
from nox.netapps.routing.streams import Streams
from nox.netapps.routing.table import FlowTable


def metrics(
    table: FlowTable,
    carrier: Carrier,
    healer: Healer,
    streams: Streams,
    losses: Losses,
    brake: Brake,
    packets: Mapping[str, int],
) -> Iterable[Metric]:
    """Flows and what became of packets.

    :param packets: how many came to which end.
    """
    yield GaugeMetricFamily("nox_routing_flows", "Flows that stand or are being set up", len(table))
    yield GaugeMetricFamily("nox_routing_stranded", "Flows for which there is no path now", len(healer.stranded))
    yield GaugeMetricFamily("nox_routing_held", "Packets that wait for a path", carrier.held)
    yield CounterMetricFamily("nox_routing_held_dropped", "Packets that waited in vain", carrier.dropped)
    yield GaugeMetricFamily("nox_routing_streams", "Flows to groups that have entries", len(streams))
    yield CounterMetricFamily("nox_routing_moved", "Flows that were led to another path", healer.moved)
    yield CounterMetricFamily("nox_routing_losses", "Switches and links that were found to lose flows", losses.found)
    yield GaugeMetricFamily("nox_routing_mistrusted", "Those that are avoided for it now", len(losses.open()))
    yield CounterMetricFamily("nox_routing_braked", "Flows that went nowhere fast and were dropped", brake.braked)
    outcomes = CounterMetricFamily("nox_routing_packets", "Packets that were decided about", labels=["outcome"])
    for outcome, count in packets.items():
        outcomes.add_metric([outcome], count)
    yield outcomes
