"""From a connection to a switch that has joined, and what becomes of peers that do not go that way."""

from __future__ import annotations

import gc
import struct
import weakref

import pytest
from twisted.internet.task import Clock

from nox.core.events.event import CONTINUE, Outcome
from nox.core.openflow.channel import HANDSHAKE
from nox.core.openflow.events import DatapathJoin, DatapathLeave
from nox.core.openflow.handshake import VERSIONS, negotiate
from nox.core.openflow.home import PROBE, Home
from nox.lib.openflow import Version

from . import peer as wire
from .peer import Peer, new_home


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def home(clock: Clock) -> Home:
    """Connections on that clock."""
    return new_home(clock)


@pytest.fixture
def log(home: Home) -> list[str]:
    """Who joined and left."""
    seen: list[str] = []

    def join(event: DatapathJoin) -> Outcome:
        seen.append(f"join {event.datapath}")
        return CONTINUE

    def leave(event: DatapathLeave) -> Outcome:
        seen.append(f"leave {event.datapath}: {event.reason}")
        return CONTINUE

    home.dispatcher.register(DatapathJoin, join, owner="test")
    home.dispatcher.register(DatapathLeave, leave, owner="test")
    return seen


@pytest.mark.parametrize(
    ("version", "offered", "agreed"),
    [
        (1, None, Version.V1_0),
        (4, None, Version.V1_3),
        (6, None, Version.V1_3),
        (6, {4, 6}, Version.V1_3),
        (6, {1, 6}, Version.V1_0),
        (5, {1, 4, 5}, Version.V1_3),
        (2, None, None),
        (3, None, None),
        (6, {5, 6}, None),
        (0, None, None),
    ],
)
def test_the_version_is_the_highest_common_one(version: int, offered: set[int] | None, agreed: Version | None) -> None:
    """1.3.5, section 6.3.1: by bitmap where both have one, else the smaller of the two headers' versions."""
    assert negotiate(VERSIONS, version, None if offered is None else frozenset(offered)) == agreed


@pytest.mark.parametrize("version", [1, 4])
def test_a_switch_joins_with_ports_and_description(home: Home, log: list[str], version: int) -> None:
    """After its handshake a switch is in the table, complete, and its join is announced once."""
    Peer(home, version, dpid=0xAB).join()
    assert log == ["join 00000000000000ab"]
    datapath = home.datapaths[0xAB]
    assert (datapath.version, sorted(datapath.ports)) == (version, [1, 2])
    assert datapath.ports[2].name == "port2"
    assert datapath.description is not None
    assert datapath.description.manufacturer == "Makers"


def test_our_hello_offers_a_bitmap(home: Home) -> None:
    """Version 4 in the header, versions 1 and 4 in the bitmap (1.3.5, section 7.5.1)."""
    [(version, kind, _, body)] = Peer(home, 4).take()
    assert (version, kind, body) == (4, wire.HELLO, struct.pack("!HHI", 1, 8, 1 << 1 | 1 << 4))


def test_what_others_want_in_the_table_is_there_before_the_join(home: Home, log: list[str]) -> None:
    """`before_join` writes, a barrier follows, and only its answer makes the join."""
    order: list[str] = []

    def write(datapath: object) -> None:
        order.append(f"write, joined: {log}")

    home.before_join.append(write)
    Peer(home, 4).join()
    assert order == ["write, joined: []"]
    assert len(log) == 1


def test_a_port_that_changes_during_the_handshake_is_not_missed(home: Home) -> None:
    """After the list of ports and before the join: the table of ports is right all the same."""
    peer = Peer(home, 4)
    home.before_join.append(lambda datapath: peer.port_status(7, 0))
    peer.join()
    assert sorted(home.datapaths[1].ports) == [1, 2, 7]


def test_a_version_nobody_speaks_gets_an_error_and_is_closed(home: Home) -> None:
    """HELLO_FAILED, INCOMPATIBLE with a text, then the end."""
    peer = Peer(home, 2)
    peer.take()
    peer.hello()
    [(_, kind, _, body)] = peer.take()
    assert (kind, body[:4]) == (wire.ERROR, b"\0\0\0\0")
    assert peer.transport.disconnecting
    assert "no common version: it speaks wire version up to 2" in peer.channel.closing


def test_a_hello_that_offers_no_version_is_closed(home: Home) -> None:
    """Its bitmap is empty, and the sentence says so."""
    peer = Peer(home, 4)
    peer.send(wire.HELLO, struct.pack("!HHI", 1, 8, 0))
    assert "no common version: it speaks no version, as its bitmap says, we" in peer.channel.closing


def test_garbage_is_seen_at_its_second_byte(home: Home) -> None:
    """A web client is told that this is OpenFlow, without waiting for the 8 KiB that its bytes would announce."""
    peer = Peer(home, 4)
    peer.take()
    peer.raw(b"GET / HTTP/1.1\r\n")
    assert peer.take()[0][1] == wire.ERROR
    assert peer.transport.disconnecting
    assert "begins with a message of type 69 and not with a hello" in peer.channel.closing


def test_a_length_under_eight_is_an_error(home: Home) -> None:
    """No message is shorter than its header."""
    peer = Peer(home, 4)
    peer.take()
    peer.raw(struct.pack("!BBHI", 4, 0, 7, 0))
    assert peer.take()[0][1] == wire.ERROR
    assert "a message of 7 bytes, shorter than its header" in peer.channel.closing


