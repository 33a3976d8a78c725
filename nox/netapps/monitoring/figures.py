"""What is read of the network, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from nox.core.interfaces import IDatapaths
from nox.lib.addresses import format_dpid
from nox.lib.thresholds import Threshold
from nox.netapps.monitoring.entries import Entries
from nox.netapps.monitoring.pace import Kind
from nox.netapps.monitoring.ports import Ports, utilisation
from nox.netapps.monitoring.readings import Switch

_COUNTERS = ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_dropped", "tx_dropped", "rx_errors", "tx_errors")
_PORT = ["dpid", "port"]


@dataclass(slots=True)
class Accounts:
    """What was asked, by kind. :ivar refused: kinds that a switch does not know; it is not asked again."""

    asked: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    unanswered: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    refused: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))

    def metrics(self, lag: float) -> Iterator[Metric]:
        """How reading goes."""
        for name, text, counts in (
            ("asked", "Questions to switches", self.asked),
            ("unanswered", "Questions that a switch did not answer", self.unanswered),
            ("refused", "Questions that a switch refused, and is not asked again", self.refused),
        ):
            family = CounterMetricFamily(f"nox_monitoring_{name}", text, labels=["kind"])
            for kind, count in counts.items():
                family.add_metric([kind.value], count)
            yield family
        yield GaugeMetricFamily("nox_monitoring_lag_seconds", "How late the latest question was", lag)


def port_counters(ports: Ports) -> Iterator[Metric]:
    """The counters of every port, as its switch told them last."""
    for name in _COUNTERS:
        family = CounterMetricFamily(f"nox_port_{name}", f"{name} of a port, as its switch counts", labels=_PORT)
        for dpid, number, known in ports:
            value = getattr(known.reading.stats, name)
            if value is not None:
                family.add_metric([format_dpid(dpid), str(number)], value)
        yield family


def port_use(ports: Ports, datapaths: IDatapaths) -> Metric:
    """How busy every port is, where that is known."""
    family = GaugeMetricFamily("nox_port_utilisation", "What leaves, as a part of the port's speed", labels=_PORT)
    for datapath in datapaths.all():
        for number, known in ports.of(datapath.dpid).items():
            port = datapath.ports.get(number)
            if port is not None and known.rates is not None:
                used = utilisation(known.rates.tx_bytes, ports.speed(port))
                if used is not None:
                    family.add_metric([str(datapath), str(number)], used)
    return family


def switches(read: Mapping[int, Switch], entries: Entries) -> Iterator[Metric]:
    """Tables, and what is left out."""
    used = GaugeMetricFamily("nox_table_entries", "Entries of a flow table", labels=["dpid", "table"])
    size = GaugeMetricFamily("nox_table_size", "Entries that a flow table can have", labels=["dpid", "table"])
    for dpid, switch in read.items():
        for table in switch.tables:
            labels = [format_dpid(dpid), str(table.table_id)]
            used.add_metric(labels, table.entries)
            if table.size is not None:
                size.add_metric(labels, table.size)
    yield used
    yield size
    unread = sum(switch.too_many for switch in read.values())
    yield GaugeMetricFamily("nox_monitoring_unread_switches", "Switches with more entries than are read", unread)
    left_out = sum(entries.left_out.values())
    yield GaugeMetricFamily("nox_monitoring_left_out_entries", "Entries for which there was no room", left_out)


def shared(read: Mapping[int, Switch]) -> Iterator[Metric]:
    """Groups and meters."""
    groups = CounterMetricFamily("nox_group_bytes", "Bytes through a group", labels=["dpid", "group"])
    meters = CounterMetricFamily("nox_meter_bytes", "Bytes through a meter", labels=["dpid", "meter"])
    dropped = CounterMetricFamily("nox_meter_band_packets", "Packets that fell to bands", labels=["dpid", "meter"])
    for dpid, switch in read.items():
        for group in switch.groups:
            groups.add_metric([format_dpid(dpid), str(group.group_id)], group.byte_count or 0)
        for meter in switch.meters:
            labels = [format_dpid(dpid), str(meter.meter_id)]
            meters.add_metric(labels, meter.byte_in_count or 0)
            dropped.add_metric(labels, sum(band.packet_count or 0 for band in meter.bands))
    yield from (groups, meters, dropped)


def thresholds(limits: Mapping[str, Threshold], circles: int) -> Iterator[Metric]:
    """How many ports are above each threshold, and how many circles there are."""
    family = GaugeMetricFamily("nox_ports_above", "Ports above a threshold", labels=["threshold"])
    for name, limit in limits.items():
        family.add_metric([name], len(limit.above))
    yield family
    yield GaugeMetricFamily("nox_circles", "Groups of switches between which packets go round", circles)
