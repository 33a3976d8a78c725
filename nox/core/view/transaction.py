"""A transaction: what a component wants changed, and what of that differs from what is there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred, fail
from zope.interface import implementer

from nox.core.view.contents import Contents
from nox.core.view.errors import TooLarge, ViewError
from nox.core.view.interfaces import Expectation, ITransaction, Write
from nox.core.view.row import Row
from nox.core.view.table import Key, Table

if TYPE_CHECKING:
    from nox.core.view.component import View

R = TypeVar("R", bound=Row)

MOST_ROWS = 100
MOST_BYTES = 1 << 20  # of keys and values, as stores keep them


@dataclass(frozen=True, slots=True)
class Change:
    """What one row shall be. :ivar row: None: it shall not be there."""

    table: Table[Any]
    key: Key
    key_text: str
    row: Row | None


@implementer(ITransaction)
class Transaction:
    """What one component wants changed.

    :param source: the component's name.
    """

    def __init__(self, view: View, source: str) -> None:
        self._view = view
        self._source = source
        self._changes: dict[tuple[str, str], Change] = {}
        self._expectations: dict[tuple[str, str], Expectation] = {}
        self._wrong: ViewError | None = None

    def put(self, table: Table[R], row: R) -> None:
        """Have this row there; see `ITransaction`."""
        self._change(table, self._view.contents.of(table).key_of(row), row)

    def delete(self, table: Table[R], key: Key) -> None:
        """Have no row with this key there; see `ITransaction`."""
        self._change(table, key, None)

    def _change(self, table: Table[R], key: Key, row: R | None) -> None:
        text = self._view.contents.of(table).codec.key_text(key)
        self._changes[table.name, text] = Change(table, key, text, row)

    def expect(self, table: Table[R], key: Key, revision: int) -> None:
        """Fail unless the row still has this revision; see `ITransaction`."""
        text = self._view.contents.of(table).codec.key_text(key)
        self._expectations[table.name, text] = Expectation(table.name, text, revision)

    def commit(self) -> Deferred[int]:
        """Write; see `ITransaction`."""
        try:
            _refuse_many(self._changes, self._expectations)
            writes = [
                write(self._view.contents, change) for change in self._changes.values() if self._view.differs(change)
            ]
            _refuse_large(writes)
        except ViewError as error:
            return fail(error)
        return self._view.commit(self._source, tuple(writes), tuple(self._expectations.values()))


def write(contents: Contents, change: Change) -> Write:
    """A change as stores write it. Fields that only a later version knows stay, unless the row says otherwise.

    :raises UnreadableRow: when a field has a value of another type.
    """
    table, rows = change.table, contents.of(change.table)
    if change.row is None:
        return Write(table.name, change.key_text, None, table.schema, rows.lookups)
    before = rows.get(change.key)
    extra = before.extra if change.row.extra is None and before is not None else change.row.extra
    return Write(table.name, change.key_text, rows.codec.text(change.row, extra), table.schema, rows.lookups)


def _refuse_many(changes: Collection[object], expectations: Collection[object]) -> None:
    if len(changes) > MOST_ROWS or len(expectations) > MOST_ROWS:
        most = max(len(changes), len(expectations))
        raise TooLarge(f"a transaction has at most {MOST_ROWS} rows, not {most}: write it in pieces")


def _refuse_large(writes: Collection[Write]) -> None:
    size = sum(len(write.key) + len(write.value or "") for write in writes)
    if size > MOST_BYTES:
        raise TooLarge(f"a transaction has at most {MOST_BYTES} bytes, not {size}: write it in pieces")
