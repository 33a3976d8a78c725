"""Listening to connections: all that they carry, as long as somebody listens, and nothing after."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from twisted.internet.task import Clock

from nox.core.openflow.channel import Channel
from nox.core.openflow.home import Home
from nox.core.openflow.tap import Tap
from nox.lib.openflow import messages

from . import peer as wire
from .peer import Peer, message, new_home


class Heard(NamedTuple):
    """What an ear was told."""

    channel: Channel
    data: bytes
    is_ours: bool


class Ear:
    """Remembers what it hears."""

    def __init__(self) -> None:
        self.all: list[Heard] = []
        self.new: list[Channel] = []
        self.gone: list[Channel] = []
        self.is_closed = False

    def made(self, channel: Channel) -> None:
        """Note it."""
        self.new.append(channel)

    def heard(self, channel: Channel, data: bytes, *, is_ours: bool) -> None:
        """Note it."""
        self.all.append(Heard(channel, data, is_ours))

    def ended(self, channel: Channel) -> None:
        """Note it."""
        self.gone.append(channel)

    def closed(self) -> None:
        """Note it."""
        self.is_closed = True

    def said(self, channel: Channel, *, is_ours: bool) -> bytes:
        """All that one end of a connection said."""
        return b"".join(one.data for one in self.all if one.channel is channel and one.is_ours == is_ours)


@pytest.fixture
def home() -> Home:
    """Connections on a clock of the test's own."""
    return new_home(Clock())


@pytest.fixture
def tap(home: Home) -> Tap:
    """Who listens to them."""
    return Tap(home)


ECHO = message(4, wire.ECHO_REQUEST, 7, b"are you there?")
ANSWER = message(4, wire.ECHO_REPLY, 7, b"are you there?")


def test_both_directions_of_a_connection_that_stands(home: Home, tap: Tap) -> None:
    """What the switch says and what it is sent, in order; what was before is not heard."""
    switch, ear = Peer(home, 4), Ear()
    switch.join()
    tap.listen(ear)
    switch.raw(ECHO)
    home.flusher.flush()
    assert ear.all == [(switch.channel, ECHO, False), (switch.channel, ANSWER, True)]
    assert switch.transport.value() == ANSWER


def test_a_connection_that_is_made_meanwhile_is_heard_from_its_first_byte(home: Home, tap: Tap) -> None:
    """Its handshake included, and its end is told once, after all that it carried."""
    ear = Ear()
    tap.listen(ear)
    switch = Peer(home, 4)
    switch.hello()
    home.flusher.flush()
    ours = [kind for _, kind, _, _ in wire.split(ear.said(switch.channel, is_ours=True))]
    assert ours == [wire.HELLO, wire.FEATURES_REQUEST]
    assert ear.said(switch.channel, is_ours=False) == message(4, wire.HELLO, 0)
    switch.lose()
    assert (ear.new, ear.gone) == ([switch.channel], [switch.channel])


def test_the_last_words_are_heard(home: Home, tap: Tap) -> None:
    """What is sent because a connection is about to close: the error that says why; and nothing that comes after it."""
    switch, ear = Peer(home, 4), Ear()
    switch.join()
    tap.listen(ear)
    switch.raw(message(4, 255, 3)[:2] + b"\0\3" + b"\0\0\0\1")
    assert [kind for _, kind, _, _ in wire.split(ear.said(switch.channel, is_ours=True))] == [wire.ERROR]
    before = len(ear.all)
    switch.raw(ECHO)
    assert len(ear.all) == before


def test_a_message_that_has_begun(home: Home, tap: Tap) -> None:
    """Its first half came before: it is told at once, so that the stream begins with a whole message."""
    switch, ear = Peer(home, 4), Ear()
    switch.join()
    switch.raw(ECHO[:11])
    tap.listen(ear)
    switch.raw(ECHO[11:])
    assert ear.said(switch.channel, is_ours=False) == ECHO


def test_several_listen(home: Home, tap: Tap) -> None:
    """Each hears from when it began until it ends; ending twice does no harm."""
    switch, first, second = Peer(home, 4), Ear(), Ear()
    switch.join()
    end_first = tap.listen(first)
    switch.raw(ECHO)
    end_second = tap.listen(second)
    switch.raw(ECHO)
    end_first()
    end_first()
    switch.raw(ECHO)
    end_second()
    assert [ear.said(switch.channel, is_ours=False).count(ECHO) for ear in (first, second)] == [2, 2]


def test_nothing_is_left_when_nobody_listens(home: Home, tap: Tap) -> None:
    """Connections, old and new, are as if nobody had ever listened."""
    switch, ear = Peer(home, 4), Ear()
    switch.join()
    end = tap.listen(ear)
    other = Peer(home, 4, dpid=2)
    other.join()
    assert home.flusher.flush_one is not None
    end()
    heard = list(ear.all)
    for one in (switch, other):
        one.raw(ECHO)
        assert one.take()
        assert one.channel.inbox.instead is None
    assert (home.on_connected, home.on_disconnected) == ([], [])
    assert home.flusher.flush_one is None
    switch.lose()
    assert (ear.all, ear.gone) == (heard, [])


def test_a_listener_that_ends_while_it_is_told(home: Home, tap: Tap) -> None:
    """It hears nothing more, and the message is handled all the same."""
    switch = Peer(home, 4)
    switch.join()

    class Once(Ear):
        def heard(self, channel: Channel, data: bytes, *, is_ours: bool) -> None:
            super().heard(channel, data, is_ours=is_ours)
            end()

    ear = Once()
    end = tap.listen(ear)
    switch.raw(ECHO + ECHO)
    assert [one.data for one in ear.all] == [ECHO + ECHO]
    assert [kind for _, kind, _, _ in switch.take()] == [wire.ECHO_REPLY] * 2


def test_the_end_of_the_component(home: Home, tap: Tap) -> None:
    """Who listens is told, after the last words of each connection."""
    switch, ear = Peer(home, 4), Ear()
    switch.join()
    tap.listen(ear)
    switch.channel.send(messages.EchoRequest(data=b"last"))
    home.close()
    tap.close()
    assert ear.is_closed
    assert b"last" in ear.said(switch.channel, is_ours=True)
    assert home.flusher.flush_one is None
