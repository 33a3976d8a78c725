"""The component ``view``: the network view in memory, over a store."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from prometheus_client.core import Metric
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import optional
from nox.core.component.record import ComponentRecord
from nox.core.interfaces import IMetricsSource, IScoped
from nox.core.view.accounts import Accounts
from nox.core.view.contents import Contents
from nox.core.view.errors import Moved, ViewError
from nox.core.view.interfaces import (
    Commit,
    Expectation,
    INetworkView,
    IStoreListener,
    IViewKeeping,
    IViewStore,
    StoredRow,
    Write,
)
from nox.core.view.owned import OwnedView
from nox.core.view.row import Meta, Row
from nox.core.view.stores import Surroundings, ViewConfig, make_store
from nox.core.view.table import Key, Table
from nox.core.view.tables import TABLES
from nox.core.view.transaction import Change, Transaction

R = TypeVar("R", bound=Row)
MOST_PAST = 1000  # rows of the past in one answer


@contextmanager
def without_collecting() -> Iterator[None]:
    """Without looking for cycles: rows have none, and looking at all of them again and again takes half of a load."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@implementer(IScoped, IStoreListener, IMetricsSource)
class View(Component):
    """Keeps what is known of the network.

    :ivar contents: the rows that can be read.
    :ivar store: where they are kept.
    """

    Config = ViewConfig
    config: ViewConfig
    views = (INetworkView, IViewKeeping)
    threads = optional(IReactorFromThreads)

    def bind(self) -> None:
        """Begin with nothing. A store that is none is refused here, where who has started NOX still sees it.

        :raises StoreError: when it is damaged, unreadable, or of a later version.
        """
        self.contents = Contents(TABLES, self.log)
        self.accounts = Accounts()
        in_reactor = self.threads.callFromThread if self.threads is not None else None
        self.store: IViewStore = make_store(self.config, Surroundings(self.record.clock, in_reactor))
        self._in_flight: Counter[tuple[str, str]] = Counter()
        self._loading: Contents | None = None

    async def start(self) -> None:
        """Open the store and read it.

        :raises StoreError: when it is damaged, unreadable, or of a later version.
        """
        began = self.record.clock.seconds()
        with without_collecting():
            await self.store.open(self)
        self.own(self.store.close, f"{self.store.name} store")
        rows = sum(len(found.by_key) for found in self.contents.tables.values())
        self.log.info(
            "{rows} rows at revision {revision} from {store} in {seconds} s",
            rows=rows,
            revision=self.contents.revision,
            store=self.store.name,
            seconds=round(self.record.clock.seconds() - began, 3),
            event="loaded",
        )

    def scoped(self, record: ComponentRecord) -> OwnedView:
        """The view of one component."""
        return OwnedView(self, record.name)

    def transaction(self, source: str) -> Transaction:
        """A transaction in somebody's name."""
        return Transaction(self, source)

    # What transactions ask

    def differs(self, change: Change) -> bool:
        """Whether a change is one. Beside one of the same row that is under way, the store must tell."""
        if self._in_flight[change.table.name, change.key_text]:
            return True
        before = self.contents.of(change.table).get(change.key)
        if before is None or change.row is None:
            return before is not change.row
        return before != change.row or change.row.extra not in (None, before.extra)

    def commit(self, source: str, writes: tuple[Write, ...], expectations: tuple[Expectation, ...]) -> Deferred[int]:
        """Have the store write what differs."""
        if not writes:
            return self._nothing(expectations)
        now = round(self.record.clock.seconds(), 6)  # as exactly as stores keep it
        self._in_flight.update((write.table, write.key) for write in writes)
        done = self.store.commit(Commit(writes, expectations, source, now))
        answer: Deferred[int] = Deferred()  # who has asked may lose interest: it is under way all the same
        done.addBoth(self._answered, writes, now).chainDeferred(answer)
        return answer

    def _nothing(self, expectations: tuple[Expectation, ...]) -> Deferred[int]:
        """Answer a transaction that changes nothing."""
        for one in expectations:
            table = next(table for table in self.contents.tables if table.name == one.table)
            row = self.contents.of(table).get(self.contents.of(table).codec.key(one.key))
            if one.revision != (row.meta.revision if row is not None else 0):
                self.accounts.moved += 1
                return fail(Moved(f"{one.table}: the row {one.key} has changed meanwhile: read it again"))
        self.accounts.unchanged += 1
        return succeed(self.contents.revision)

    def _answered(self, result: Any, writes: tuple[Write, ...], began: float) -> Any:
        for write in writes:
            self._in_flight[write.table, write.key] -= 1
            if not self._in_flight[write.table, write.key]:
                del self._in_flight[write.table, write.key]
        if isinstance(result, Failure):
            moved = result.check(Moved) is not None
            self.accounts.moved += moved
            self.accounts.failed += not moved
        else:
            self.accounts.transactions += 1
            self.accounts.rows += len(writes)
            self.accounts.seconds += self.record.clock.seconds() - began
        return result

    async def history(
        self, table: Table[R], index: str, values: Key, at: float | None
    ) -> Sequence[tuple[R, float | None]]:
        """Who had this: what is there now, then what the store remembers. Its answer and memory are of one moment."""
        rows = self.contents.of(table)
        rows.find(index, values)  # for its errors
        if not table.has_history:
            raise ViewError(f"the table {table.name} has no history")
        past = await self.store.past(table.name, rows.codec.where(index, values), at, MOST_PAST)
        now = sorted(self.contents.of(table).find(index, values), key=lambda row: row.meta.since, reverse=True)
        found: list[tuple[R, float | None]] = [(row, None) for row in now if at is None or row.meta.since <= at]
        for one in past:
            row = rows.codec.row(one.value, Meta(0, one.source, one.since))
            found.append((row, one.until))
        return found

    # IStoreListener

    def begin(self) -> None:
        """All rows follow anew."""
        self._loading = Contents(TABLES, self.log)

    def rows(self, piece: Sequence[StoredRow]) -> None:
        """Some of them."""
        assert self._loading is not None
        self._loading.load(piece)

    def ready(self, revision: int) -> None:
        """Those were all: where some were known before, what differs is posted."""
        assert self._loading is not None
        older, self.contents, self._loading = self.contents, self._loading, None
        self.contents.loaded(revision)
        for change in self.contents.differences(older) if older.revision else ():
            self.post(change)

    def applied(self, revision: int, commit: Commit) -> None:
        """This was committed: it can be read, and is posted."""
        for change in self.contents.apply(revision, commit):
            self.post(change)

    def troubled(self, sentence: str) -> None:
        """The store cannot write for now, or can again."""
        if sentence:
            self.log.error("{sentence}; the network view goes on from memory", sentence=sentence, event="troubled")
        else:
            self.log.info("the store has written all that it could not write before", event="caught_up")

    def metrics(self) -> Iterable[Metric]:
        """What is counted."""
        return self.accounts.metrics(self.contents, self.store.behind)
