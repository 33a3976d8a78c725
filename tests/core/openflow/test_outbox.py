"""What is on its way to a switch: gathered, sent at once where that is possible, bounded."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from nox.core.openflow.outbox import MOST_WAITING, MUCH_WAITING, PIECE, Flusher, Outbox


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


def never(*arguments: object) -> None:
    """What must not be called here."""
    raise AssertionError("too much is waiting")


def test_what_is_sent_during_a_read_leaves_at_its_end_in_one_piece(
    flusher: Flusher, pair: tuple[socket.socket, socket.socket]
) -> None:
    """Gathered while a read is handled, sent to the socket itself, in order."""
    transport = SocketTransport(pair[0])
    outbox = Outbox(transport, flusher, never, never)
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
    outbox = Outbox(SocketTransport(pair[0]), flusher, never, never)
    outbox.send(b"one ")
    outbox.send(b"two")
    assert len(clock.getDelayedCalls()) == 1
    clock.advance(0)
    assert pair[1].recv(100) == b"one two"


def test_without_a_plain_socket_everything_goes_through_the_transport(flusher: Flusher) -> None:
    """TLS transforms the bytes: they must not pass it by."""
    transport = StringTransport()
    outbox = Outbox(transport, flusher, never, never)
    outbox.send(b"secret")
    flusher.flush()
    assert transport.value() == b"secret"


def test_what_the_socket_does_not_take_waits_and_order_is_kept(
    flusher: Flusher, pair: tuple[socket.socket, socket.socket]
) -> None:
    """The transport gets it piece by piece, all that follows waits behind it, and then the socket is used again."""
    transport = SocketTransport(pair[0])
    pressed: list[bool] = []
    outbox = Outbox(transport, flusher, pressed.append, never)
    large = bytes(4 * 1024 * 1024)
    outbox.send(large)
    flusher.flush()
    assert transport.value() == bytes(PIECE)
    outbox.send(b"after")
    flusher.flush()
    pieces = 1
    while not transport.value().endswith(b"after"):
        outbox.resumeProducing()
        pieces += 1
        assert len(transport.value()) <= pieces * PIECE
    taken = len(large) + len(b"after") - len(transport.value())
    assert 0 < taken < len(large)
    pair[1].recv(taken, socket.MSG_WAITALL)
    outbox.resumeProducing()
    outbox.send(b"now")
    flusher.flush()
    assert pair[1].recv(100) == b"now"


def test_it_tells_when_much_waits_and_when_nothing_does(
    flusher: Flusher, pair: tuple[socket.socket, socket.socket]
) -> None:
    """So that no more is read from a switch that takes no answers."""
    pressed: list[bool] = []
    outbox = Outbox(SocketTransport(pair[0]), flusher, pressed.append, never)
    pressed.clear()
    while not pressed:
        outbox.send(bytes(PIECE))
        flusher.flush()
    for _ in range(MUCH_WAITING // PIECE):
        assert pressed == [True]
        outbox.resumeProducing()
    outbox.resumeProducing()
    assert set(pressed[1:]) == {False}


def test_a_switch_that_does_not_read_overflows(flusher: Flusher, pair: tuple[socket.socket, socket.socket]) -> None:
    """What waits for one switch is bounded."""
    overflown: list[bool] = []
    outbox = Outbox(SocketTransport(pair[0]), flusher, lambda pressed: None, lambda: overflown.append(True))
    for _ in range(2):
        assert overflown == []
        outbox.send(bytes(MOST_WAITING))
        flusher.flush()
    assert overflown == [True]


def test_only_what_waits_now_is_counted(flusher: Flusher, pair: tuple[socket.socket, socket.socket]) -> None:
    """A switch that reads slowly, and so is never without something that waits, is served for ever."""
    outbox = Outbox(SocketTransport(pair[0]), flusher, lambda pressed: None, never)
    outbox.send(bytes(MOST_WAITING // 2))
    flusher.flush()
    for _ in range(2 * MOST_WAITING // PIECE):
        outbox.send(bytes(PIECE))
        flusher.flush()
        outbox.resumeProducing()


def test_it_knows_for_how_long_nothing_was_taken(flusher: Flusher, pair: tuple[socket.socket, socket.socket]) -> None:
    """Seconds, while something waits; each piece that the switch takes begins them anew."""
    outbox = Outbox(SocketTransport(pair[0]), flusher, lambda pressed: None, never)
    assert [outbox.tick(), outbox.tick()] == [0, 0]
    outbox.send(bytes(MOST_WAITING // 2))
    flusher.flush()
    assert [outbox.tick(), outbox.tick()] == [1, 2]
    outbox.resumeProducing()
    assert outbox.tick() == 1
