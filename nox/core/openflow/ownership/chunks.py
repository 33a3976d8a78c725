"""Long work in short turns of the reactor, so that packets of other switches do not wait for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

CHUNK = 100  # things that are done in one turn: some milliseconds

T = TypeVar("T")


def pause(clock: IReactorTime, seconds: float = 0) -> Deferred[None]:
    """Let everything else have its turn; cancelling it ends the wait."""
    done: Deferred[None] = Deferred(lambda _: call.cancel())
    call = clock.callLater(seconds, done.callback, None)
    return done


async def in_chunks(
    clock: IReactorTime, things: Iterable[T], size: int = CHUNK, seconds: float = 0
) -> AsyncIterator[T]:
    """These things, with a pause after every so many.

    :param seconds: how long each pause lasts at least.
    """
    for count, thing in enumerate(things):
        if count and count % size == 0:
            await pause(clock, seconds)
        yield thing
