"""What is told of flow entries: figures for Prometheus, and sentences for the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.ledger import Reconciled
from nox.core.openflow.ownership.reconciliation import OLD


def sent(datapaths: Iterable[Datapath], name: Callable[[int], str]) -> Metric:
    """What each switch was sent, by owner.

    :param name: of a component, by its number.
    """
    family = CounterMetricFamily(
        "nox_flow_mods", "Flow-mods sent to a switch, without prepared flows", labels=["component", "dpid"]
    )
    for datapath in datapaths:
        for number, count in datapath.ledger.flow_mods.items():
            family.add_metric([name(number), str(datapath)], count)
    return family


def foreign(datapaths: Iterable[Datapath]) -> Metric:
    """How many entries of each switch are foreign."""
    family = GaugeMetricFamily("nox_flow_entries_foreign", "Foreign entries at the join", labels=["dpid"])
    for datapath in datapaths:
        if datapath.ledger.reconciled is not None:
            family.add_metric([str(datapath)], datapath.ledger.reconciled.foreign)
    return family


def components(numbered: Mapping[str, int]) -> Metric:
    """How many entries each component has given, prepared flows among them."""
    family = CounterMetricFamily("nox_flow_entries_given", "Entries that a component gave", labels=["component"])
    for name, count in numbered.items():
        family.add_metric([name], count)
    return family


def sentences(dpid: str, report: Reconciled, foreign: str, orphans: str) -> Iterator[str]:
    """What an operator should know of a switch's entries."""
    if report.error:
        yield f" does not tell its entries, so that all stated ones were written: {report.error}"
    if report.foreign:
        what = "removed" if foreign == "remove" else f'left: "noxctl flows {dpid}" shows them'
        yield f": {report.foreign} entries are foreign, of no component that is installed; they are {what}"
    if report.orphans:
        what = "removed" if orphans == "remove" else f'left: "noxctl flows {dpid}" shows them'
        yield f": {report.orphans} entries are of components that do not run; they are {what}"
    if report.is_lost:
        yield (
            f" had no entry at all, although it has been running for more than {OLD} s: it had no controller before, "
            'or its fail mode is "standalone", which flushes all entries when the controller is gone for so long; '
            'for Open vSwitch, "ovs-vsctl set-fail-mode BRIDGE secure" keeps them'
        )
