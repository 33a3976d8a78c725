"""Flow tables as components see them: free of OpenFlow versions (1.3.5, sections 7.3.5.4 and 7.3.5.5)."""

from __future__ import annotations

from dataclasses import dataclass

from nox.lib.openflow.messages.tablefeatures import TableProperty


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStats:
    """What one table counts.

    :ivar name: hostile text, printable; 1.3 has it in the features instead, and `max_entries` too.
    :ivar wildcards: ``ofp_flow_wildcards`` of 1.0: the fields that an entry may leave out.
    """

    table_id: int
    active_count: int
    lookup_count: int | None
    matched_count: int | None
    name: str | None = None
    max_entries: int | None = None
    wildcards: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFeatures:
    """What one table can do; 1.0 does not say.

    :ivar name: hostile text, printable.
    :ivar metadata_match: bits of the metadata that it can match; `metadata_write`: that it can write.
    :ivar max_entries: how many entries it can have.
    :ivar properties: classes of `nox.lib.openflow.messages.tablefeatures`: fields, actions, instructions, next tables.
    """

    table_id: int
    name: str
    metadata_match: int = 0
    metadata_write: int = 0
    config: int = 0
    max_entries: int
    properties: tuple[TableProperty, ...] = ()
