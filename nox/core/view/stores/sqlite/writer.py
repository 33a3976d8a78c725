"""The sqlite store's work, in its own thread: transactions in batches, others' ones, and what cannot be written.

Several transactions that wait are written together: one wait for the disk for all of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nox.core.view.errors import StoreError
from nox.core.view.interfaces import Commit, PastRow, StoredRow
from nox.core.view.stores.evaluation import Effect
from nox.core.view.stores.past import Bounds
from nox.core.view.stores.sqlite.backlog import Answer, Backlog, answered, merged, places
from nox.core.view.stores.sqlite.file import DiskFull, open_alone, open_file, said, sentence
from nox.core.view.stores.sqlite.statements import Statements

_NOTHING = -1  # the revision that has been seen when all must be read anew
Open = Callable[[Path], sqlite3.Connection]


@dataclass(slots=True)
class Done:
    """What came of one piece of work.

    :ivar others: what other processes have written before it.
    :ivar answers: of each transaction.
    :ivar is_lost: others have written so much, or what is in memory alone, that all rows must be read anew.
    :ivar trouble: what to say: that it cannot be written from now on; empty: that all is written again; None: nothing.
    """

    others: list[tuple[int, Commit]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    is_lost: bool = False
    trouble: str | None = None


class Writer:
    """One process's access to the file.

    :ivar seen: the revision up to which the view has been told.
    :ivar backlog: what cannot be written; None: all is written.
    :ivar trouble: why it could not be opened as it should.
    """

    def __init__(self, path: Path, bounds: Bounds, opening: Open = open_file) -> None:
        self._path = path
        self._bounds = bounds
        self._opening = opening
        self._changes = 0
        self._connection: sqlite3.Connection | None = None
        self._is_alone = False  # the file was opened on a full disk
        self.seen = 0
        self.trouble = ""
        self.backlog: Backlog | None = None

    def open(self) -> None:
        """Open the file. With a full disk it can be read all the same, and what is written waits.

        :raises StoreError: when that is not possible.
        """
        try:
            self._connection, self._is_alone = self._opening(self._path), False
        except DiskFull as error:
            self._connection, self._is_alone = open_alone(self._path), True
            self.trouble = str(error)
        self._statements = Statements(self._connection)

    def pieces(self) -> Iterator[list[StoredRow]]:
        """All rows of one moment, some at a time; `seen` is its revision.

        :raises StoreError: when they cannot be read.
        """
        with said(self._path):
            self._statements.begin_reading()
            try:
                newest = self._statements.newest()
                if self._is_alone and self.backlog is None:
                    self.backlog = Backlog(newest)
                yield from self._statements.pieces()
                self.seen = newest
            finally:
                self._statements.rollback()

    # Transactions

    def take(self, commits: Sequence[Commit]) -> Done:
        """Write transactions, or keep them in memory where that is not possible."""
        if self.backlog is not None:
            return Done(answers=self._keep(self.backlog, commits))
        try:
            return self._write(commits)
        except sqlite3.Error as error:
            self._undo()
            self.backlog = Backlog(self.seen)
            return Done(answers=self._keep(self.backlog, commits), trouble=sentence(self._path, error))

    def _write(self, commits: Sequence[Commit]) -> Done:
        self._statements.begin()
        done = self._others()
        newest = done.others[-1][0] if done.others else max(self.seen, self._statements.newest())
        rows = self._statements.rows(places(commits))
        done.answers = answered(rows, newest, commits)
        effects = [answer for answer in done.answers if isinstance(answer, Effect)]
        if effects:
            self._statements.write(rows, effects, self._bounds)
        self._statements.commit()
        self._has_seen(effects[-1].revision if effects else newest, done)
        return done

    def _has_seen(self, revision: int, done: Done) -> None:
        self.seen = revision if not done.is_lost else _NOTHING

    def _others(self) -> Done:
        """What other processes have written meanwhile."""
        if self._statements.oldest() > self.seen + 1:
            return Done(is_lost=True)
        return Done(others=self._statements.log_after(self.seen))

    def _keep(self, backlog: Backlog, commits: Sequence[Commit]) -> list[Answer]:
        try:
            found = self._statements.rows(backlog.missing(commits))
        except sqlite3.Error as error:
            return [StoreError(sentence(self._path, error)) for _ in commits]
        answers = backlog.take(commits, found, self.seen)
        self.seen = backlog.effects[-1].revision if backlog.effects else self.seen
        return answers

    def _undo(self) -> None:
        """Undo what was begun. Where the disk is at fault it may fail too, and is done before the next attempt."""
        with suppress(sqlite3.Error):
            self._statements.rollback()

    # From time to time

    def look(self) -> Done:
        """What others have written, without writing anything."""
        if self.backlog is not None:
            return Done()
        try:
            if (changes := self._statements.changes()) == self._changes:
                return Done()
            self._statements.begin_reading()
            done = self._others()
            self._statements.rollback()
            self._has_seen(done.others[-1][0] if done.others else self.seen, done)
            self._changes = changes
        except sqlite3.Error:
            self._undo()
            return Done()  # said when something is to be written
        return done

    def catch_up(self) -> Done:
        """Try to write what could not be written."""
        if self.backlog is None:
            return Done()
        if self._is_alone and not self._open_again():
            return Done()
        try:
            self._statements.rollback()
            done = self._write_backlog(self.backlog)
        except sqlite3.Error:
            self._undo()
            return Done()  # it has been said already
        self.backlog = None
        return done

    def _open_again(self) -> bool:
        """Open the file as it should be; False where that is not possible yet."""
        self.drop()
        with suppress(StoreError):  # it is tried again
            self.open()
        return not self._is_alone

    def _write_backlog(self, backlog: Backlog) -> Done:
        self._statements.begin()
        newest, rows, effects = self._statements.newest(), backlog.there(), backlog.effects
        is_lost = newest != backlog.began  # others have had these revisions too
        if is_lost and effects:
            revision = max(newest, self.seen) + 1
            effects = [merged(effects, revision)]
            rows = {place: row._replace(revision=revision) for place, row in rows.items()}
        if effects:
            self._statements.write(rows, effects, self._bounds)
        self._statements.commit()
        done = Done(is_lost=is_lost, trouble="")
        self._has_seen(effects[-1].revision if effects else self.seen, done)
        return done

    def past(self, table: str, where: Mapping[str, Any], at: float | None, most: int) -> list[PastRow]:
        """Rows that are gone.

        :raises StoreError: when they cannot be read.
        """
        with said(self._path):
            return self._statements.past(table, where, at, most)

    def drop(self) -> None:
        """Let go of the file, if it was opened."""
        if self._connection is not None:
            self._connection.close()

    def close(self) -> None:
        """Write what could not be written, and let go of the file.

        :raises StoreError: when something of it is lost.
        """
        self.catch_up()
        lost = self.backlog.count if self.backlog is not None else 0
        with said(self._path):
            self.drop()
        if lost:
            raise StoreError(f"{self._path} cannot be written: {lost} transactions are lost")
