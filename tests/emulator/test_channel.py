"""A switch's control channel: connecting, connecting again, and what it says of a controller that is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.error import ConnectionDone, ConnectionRefusedError, TimeoutError
from twisted.internet.protocol import Protocol
from twisted.internet.tcp import Connector
from twisted.internet.testing import EventLoggingObserver, MemoryReactorClock
from twisted.logger import globalLogPublisher
from twisted.python.failure import Failure

from nox.emulator.switch.switch import Switch
from nox.lib.openflow.codec import encode
from nox.lib.openflow.frames import frames
from nox.lib.openflow.messages import EchoReply, EchoRequest, Error, FeaturesReply, FeaturesRequest, Hello, Message
from nox.lib.openflow.versions import Version
from tests.core.openflow.peer import Transport
from tests.emulator.driver import SwitchDriver


class Far(Transport):
    """A transport, with the protocol of the switch on it."""

    protocol: Protocol

    def end(self) -> None:
        """The connection has been closed."""
        self.protocol.connectionLost(Failure(ConnectionDone()))


class World:
    """A switch with one controller at the other end of a transport that the test holds."""

    def __init__(self) -> None:
        self.reactor = MemoryReactorClock()
        self.sent: list[tuple[int, bytes]] = []
        switch = Switch(0xAB)
        switch.add_port(1)
        self.driver = SwitchDriver(switch, self.reactor, lambda number, frame: self.sent.append((number, frame)))
        endpoint = TCP4ClientEndpoint(self.reactor, "192.0.2.1", 6653)
        self.channel = self.driver.connect(endpoint, "tcp:192.0.2.1:6653")

    @property
    def attempts(self) -> int:
        """How often it has tried to connect."""
        return len(self.reactor.tcpClients)

    def fail(self, reason: Exception) -> None:
        """The last attempt fails."""
        host, port, factory = self.reactor.tcpClients[-1][:3]
        factory.clientConnectionFailed(Connector(host, port, factory, 30.0, None, self.reactor), Failure(reason))

    def accept(self) -> Far:
        """The last attempt succeeds."""
        host, port, factory = self.reactor.tcpClients[-1][:3]
        protocol = factory.buildProtocol(IPv4Address("TCP", host, port))
        assert isinstance(protocol, Protocol)
        transport = Far()
        transport.protocol = protocol
        protocol.makeConnection(transport)
        return transport


def say(transport: Far, *messages: Message) -> None:
    """Messages of the controller."""
    for message in messages:
        transport.protocol.dataReceived(encode(message, Version.V1_3))


def heard(transport: Far) -> list[Message]:
    """What the controller has got."""
    data = bytearray(transport.value())
    transport.clear()
    return [frame.decode() for frame in frames(data)]


@pytest.fixture
def log() -> Iterator[EventLoggingObserver]:
    """What is logged."""
    observer = EventLoggingObserver()
    globalLogPublisher.addObserver(observer)
    yield observer
    globalLogPublisher.removeObserver(observer)


def sentences(log: EventLoggingObserver) -> list[str]:
    """What the emulator has logged of its controllers."""
    return [str(event["sentence"]) for event in log if "sentence" in event]


def test_answers() -> None:
    """It says hello at once, and answers."""
    world = World()
    transport = world.accept()
    assert isinstance(heard(transport)[0], Hello)
    assert not world.channel.ready
    say(transport, Hello(), FeaturesRequest())
    (reply,) = heard(transport)
    assert isinstance(reply, FeaturesReply)
    assert world.channel.ready


def test_refused(log: EventLoggingObserver) -> None:
    """Nobody listens: it tries again, waits longer each time, and says so once."""
    world = World()
    waits = []
    for _ in range(8):
        before, world_before = world.attempts, world.reactor.seconds()
        world.fail(ConnectionRefusedError())
        while world.attempts == before:
            world.reactor.advance(0.25)
        waits.append(world.reactor.seconds() - world_before)
    assert waits == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert sentences(log) == ["it refuses the connection"]


def test_another_failure(log: EventLoggingObserver) -> None:
    """Another reason is another sentence."""
    world = World()
    world.fail(ConnectionRefusedError())
    world.reactor.advance(0.25)
    world.fail(TimeoutError())
    assert sentences(log) == ["it refuses the connection", "it does not answer"]


def test_closed(log: EventLoggingObserver) -> None:
    """A controller that closes the connection is connected to again, soon, and the switch is told."""
    world = World()
    transport = world.accept()
    say(transport, Hello())
    transport.end()
    assert world.driver.switch.connections == []
    world.reactor.advance(0.25)
    assert world.attempts == 2
    say(world.accept(), Hello())
    assert world.channel.ready
    assert sentences(log) == ["it has closed the connection"]


def test_silent(log: EventLoggingObserver) -> None:
    """A controller that says nothing is asked, then given up; one that answers is kept."""
    world = World()
    transport = world.accept()
    say(transport, Hello())
    heard(transport)
    world.reactor.pump([1.0] * 5)
    assert [type(message) for message in heard(transport)] == [EchoRequest]
    say(transport, EchoReply())
    world.reactor.pump([1.0] * 9)
    assert not transport.disconnecting
    world.reactor.pump([1.0] * 1)
    assert transport.disconnecting
    transport.end()
    assert sentences(log) == ["it has said nothing for 10 s"]


def test_no_common_version(log: EventLoggingObserver) -> None:
    """A controller of other versions gets the error that the specification names."""
    world = World()
    transport = world.accept()
    heard(transport)
    say(transport, Hello.offering([6]))
    (error,) = heard(transport)
    assert isinstance(error, Error)
    assert (error.type, error.code) == (0, 0)
    assert transport.disconnecting
    transport.end()
    assert sentences(log) == ["it speaks no version of OpenFlow that the switch speaks"]


def test_garbage(log: EventLoggingObserver) -> None:
    """What is no OpenFlow ends the connection."""
    world = World()
    transport = world.accept()
    say(transport, Hello())
    transport.protocol.dataReceived(b"\4\0\0\4\0\0\0\0")
    assert transport.disconnecting
    transport.end()
    assert sentences(log)[0].startswith("it sends what is not OpenFlow: a message of 4 bytes")


def test_slow_reader() -> None:
    """A controller that does not read is not read either, and gets what waits when it reads again."""
    world = World()
    transport = world.accept()
    say(transport, Hello())
    heard(transport)
    assert transport.producer is not None
    transport.producer.pauseProducing()
    assert transport.producerState == "paused"
    say(transport, EchoRequest(data=b"1"))
    assert heard(transport) == []
    transport.producer.resumeProducing()
    assert transport.producerState == "producing"
    assert heard(transport) == [EchoReply(data=b"1")]


def test_last_words_that_nobody_reads() -> None:
    """A connection that is closed and does not end is cut after a second."""
    world = World()
    transport = world.accept()
    say(transport, Hello.offering([6]))
    world.reactor.advance(0.9)
    assert not transport.aborted
    world.reactor.advance(0.1)
    assert transport.aborted


def test_stop() -> None:
    """Stopping closes the connection, is done when it is closed, and leaves no timer."""
    world = World()
    transport = world.accept()
    say(transport, Hello())
    done = Deferred.fromCoroutine(world.driver.stop())
    assert transport.disconnecting
    assert not done.called
    transport.end()
    assert done.called
    assert world.reactor.getDelayedCalls() == []


def test_stop_while_it_waits() -> None:
    """Stopping between two attempts ends them."""
    world = World()
    world.fail(ConnectionRefusedError())
    assert Deferred.fromCoroutine(world.driver.stop()).called
    assert world.reactor.getDelayedCalls() == []


def test_stop_while_it_connects() -> None:
    """Stopping in the middle of an attempt ends it."""
    world = World()
    assert Deferred.fromCoroutine(world.driver.stop()).called
    assert [call for call in world.reactor.getDelayedCalls() if call.active()] == []
