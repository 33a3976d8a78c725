"""What the network view counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily

from nox.core.view.contents import Contents


@dataclass(slots=True)
class Accounts:
    """Counts since the start.

    :ivar transactions: that were written. :ivar rows: of those.
    :ivar unchanged: transactions that would have changed nothing.
    :ivar moved: transactions that failed because somebody else was quicker; `failed`: those that the store refused.
    :ivar seconds: from each commit to its answer, in sum.
    """

    transactions: int = 0
    rows: int = 0
    unchanged: int = 0
    moved: int = 0
    failed: int = 0
    seconds: float = 0.0

    def metrics(self, contents: Contents, behind: int) -> Iterator[Metric]:
        """All of it, for Prometheus."""
        rows = GaugeMetricFamily("nox_view_rows", "Rows of a table", labels=["table"])
        for table, found in contents.tables.items():
            rows.add_metric([table.name], len(found.by_key))
        yield rows
        yield GaugeMetricFamily("nox_view_revision", "Revision of the newest transaction", contents.revision)
        yield GaugeMetricFamily("nox_view_behind", "Commits that the store cannot write for now", behind)
        yield CounterMetricFamily("nox_view_transactions", "Transactions written", self.transactions)
        yield CounterMetricFamily("nox_view_rows_written", "Rows of those", self.rows)
        yield CounterMetricFamily("nox_view_unchanged", "Transactions that changed nothing", self.unchanged)
        yield CounterMetricFamily("nox_view_moved", "Transactions for which others were quicker", self.moved)
        yield CounterMetricFamily("nox_view_failed", "Transactions that could not be written", self.failed)
        yield SummaryMetricFamily("nox_view_commit_seconds", "From commit to answer", self.transactions, self.seconds)
