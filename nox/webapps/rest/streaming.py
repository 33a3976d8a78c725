"""An answer that goes on until the client has enough, in bounded memory."""

from __future__ import annotations

from collections import deque
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.web.server import Request
from zope.interface import implementer

from nox.webapps.rest.answers import Stream

MOST_WAITING: Final = 4 * 1024 * 1024  # bytes that wait for a client that reads slowly; what comes then is dropped


@implementer(IPushProducer)
class Sink:
    """What has been written and waits for the client."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._paused = False
        self.over: Deferred[None] = Deferred()

    def write(self, data: bytes) -> bool:
        """Send this, whole or not at all; False when it was dropped."""
        if self._size + len(data) > MOST_WAITING:
            return False
        if self._paused:
            self._waiting.append(data)
            self._size += len(data)
        else:
            self._request.write(data)
        return True

    def finish(self) -> None:
        """There is nothing more."""
        if not self.over.called:
            self.over.callback(None)

    def pauseProducing(self) -> None:
        """The client does not keep up."""
        self._paused = True

    def resumeProducing(self) -> None:
        """The client has read what it was sent."""
        self._paused = False
        while self._waiting and not self._paused:
            self._one()

    def rest(self) -> None:
        """Give all that waits to the connection, which is about to end after it."""
        while self._waiting:
            self._one()

    def _one(self) -> None:
        data = self._waiting.popleft()
        self._size -= len(data)
        self._request.write(data)

    def stopProducing(self) -> None:
        """The client has gone."""
        self._waiting.clear()
        self.finish()


async def stream(request: Request, answer: Stream) -> bytes:
    """Send it until it ends or the client goes."""
    request.setHeader(b"Content-Type", answer.content_type.encode())
    sink = Sink(request)
    request.registerProducer(sink, True)
    stop = answer.start(sink.write, sink.finish)
    try:
        await sink.over
        sink.rest()
    finally:
        stop()
        request.unregisterProducer()
    return b""
