"""What is on its way to a switch: gathered, sent at once where that is possible, bounded."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from nox.core.openflow.outbox import MOST_WAITING, Flusher, Outbox


class SocketTransport(StringTransport):
    """A transport of a plain socket: what it is given to write is kept apart from what went to the socket at once."""

    def __init__(self, handle: socket.socket) -> None:
        super().__init__()
        self._handle = handle

    def getHandle(self) -> socket.socket:
        """The socket itself."""
        return self._handle


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def flusher(clock: Clock) -> Flusher:
    """A flusher on that clock."""
    return Flusher(clock)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Our end of a connection, and the switch's."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


def never() -> None:
    """What must not be called here."""
    raise AssertionError("too much is waiting")


def test_what_is_sent_during_a_read_leaves_at_its_end_in_one_piece(
    flusher: Flusher, pair: tuple[socket.socket, socket.socket]
) -> None:
    """Gathered while a read is handled, sent to the socket itself, in order."""
    transport = SocketTransport(pair[0])
    outbox = Outbox(transport, flusher, never)
    flusher.begin_read()
    outbox.send(b"one ")
    outbox.send(b"two")
    flusher.flush()
    assert pair[1].recv(100) == b"one two"
    assert transport.value() == b""


def test_what_is_sent_at_other_times_leaves_in_the_next_turn(
    flusher: Flusher, clock: Clock, pair: tuple[socket.socket, socket.socket]
) -> None:
    """Outside a read nobody flushes: the reactor does, and only once for all."""
    outbox = Outbox(SocketTransport(pair[0]), flusher, never)
    outbox.send(b"one ")
    outbox.send(b"two")
    assert len(clock.getDelayedCalls()) == 1
    clock.advance(0)
    assert pair[1].recv(100) == b"one two"


def test_without_a_plain_socket_everything_goes_through_the_transport(flusher: Flusher) -> None:
    """TLS transforms the bytes: they must not pass it by."""
    transport = StringTransport()
    outbox = Outbox(transport, flusher, never)
    outbox.send(b"secret")
    flusher.flush()
    assert transport.value() == b"secret"


def test_what_the_socket_does_not_take_is_the_transports_and_order_is_kept(
    flusher: Flusher, pair: tuple[socket.socket, socket.socket]
) -> None:
    """Once something waits in the transport, all that follows waits behind it, until the transport is empty."""
    transport = SocketTransport(pair[0])
    outbox = Outbox(transport, flusher, never)
    large = bytes(4 * 1024 * 1024)
    outbox.send(large)
    flusher.flush()
    taken = len(large) - len(transport.value())
    assert 0 < taken < len(large)
    pair[1].recv(taken, socket.MSG_WAITALL)
    outbox.send(b"after")
    flusher.flush()
    assert transport.value().endswith(b"after")
    outbox.resumeProducing()
    outbox.send(b"now")
    flusher.flush()
    assert pair[1].recv(100) == b"now"


def test_a_switch_that_does_not_read_overflows(flusher: Flusher, pair: tuple[socket.socket, socket.socket]) -> None:
    """What waits for one switch is bounded."""
    overflown: list[bool] = []
    outbox = Outbox(SocketTransport(pair[0]), flusher, lambda: overflown.append(True))
    for _ in range(2):
        assert overflown == []
        outbox.send(bytes(MOST_WAITING))
        flusher.flush()
    assert overflown == [True]
