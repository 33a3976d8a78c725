"""A store that answers late: whatever it says comes some time after it was so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from zope.interface import implementer

from nox.core.view.interfaces import Commit, IStoreListener, IViewStore, PastRow, StoredRow

T = TypeVar("T")
DELAY = 1.0  # seconds


@implementer(IStoreListener)
class LateListener:
    """Passes everything on, in order, after a delay."""

    def __init__(self, listener: IStoreListener, clock: Clock) -> None:
        self._listener = listener
        self._clock = clock

    def begin(self) -> None:
        """All rows follow."""
        self._clock.callLater(DELAY, self._listener.begin)

    def rows(self, piece: Sequence[StoredRow]) -> None:
        """Some of them."""
        self._clock.callLater(DELAY, self._listener.rows, piece)

    def ready(self, revision: int) -> None:
        """Those were all."""
        self._clock.callLater(DELAY, self._listener.ready, revision)

    def applied(self, revision: int, commit: Commit) -> None:
        """This was committed."""
        self._clock.callLater(DELAY, self._listener.applied, revision, commit)

    def troubled(self, sentence: str) -> None:
        """It cannot write."""
        self._clock.callLater(DELAY, self._listener.troubled, sentence)


@implementer(IViewStore)
class LateStore:
    """A store behind a slow line."""

    name = "late"
    behind = 0

    def __init__(self, store: IViewStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def _late(self, ask: Callable[[], Deferred[T]]) -> Deferred[T]:
        answer: Deferred[T] = Deferred()

        def asked() -> None:
            ask().addBoth(lambda result: self._clock.callLater(DELAY, answer.callback, result))

        self._clock.callLater(DELAY, asked)
        return answer

    def open(self, listener: IStoreListener) -> Deferred[None]:
        """Open it."""
        return self._late(lambda: self._store.open(LateListener(listener, self._clock)))

    def commit(self, commit: Commit) -> Deferred[int]:
        """Write a transaction."""
        return self._late(lambda: self._store.commit(commit))

    def past(self, table: str, where: Mapping[str, Any], at: float | None, most: int) -> Deferred[Sequence[PastRow]]:
        """Rows that are gone."""
        return self._late(lambda: self._store.past(table, where, at, most))

    def close(self) -> Deferred[None]:
        """Let go of it."""
        return self._late(self._store.close)
