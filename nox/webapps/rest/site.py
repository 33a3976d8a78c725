"""The HTTP server around the resources: bounded requests, and a stop that lets answers finish."""

# mypy: allow-untyped-calls
# Twisted annotates these classes in part.

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_to_bytes

from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web import http
from twisted.web.resource import IResource
from twisted.web.server import Request, Site

from nox.webapps.rest.answers import Json
from nox.webapps.rest.location import API_HEADER, API_VERSION

MAX_BODY = 64 * 1024  # bytes of a request's body that are kept


class BoundedRequest(Request):
    """A request that keeps at most `MAX_BODY` bytes of its body, in memory; the rest is read and forgotten.

    :ivar body_size: bytes that came.
    :ivar is_answering: whether the request is whole and its answer is being made.
    """

    site: RestSite

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body_size = 0
        self.is_answering = False

    def gotLength(self, length: int | None) -> None:
        """Prepare for the body: Twisted would open a file on the disk for a large one."""
        super().gotLength(0)

    def handleContentChunk(self, data: bytes) -> None:
        """Keep what fits."""
        self.body_size += len(data)
        if self.body_size <= MAX_BODY:
            super().handleContentChunk(data)

    def getRequestHostname(self) -> bytes:
        """The same for all: a UNIX socket has no host, and klein would choke on a strange one."""
        return b"localhost"

    def process(self) -> None:
        """Answer."""
        self.is_answering = True
        self.setHeader(API_HEADER, str(API_VERSION))
        if _is_text(self.path):
            super().process()
        else:
            self._finish(400, "the path is not UTF-8")

    def processingFailed(self, reason: Failure) -> None:
        """Say so without a word of the traceback, which goes to the log. Twisted's own answer is a page of HTML."""
        self.site.logger.failure("a request failed", reason)
        self._finish(500, "the request failed: the controller's log says why")

    def _finish(self, status: int, sentence: str) -> None:
        self.write(send_json(self, status, {"error": sentence}))
        self.finish()


def send_json(request: Request, status: int, value: Json) -> bytes:
    """Set status and headers for a value, and return its text. It is ASCII: no name of a switch can do harm in it."""
    body = json.dumps(value, allow_nan=False).encode() + b"\n"
    request.setResponseCode(status)
    request.setHeader(b"Content-Type", b"application/json")
    request.setHeader(b"Content-Length", str(len(body)).encode())
    return body


def part_of(text: str) -> str:
    """A part of a path as the client has meant it: a name may have slashes."""
    return text.replace("%2F", "/").replace("%25", "%")


def _is_text(path: bytes) -> bool:
    try:
        unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return False
    return True


class RestChannel(http.HTTPChannel):
    """A connection, known to its site while it lasts."""

    site: RestSite

    def connectionMade(self) -> None:
        """Join the site."""
        super().connectionMade()
        self.site.channels.add(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Leave it."""
        self.site.channels.discard(self)
        super().connectionLost(reason)

    def close(self) -> None:
        """Close now, or after the answer that is being made: `restart rest` is answered too."""
        if any(request.is_answering for request in self.requests):
            self.persistent = 0
        else:
            self.loseConnection()


class RestSite(Site):
    """The resources, as a server.

    :ivar channels: the connections that are open.
    :ivar logger: the component's.
    """

    protocol = RestChannel  # type: ignore[assignment] # Twisted knows of its own channel alone
    noisy = False

    def __init__(self, resource: IResource, reactor: IReactorTime, logger: Logger) -> None:
        super().__init__(resource, requestFactory=BoundedRequest, reactor=reactor)
        self.channels: set[RestChannel] = set()
        self.logger = logger

    def getResourceFor(self, request: Request) -> IResource:
        """Keep the parts of a path apart: what a part has of slashes is no end of it. `part_of` undoes it."""
        request.postpath = [part.replace(b"%", b"%25").replace(b"/", b"%2F") for part in request.postpath or ()]
        found: IResource = super().getResourceFor(request)
        return found

    def log(self, request: http.Request) -> None:
        """Note what was changed. Who only looks, as Prometheus does all the time, leaves no line."""
        if request.method == b"POST":
            path = request.path.decode("ascii", "backslashreplace")
            self.logger.info("POST {path}: {status}", path=path, status=request.code)

    def close(self) -> None:
        """Close every connection, each after the answer that it waits for."""
        for channel in tuple(self.channels):
            channel.close()
