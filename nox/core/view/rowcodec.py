"""A table's rows as the JSON that stores keep, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Generic, TypeVar, get_type_hints

from nox.core.view.errors import UnreadableRow
from nox.core.view.fieldkinds import kind_of
from nox.core.view.row import Meta, Row
from nox.core.view.table import Key, Table

R = TypeVar("R", bound=Row)
Memo = dict[Any, Any]  # values that many rows share, by their JSON: kept once while a store is loaded

_text = json.JSONEncoder(separators=(",", ":")).encode
_of_the_view = frozenset(field.name for field in fields(Row))


class RowCodec(Generic[R]):
    """Writes and reads the rows of one table."""

    def __init__(self, table: Table[R]) -> None:
        hints = get_type_hints(table.row, include_extras=True)
        own = [field for field in fields(table.row) if field.name not in _of_the_view]
        self._table = table
        self._kinds = {field.name: kind_of(hints[field.name]) for field in own}
        self._needed = {field.name for field in own if field.default is MISSING}

    def text(self, row: R, extra: Mapping[str, Any] | None) -> str:
        """A row's fields, in their order, and then those that this version does not know: equal rows are equal text.

        :raises UnreadableRow: when a field has a value of another type.
        """
        values = {name: self._written(name, getattr(row, name)) for name in self._kinds}
        for name in sorted(extra or ()):
            values.setdefault(name, (extra or {})[name])
        return _text(values)

    def key_text(self, key: Key) -> str:
        """A key, as stores know a row by.

        :raises UnreadableRow: when it is none of this table's.
        """
        names = self._table.key
        if len(key) != len(names):
            raise UnreadableRow(f"{self._table.name}: a key is {', '.join(names)}, not {key!r:.60}")
        return _text([self._written(name, value) for name, value in zip(names, key, strict=True)])

    def key(self, text: str) -> Key:
        """The key that is written there.

        :raises UnreadableRow: when it is none.
        """
        names = self._table.key
        try:
            values = json.loads(text)
            return tuple(self._kinds[name].read(value) for name, value in zip(names, values, strict=True))
        except (ValueError, TypeError, UnreadableRow) as error:
            raise UnreadableRow(f"{self._table.name}: {text:.60} is no key") from error

    def where(self, index: str, values: Key) -> dict[str, Any]:
        """What an index is asked for, as JSON has it.

        :raises UnreadableRow: when a value is none of its field's.
        """
        names = self._table.indexes[index]
        return {name: self._written(name, value) for name, value in zip(names, values, strict=True)}

    def _written(self, name: str, value: Any) -> Any:
        try:
            return self._kinds[name].write(value)
        except UnreadableRow as error:
            raise UnreadableRow(f"{self._table.name}: {name} {error}") from None

    def row(self, value: str, meta: Meta, memo: Memo | None = None) -> R:
        """The row that is written there.

        :param memo: keeps values that many rows share; None: they are made anew.
        :raises UnreadableRow: when a field is missing or has a value of another type.
        """
        try:
            return self._row(self._object(value), meta, memo)
        except UnreadableRow as error:
            raise UnreadableRow(f"{self._table.name}: {error}") from None

    def _object(self, value: str) -> dict[str, Any]:
        try:
            found = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise UnreadableRow("a row is no JSON") from error
        if not isinstance(found, dict):
            raise UnreadableRow("a row is no JSON object")
        return found

    def _row(self, found: dict[str, Any], meta: Meta, memo: Memo | None) -> R:
        known = {name: self._value(name, found.pop(name), memo) for name in self._kinds if name in found}
        if len(known) < len(self._kinds) and (missing := self._needed - known.keys()):
            raise UnreadableRow(f"{min(missing)} is missing")
        return self._table.row(meta=meta, extra=found or None, **known)

    def _value(self, name: str, value: Any, memo: Memo | None) -> Any:
        kind = self._kinds[name]
        try:
            if memo is None or not kind.is_interned or not isinstance(value, str):
                return kind.read(value)
            if value not in memo:
                memo[value] = kind.read(value)
            return memo[value]
        except UnreadableRow as error:
            raise UnreadableRow(f"{name} {error}") from None
