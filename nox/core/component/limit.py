"""A time limit for work that may not end when it is cancelled."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime


def within(seconds: float, clock: IReactorTime, work: Deferred[Any]) -> Deferred[Any]:
    """The result of some work, or TimeoutError when it is not there in time; the work is then cancelled and left alone.

    `Deferred.addTimeout` waits for the cancelled work, for ever where a coroutine swallows its cancellation.
    """
    done: Deferred[Any] = Deferred()

    def late() -> None:
        done.errback(TimeoutError(f"not over after {seconds:g} s"))
        work.cancel()

    def over(result: object) -> None:
        if limit.active():
            limit.cancel()
            done.callback(result)

    limit = clock.callLater(seconds, late)
    work.addBoth(over)
    return done
