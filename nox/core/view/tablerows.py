"""One table's rows in memory, by key and by its indexes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from nox.core.view.errors import ViewError
from nox.core.view.index import NOTHING, Index
from nox.core.view.row import Row
from nox.core.view.rowcodec import RowCodec
from nox.core.view.table import KEY, Key, Table
from nox.lib.nearest import did_you_mean

R = TypeVar("R", bound=Row)


class TableRows(Generic[R]):
    """The rows of a table.

    A key of one field stands bare in `by_key`, one of several is a tuple.
    """

    __slots__ = ("_bare", "_indexes", "_key", "by_key", "codec", "lookups", "table")

    def __init__(self, table: Table[R]) -> None:
        self.table = table
        self.codec = RowCodec(table)
        self.by_key: dict[Hashable, R] = {}
        self.lookups = (table.key, *table.indexes.values()) if table.has_history else ()
        self._bare = len(table.key) == 1
        self._key: attrgetter[Hashable] = attrgetter(*table.key)
        self._indexes: dict[str, Index[R]] = {name: Index(by, self._key) for name, by in table.indexes.items()}

    def key_of(self, row: R) -> Key:
        """The key of a row."""
        key: Any = self._key(row)
        return (key,) if self._bare else key

    def get(self, key: Key) -> R | None:
        """The row with this key."""
        return self.by_key.get(key[0] if self._bare and len(key) == 1 else key)

    def find(self, index: str, values: Key) -> Sequence[R]:
        """The rows with these values, in the order of their keys.

        :raises ViewError: when the table has no such index, or it has another number of fields.
        """
        fields = self._fields(index, values)
        value: Hashable = values[0] if len(fields) == 1 else values
        if index == KEY:
            row = self.by_key.get(value)
            return () if row is None else (row,)
        found = self._without(fields[0]) if value == NOTHING else self._indexes[index].find(value)
        return sorted(found, key=self._key) if len(found) > 1 else tuple(found)  # type: ignore[arg-type]

    def _fields(self, index: str, values: Key) -> tuple[str, ...]:
        fields = self.table.fields_of(index)
        if fields is None:
            hint = did_you_mean(index, self.table.indexes)
            raise ViewError(f"the table {self.table.name} has no index {index!r}{hint}")
        if len(fields) != len(values):
            raise ViewError(f"{self.table.name}: the index {index} takes {', '.join(fields)}")
        return fields

    def _without(self, field: str) -> list[R]:
        """The rows that an index leaves out."""
        return [row for row in self.by_key.values() if getattr(row, field) == NOTHING]

    def put(self, row: R) -> R | None:
        """Have this row there; the one that was."""
        key = self._key(row)
        before = self.by_key.get(key)
        self.by_key[key] = row
        for index in self._indexes.values():
            if before is not None:
                index.remove(before)
            index.add(row)
        return before

    def delete(self, key: Key) -> R | None:
        """Have no row with this key there; the one that was."""
        before = self.by_key.pop(key[0] if self._bare else key, None)
        if before is not None:
            for index in self._indexes.values():
                index.remove(before)
        return before
