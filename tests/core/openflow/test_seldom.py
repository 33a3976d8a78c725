"""What a switch may make the log say: seldom, however much it varies it."""

from __future__ import annotations

from nox.core.openflow.seldom import MOST_KINDS, Seldom


def test_each_kind_is_said_when_its_number_has_doubled() -> None:
    """Once at first, and of another kind too."""
    seldom = Seldom()
    assert [seldom.count("one") for _ in range(9)] == [1, 2, 0, 4, 0, 0, 0, 8, 0]
    assert seldom.count("other") == 1


def test_kinds_without_number_are_one() -> None:
    """A switch that makes up a new error each time is said to do so as seldom."""
    seldom = Seldom()
    said = [seldom.count(f"error {number}") for number in range(MOST_KINDS + 1000)]
    assert said[:MOST_KINDS] == [1] * MOST_KINDS
    assert sum(count > 0 for count in said[MOST_KINDS:]) == 10
