"""The HTTP server: bounds, and a stop that lets answers finish."""

from __future__ import annotations

import json

import pytest
from twisted.internet.defer import Deferred

from nox.webapps.rest.site import MAX_BODY
from tests.webapps.rest.support import Server, parse, read_all

RESTART = b"POST /v1/components/switch/restart HTTP/1.1\r\nHost: nox\r\n\r\n"


def post(body: bytes, headers: bytes) -> bytes:
    """A request with a body that asks for nothing special."""
    return b"POST /v1/reload HTTP/1.1\r\nHost: nox\r\nConnection: close\r\n" + headers + b"\r\n" + body


@pytest.mark.parametrize("size", [MAX_BODY, MAX_BODY + 1])
def test_a_body_has_a_bound(server: Server, size: int) -> None:
    """A body of 64 KiB is read, one byte more is 413 with a sentence, and the kernel is not asked."""
    code, _, body = server.send(post(b"x" * size, b"Content-Length: %d\r\n" % size))
    if size <= MAX_BODY:
        assert (code, server.kernel.asked) == (200, [("reload",)])
    else:
        assert (code, server.kernel.asked) == (413, [])
        assert json.loads(body) == {"error": f"a body of {size} bytes is too large: at most {MAX_BODY} are read"}


def test_a_body_in_pieces_has_the_same_bound(server: Server) -> None:
    """A client that does not say how much it will send is bounded too."""
    piece = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    code, _, _ = server.send(post(piece * 3 + b"0\r\n\r\n", b"Transfer-Encoding: chunked\r\n"))
    assert (code, server.kernel.asked) == (413, [])


@pytest.mark.parametrize(
    "garbage", [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 9999]
)
def test_garbage_ends_the_connection(server: Server, garbage: bytes) -> None:
    """What is not HTTP is answered with 400 and the end of the connection; others are served as before."""
    assert server.send(garbage)[0] == 400
    assert server.ask("GET", "/v1/version")[0] == 200


def test_a_strange_host(server: Server) -> None:
    """The Host header says nothing on a UNIX socket, whatever is in it."""
    assert server.send(b"GET /v1/version HTTP/1.0\r\nHost: \xff..\r\n\r\n")[0] == 200


def test_close_ends_idle_connections(server: Server) -> None:
    """A client that waits with an open connection is cut off when the server closes."""
    with server.connect() as client:
        client.sendall(b"GET /v1/version HTTP/1.1\r\nHost: nox\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        server.call(server.site.close)
        assert client.recv(65536) == b""
    assert server.call(len, server.site.channels) == 0


def test_close_lets_an_answer_finish(server: Server) -> None:
    """Who waits for an answer while the server closes gets it: so `rest` itself can be restarted."""
    server.kernel.answer = Deferred()
    with server.connect() as client:
        client.sendall(RESTART)
        wait_until_asked(server)
        server.call(server.site.close)
        server.call(server.kernel.answer.callback, ["switch"])
        code, _, body = parse(read_all(client))
    assert (code, json.loads(body)) == (200, {"restarted": ["switch"]})


def test_a_client_that_leaves(server: Server) -> None:
    """A client that is gone before its answer costs nothing: no connection is kept, no failure logged."""
    server.kernel.answer = Deferred()
    with server.connect() as client:
        client.sendall(RESTART)
        wait_until_asked(server)
    assert server.ask("GET", "/v1/version")[0] == 200
    assert not [event for event in server.events if "log_failure" in event]
    assert server.call(len, server.site.channels) == 0


def wait_until_asked(server: Server) -> None:
    """Wait until the kernel has been asked: another request is answered after the first was read."""
    while not server.kernel.asked:
        server.ask("GET", "/v1/version")
