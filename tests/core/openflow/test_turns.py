"""Turns of handshakes: a few at once, and nobody waits for long."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from twisted.python.failure import Failure

from nox.core.openflow.home import Home
from nox.core.openflow.turns import AT_ONCE, LASTS, GiveBack, Turns

from . import peer as wire
from .peer import Peer, new_home

MANY = 1000  # that leave together: more than Python's stack is deep


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> Turns:
    """Turns by that clock."""
    return Turns(clock)


@pytest.fixture
def home(clock: Clock) -> Home:
    """Connections on that clock."""
    return new_home(clock)


def _take(turns: Turns, count: int) -> list[Deferred[GiveBack]]:
    return [turns.take() for _ in range(count)]


def _end(turn: Deferred[GiveBack]) -> None:
    turn.addCallback(lambda give_back: give_back())


def test_so_many_have_a_turn_at_once(turns: Turns) -> None:
    """The next one waits until one of them has ended, and then it is the first that waited."""
    taken = _take(turns, AT_ONCE)
    assert all(turn.called for turn in taken)
    first, second = _take(turns, 2)
    assert not first.called
    _end(taken[1])
    assert first.called
    assert not second.called


def test_a_turn_is_given_back_once(turns: Turns) -> None:
    """Who gives it back again, or after it has ended by itself, takes nobody else's."""
    taken, waiting = _take(turns, AT_ONCE), _take(turns, 2)
    given: list[GiveBack] = []
    taken[0].addCallback(given.append)
    given[0]()
    given[0]()
    assert [turn.called for turn in waiting] == [True, False]


def test_a_turn_ends_by_itself(turns: Turns, clock: Clock) -> None:
    """Peers that keep their turns and say nothing delay the others by that much; so many are let in each time."""
    waiting = _take(turns, 3 * AT_ONCE)[AT_ONCE:]
    clock.advance(LASTS)
    assert [turn.called for turn in waiting] == [True] * AT_ONCE + [False] * AT_ONCE
    clock.advance(LASTS)
    assert all(turn.called for turn in waiting)


def test_no_timer_is_left(turns: Turns, clock: Clock) -> None:
    """A turn that was given back in time leaves none, nor does a controller that stops while some wait."""
    taken = _take(turns, AT_ONCE + 2)
    for turn in taken[:3]:
        _end(turn)
    assert len(clock.getDelayedCalls()) == AT_ONCE - 1
    turns.close()
    assert not clock.getDelayedCalls()


def test_many_switches_that_leave_while_they_wait(home: Home) -> None:
    """Each of them fails as soon as it has its turn. It neither fills the stack nor costs others a turn."""
    peers = [Peer(home, 4, dpid=number) for number in range(1, MANY + 1)]
    for peer in peers:
        peer.send(wire.HELLO)
        for _, kind, xid, body in peer.take():
            peer.answer_one(kind, xid, body)
    with capturedLogs() as events:
        for peer in reversed(peers):  # those that wait first
            peer.channel.connectionLost(Failure(ConnectionDone()))
    assert not [event for event in events if "log_failure" in event]
    for number in range(1, AT_ONCE + 2):
        Peer(home, 4, dpid=number).join()
    assert len(home.datapaths) == AT_ONCE + 1
