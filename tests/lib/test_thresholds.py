"""Thresholds that do not flutter, and logs that do not fill."""

from __future__ import annotations

from nox.lib.thresholds import Sparing, Threshold


def test_a_threshold_is_crossed_once() -> None:
    """It is told when a figure comes above, and again when it is a tenth below; not for what is between."""
    threshold = Threshold(100.0)
    said = [threshold.crossed("port", figure) for figure in (99.0, 100.0, 120.0, 95.0, None, 89.0, 50.0, 100.0)]
    assert said == [None, True, None, None, None, False, None, True]


def test_what_has_gone_is_forgotten() -> None:
    """A port that is new crosses anew."""
    threshold = Threshold(1.0)
    threshold.crossed("port", 2.0)
    threshold.forget("port")
    assert threshold.above == set()
    assert threshold.crossed("port", 2.0)


def test_a_log_is_spared() -> None:
    """Ten lines a minute; the others are counted, and told with the next that is allowed."""
    sparing = Sparing()
    assert sum(sparing.allows(100.0) for _ in range(25)) == 10
    assert sparing.allows(161.0)
    assert (sparing.take(), sparing.take()) == (15, 0)
