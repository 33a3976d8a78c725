"""Reading many connections through one descriptor: on real sockets."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from twisted.internet.interfaces import IReadDescriptor
from twisted.internet.task import Clock
from zope.interface.verify import verifyObject

from nox.core.openflow.channel import Channel
from nox.core.openflow.home import Home
from nox.core.openflow.reading import Reading
from nox.core.openflow.rounds import BUDGET, HOLD, READ_SIZE

from .descriptors import Descriptors
from .peer import Transport, message, new_home


class SocketTransport(Transport):
    """A transport over a real socket, which the reactor reads from only when it is asked to."""

    def __init__(self, handle: socket.socket) -> None:
        super().__init__()
        self._handle = handle

    def getHandle(self) -> socket.socket:
        """The socket itself."""
        return self._handle


class Listener:
    """One connection: what the channel was given, and the far end."""

    def __init__(self, home: Home) -> None:
        ours, self.far = socket.socketpair()
        ours.setblocking(False)
        self.ours = ours
        self.received = b""
        self.channel = Channel(home, "test")
        self.channel.inbox.instead = self._receive
        self.transport = SocketTransport(ours)
        self.channel.makeConnection(self.transport)

    def _receive(self, data: bytes) -> None:
        self.received += data


Connect = Callable[[], Listener]


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def reactor(clock: Clock) -> Descriptors:
    """What the reactor would watch."""
    return Descriptors(clock)


@pytest.fixture
def home(clock: Clock, reactor: Descriptors) -> Iterator[Home]:
    """Connections that are read through one descriptor."""
    home = new_home(clock)
    home.watch(reactor)
    yield home
    assert home.reading is not None
    home.reading.close()


@pytest.fixture
def connect(home: Home) -> Iterator[Callable[[], Listener]]:
    """Makes connections; all are closed in the end."""
    made: list[Listener] = []

    def new() -> Listener:
        made.append(Listener(home))
        return made[-1]

    yield new
    for listener in made:
        listener.ours.close()
        listener.far.close()


def reading(home: Home) -> Reading:
    """The descriptor."""
    assert home.reading is not None
    return home.reading


def test_it_is_one_descriptor_to_the_reactor(home: Home, reactor: Descriptors, connect: Connect) -> None:
    """However many connections there are."""
    listeners = [connect() for _ in range(3)]
    assert reactor.readers == [reading(home)]
    verifyObject(IReadDescriptor, reading(home))
    assert all(listener.transport.producerState == "paused" for listener in listeners)


def test_all_that_is_ready_is_read(home: Home, connect: Connect) -> None:
    """In one call, whatever the connection; what comes while it reads too."""
    listeners = [connect() for _ in range(3)]
    for number, listener in enumerate(listeners):
        listener.far.send(b"%d" % number)
    reading(home).doRead()
    assert [listener.received for listener in listeners] == [b"0", b"1", b"2"]


def test_more_than_one_read_of_bytes_is_read_in_turn(home: Home, clock: Clock, connect: Connect) -> None:
    """A flood is read piece by piece, the others in between; after the budget the reactor has its turn first."""
    flood, quiet = connect(), connect()
    order: list[str] = []
    for name, listener in (("flood", flood), ("quiet", quiet)):
        listener.channel.inbox.instead = lambda data, name=name: order.append(f"{name} {len(data)}")
    flood.far.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    flood.far.send(bytes(BUDGET + 1000))
    quiet.far.send(b"x")
    reading(home).doRead()
    assert sorted(order[:2]) == sorted([f"flood {READ_SIZE}", "quiet 1"])
    assert order[2:] == [f"flood {READ_SIZE}"] * (BUDGET // READ_SIZE - 1)
    clock.advance(0)
    assert order[-1] == "flood 1000"


def test_a_flood_has_one_turn_in_each_round(home: Home, connect: Connect) -> None:
    """Also when more comes while it is read: what is left and what has come are one turn."""
    flood, quiet = connect(), connect()
    order: list[str] = []
    flood.far.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)

    def receive(data: bytes) -> None:
        order.append("flood")
        flood.far.send(bytes(READ_SIZE))
        quiet.far.send(b"x")

    flood.channel.inbox.instead = receive
    quiet.channel.inbox.instead = lambda data: order.append("quiet")
    flood.far.send(bytes(READ_SIZE * 4))
    reading(home).doRead()
    assert "flood flood" not in " ".join(order[1:])
    assert order.count("flood") == BUDGET // READ_SIZE


def test_answers_are_sent_when_nothing_more_is_ready(home: Home, clock: Clock, connect: Connect) -> None:
    """A peer that waits is woken once for all that is sent together; what it then says is read in the same call."""
    first, second = connect(), connect()
    clock.advance(0)
    for listener in (first, second):
        listener.far.recv(1000)  # our hello
        listener.far.setblocking(False)
    seen: list[str] = []

    def hear_first(data: bytes) -> None:
        seen.append(data.decode())
        first.channel.outbox.send(b"answer")
        second.far.send(b"meanwhile")

    def hear_second(data: bytes) -> None:
        with pytest.raises(BlockingIOError):
            first.far.recv(1)
        seen.append(data.decode())

    first.channel.inbox.instead, second.channel.inbox.instead = hear_first, hear_second
    first.far.send(b"question")
    reading(home).doRead()
    assert seen == ["question", "meanwhile"]
    assert first.far.recv(100) == b"answer"


def test_answers_do_not_wait_for_the_end_of_a_flood(home: Home, clock: Clock, connect: Connect) -> None:
    """After so many bytes they are sent, although more is ready."""
    flood, quiet = connect(), connect()
    clock.advance(0)
    quiet.far.recv(1000)  # our hello
    quiet.far.setblocking(False)
    quiet.channel.inbox.instead = lambda data: quiet.channel.outbox.send(b"answer")
    answered: list[bool] = []

    def hear(data: bytes) -> None:
        try:
            answered.append(bool(quiet.far.recv(100)))
        except BlockingIOError:
            answered.append(False)

    flood.channel.inbox.instead = hear
    flood.far.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    flood.far.send(bytes(BUDGET))
    quiet.far.send(b"x")
    reading(home).doRead()
    assert answered.index(True) <= HOLD // READ_SIZE
    assert len(answered) > HOLD // READ_SIZE + 1


def test_the_end_of_a_connection_is_for_its_transport(home: Home, connect: Connect) -> None:
    """Also when it comes together with the last bytes, of which the set tells once."""
    listener = connect()
    listener.far.send(b"last words")
    listener.far.close()
    reading(home).doRead()
    assert listener.received == b"last words"
    assert listener.transport.producerState == "producing"


def test_a_paused_connection_is_not_read_until_it_goes_on(home: Home, connect: Connect) -> None:
    """Its bytes wait in the kernel."""
    listener = connect()
    home.pause(True)
    listener.far.send(b"later")
    reading(home).doRead()
    assert listener.received == b""
    home.pause(False)
    reading(home).doRead()
    assert listener.received == b"later"


def test_a_number_that_is_used_again_is_the_new_connections(home: Home, connect: Connect) -> None:
    """A closed descriptor has left the set; forgetting its channel later does not touch its successor."""
    old = connect()
    number = old.ours.fileno()
    old.ours.close()
    new = connect()
    assert new.ours.fileno() == number
    reading(home).lost(old.channel)
    new.far.send(message(4, 0, 1))
    reading(home).doRead()
    assert new.received == message(4, 0, 1)
