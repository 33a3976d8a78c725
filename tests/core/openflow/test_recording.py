"""A capture as a file: whole messages of the right switches, in bounded memory, and it says what it lacks."""

from __future__ import annotations

import gc
import io
import weakref

import pytest
from twisted.internet.address import IPv6Address, UNIXAddress
from twisted.internet.task import Clock

from nox.core.openflow.channel import Channel
from nox.core.openflow.home import Home
from nox.core.openflow.recording import MOST_UNKNOWN, Recording
from nox.core.openflow.tap import Tap
from nox.lib.capture.controlchannel import Piece, pieces
from nox.lib.capture.files import MAGIC_SIZE, packets
from nox.lib.capture.pcapng import STATISTICS
from nox.lib.capture.segments import segments
from nox.lib.capture.writing import HEADER_SIZE, dropped_of, kind_and_size

from . import peer as wire
from .peer import Peer, Transport, message, new_home

ECHO = message(4, wire.ECHO_REQUEST, 7, b"are you there?")
ANSWER = message(4, wire.ECHO_REPLY, 7, b"are you there?")
HELLO = message(4, wire.HELLO, 0)


class File:
    """What a capture writes, and a reader that may be slow.

    :ivar is_full: whether what is written is dropped.
    """

    def __init__(self) -> None:
        self.data = b""
        self.is_full = self.is_over = False

    def write(self, data: bytes) -> bool:
        """Take a part of the file, whole or not at all."""
        if not self.is_full:
            self.data += data
        return not self.is_full

    def over(self) -> None:
        """There is nothing more."""
        self.is_over = True

    def pieces(self) -> list[Piece]:
        """The messages in it, and the holes."""
        return list(pieces(segments(packets(io.BytesIO(self.data[MAGIC_SIZE:]), self.data[:MAGIC_SIZE]))))

    def said(self, *, to_controller: bool) -> list[bytes]:
        """The messages of one direction."""
        return [piece.data for piece in self.pieces() if piece.to_controller == to_controller]

    def dropped(self) -> list[int]:
        """What it says of lost packets, each time."""
        found, at = [], 0
        while at < len(self.data):
            kind, size = kind_and_size(self.data[at : at + HEADER_SIZE])
            if kind == STATISTICS:
                found.append(dropped_of(self.data[at : at + size]))
            at += size
        return found


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def home(clock: Clock) -> Home:
    """Connections on that clock."""
    return new_home(clock)


@pytest.fixture
def tap(home: Home) -> Tap:
    """Who listens to them."""
    return Tap(home)


@pytest.fixture
def file() -> File:
    """Where a capture goes."""
    return File()


def record(tap: Tap, home: Home, file: File, dpid: int | None = None) -> None:
    """Begin a capture."""
    tap.listen(Recording(file.write, home.now, dpid, file.over))


def test_a_file_is_begun_at_once(tap: Tap, home: Home, file: File) -> None:
    """It can be opened before anybody has said a word."""
    record(tap, home, file)
    assert file.data
    assert file.pieces() == []


def test_messages_with_their_time_and_ends(tap: Tap, home: Home, file: File, clock: Clock) -> None:
    """Each direction is one stream between the connection's own ends."""
    clock.advance(7.5)
    switch = Peer(home, 4)
    switch.join()
    record(tap, home, file)
    switch.raw(ECHO)
    home.flusher.flush()
    question, answer = file.pieces()
    assert (question.data, answer.data, question.time) == (ECHO, ANSWER, 7.5)
    assert (question.to_controller, answer.to_controller) == (True, False)
    assert [str(end[0]) for end in (question.source, question.destination)] == ["192.0.2.1", "10.0.0.1"]
    assert (question.source, question.destination) == (answer.destination, answer.source)


def test_a_peer_with_a_scope(tap: Tap, home: Home, file: File) -> None:
    """A link-local IPv6 address has its interface's name behind it, which is no part of a packet."""
    record(tap, home, file)
    channel = Channel(home, "switch")
    ends = IPv6Address("TCP", "fe80::2%eth0", 6653), IPv6Address("TCP", "fe80::1%eth0", 40000)
    channel.makeConnection(Transport(hostAddress=ends[0], peerAddress=ends[1]))
    channel.dataReceived(HELLO)
    assert {str(piece.source[0]) for piece in file.pieces()} == {"fe80::1", "fe80::2"}


