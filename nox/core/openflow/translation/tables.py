"""Flow tables on the wire, from and into what components see."""

from __future__ import annotations

from nox.core.openflow.tableinfo import TableFeatures, TableStats
from nox.core.openflow.translation.common import counter, printable
from nox.lib.openflow import Version, messages


def table_stats(version: Version, entry: messages.TableStatsEntry) -> TableStats:
    """What one table counts."""
    described = version < Version.V1_3
    return TableStats(
        table_id=entry.table_id,
        active_count=entry.active_count,
        lookup_count=counter(entry.lookup_count),
        matched_count=counter(entry.matched_count),
        name=printable(entry.name) if described else None,
        max_entries=entry.max_entries if described else None,
        wildcards=entry.wildcards if described else None,
    )


def features(entry: messages.TableFeatures) -> TableFeatures:
    """What one table can do."""
    return TableFeatures(
        table_id=entry.table_id,
        name=printable(entry.name),
        metadata_match=entry.metadata_match,
        metadata_write=entry.metadata_write,
        config=entry.config,
        max_entries=entry.max_entries,
        properties=entry.properties,
    )


def features_to_wire(table: TableFeatures) -> messages.TableFeatures:
    """What one table shall do."""
    return messages.TableFeatures(
        table_id=table.table_id,
        name=table.name,
        metadata_match=table.metadata_match,
        metadata_write=table.metadata_write,
        config=table.config,
        max_entries=table.max_entries,
        properties=table.properties,
    )
