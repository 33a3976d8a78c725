"""Backpressure both ways, over real sockets, with and without TLS: only the reactor is the test's own."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from twisted.internet import tcp
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.protocols.tls import TLSMemoryBIOFactory

from nox.core.openflow.channel import DEAD, Channel
from nox.core.openflow.home import Home
from nox.core.openflow.outbox import MOST_WAITING, MUCH_WAITING, PIECE
from nox.core.tls.files import Files
from nox.core.tls.identity import Identity
from tests.certificates import Authority

from .descriptors import Descriptors
from .peer import new_home

SLACK = 8 * 1024 * 1024  # bytes that the kernel's buffers may take on both sides


class Connection(tcp.Connection):
    """Twisted's own, over a pair of sockets that are no TCP."""

    def setTcpNoDelay(self, enabled: bool) -> None:
        """Nothing is delayed here."""

    def buffered(self) -> int:
        """Bytes that it keeps."""
        return len(self.dataBuffer) - self.offset + self._tempDataLen


class Pair:
    """A connection: the channel, and the switch's end.

    :ivar received: what the channel was given.
    """

    def __init__(self, reactor: Descriptors, home: Home, secure: Callable[[Channel], Protocol] | None) -> None:
        self._reactor, self.home = reactor, home
        self.ours, self.far = socket.socketpair()
        self.received = bytearray()
        self.channel = Channel(home, "192.0.2.1:40000")
        self.channel.inbox.instead = self.received.extend
        top: Protocol = self.channel if secure is None else secure(self.channel)
        self.connection = Connection(self.ours, top, reactor)
        self.connection.connected = 1
        self.connection.startReading()
        top.makeConnection(self.connection)
        self.far.setblocking(False)

    def handshake(self, context: ssl.SSLContext) -> None:
        """Speak TLS at the far end."""
        self.far = secured = context.wrap_socket(self.far, do_handshake_on_connect=False)
        for _ in range(20):
            try:
                secured.do_handshake()
            except ssl.SSLWantReadError:
                self.turn()
        assert secured.version()

    def turn(self, times: int = 3) -> None:
        """Let the reactor work."""
        for _ in range(times):
            self._reactor.turn()

    def say(self, data: bytes) -> None:
        """As a component does."""
        self.channel.outbox.send(data)
        self.home.flusher.flush()
        self.turn()

    def read(self) -> bytes:
        """What has come at the far end, all of it."""
        read = bytearray()
        for _ in range(2000):
            try:
                read += self.far.recv(1 << 20)
            except (BlockingIOError, ssl.SSLWantReadError):
                if not self._reactor.writers:
                    return bytes(read)
            self.turn()
        raise AssertionError("it does not end")


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture(params=["plain", "TLS"])
def pair(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Iterator[Pair]:
    """A connection of each kind."""
    reactor, home = Descriptors(clock), new_home(clock)
    home.watch(reactor)
    if request.param == "plain":
        made = Pair(reactor, home, None)
    else:
        authority = Authority(tmp_path, "authority")
        ours, theirs = authority.sign("nox"), authority.sign("switch")
        identity = Identity(Files(ours.key, ours.certificate, authority.file))
        factory = TLSMemoryBIOFactory(identity, False, Factory(), clock)
        made = Pair(reactor, home, lambda channel: factory.protocol(factory, channel))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(authority.file)
        context.load_cert_chain(theirs.certificate, theirs.key)
        made.handshake(context)
    made.turn()
    made.read()  # our hello
    yield made
    made.far.close()
    made.ours.close()
    assert home.reading is not None
    home.reading.close()


def test_a_switch_that_does_not_read_is_disconnected(pair: Pair) -> None:
    """At `MOST_WAITING` bytes; until then little of them lies in the transport, and none in two places."""
    said = 0
    while not pair.channel.closing:
        pair.say(bytes(PIECE))
        said += PIECE
        assert pair.connection.buffered() <= 3 * PIECE
        assert said <= MOST_WAITING + SLACK
    assert said > MOST_WAITING
    assert pair.channel.closing == f"the switch does not read: {MOST_WAITING} bytes wait for it"
    pair.turn()
    assert not pair.connection.connected


def test_a_switch_that_reads_late_gets_everything_in_order(pair: Pair) -> None:
    """What waited comes as it was said."""
    said = b"".join(number.to_bytes(4) for number in range(500_000))
    for start in range(0, len(said), 10_000):
        pair.say(said[start : start + 10_000])
    assert pair.read() == said
    pair.say(b"more")
    assert pair.read() == b"more"


def test_nothing_is_read_from_a_switch_for_which_much_waits(pair: Pair) -> None:
    """Its packets would add to that; it is heard again when it has read."""
    pair.say(bytes(SLACK + MUCH_WAITING))
    pair.far.send(b"packet")
    pair.turn()
    assert pair.received == b""
    pair.read()
    pair.turn()
    assert pair.received == b"packet"


def test_a_switch_that_is_slow_to_read_is_heard_once_a_second(pair: Pair) -> None:
    """So that it is not taken for dead."""
    pair.say(bytes(SLACK + MUCH_WAITING))
    for number in range(3):
        pair.far.send(b"%d" % number)
        pair.turn()
        assert len(pair.received) == number
        pair.channel.tick()
        pair.turn()
        pair.say(b"an answer")
    assert pair.received == b"012"


def test_a_switch_that_takes_nothing_is_disconnected(pair: Pair) -> None:
    """However little waits for it."""
    pair.channel.hold(True)
    pair.say(bytes(SLACK))
    for _ in range(DEAD - 1):
        pair.channel.tick()
    assert not pair.channel.closing
    pair.channel.tick()
    assert pair.channel.closing == f"the switch does not read: it has taken nothing for {DEAD} s"


def test_reading_pauses_while_too_many_events_wait(pair: Pair) -> None:
    """And goes on after, with what has come meanwhile."""
    pair.home.pause(True)
    pair.far.send(b"later")
    pair.turn()
    assert pair.received == b""
    pair.home.pause(False)
    pair.turn()
    assert pair.received == b"later"


def test_both_reasons_to_pause_must_have_gone(pair: Pair) -> None:
    """Events that have been handled do not make a switch heard for which much waits, nor the other way round."""
    pair.say(bytes(SLACK + MUCH_WAITING))
    pair.home.pause(True)
    pair.home.pause(False)
    pair.far.send(b"packet")
    pair.turn()
    assert pair.received == b""
    pair.home.pause(True)
    pair.read()
    pair.turn()
    assert pair.received == b""
    pair.home.pause(False)
    pair.turn()
    assert pair.received == b"packet"
