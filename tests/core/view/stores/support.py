"""Stores as the contract tries them: what they tell is noted, and time goes on while one waits for an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.view.interfaces import Commit, Expectation, IStoreListener, IViewStore, StoredRow, Write
from nox.core.view.stores.memory import Memory, MemoryStore
from nox.core.view.stores.past import Bounds, Past
from nox.core.view.stores.sqlite.store import SqliteStore
from tests.core.view.stores.late import DELAY, LateStore

BOUNDS = Bounds(most=50, age=1000.0)
PATIENCE = 60.0  # seconds for one call of a thread to come: a bound, and not a measure
LOOKUPS = (("ip", "mac"), ("ip",))


@implementer(IStoreListener)
@dataclass
class Noted:
    """A listener that notes what it is told.

    :ivar found: the rows at the last time that all were told; `revision` of then.
    :ivar told: the commits since.
    :ivar loads: how often all rows were told.
    """

    found: dict[tuple[str, str], StoredRow] = field(default_factory=dict)
    revision: int = -1
    told: list[tuple[int, Commit]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    loads: int = 0
    pieces: int = 0

    def begin(self) -> None:
        """All rows follow."""
        self.found, self.told = {}, []
        self.loads += 1

    def rows(self, piece: Sequence[StoredRow]) -> None:
        """Some of them."""
        self.pieces += 1
        self.found.update({(row.table, row.key): row for row in piece})

    def ready(self, revision: int) -> None:
        """Those were all."""
        self.revision = revision

    def applied(self, revision: int, commit: Commit) -> None:
        """This was committed."""
        self.told.append((revision, commit))

    def troubled(self, sentence: str) -> None:
        """It cannot write, or can again."""
        self.troubles.append(sentence)

    def values(self) -> dict[tuple[str, str], str]:
        """The rows that there are, after all that was told."""
        found: dict[tuple[str, str], str | None] = {place: row.value for place, row in self.found.items()}
        for _, commit in self.told:
            found.update({(write.table, write.key): write.value for write in commit.writes})
        return {place: value for place, value in found.items() if value is not None}


class Place:
    """Where stores of one kind keep their rows: several stores can be opened on it."""

    def __init__(self, kind: str, directory: Path) -> None:
        self.clock = Clock()
        self.path = directory / "view.sqlite"
        self.memory = Memory(Past(BOUNDS))
        self.calls: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._kind = kind

    def store(self, **options: Any) -> IViewStore:
        """A store that is not open."""
        inner: IViewStore = MemoryStore(self.memory)
        if "sqlite" in self._kind:
            inner = SqliteStore(self.path, BOUNDS, self.calls.put, **options)
        return LateStore(inner, self.clock) if "late" in self._kind else inner

    def open(self, **options: Any) -> tuple[IViewStore, Noted]:
        """An open one, and who is told."""
        store, noted = self.store(**options), Noted()
        self.settle(store.open(noted))
        return store, noted

    def settle(self, deferred: Deferred[Any]) -> Any:
        """The answer, when it has come; raises what went wrong."""
        outcome: list[Any] = []
        deferred.addBoth(outcome.append)
        self.until(lambda: bool(outcome))
        if isinstance(outcome[0], Failure):
            outcome[0].raiseException()
        return outcome[0]

    def until(self, done: Callable[[], bool]) -> None:
        """Let threads and the clock do what they do until something is so."""
        while not done():
            if self.clock.calls:
                self.clock.advance(DELAY)
            elif "sqlite" in self._kind:
                self.calls.get(timeout=PATIENCE)()
            while not self.calls.empty():
                self.calls.get()()


def put(key: str, value: str | None, *, lookups: tuple[tuple[str, ...], ...] = (), table: str = "things") -> Write:
    """A write of one row."""
    return Write(table, key, value, 1, lookups)


def commit(*writes: Write, expect: Sequence[Expectation] = (), source: str = "tests", since: float = 0.0) -> Commit:
    """A transaction."""
    return Commit(writes, tuple(expect), source, since)
