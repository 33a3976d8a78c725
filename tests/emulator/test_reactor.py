"""Time and TCP inside of the process."""

from __future__ import annotations

import pytest
from twisted.internet.error import (
    CannotListenError,
    ConnectionAborted,
    ConnectionDone,
    ConnectionLost,
    ConnectionRefusedError,
)
from twisted.internet.interfaces import (
    IListeningPort,
    IPushProducer,
    IReactorTCP,
    IReactorTime,
    ITCPTransport,
    ITransport,
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer
from zope.interface.verify import verifyObject

from nox.emulator.fabric.queue import Queue
from nox.emulator.pipe import Half
from nox.emulator.reactor import EmulatedReactor
from nox.lib.errors import NoxError


@implementer(IPushProducer)
class Said(Protocol):
    """Notes what comes, and when."""

    def __init__(self, reactor: EmulatedReactor) -> None:
        self.reactor = reactor
        self.heard: list[tuple[float, bytes]] = []
        self.end: Failure | None = None
        self.held: list[str] = []

    @property
    def half(self) -> Half:
        """Its transport."""
        assert isinstance(self.transport, Half)
        return self.transport

    def dataReceived(self, data: bytes) -> None:
        """Note it."""
        self.heard.append((self.reactor.seconds(), data))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Note it."""
        self.end = reason

    def pauseProducing(self) -> None:
        """Wait."""
        self.held.append("pause")

    def resumeProducing(self) -> None:
        """Go on."""
        self.held.append("resume")

    def stopProducing(self) -> None:
        """Stop."""
        self.held.append("stop")


class World:
    """A port, and a connection to it."""

    def __init__(self) -> None:
        self.queue = Queue()
        self.reactor = EmulatedReactor(self.queue, latency=0.5)
        self.servers: list[Said] = []
        self.port = self.reactor.listenTCP(6653, Factory.forProtocol(self._server))

    def _server(self) -> Said:
        self.servers.append(Said(self.reactor))
        return self.servers[-1]

    def connect(self) -> tuple[Said, Said]:
        """Both ends of a new connection."""
        client = Said(self.reactor)
        self.reactor.endpoint(6653).connect(Factory.forProtocol(lambda: client))
        return client, self.servers[-1]


def test_interfaces() -> None:
    """All that is promised is there."""
    world = World()
    client, _ = world.connect()
    assert verifyObject(IReactorTime, world.reactor)
    assert verifyObject(IReactorTCP, world.reactor)
    assert verifyObject(IListeningPort, world.port)
    assert verifyObject(ITCPTransport, client.half)
    assert verifyObject(ITransport, client.half)


def test_timed_calls() -> None:
    """They are made in order; cancelled, put off and brought forward as with any reactor."""
    reactor = World().reactor
    queue = reactor._queue
    done: list[tuple[str, float]] = []

    def note(what: str) -> None:
        done.append((what, reactor.seconds()))

    reactor.callLater(1, note, "a")
    reactor.callLater(2, note, "cancelled").cancel()
    put_off = reactor.callLater(1, note, "c")
    put_off.delay(2)
    brought_forward = reactor.callLater(9, note, "b")
    brought_forward.reset(2)
    assert len(reactor.getDelayedCalls()) == 3
    queue.run(10)
    assert done == [("a", 1), ("b", 2), ("c", 3)]
    assert reactor.getDelayedCalls() == []


def test_a_call_that_fails() -> None:
    """It does not stop the others."""
    world = World()
    done: list[int] = []
    world.reactor.callLater(1, lambda: 1 / 0)
    world.reactor.callLater(2, done.append, 2)
    world.queue.run(3)
    assert done == [2]


def test_bytes() -> None:
    """They arrive after the latency, in order, both ways; addresses are each other's."""
    world = World()
    client, server = world.connect()
    client.half.write(b"on")
    client.half.writeSequence([b"e", b""])
    world.queue.run(0.4)
    server.half.write(b"two")
    assert server.heard == []
    world.queue.run(2)
    assert server.heard == [(0.5, b"one")]
    assert client.heard == [(0.9, b"two")]
    assert client.half.getPeer() == server.half.getHost()
    assert client.half.getHost() == server.half.getPeer()


def test_close() -> None:
    """What was written before arrives; then both hear of the end; what is written after goes nowhere."""
    world = World()
    client, server = world.connect()
    client.half.write(b"last words")
    client.half.loseConnection()
    client.half.write(b"too late")
    world.queue.run(2)
    assert server.heard == [(0.5, b"last words")]
    for end in (client, server):
        assert end.end is not None
        assert end.end.check(ConnectionDone)


def test_abort() -> None:
    """What is on its way is lost."""
    world = World()
    client, server = world.connect()
    client.half.write(b"last words")
    client.half.abortConnection()
    world.queue.run(2)
    assert server.heard == []
    assert client.end is not None
    assert server.end is not None
    assert client.end.check(ConnectionAborted)
    assert server.end.check(ConnectionLost)


def test_slow_reader() -> None:
    """Who does not read gets nothing, and who writes to it is asked to wait; nothing is lost."""
    world = World()
    client, server = world.connect()
    client.half.registerProducer(client, True)
    server.half.pauseProducing()
    for _ in range(3):
        client.half.write(bytes(40_000))
    world.queue.run(2)
    assert (server.heard, client.held) == ([], ["pause"])
    server.half.resumeProducing()
    world.queue.run(4)
    assert sum(len(data) for _, data in server.heard) == 120_000
    assert client.held == ["pause", "resume"]
    client.half.abortConnection()
    world.queue.run(5)
    assert client.held == ["pause", "resume", "stop"]


def test_close_while_paused() -> None:
    """The end is heard of after what was written, when it reads again."""
    world = World()
    client, server = world.connect()
    server.half.pauseProducing()
    client.half.write(b"data")
    client.half.loseConnection()
    world.queue.run(2)
    assert server.end is None
    server.half.resumeProducing()
    world.queue.run(4)
    assert [data for _, data in server.heard] == [b"data"]
    assert server.end is not None


def test_refused() -> None:
    """Nobody listens, or whoever does accepts nobody yet or any more."""
    world = World()

    def refused(number: int) -> bool:
        failures: list[Failure] = []
        world.reactor.endpoint(number).connect(Factory.forProtocol(Protocol)).addErrback(failures.append)
        return bool(failures) and failures[0].check(ConnectionRefusedError) is not None

    assert refused(6654)
    assert not refused(6653)
    world.port.stopListening()
    assert refused(6653)


def test_port_in_use() -> None:
    """Two cannot listen on one; 0 is any that is free."""
    world = World()
    with pytest.raises(CannotListenError):
        world.reactor.listenTCP(6653, Factory())
    hosts = {str(world.reactor.listenTCP(0, Factory()).getHost()) for _ in range(3)}
    assert len(hosts) == 3


def test_nobody_to_connect_to() -> None:
    """A component that connects to the world is told that there is none."""
    with pytest.raises(NoxError, match="there is no network but the emulated one"):
        World().reactor.connectTCP("192.0.2.1", 80, Factory())
