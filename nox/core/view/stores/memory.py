"""The store ``memory``: it forgets all when the process ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import implementer

from nox.core.view.errors import Moved, StoreError
from nox.core.view.interfaces import Commit, Expectation, IStoreListener, IViewStore, PastRow, StoredRow, Write
from nox.core.view.stores.past import Past


@implementer(IViewStore)
class MemoryStore:
    """Rows by table and key. Several listeners may open it, each as an instance of NOX would: tests do.

    :param past: keeps the history.
    """

    name = "memory"
    behind = 0

    def __init__(self, past: Past) -> None:
        self._past = past
        self._rows: dict[tuple[str, str], StoredRow] = {}
        self._listeners: list[IStoreListener] = []
        self._revision = 0

    def open(self, listener: IStoreListener) -> Deferred[None]:
        """Tell all rows; none, when it is the first."""
        self._listeners.append(listener)
        listener.begin()
        listener.rows(tuple(self._rows.values()))
        listener.ready(self._revision)
        return succeed(None)

    def commit(self, commit: Commit) -> Deferred[int]:
        """Write a transaction, at once."""
        if not self._listeners:
            return fail(StoreError("the network view is closed"))
        for expectation in commit.expectations:
            if not self._holds(expectation):
                return fail(moved(expectation))
        writes = tuple(write for write in commit.writes if self._differs(write))
        if writes:
            self._revision += 1
            self._write(Commit(writes, (), commit.source, commit.since))
        return succeed(self._revision)

    def _holds(self, expectation: Expectation) -> bool:
        row = self._rows.get((expectation.table, expectation.key))
        return expectation.revision == (row.revision if row is not None else 0)

    def _differs(self, write: Write) -> bool:
        row = self._rows.get((write.table, write.key))
        return write.value != (row.value if row is not None else None)

    def _write(self, commit: Commit) -> None:
        for write in commit.writes:
            place = write.table, write.key
            before = self._rows.pop(place, None)
            if before is not None and write.lookups:
                self._past.add(before, commit.since, write.lookups)
            if write.value is not None:
                self._rows[place] = StoredRow(
                    *place, write.value, write.schema, self._revision, commit.source, commit.since
                )
        for listener in tuple(self._listeners):
            listener.applied(self._revision, commit)

    def past(self, table: str, where: Mapping[str, Any], at: float | None, most: int) -> Deferred[Sequence[PastRow]]:
        """Rows that are not there any more, newest first."""
        return succeed(self._past.find(table, where, at, most))

    def close(self) -> Deferred[None]:
        """Let go of it: who has opened it is told nothing more. The rows stay while somebody has the store."""
        self._listeners.clear()
        return succeed(None)


def moved(expectation: Expectation) -> Moved:
    """The error of an expectation that does not hold."""
    return Moved(f"{expectation.table}: the row {expectation.key} has changed meanwhile: read it again")
