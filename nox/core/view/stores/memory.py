"""The store ``memory``: it forgets all when the process ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import implementer

from nox.core.view.errors import Moved, StoreError
from nox.core.view.interfaces import Commit, IStoreListener, IViewStore, PastRow
from nox.core.view.stores.evaluation import Effect, Rows, evaluate
from nox.core.view.stores.past import Past


class Memory:
    """What is kept. Several stores may be on one, as several processes are on one file.

    :ivar listeners: who is told of each transaction.
    """

    def __init__(self, past: Past) -> None:
        self.past = past
        self.rows: Rows = {}
        self.listeners: list[IStoreListener] = []
        self.revision = 0

    def commit(self, commit: Commit) -> int:
        """Do a transaction, and tell it.

        :raises Moved: when an expectation does not hold.
        """
        effect = evaluate(self.rows, self.revision + 1, commit)
        if effect is not None:
            self._took(effect)
        return self.revision

    def _took(self, effect: Effect) -> None:
        self.revision = effect.revision
        for row, _ in effect.gone:
            self.past.add(row)
        for listener in tuple(self.listeners):
            listener.applied(effect.revision, effect.commit)


@implementer(IViewStore)
class MemoryStore:
    """One listener's access to what is kept."""

    name = "memory"
    behind = 0

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._listener: IStoreListener | None = None

    def open(self, listener: IStoreListener) -> Deferred[None]:
        """Tell all rows."""
        self._listener = listener
        self._memory.listeners.append(listener)
        listener.begin()
        listener.rows(tuple(self._memory.rows.values()))
        listener.ready(self._memory.revision)
        return succeed(None)

    def commit(self, commit: Commit) -> Deferred[int]:
        """Write a transaction, at once."""
        if self._listener is None:
            return fail(StoreError("the network view is closed"))
        try:
            return succeed(self._memory.commit(commit))
        except Moved as error:
            return fail(error)

    def past(self, table: str, where: Mapping[str, Any], at: float | None, most: int) -> Deferred[Sequence[PastRow]]:
        """Rows that are not there any more, newest first."""
        if self._listener is None:
            return fail(StoreError("the network view is closed"))
        return succeed(self._memory.past.find(table, where, at, most))

    def close(self) -> Deferred[None]:
        """Let go of it."""
        if self._listener is not None:
            self._memory.listeners.remove(self._listener)
            self._listener = None
        return succeed(None)
