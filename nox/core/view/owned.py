"""The network view as one component sees it: what it writes carries its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import Deferred
from zope.interface import implementer

from nox.core.view import backup
from nox.core.view.interfaces import INetworkView, IViewKeeping, ViewState
from nox.core.view.row import Row
from nox.core.view.table import Key, Table
from nox.core.view.transaction import Transaction

if TYPE_CHECKING:
    from nox.core.view.component import View

R = TypeVar("R", bound=Row)


@implementer(INetworkView, IViewKeeping)
class OwnedView:
    """The view of one component.

    :param source: the component's name.
    """

    def __init__(self, view: View, source: str) -> None:
        self._view = view
        self._source = source

    @property
    def revision(self) -> int:
        """Of the newest transaction that can be read."""
        return self._view.contents.revision

    def get(self, table: Table[R], *key: Any) -> R | None:
        """The row with this key, or None."""
        return self._view.contents.of(table).get(key)

    def rows(self, table: Table[R]) -> Iterable[R]:
        """All rows of a table, as they are now."""
        return tuple(self._view.contents.of(table).by_key.values())

    def count(self, table: Table[R]) -> int:
        """How many rows a table has."""
        return len(self._view.contents.of(table).by_key)

    def find(self, table: Table[R], index: str, *values: Any) -> Sequence[R]:
        """The rows whose indexed fields have these values, in the order of their keys."""
        return self._view.contents.of(table).find(index, values)

    def transaction(self) -> Transaction:
        """Begin a transaction."""
        return self._view.transaction(self._source)

    def put(self, table: Table[R], row: R) -> Deferred[int]:
        """A transaction of one row."""
        transaction = self.transaction()
        transaction.put(table, row)
        return transaction.commit()

    def delete(self, table: Table[R], key: Key) -> Deferred[int]:
        """A transaction that removes one row."""
        transaction = self.transaction()
        transaction.delete(table, key)
        return transaction.commit()

    def history(
        self, table: Table[R], index: str, *values: Any, at: float | None = None
    ) -> Deferred[Sequence[tuple[R, float | None]]]:
        """Who had this, newest first; see `INetworkView`."""
        return Deferred.fromCoroutine(self._view.history(table, index, values, at))

    # IViewKeeping

    def state(self) -> ViewState:
        """How the view is now."""
        tables = self._view.contents.tables
        rows = {table.name: len(found.by_key) for table, found in tables.items()}
        return ViewState(self.revision, self._view.store.name, self._view.store.behind, rows)

    def dump(self, secrets: bool) -> Iterator[str]:
        """Every row as it is now, a line of JSON each."""
        return backup.dump(self._view.contents, secrets)

    def restore(self, lines: Sequence[tuple[int, str]]) -> Deferred[int]:
        """Put the rows of such lines; see `IViewKeeping`."""
        return Deferred.fromCoroutine(backup.restore(self._view, lines))
