"""Who is not trusted to forward, and until when."""

from __future__ import annotations

from nox.netapps.routing.blame import Suspect
from nox.netapps.routing.mistrust import FIRST, MOST, Key, Mistrust, Pair


def pair(number: int) -> Pair:
    """Two hosts."""
    return (number.to_bytes(6), 0), (bytes(6), 0)


def test_hosts_that_lose_much_leave_room_for_what_concerns_everybody() -> None:
    """More pairs of hosts than are kept open no case; a switch that loses everybody's flows still has one."""
    mistrust = Mistrust()
    for number in range(MOST):
        assert mistrust.convict(Key(Suspect(1), pair(number)), 0.0) is not None
    assert mistrust.convict(Key(Suspect(1), pair(MOST)), 0.0) is None
    assert mistrust.convict(Key(Suspect(1)), 0.0) is not None
    assert mistrust.get(Key(Suspect(1))) is not None


def test_who_is_convicted_again_is_tried_more_seldom() -> None:
    """Each time it lasts twice as long."""
    mistrust, key, now = Mistrust(), Key(Suspect(1, 2)), 0.0
    for times in range(3):
        case = mistrust.convict(key, now)
        assert case is not None
        assert case.until - now == FIRST * 2**times
        now = case.until
        assert mistrust.due(now) == [case]
        mistrust.acquit(case, now)
        assert mistrust.get(key) is None
