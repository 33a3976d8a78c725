"""The store ``sqlite``: one file, which outlives the process and a loss of power. The reactor never waits for it.

Everything is asked of one thread, in order. What it finds out comes back as calls that the reactor makes, in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Semaphore, Thread
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, fail
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.view.errors import StoreError, ViewError
from nox.core.view.interfaces import Commit, IStoreListener, IViewStore, PastRow, StoredRow
from nox.core.view.stores.past import Bounds
from nox.core.view.stores.sqlite.backlog import Answer
from nox.core.view.stores.sqlite.file import open_file
from nox.core.view.stores.sqlite.writer import Done, Open, Writer

_log = Logger("nox.view")

T = TypeVar("T")
Call = Callable[[], object]
InReactor = Callable[[Call], object]

LOOK = 0.1  # seconds after which it looks whether another process has written
RETRY = 5.0  # seconds after which it tries again to write what it could not write
MOST_TOGETHER = 256  # transactions that are written together
_AHEAD = 2  # pieces of rows that are read before the reactor has taken in the first


@implementer(IViewStore)
class SqliteStore:
    """One process's view in a file, which several processes may use at once.

    :param in_reactor: has a call made in the reactor's thread, in order: `IReactorFromThreads.callFromThread`.
    :param opening: opens the file. :param retry: seconds until what could not be written is tried again.
    """

    name = "sqlite"

    def __init__(
        self, path: Path, bounds: Bounds, in_reactor: InReactor, *, opening: Open = open_file, retry: float = RETRY
    ) -> None:
        self.behind = 0
        self._writer = Writer(path, bounds, opening)
        self._in_reactor = in_reactor
        self._retry = retry
        self._next_retry = 0.0
        self._jobs: SimpleQueue[tuple[Commit, Deferred[int]] | Call] = SimpleQueue()
        self._ahead = Semaphore(_AHEAD)
        self._is_open = False
        self._is_over = False

    # In the reactor's thread

    def open(self, listener: IStoreListener) -> Deferred[None]:
        """Open the file and tell all rows."""
        self._listener = listener
        self._is_open = True
        opened: Deferred[None] = Deferred(lambda _: self._give_up())
        self._jobs.put(partial(self._open, opened))
        Thread(target=self._run, name="nox-view", daemon=True).start()
        return opened

    def _give_up(self) -> None:
        """Nobody waits for the opening any more."""
        self._is_open = False
        self._ahead.release()

    def commit(self, commit: Commit) -> Deferred[int]:
        """Write a transaction."""
        if not self._is_open:
            return fail(StoreError("the network view is closed"))
        done: Deferred[int] = Deferred()
        self._jobs.put((commit, done))
        return done

    def past(self, table: str, where: Mapping[str, Any], at: float | None, most: int) -> Deferred[Sequence[PastRow]]:
        """Rows that are not there any more, newest first."""
        if not self._is_open:
            return fail(StoreError("the network view is closed"))
        return self._ask(lambda: self._writer.past(table, where, at, most))

    def close(self) -> Deferred[None]:
        """Finish what has been asked for, and let go of the file."""
        self._is_open = False
        closed = self._ask(self._writer.close)
        self._jobs.put(self._end)
        return closed

    def _ask(self, work: Callable[[], T]) -> Deferred[T]:
        done: Deferred[T] = Deferred()
        self._jobs.put(partial(self._answer, work, done))
        return done

    def _take_in(self, piece: Sequence[StoredRow]) -> None:
        try:
            self._listener.rows(piece)
        finally:
            self._ahead.release()

    # In its own thread

    def _run(self) -> None:
        while not self._is_over:
            jobs = self._waiting()
            for are_calls, some in groupby(jobs, callable):
                if are_calls:
                    self._call(some)
                else:
                    self._commit(list(some))
            self._now_and_then(is_idle=not jobs)

    def _waiting(self) -> list[Any]:
        """What has been asked for; nothing, when nobody has asked for a while."""
        jobs: list[Any] = []
        try:
            jobs.append(self._jobs.get(timeout=LOOK))
            while len(jobs) < MOST_TOGETHER:
                jobs.append(self._jobs.get_nowait())
        except Empty:
            pass  # those were all
        return jobs

    def _call(self, jobs: Iterable[Call]) -> None:
        for job in jobs:
            job()

    def _commit(self, jobs: Sequence[tuple[Commit, Deferred[int]]]) -> None:
        """Write transactions together."""
        try:
            done = self._writer.take([commit for commit, _ in jobs])
        except Exception:  # whatever it is, those who wait are told
            failure = Failure()
            self._tell([partial(deferred.errback, failure) for _, deferred in jobs])
            return
        self._took(done, [deferred for _, deferred in jobs])

    def _now_and_then(self, is_idle: bool) -> None:
        """See what others have written, and try to write what could not be written."""
        try:
            if is_idle:
                self._took(self._writer.look())
            if self._writer.backlog is not None and time.monotonic() >= self._next_retry:
                self._took(self._writer.catch_up())
                self._next_retry = time.monotonic() + self._retry
        except Exception:  # a bug must not end the thread: commits would wait for ever
            self._in_reactor(partial(_log.failure, "the sqlite store failed", Failure()))

    def _took(self, done: Done, waiting: Sequence[Deferred[int]] = ()) -> None:
        """Tell what came of some work: what others have written, then each transaction before its own answer."""
        calls: list[Call] = [partial(self._listener.applied, *other) for other in done.others]
        if done.trouble is not None:
            calls.append(partial(self._listener.troubled, done.trouble))
            self._next_retry = time.monotonic() + self._retry
        if done.is_lost:
            self._tell(calls)
            calls = []
            self._read_again()
        for answer, deferred in zip(done.answers, waiting, strict=True):
            calls += self._answered(answer, deferred, is_told=done.is_lost)
        if calls:
            self._tell([*calls, partial(self._count, self._writer.backlog.count if self._writer.backlog else 0)])

    def _answered(self, answer: Answer, deferred: Deferred[int], is_told: bool) -> Iterator[Call]:
        if isinstance(answer, ViewError):
            yield partial(deferred.errback, Failure(answer))
        elif isinstance(answer, int):
            yield partial(deferred.callback, answer)
        else:
            if not is_told:
                yield partial(self._listener.applied, answer.revision, answer.commit)
            yield partial(deferred.callback, answer.revision)

    def _count(self, behind: int) -> None:
        self.behind = behind

    def _tell(self, calls: Sequence[Call]) -> None:
        self._in_reactor(partial(_make, calls))

    # Reading all

    def _open(self, opened: Deferred[None]) -> None:
        try:
            self._writer.open()
            self._read_all()
        except Exception:  # whatever it is, who waits for the opening is told
            self._is_over = True
            self._writer.drop()
            self._tell([partial(opened.errback, Failure())])
        else:
            if self._writer.trouble:
                self._tell([partial(self._listener.troubled, self._writer.trouble)])
            self._tell([partial(opened.callback, None)])

    def _read_all(self) -> None:
        """Tell all rows, no faster than they are taken in.

        :raises StoreError: when they cannot be read, or nobody waits for them any more.
        """
        self._tell([self._listener.begin])
        for piece in self._writer.pieces():
            self._ahead.acquire()
            if not self._is_open:
                raise StoreError("the network view is closed")
            self._tell([partial(self._take_in, piece)])
        self._tell([partial(self._listener.ready, self._writer.seen)])

    def _read_again(self) -> None:
        try:
            self._read_all()
        except StoreError as error:  # it is tried again at the next look
            self._tell([partial(self._listener.troubled, str(error))])

    def _answer(self, work: Callable[[], T], done: Deferred[T]) -> None:
        try:
            found = work()
        except Exception:  # whatever it is, who waits is told
            self._tell([partial(done.errback, Failure())])
        else:
            self._tell([partial(done.callback, found)])

    def _end(self) -> None:
        self._is_over = True


def _make(calls: Sequence[Call]) -> None:
    """Make calls in the reactor's thread. One that fails must not keep the others from being made."""
    for call in calls:
        try:
            call()
        except Exception:
            _log.failure("{call} failed", call=call)
