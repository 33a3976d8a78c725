"""``/v1/capture``: an answer that goes on, in bounded memory, until one side has enough."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from nox.webapps.rest.streaming import MOST_WAITING
from tests.lab.process import eventually
from tests.webapps.rest.support import Server, parse, read_all

PART = 64 * 1024  # bytes


def request(server: Server, path: str = "/v1/capture") -> socket.socket:
    """Ask for a capture, in HTTP/1.0: the answer is not cut into chunks."""
    connection = server.connect()
    connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    return connection


def begun(server: Server, path: str = "/v1/capture") -> tuple[socket.socket, Callable[[bytes], bool]]:
    """A capture whose first bytes have come, and what writes to it."""
    connection = request(server, path)
    came = b""
    while not came.endswith(b"begun"):
        came += connection.recv(65536)
    [(write, _)] = server.capture.running.values()
    return connection, write


@pytest.mark.parametrize(("path", "dpid"), [("/v1/capture", None), ("/v1/capture/00:00:00:00:00:00:00:0a", 10)])
def test_what_is_written_comes_at_once(server: Server, path: str, dpid: int | None) -> None:
    """Nothing waits for more; one switch can be asked for."""
    connection, write = begun(server, path)
    with connection:
        assert server.capture.asked == [dpid]
        assert server.call(write, b"one")
        assert connection.recv(100) == b"one"


def test_a_wrong_dpid(server: Server) -> None:
    """It is refused before anything begins."""
    code, answer = server.ask("GET", "/v1/capture/nobody")
    assert (code, server.capture.asked) == (400, [])
    assert "nobody" in answer["error"]


def test_a_client_that_leaves_ends_it(server: Server) -> None:
    """Nobody listens any more, and no failure is logged."""
    connection, _ = begun(server)
    connection.close()
    eventually(lambda: not server.capture.running, "the capture has ended")
    assert not [event for event in server.events if "log_failure" in event]


def test_its_end(server: Server) -> None:
    """When nothing more can come, the answer ends in order, and its type is that of a pcapng file."""
    with request(server) as connection:
        eventually(lambda: server.capture.running, "the capture has begun")
        [(write, over)] = server.capture.running.values()
        server.call(write, b" and over")
        server.call(over)
        status, headers, body = parse(read_all(connection))
    assert (status, headers["content-type"], body) == (200, "application/x-pcapng", b"begun and over")
    assert not server.capture.running


def test_the_end_of_rest(server: Server) -> None:
    """What ends all captures lets each answer end."""
    connections = [request(server) for _ in range(2)]
    eventually(lambda: len(server.capture.running) == 2, "both have begun")
    server.call(server.captures.close)
    assert [parse(read_all(connection))[2] for connection in connections] == [b"begun"] * 2
    for connection in connections:
        connection.close()
    assert not server.capture.running


def test_a_slow_reader(server: Server) -> None:
    """At most `MOST_WAITING` bytes wait for it, what is too much is dropped whole, and what was taken comes."""
    connection, write = begun(server)
    with connection:
        taken = [bytes([number]) * PART for number in range(200) if server.call(write, bytes([number]) * PART)]
        assert MOST_WAITING - PART <= len(taken) * PART < MOST_WAITING + 2**21  # the kernel and Twisted hold some
        assert not server.call(write, bytes(PART))
        expected, came = b"".join(taken), b""
        while len(came) < len(expected):
            came += connection.recv(2**20)
        assert came == expected
        assert server.call(write, b"again")
        assert connection.recv(100) == b"again"


def test_a_slow_reader_gets_all_at_the_end(server: Server) -> None:
    """What waits when the capture ends is sent before the answer ends."""
    connection, write = begun(server)
    with connection:
        taken = [PART for _ in range(50) if server.call(write, bytes(PART))]
        [(_, over)] = server.capture.running.values()
        server.call(over)
        assert len(read_all(connection)) == sum(taken) == 50 * PART
