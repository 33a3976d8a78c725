"""What cannot be written for now: it is done in memory, and written when there is room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nox.core.view.errors import ViewError
from nox.core.view.interfaces import Commit, StoredRow
from nox.core.view.stores.evaluation import Effect, Place, Rows, evaluate

MOST = 10_000  # transactions that wait one by one; more are put together, and others see them as one
Answer = Effect | int | ViewError  # what came of it; the newest revision, where it changed nothing; why not


class Backlog:
    """Transactions in the order of their revisions, over what the file holds.

    :ivar began: the newest revision that is in the file.
    :ivar rows: all that they have touched, as it is now; None: it is not there any more.
    :ivar count: how many transactions wait.
    """

    def __init__(self, began: int) -> None:
        self.began = began
        self.effects: list[Effect] = []
        self.rows: dict[Place, StoredRow | None] = {}
        self.count = 0

    def missing(self, commits: Sequence[Commit]) -> list[Place]:
        """The rows that must be read from the file to know what these do."""
        return [place for place in places(commits) if place not in self.rows]

    def take(self, commits: Sequence[Commit], found: Rows, revision: int) -> list[Answer]:
        """Do transactions.

        :param found: what the file has of the rows that are missing. :param revision: the newest so far.
        """
        touched = places(commits)
        rows = {**found, **{place: row for place in touched if (row := self.rows.get(place)) is not None}}
        answers = answered(rows, revision, commits)
        effects = [answer for answer in answers if isinstance(answer, Effect)]
        self.effects += effects
        self.count += len(effects)
        self.rows.update({(write.table, write.key): None for effect in effects for write in effect.commit.writes})
        self.rows.update({place: row for place, row in rows.items() if place in self.rows})
        if len(self.effects) > MOST:
            self.effects = [merged(self.effects, self.effects[-1].revision)]
        return answers

    def there(self) -> dict[Place, StoredRow]:
        """Those rows that are there."""
        return {place: row for place, row in self.rows.items() if row is not None}


def places(commits: Sequence[Commit]) -> list[Place]:
    """All rows that transactions write or expect something of, each once."""
    written = ((write.table, write.key) for commit in commits for write in commit.writes)
    expected = ((one.table, one.key) for commit in commits for one in commit.expectations)
    return list(dict.fromkeys((*written, *expected)))


def answered(rows: Rows, revision: int, commits: Iterable[Commit]) -> list[Answer]:
    """Do transactions to rows, one after the other."""
    answers: list[Answer] = []
    for commit in commits:
        try:
            effect = evaluate(rows, revision + 1, commit)
        except ViewError as error:
            answers.append(error)
            continue
        answers.append(revision if effect is None else effect)
        revision = effect.revision if effect is not None else revision
    return answers


def merged(effects: Sequence[Effect], revision: int) -> Effect:
    """Transactions as one, with this revision: what is left of them in the end."""
    writes = {(write.table, write.key): write for effect in effects for write in effect.commit.writes}
    gone = [one for effect in effects for one in effect.gone]
    return Effect(revision, replace(effects[-1].commit, writes=tuple(writes.values())), gone[-MOST:])
