"""The routes as a klein application: JSON out, and every failure a sentence."""

# mypy: allow-untyped-calls
# Twisted annotates these classes in part.

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import cast

from klein import Klein
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.iweb import IRequest
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from nox.lib.errors import NoxError
from nox.webapps.rest.answers import Json, Refused, Route, Stream, Text, TooLarge
from nox.webapps.rest.site import MAX_BODY, BoundedRequest, part_of, send_json
from nox.webapps.rest.streaming import stream


def application(routes: Iterable[Route], log: Logger) -> Klein:
    """The application that serves these routes.

    :param log: where failures go that are ours and not the client's.
    """
    app = Klein()
    app.url_map.merge_slashes = False
    for route in routes:
        app.route(route.path, methods=[route.method], endpoint=f"{route.method} {route.path}")(_endpoint(route))

    @app.handle_errors(Exception)
    def refuse(request: IRequest, failure: Failure) -> bytes:
        return _refuse(cast(BoundedRequest, request), failure, log)

    app.url_map.bind("localhost").test("/")  # what is imported at first use may be out of reach without privileges
    return app


def _endpoint(route: Route) -> Callable[..., Awaitable[bytes]]:
    async def endpoint(request: BoundedRequest, **parts: str) -> bytes:
        if request.body_size > MAX_BODY:
            raise TooLarge(f"a body of {request.body_size} bytes is too large: at most {MAX_BODY} are read")
        body = {"body": _body(request)} if route.reads_body else {}
        answer = await route.answer(**{name: part_of(text) for name, text in parts.items()}, **body)
        return await stream(request, answer) if isinstance(answer, Stream) else _render(request, answer)

    return endpoint


def _body(request: BoundedRequest) -> bytes:
    content = request.content
    return content.read() if content is not None else b""


def _render(request: BoundedRequest, answer: Json | Text) -> bytes:
    if isinstance(answer, Text):
        request.setHeader(b"Content-Type", answer.content_type.encode())
        return answer.body
    return send_json(request, 200, answer)


def _refuse(request: BoundedRequest, failure: Failure, log: Logger) -> bytes:
    """The sentence for a failure. One that nobody foresaw is logged with its traceback, and not told."""
    error = failure.value
    if isinstance(error, MethodNotAllowed):
        allowed = sorted(set(error.valid_methods or ()) - {"HEAD"})
        request.setHeader(b"Allow", ", ".join(allowed).encode())
        return _sentence(request, 405, f"{_asked(request)} cannot be done: use {' or '.join(allowed)}")
    if isinstance(error, HTTPException):
        return _sentence(request, 404, f"there is no {_path(request)}: docs/rest.md lists what there is")
    if isinstance(error, NoxError):
        return _sentence(request, error.status if isinstance(error, Refused) else Refused.status, str(error))
    log.failure("{asked} failed", failure, asked=_asked(request))
    return _sentence(request, 500, f"{_asked(request)} failed: the controller's log says why")


def _sentence(request: BoundedRequest, status: int, sentence: str) -> bytes:
    return send_json(request, status, {"error": sentence})


def _asked(request: BoundedRequest) -> str:
    return f"{request.method.decode('ascii', 'backslashreplace')} {_path(request)}"


def _path(request: BoundedRequest) -> str:
    return request.path.decode("ascii", "backslashreplace")
