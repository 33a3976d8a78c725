"""What is asked of SQLite: a few statements for each batch of transactions, whatever its size.

Python lets go of its lock for each step of a statement, and a thread of a busy process waits milliseconds to get it
back. So rows go in and out of SQLite as JSON, all of a batch in one step.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nox.core.view.interfaces import Commit, PastRow, StoredRow, Write
from nox.core.view.stores.evaluation import Effect, Gone, Place
from nox.core.view.stores.past import Bounds

PIECE = 1000  # rows that are read at once
LOG = 10_000  # transactions that another process may be behind before it has to read all anew
_PRUNED = 1000  # rows of the past that are looked at each time whether they are too old

_MICROSECONDS = 1_000_000

_dumps = json.JSONEncoder(separators=(",", ":")).encode


def _columns(names: Sequence[str]) -> str:
    """Columns of each element of a JSON array."""
    return ", ".join(f"json_extract(value, '$[{index}]')" for index, _ in enumerate(names))


_ROW = ("tbl", "key", "value", "schema", "revision", "source", "since")
_PAST = ("id", "tbl", "key", "value", "schema", "source", "since", "until")
_AS_JSON = f"json_group_array(json_array({', '.join(f'rows.{name}' for name in _ROW)}))"

_READ_PIECE = f"""SELECT {_AS_JSON} FROM
    (SELECT * FROM rows WHERE (tbl, key) > (?, ?) ORDER BY tbl, key LIMIT {PIECE}) AS rows"""
_READ_PLACES = f"""SELECT {_AS_JSON} FROM json_each(?) AS asked JOIN rows
    ON rows.tbl = json_extract(asked.value, '$[0]') AND rows.key = json_extract(asked.value, '$[1]')"""
_PUT = f"INSERT OR REPLACE INTO rows SELECT {_columns(_ROW)} FROM json_each(?)"
_DELETE = """DELETE FROM rows WHERE (tbl, key) IN
    (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"""
_READ_LOG = """SELECT json_group_array(json_array(revision, source, since, json(writes))) FROM
    (SELECT * FROM commits WHERE revision > ? ORDER BY revision)"""
_LOG = f"INSERT INTO commits SELECT {_columns(('revision', 'source', 'since', 'writes'))} FROM json_each(?)"
_FORGET_LOG = "DELETE FROM commits WHERE revision <= ?"
_REMEMBER = f"INSERT INTO past SELECT {_columns(_PAST)} FROM json_each(?)"
_TERMS = f"INSERT OR IGNORE INTO terms SELECT {_columns(('term', 'id'))} FROM json_each(?)"
_TOO_MUCH = """SELECT max(id) FROM (SELECT id, until FROM past ORDER BY id LIMIT ?) WHERE id <= ? OR until < ?"""
_FORGET = ("DELETE FROM terms WHERE id <= ?", "DELETE FROM past WHERE id <= ?")
_FIND = """SELECT tbl, key, value, schema, source, since, until FROM past
    WHERE id IN (SELECT id FROM terms WHERE term = :term) AND (:at IS NULL OR since <= :at AND :at < until)
    ORDER BY id DESC LIMIT :most"""


@dataclass(slots=True)
class Statements:
    """One connection's. All of it raises `sqlite3.Error`."""

    connection: sqlite3.Connection

    def begin(self) -> None:
        """Be the only writer, up to `commit` or `rollback`."""
        self.connection.execute("BEGIN IMMEDIATE")

    def begin_reading(self) -> None:
        """See one state, up to `commit` or `rollback`."""
        self.connection.execute("BEGIN")

    def commit(self) -> None:
        """Make it last."""
        self.connection.execute("COMMIT")

    def rollback(self) -> None:
        """Undo what was done since the beginning, where there was one."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def changes(self) -> int:
        """A number that is another one when another process has written."""
        return self._number("PRAGMA data_version")

    def newest(self) -> int:
        """The revision of the newest transaction; 0: there is none."""
        return self._number("SELECT ifnull(max(revision), 0) FROM commits")

    def oldest(self) -> int:
        """The revision of the oldest one that is remembered; 0: there is none."""
        return self._number("SELECT ifnull(min(revision), 0) FROM commits")

    def _number(self, query: str, *values: object) -> int:
        found: int = self.connection.execute(query, values).fetchone()[0]
        return found

    def _json(self, query: str, *values: object) -> list[Any]:
        found: list[Any] = json.loads(self.connection.execute(query, values).fetchone()[0])
        return found

    # Rows

    def pieces(self) -> Iterator[list[StoredRow]]:
        """All rows, some at a time."""
        last: Place = "", ""
        while piece := [_stored(row) for row in self._json(_READ_PIECE, *last)]:
            yield piece
            last = piece[-1].table, piece[-1].key

    def rows(self, places: Iterable[Place]) -> dict[Place, StoredRow]:
        """Those of these rows that are there."""
        found = map(_stored, self._json(_READ_PLACES, _dumps(list(places))))
        return {(row.table, row.key): row for row in found}

    # Transactions

    def log_after(self, revision: int) -> list[tuple[int, Commit]]:
        """What was written after that."""
        return [_commit(*one) for one in self._json(_READ_LOG, revision)]

    def write(self, rows: Mapping[Place, StoredRow], effects: Sequence[Effect], bounds: Bounds) -> None:
        """Write transactions.

        :param rows: those that they have touched, as they are afterwards.
        """
        touched = {(write.table, write.key): None for effect in effects for write in effect.commit.writes}
        there = [_written(rows[place]) for place in touched if place in rows]
        gone = [place for place in touched if place not in rows]
        self._many(_PUT, there)
        self._many(_DELETE, gone)
        self._many(_LOG, [_logged(effect) for effect in effects])
        self.connection.execute(_FORGET_LOG, (effects[-1].revision - LOG,))
        if bounds.most and any(effect.gone for effect in effects):
            self._remember(effects, bounds)

    def _many(self, statement: str, rows: Sequence[Any]) -> None:
        if rows:
            self.connection.execute(statement, (_dumps(rows),))

    # The past

    def _remember(self, effects: Sequence[Effect], bounds: Bounds) -> None:
        last = self._number("SELECT ifnull(max(id), 0) FROM past")
        gone = [one for effect in effects for one in effect.gone]
        numbered = list(enumerate(gone, last + 1))
        self._many(_REMEMBER, [[number, *_went(row)] for number, (row, _) in numbered])
        terms = [[term, number] for number, one in numbered for term in _terms_of(one)]
        self._many(_TERMS, terms)
        self._forget(last + len(gone), micro(gone[-1].row.until - bounds.age), bounds.most, len(gone))

    def _forget(self, last: int, oldest: int, most: int, added: int) -> None:
        """Let go of what is too much or too old: at least as much as was added."""
        found = self.connection.execute(_TOO_MUCH, (_PRUNED + added, last - most, oldest)).fetchone()[0]
        for statement in _FORGET if found is not None else ():
            self.connection.execute(statement, (found,))

    def past(self, table: str, where: Mapping[str, Any], at: float | None, most: int) -> list[PastRow]:
        """Rows that are gone, newest first."""
        asked = {"term": term(table, where), "at": None if at is None else micro(at), "most": most}
        return [_past(row) for row in self.connection.execute(_FIND, asked)]


def micro(seconds: float) -> int:
    """Microseconds."""
    return round(seconds * _MICROSECONDS)


def term(table: str, where: Mapping[str, Any]) -> str:
    """What the past is looked up by: fields and their values."""
    return _dumps([table, list(where), list(where.values())])


def _terms_of(gone: Gone) -> list[str]:
    value = json.loads(gone.row.value)
    return [term(gone.row.table, {name: value.get(name) for name in names}) for names in gone.lookups]


def _stored(row: Sequence[Any]) -> StoredRow:
    table, key, value, schema, revision, source, since = row
    return StoredRow(table, key, value, schema, revision, source, since / _MICROSECONDS)


def _past(row: Sequence[Any]) -> PastRow:
    table, key, value, schema, source, since, until = row
    return PastRow(table, key, value, schema, source, since / _MICROSECONDS, until / _MICROSECONDS)


def _written(row: StoredRow) -> list[Any]:
    return [*row[:-1], micro(row.since)]


def _went(row: PastRow) -> list[Any]:
    return [row.table, row.key, row.value, row.schema, row.source, micro(row.since), micro(row.until)]


def _logged(effect: Effect) -> list[Any]:
    commit = effect.commit
    writes = [[write.table, write.key, write.value, write.schema] for write in commit.writes]
    return [effect.revision, commit.source, micro(commit.since), _dumps(writes)]


def _commit(revision: int, source: str, since: int, writes: Sequence[Sequence[Any]]) -> tuple[int, Commit]:
    return revision, Commit(tuple(Write(*write) for write in writes), (), source, since / _MICROSECONDS)