@pytest.mark.parametrize("said", [b"", struct.pack("!BBHI", 4, 0, 8, 0)], ids=["nothing", "a hello"])
def test_silence_is_closed_within_ten_seconds(home: Home, clock: Clock, said: bytes) -> None:
    """A peer that says nothing, or hello and nothing more, does not stay, nor does one that lets TLS wait for it."""
    peer = Peer(home, 4)
    if said:
        peer.raw(said)
    assert HANDSHAKE < 10
    for _ in range(HANDSHAKE):
        home.tick()
    assert peer.transport.disconnecting
    assert f"the handshake took more than {HANDSHAKE} s" in peer.channel.closing
    clock.advance(10 - HANDSHAKE)
    assert peer.transport.aborted


def test_half_a_message_and_then_nothing_is_closed_within_ten_seconds(home: Home, clock: Clock) -> None:
    """Of a joined switch too; nothing of it is kept."""
    peer = Peer(home, 4)
    peer.join()
    peer.raw(struct.pack("!BBHI", 4, wire.PACKET_IN, 1000, 0) + bytes(100))
    for _ in range(9):
        home.tick()
    assert peer.transport.disconnecting
    assert "half a message" in peer.channel.closing
    assert not peer.channel.unfinished


def test_another_version_after_the_handshake_is_an_error(home: Home, log: list[str]) -> None:
    """BAD_REQUEST, BAD_VERSION; the switch leaves."""
    peer = Peer(home, 4)
    peer.join()
    peer.take()
    peer.send(wire.ECHO_REQUEST, version=1)
    [(_, kind, _, body)] = peer.take()
    assert (kind, body[:4]) == (wire.ERROR, b"\0\1\0\0")
    peer.lose()
    assert log[1].startswith("leave 0000000000000001: a message of wire version 1")


def test_a_peer_that_refuses_our_hello_is_closed(home: Home) -> None:
    """An error instead of a hello means that it speaks none of our versions."""
    peer = Peer(home, 4)
    peer.send(wire.ERROR, b"\0\0\0\0")
    assert "speaks none of our versions" in peer.channel.closing


def test_an_auxiliary_connection_is_refused(home: Home, log: list[str]) -> None:
    """NOX uses main connections alone (1.3.5, section 6.3.6)."""
    peer = Peer(home, 4)
    peer.hello()
    for _, kind, xid, _ in peer.take():
        if kind == wire.FEATURES_REQUEST:
            peer.send(wire.FEATURES_REPLY, struct.pack("!QIBB2xII", 1, 0, 1, 1, 0, 0), xid)
    assert "auxiliary connection of 0000000000000001" in peer.channel.closing
    assert log == []


def test_a_second_connection_of_a_switch_that_answers_is_refused(home: Home, log: list[str]) -> None:
    """The first one is probed, and stays."""
    first, second = Peer(home, 4), Peer(home, 4, address="192.0.2.2")
    first.join()
    second.hello()
    second.answer()
    first.answer()
    assert log == ["join 0000000000000001"]
    assert "switch 0000000000000001 is connected already, from 192.0.2.1:40000" in second.channel.closing


def test_of_two_handshakes_of_a_switch_the_quicker_one_wins(home: Home, log: list[str]) -> None:
    """Both were admitted before either had joined; the slower one is refused when it would join."""
    first, second = Peer(home, 4), Peer(home, 4, address="192.0.2.2")
    first.hello()
    second.hello()
    while heard := [(peer, peer.take()) for peer in (first, second)]:
        if not any(messages for _, messages in heard):
            break
        for peer, messages in heard:
            for message in messages:
                peer.answer_one(*message[1:])
    assert [datapath.channel for datapath in home.datapaths.values()] == [first.channel]
    assert first.channel.closing == ""
    assert second.channel.closing == "switch 0000000000000001 is connected already, from 192.0.2.1:40000"
    assert home.refused == 1
    assert log == ["join 0000000000000001"]


def test_a_second_connection_replaces_one_that_does_not_answer(home: Home, log: list[str]) -> None:
    """A switch that lost its first connection without a word comes back."""
    first, second = Peer(home, 4), Peer(home, 4, address="192.0.2.2")
    first.join()
    second.join()
    for _ in range(PROBE + 1):
        home.tick()
    second.answer()
    assert [line.split(":")[0] for line in log] == [
        "join 0000000000000001",
        "leave 0000000000000001",
        "join 0000000000000001",
    ]
    first.lose()
    assert len(log) == 3
    assert home.datapaths[1].address.startswith("192.0.2.2")


def test_a_switch_that_fails_its_handshake_leaves_nothing(home: Home, clock: Clock, log: list[str]) -> None:
    """No timer, no request, no connection stays when the peer goes in the middle."""
    peer = Peer(home, 4)
    peer.hello()
    peer.lose()
    assert (log, home.channels, home.datapaths) == ([], {}, {})
    assert len(peer.channel.requests) == 0
    clock.advance(0)
    assert clock.getDelayedCalls() == []


def test_a_closed_connection_leaves_no_timer(home: Home, clock: Clock) -> None:
    """It has some seconds to send what is left, and no more; when it has ended, nothing is waiting for it."""
    peer = Peer(home, 4)
    peer.join()
    peer.raw(b"\xff" * 8)
    assert not peer.transport.aborted
    peer.lose()
    clock.advance(0)
    assert clock.getDelayedCalls() == []


def test_a_switch_that_has_gone_is_forgotten_without_the_help_of_the_collector(home: Home, clock: Clock) -> None:
    """Nothing refers to its channel in a circle: its memory is free at once, however many come and go."""
    peer = Peer(home, 4)
    peer.join()
    channel = weakref.ref(peer.channel)
    peer.lose()
    clock.advance(0)
    gc.disable()
    try:
        del peer
        assert channel() is None
    finally:
        gc.enable()
