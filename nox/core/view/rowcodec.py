"""A table's rows as the JSON that stores keep, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, Generic, TypeVar, get_type_hints

from nox.core.view.errors import UnreadableRow
from nox.core.view.fieldkinds import FieldKind, kind_of
from nox.core.view.row import Meta, Row
from nox.core.view.table import Key, Table

R = TypeVar("R", bound=Row)
_new: Any = object.__new__
_put_meta = getattr(Row, "meta").__set__  # noqa: B009 # to the type checker a slot is its value
_put_extra = getattr(Row, "extra").__set__  # noqa: B009
_text = json.JSONEncoder(separators=(",", ":")).encode
_of_the_view = frozenset(field.name for field in fields(Row))


class Shared(dict[str, Any]):
    """Values that many rows share, by their JSON: each is made once while a store is loaded."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: str) -> Any:
        """Make it."""
        made = self[value] = self._read(value)
        return made


Step = tuple[str, type | None, Callable[[Any], Any], Callable[[Any, Any], None]]  # name, plain, read, put


class RowCodec(Generic[R]):
    """Writes and reads the rows of one table."""

    def __init__(self, table: Table[R]) -> None:
        hints = get_type_hints(table.row, include_extras=True)
        own = [field for field in fields(table.row) if field.name not in _of_the_view]
        self._table = table
        self._kinds = {field.name: kind_of(hints[field.name]) for field in own}
        self._puts = {field.name: getattr(table.row, field.name).__set__ for field in own}
        self._steps = self.sharing({})
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
        names = self._table.fields_of(index) or ()
        return {name: self._written(name, value) for name, value in zip(names, values, strict=True)}

    def _written(self, name: str, value: Any) -> Any:
        try:
            return self._kinds[name].write(value)
        except UnreadableRow as error:
            raise UnreadableRow(f"{self._table.name}: {name} {error}") from None

    def sharing(self, shared: dict[FieldKind, Shared]) -> list[Step]:
        """How to read rows of which many have the same values.

        :param shared: those values, by their kind; a kind that is not there is read anew each time.
        """
        return [
            (name, kind.plain, shared[kind].__getitem__ if kind in shared else kind.read, self._puts[name])
            for name, kind in self._kinds.items()
        ]

    def row(self, value: str, meta: Meta) -> R:
        """The row that is written there.

        :raises UnreadableRow: when a field is missing or has a value of another type.
        """
        try:
            return self.row_of(json.loads(value), meta)
        except (ValueError, RecursionError) as error:
            raise UnreadableRow(f"{self._table.name}: a row is no JSON") from error

    def row_of(self, found: Any, meta: Meta, steps: list[Step] | None = None) -> R:
        """The row of a JSON object that has been read already.

        :param steps: what `sharing` gave.
        :raises UnreadableRow: when it is none, or a field is missing or has a value of another type.
        """
        if not isinstance(found, dict):
            raise UnreadableRow(f"{self._table.name}: a row is no JSON object")
        if len(found) != len(self._steps):
            return self._unusual(found, meta)
        row: R = _new(self._table.row)  # filled slot by slot: a frozen constructor takes thrice as long
        try:
            for name, wanted, read, put in steps or self._steps:
                value = found[name]
                put(row, value if type(value) is wanted else read(value))
        except (KeyError, TypeError):  # another name, or what cannot be looked up
            return self._unusual(found, meta)
        except UnreadableRow as error:
            raise UnreadableRow(f"{self._table.name}: {name} {error}") from None
        _put_meta(row, meta)
        _put_extra(row, None)
        return row

    def _unusual(self, found: dict[str, Any], meta: Meta) -> R:
        """A row of an earlier or a later version: fields are missing, or there are others."""
        known = {name: self._read(name, found[name]) for name in self._kinds if name in found}
        if missing := self._needed - known.keys():
            raise UnreadableRow(f"{self._table.name}: {min(missing)} is missing")
        extra = {name: value for name, value in found.items() if name not in known}
        return self._table.row(meta=meta, extra=extra or None, **known)

    def _read(self, name: str, value: Any) -> Any:
        try:
            return self._kinds[name].read(value)
        except UnreadableRow as error:
            raise UnreadableRow(f"{self._table.name}: {name} {error}") from None
