"""What a transaction does to the rows that a store has: the rules that every store keeps."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from nox.core.view.errors import Moved
from nox.core.view.interfaces import Commit, Expectation, PastRow, StoredRow, Write

Place = tuple[str, str]  # a row's table and key
Rows = MutableMapping[Place, StoredRow]


class Gone(NamedTuple):
    """A row of the past, and the fields by which it can be looked up."""

    row: PastRow
    lookups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of a transaction.

    :ivar commit: the part of it that changed something.
    :ivar gone: rows that are there no more, or are other rows now, and whose past is kept.
    """

    revision: int
    commit: Commit
    gone: Sequence[Gone]


def evaluate(rows: Rows, revision: int, commit: Commit) -> Effect | None:
    """Do a transaction to rows; None when it changes nothing.

    :param revision: that it gets.
    :raises Moved: when an expectation does not hold; nothing has been done then.
    """
    for expectation in commit.expectations:
        _refuse_moved(rows, expectation)
    writes = tuple(write for write in commit.writes if _differs(rows, write))
    if not writes:
        return None
    effect = Effect(revision, replace(commit, writes=writes, expectations=()), _gone(rows, commit.since, writes))
    for write in writes:
        put(rows, write, effect)
    return effect


def put(rows: Rows, write: Write, effect: Effect) -> None:
    """Do one write of a transaction to rows."""
    if write.value is None:
        rows.pop((write.table, write.key), None)
        return
    source, since = effect.commit.source, effect.commit.since
    row = StoredRow(write.table, write.key, write.value, write.schema, effect.revision, source, since)
    rows[write.table, write.key] = row


def _refuse_moved(rows: Rows, expectation: Expectation) -> None:
    row = rows.get((expectation.table, expectation.key))
    if expectation.revision != (row.revision if row is not None else 0):
        raise moved(expectation)


def moved(expectation: Expectation) -> Moved:
    """The error of an expectation that does not hold."""
    return Moved(f"{expectation.table}: the row {expectation.key} has changed meanwhile: read it again")


def _differs(rows: Rows, write: Write) -> bool:
    row = rows.get((write.table, write.key))
    return write.value != (row.value if row is not None else None)


def _gone(rows: Rows, until: float, writes: Sequence[Write]) -> list[Gone]:
    before = ((rows.get((write.table, write.key)), write.lookups) for write in writes)
    return [Gone(_past(row, until), lookups) for row, lookups in before if row is not None and lookups]


def _past(row: StoredRow, until: float) -> PastRow:
    return PastRow(row.table, row.key, row.value, row.schema, row.source, row.since, until)