def test_connections_without_ports(tap: Tap, home: Home, file: File) -> None:
    """Those of a UNIX socket are told apart all the same, and look like a controller's."""
    record(tap, home, file)
    channels = [Channel(home, "switch") for _ in range(2)]
    for channel in channels:
        channel.makeConnection(Transport(hostAddress=UNIXAddress(b"/s"), peerAddress=UNIXAddress(None)))
    for channel in channels:
        channel.dataReceived(HELLO)
    found = [piece for piece in file.pieces() if piece.to_controller]
    assert [(piece.connection, piece.data) for piece in found] == [(1, HELLO), (2, HELLO)]


def test_a_message_that_has_begun_is_whole(tap: Tap, home: Home, file: File) -> None:
    """A capture that begins within a message begins with it."""
    switch = Peer(home, 4)
    switch.join()
    switch.raw(ECHO[:11])
    record(tap, home, file)
    switch.raw(ECHO[11:] + ECHO)
    assert file.said(to_controller=True) == [ECHO, ECHO]


def test_one_switch(tap: Tap, home: Home, file: File) -> None:
    """Its connection from the hello on, although it says only later which switch it is; and no other's."""
    record(tap, home, file, dpid=2)
    for dpid in (1, 2, 3):
        Peer(home, 4, dpid).join()
    found = file.pieces()
    assert {piece.connection for piece in found} == {1}
    first = [piece.data[:2] for piece in found][:4]
    assert first == [b"\4\0", b"\4\0", b"\4\5", b"\4\6"]  # both hellos, features


def test_a_switch_that_comes_back(tap: Tap, home: Home, file: File) -> None:
    """A second connection between the same ends is another stream: it begins as TCP does."""
    record(tap, home, file, dpid=1)
    for _ in range(2):
        switch = Peer(home, 4)
        switch.join()
        switch.lose()
    assert {piece.connection for piece in file.pieces()} == {1, 2}
    assert not any(piece.missing for piece in file.pieces())


def test_what_is_dropped_is_said(tap: Tap, home: Home, file: File) -> None:
    """A reader that is slow loses packets: their number stands before the next one, and the stream has a hole."""
    switch = Peer(home, 4)
    switch.join()
    record(tap, home, file)
    switch.raw(ECHO)
    file.is_full = True
    switch.raw(ECHO)
    switch.raw(ECHO)
    file.is_full = False
    for _ in range(2):
        switch.raw(ECHO)
    switch.lose()
    assert file.dropped() == [4]
    found = [piece for piece in file.pieces() if piece.to_controller]
    assert [(piece.data, piece.missing) for piece in found] == [
        (ECHO, 0),
        (b"", 2 * len(ECHO)),
        (ECHO, 0),
        (ECHO, 0),
    ]


def test_what_is_dropped_last_is_said_at_the_end(tap: Tap, home: Home, file: File) -> None:
    """Nothing follows it but the end of the component."""
    switch = Peer(home, 4)
    switch.join()
    record(tap, home, file)
    file.is_full = True
    switch.raw(ECHO)
    file.is_full = False
    tap.close()
    assert (file.dropped(), file.is_over) == ([2], True)


def test_what_is_kept_of_an_unknown_switch_has_a_bound(tap: Tap, home: Home, file: File) -> None:
    """One that says a lot before it says who it is: what is too much is dropped, and said once the switch is known."""
    record(tap, home, file, dpid=1)
    switch = Peer(home, 4)
    switch.hello()
    [xid] = [xid for _, kind, xid, _ in switch.take() if kind == wire.FEATURES_REQUEST]
    large = message(4, wire.ECHO_REQUEST, 7, bytes(60000))
    for _ in range(3 * MOST_UNKNOWN // len(large)):
        switch.raw(large)
        switch.transport.clear()
    assert len(file.data) < 1000
    switch.send(wire.FEATURES_REPLY, bytes(7) + b"\1" + bytes(16), xid)
    home.flusher.flush()
    assert MOST_UNKNOWN / 2 < len(file.data) < 1.2 * MOST_UNKNOWN
    assert file.dropped()[-1] > 5


def test_nothing_is_kept_of_a_connection_that_has_gone(tap: Tap, home: Home, file: File) -> None:
    """One that ends before it has said which switch it is leaves nothing, in memory or in the file."""
    record(tap, home, file, dpid=1)
    before = file.data
    switch = Peer(home, 4)
    switch.hello()
    channel = weakref.ref(switch.channel)
    switch.lose()
    del switch
    gc.collect()
    assert (channel(), file.data) == (None, before)
