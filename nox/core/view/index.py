"""The rows of a table by the values of some of their fields.

Most values have one row, so that stands there bare; a few are a tuple, many a dictionary by key. With 100,000 hosts
a set for each value would need more memory than the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from operator import attrgetter
from typing import Generic, TypeVar

from nox.core.view.row import Row

R = TypeVar("R", bound=Row)

_FEW = 8  # rows of one value up to which they are a tuple
NOTHING = ""  # a text that says nothing: rows that have no name are not looked up by it


class Index(Generic[R]):
    """One index. Rows whose only indexed field is an empty text are left out of it.

    :param fields: whose values are looked up. :param key: gives a row's key.
    """

    __slots__ = ("_found", "_key", "_value")

    def __init__(self, fields: tuple[str, ...], key: attrgetter[Hashable]) -> None:
        self._value: attrgetter[Hashable] = attrgetter(*fields)
        self._key = key
        self._found: dict[Hashable, R | tuple[R, ...] | dict[Hashable, R]] = {}

    def find(self, value: Hashable) -> Collection[R]:
        """The rows with this value (several fields: a tuple of their values), in no order."""
        found = self._found.get(value, ())
        if isinstance(found, Row):
            return (found,)
        return found.values() if isinstance(found, dict) else found

    def add(self, row: R) -> None:
        """A row is there that was not."""
        value = self._value(row)
        if value == NOTHING:
            return
        found = self._found.get(value)
        if found is None:
            self._found[value] = row
        elif isinstance(found, dict):
            found[self._key(row)] = row
        else:
            self._found[value] = self._one_more(found if isinstance(found, tuple) else (found,), row)

    def _one_more(self, few: tuple[R, ...], row: R) -> tuple[R, ...] | dict[Hashable, R]:
        more = (*few, row)
        return more if len(more) <= _FEW else {self._key(one): one for one in more}

    def remove(self, row: R) -> None:
        """This very row, which was added, is there no more."""
        value = self._value(row)
        if value == NOTHING:
            return
        found = self._found[value]
        if isinstance(found, dict):
            del found[self._key(row)]
            if len(found) == _FEW:
                self._found[value] = tuple(found.values())
        elif isinstance(found, tuple):
            fewer = tuple(one for one in found if one is not row)
            self._found[value] = fewer if len(fewer) > 1 else fewer[0]
        else:
            del self._found[value]
