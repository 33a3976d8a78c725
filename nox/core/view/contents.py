"""All tables in memory, and how what a store tells gets into them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from sys import intern
from typing import Any, TypeVar

from twisted.logger import Logger

from nox.core.view.errors import UnreadableRow, ViewError
from nox.core.view.events import ViewChange
from nox.core.view.fieldkinds import SHARED
from nox.core.view.interfaces import Commit, StoredRow, Write
from nox.core.view.row import Meta, Row
from nox.core.view.rowcodec import Shared, Step
from nox.core.view.table import Table
from nox.core.view.tablerows import TableRows

R = TypeVar("R", bound=Row)


class Contents:
    """The rows that can be read.

    :ivar revision: of the newest transaction in them.
    :ivar unreadable: rows that a store has and that this version cannot read; they stay in the store.
    """

    def __init__(self, tables: Sequence[Table[Any]], log: Logger) -> None:
        self.tables: dict[Table[Any], TableRows[Any]] = {table: TableRows(table) for table in tables}
        self.revision = 0
        self.unreadable = 0
        self._by_name = {table.name: rows for table, rows in self.tables.items()}
        self._log = log
        self._steps: dict[str, list[Step]] = {}
        self._metas: dict[int, Meta] = {}

    def of(self, table: Table[R]) -> TableRows[R]:
        """One table's rows.

        :raises ViewError: when the view has no such table.
        """
        if table not in self.tables:
            raise ViewError(f"the network view has no table {table.name}")
        return self.tables[table]

    # Loading

    def load(self, piece: Sequence[StoredRow]) -> None:
        """Put rows as a store has them."""
        steps = self._steps = self._steps or self._sharing()
        for stored, found in zip(piece, _parsed([stored.value for stored in piece]), strict=True):
            rows = self._by_name.get(stored.table)
            if rows is None:
                continue
            try:
                rows.put(rows.codec.row_of(found, self._meta(stored), steps[stored.table]))
            except UnreadableRow as error:
                self._count(error)

    def _sharing(self) -> dict[str, list[Step]]:
        """How the rows of each table are read while they are loaded."""
        shared = {kind: Shared(kind.read) for kind in SHARED}
        return {name: rows.codec.sharing(shared) for name, rows in self._by_name.items()}

    def _meta(self, stored: StoredRow) -> Meta:
        """The rows of one transaction share theirs."""
        meta = self._metas.get(stored.revision)
        if meta is None:
            meta = self._metas[stored.revision] = Meta(stored.revision, intern(stored.source), stored.since)
        return meta

    def loaded(self, revision: int) -> None:
        """Those were all."""
        self.revision = revision
        self._steps = {}
        self._metas = {}

    # Commits

    def apply(self, revision: int, commit: Commit) -> list[ViewChange]:
        """Take a commit in; what has changed, in the order of its writes."""
        meta = Meta(revision, intern(commit.source), commit.since)
        changes = [self._apply(write, meta) for write in commit.writes]
        self.revision = revision
        return [change for change in changes if change is not None and change.before != change.after]

    def _apply(self, write: Write, meta: Meta) -> ViewChange | None:
        rows = self._by_name.get(write.table)
        if rows is None:
            return None
        after = self._read(rows, write.value, meta) if write.value is not None else None
        if after is not None:
            return ViewChange(rows.table, rows.key_of(after), rows.put(after), after, meta.revision)
        try:
            key = rows.codec.key(write.key)
        except UnreadableRow as error:
            self._count(error)
            return None
        return ViewChange(rows.table, key, rows.delete(key), None, meta.revision)

    def _read(self, rows: TableRows[R], value: str, meta: Meta) -> R | None:
        """A row, or None where a later version has written what this one cannot read."""
        try:
            return rows.codec.row(value, meta)
        except UnreadableRow as error:
            self._count(error)
            return None

    def _count(self, error: UnreadableRow) -> None:
        """Log the first, and then each time their number has doubled."""
        self.unreadable += 1
        if not self.unreadable & (self.unreadable - 1):
            self._log.warn(
                "a row cannot be read and is left out ({unreadable} so far): {error}",
                error=str(error),
                unreadable=self.unreadable,
            )

    # A second load

    def differences(self, older: Contents) -> Iterator[ViewChange]:
        """What is different from older contents of the same tables."""
        for table, rows in self.tables.items():
            before = older.tables[table].by_key
            for key, row in before.items():
                if key not in rows.by_key:
                    yield ViewChange(table, rows.key_of(row), row, None, self.revision)
            for key, row in rows.by_key.items():
                if before.get(key) != row:
                    yield ViewChange(table, rows.key_of(row), before.get(key), row, self.revision)


def _parsed(values: Sequence[str]) -> Sequence[Any]:
    """Some JSON values, read at once where all of them can be; one that cannot is None."""
    try:
        found: list[Any] = json.loads(f"[{','.join(values)}]")
    except (ValueError, RecursionError):
        found = []
    return found if len(found) == len(values) else [_parsed_alone(value) for value in values]


def _parsed_alone(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None  # which is no row
