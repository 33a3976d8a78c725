"""Turns of handshakes: a few at once, and nobody waits for long."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from nox.core.openflow.turns import AT_ONCE, PATIENCE, Turns


def _take(turns: Turns, count: int) -> list[Deferred[None]]:
    return [turns.take() for _ in range(count)]


def test_so_many_have_a_turn_at_once() -> None:
    """The next one waits until one of them has ended, and then it is the first that waited."""
    turns = Turns(Clock())
    assert all(turn.called for turn in _take(turns, AT_ONCE))
    first, second = _take(turns, 2)
    assert not first.called
    turns.give_back()
    assert first.called
    assert not second.called


def test_nobody_waits_for_long() -> None:
    """Peers that keep their turns and say nothing delay the others by a second, and no more."""
    clock = Clock()
    turns = Turns(clock)
    waiting = _take(turns, AT_ONCE + 3)[AT_ONCE:]
    clock.advance(PATIENCE)
    assert all(turn.called for turn in waiting)
    turns.give_back()  # of more than may be: nobody follows
    assert not turns.take().called


def test_a_turn_that_came_in_time_leaves_no_timer() -> None:
    """Nor does a controller that stops while some wait."""
    clock = Clock()
    turns = Turns(clock)
    _take(turns, AT_ONCE + 2)
    turns.give_back()
    assert len(clock.getDelayedCalls()) == 1
    turns.close()
    assert not clock.getDelayedCalls()
