"""The seams of the network view: what components use, and what a store does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from zope.interface import Attribute, Interface

from nox.core.view.row import Row
from nox.core.view.table import Key, Table

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

R = TypeVar("R", bound=Row)


class ITransaction(Interface):
    """Changes that are made together or not at all."""

    def put(table: Table[R], row: R) -> None:
        """Have this row there; one with its key is replaced. One that is equal already costs nothing."""

    def delete(table: Table[R], key: Key) -> None:
        """Have no row with this key there."""

    def expect(table: Table[R], key: Key, revision: int) -> None:
        """Fail unless the row still has the revision that was read.

        :param revision: `Row.meta.revision`; 0: there is no such row.
        """

    def commit() -> Deferred[int]:
        """Write. The rows can be read and their events are posted before it fires, with the revision.

        A transaction that changes nothing fires at once, with the present revision, and is only counted.

        :raises Moved: when an expectation does not hold: read again, and try again.
        :raises TooLarge: with more than 100 rows, or 1 MiB. :raises StoreError: when the store cannot write it.
        """


class INetworkView(Interface):
    """What is known of the network, whole and in memory: reading is synchronous, writing a transaction. Scoped."""

    revision: int = Attribute("of the newest transaction that can be read")

    def get(table: Table[R], *key: Any) -> R | None:
        """The row with this key, or None."""

    def rows(table: Table[R]) -> Iterable[R]:
        """All rows of a table, in no order; as they are now: a transaction meanwhile does not change it."""

    def count(table: Table[R]) -> int:
        """How many rows a table has."""

    def find(table: Table[R], index: str, *values: Any) -> Sequence[R]:
        """The rows whose indexed fields have these values, in the order of their keys.

        :param index: a name of `Table.indexes`, or `KEY`.
        """

    def transaction() -> ITransaction:
        """Begin a transaction of this component's. Nothing is held until it is committed."""

    def put(table: Table[R], row: R) -> Deferred[int]:
        """A transaction of one row."""

    def delete(table: Table[R], key: Key) -> Deferred[int]:
        """A transaction that removes one row."""

    def history(
        table: Table[R], index: str, *values: Any, at: float | None = None
    ) -> Deferred[Sequence[tuple[R, float | None]]]:
        """Who had this: the rows that had these values, newest first, each with when it went (None: it is still there).

        When it came is in its `Row.meta`.

        :param at: seconds since 1970: only those that were there then; None: all that the store still knows.
        :raises ViewError: for a table without a history.
        """


@dataclass(frozen=True, slots=True)
class ViewState:
    """How the view is. :ivar behind: commits that its store cannot write for now. :ivar rows: by table, how many."""

    revision: int
    store: str
    behind: int
    rows: Mapping[str, int]


class IViewKeeping(Interface):
    """The network view as a whole, for who looks after it. Scoped."""

    def state() -> ViewState:
        """How it is now."""

    def dump(secrets: bool) -> Iterator[str]:
        """Every row as it is now, a line of JSON each.

        :param secrets: whether those of secret tables too.
        """

    def restore(lines: Sequence[tuple[int, str]]) -> Deferred[int]:
        """Put the rows of such lines, each with its number; how many they were. What else is there stays.

        :raises ViewError: with the number of the line that makes no sense; nothing of them is written then.
        """


class StoredRow(NamedTuple):
    """A row as stores see it: JSON that they do not read. A tuple, since 300,000 of them are made at once.

    :ivar value: a JSON object: the row's fields, with those that this version does not know.
    :ivar schema: `Table.schema` of who wrote it.
    """

    table: str
    key: str
    value: str
    schema: int
    revision: int
    source: str
    since: float


@dataclass(frozen=True, slots=True)
class Write:
    """One row of a transaction.

    :ivar value: None: it is removed.
    :ivar lookups: the fields by which its past can be asked for, together; empty: its past is not kept.
    """

    table: str
    key: str
    value: str | None
    schema: int
    lookups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """A row must have this revision; 0: it must not be there."""

    table: str
    key: str
    revision: int


@dataclass(frozen=True, slots=True)
class Commit:
    """A transaction as a store writes and tells it: the whole of it, or nothing.

    :ivar writes: each row at most once. :ivar source: the component. :ivar since: seconds since 1970.
    """

    writes: tuple[Write, ...]
    expectations: tuple[Expectation, ...]
    source: str
    since: float


@dataclass(frozen=True, slots=True)
class PastRow:
    """A row that was there once.

    :ivar since: seconds since 1970; `until` too.
    """

    table: str
    key: str
    value: str
    schema: int
    source: str
    since: float
    until: float


class IStoreListener(Interface):
    """Who is told what a store holds: first all of it, then each commit. Called in the reactor's thread."""

    def begin() -> None:
        """All rows follow anew: at the start, and when the store has lost touch with other writers."""

    def rows(piece: Sequence[StoredRow]) -> None:
        """Some of them."""

    def ready(revision: int) -> None:
        """Those were all, as of this revision."""

    def applied(revision: int, commit: Commit) -> None:
        """This was committed, by whomever: what is in it has changed."""

    def troubled(sentence: str) -> None:
        """The store cannot write, and goes on from memory; empty: it has written all of that meanwhile."""


class IViewStore(Interface):
    """Where the rows of the view are kept. It gives each commit its revision: they grow by one or more.

    What is committed, by whomever, is told once to `IStoreListener.applied`, in the order of revisions, before the
    commit's own Deferred fires. A write of what is there already, or a removal of what is not, is left out; a commit
    of which nothing is left is not told, and has the revision of the newest. The reactor never waits for it.
    """

    name: str = Attribute("``memory``, ``sqlite`` …")
    behind: int = Attribute("how many commits are in memory alone because they cannot be written")

    def open(listener: IStoreListener) -> Deferred[None]:
        """Open it and tell all rows; commits are told from then on.

        :raises StoreError: when it is damaged, unreadable, or of a later version; nothing is overwritten then.
        """

    def commit(commit: Commit) -> Deferred[int]:
        """Write a transaction; its revision.

        :raises Moved: when an expectation does not hold. :raises StoreError: when the store is closed or unreadable.
        """

    def past(table: str, where: Mapping[str, Any], at: float | None, most: int) -> Deferred[Sequence[PastRow]]:
        """Rows that are not there any more, newest first, at most so many.

        :param where: JSON values by field; the fields are one of the `Write.lookups` that they were written with.
        :param at: seconds since 1970: only those that were there then.
        """

    def close() -> Deferred[None]:
        """Finish what has been asked for, and let go of the store."""
