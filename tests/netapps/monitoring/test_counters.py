"""Rates from counters that wrap, begin anew or are not kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.core.openflow.statistics import PortStats
from nox.netapps.monitoring.counters import PortRates, Reading, grown, port_rates

GIGABIT = 1_000_000  # kbit/s

BEFORE = PortStats(
    number=1,
    rx_packets=100,
    tx_packets=200,
    rx_bytes=1000,
    tx_bytes=2000,
    rx_dropped=1,
    tx_dropped=2,
    rx_errors=3,
    tx_errors=None,
    rx_frame_err=None,
    rx_over_err=None,
    rx_crc_err=None,
    collisions=None,
    duration=50.0,
)


def rates(before: PortStats, after: PortStats, seconds: float = 10.0, speed: int = GIGABIT) -> PortRates | None:
    """The rates between two answers that came so many seconds apart."""
    return port_rates(Reading(100.0, before), Reading(100.0 + seconds, after), speed)


@given(st.integers(0, 1 << 64 - 1), st.integers(0, 1 << 40))
def test_a_counter_grows(before: int, growth: int) -> None:
    """What it has grown by is the difference, whatever the bound."""
    assert grown(before, before + growth, 0.0) == growth


@pytest.mark.parametrize("bits", [32, 64])
@given(data=st.data())
def test_a_counter_wraps(bits: int, data: st.DataObject) -> None:
    """One that has gone past its width has grown by what is between, where so much could have gone through."""
    before = data.draw(st.integers((1 << bits) - 1000, (1 << bits) - 1))
    growth = data.draw(st.integers((1 << bits) - before, 2000))
    assert grown(before, (before + growth) % (1 << bits), 2000) == growth


@given(st.integers(1, 1 << 31), st.data())
def test_a_counter_begins_anew(before: int, data: st.DataObject) -> None:
    """One that went back by more than a wrap explains has begun anew: what it lost is unknown."""
    assert grown(before, data.draw(st.integers(0, before - 1)), 1000) is None


def test_a_counter_that_is_not_kept() -> None:
    """It has no rate."""
    assert grown(None, 5, 1e9) is None
    assert grown(5, None, 1e9) is None


def test_rates_are_by_the_second() -> None:
    """Drops and errors of both directions are one figure; of what is not kept the other half."""
    after = replace(BEFORE, rx_packets=150, tx_bytes=102_000, tx_dropped=12, rx_errors=23, duration=60.0)
    found = rates(BEFORE, after)
    assert found is not None
    assert (found.rx_packets, found.tx_bytes, found.dropped, found.errors) == (5.0, 10_000.0, 1.0, 2.0)


def test_the_switch_says_how_long_it_was() -> None:
    """An answer that took a second longer changes no rate, as the switch's own time stands in it."""
    after = replace(BEFORE, rx_bytes=11_000, duration=60.0)
    found = rates(BEFORE, after, seconds=11.0)
    assert found is not None
    assert found.rx_bytes == 1000.0


def test_a_switch_whose_time_stands_still() -> None:
    """Its time is not believed: ours counts."""
    found = rates(BEFORE, replace(BEFORE, rx_bytes=11_000))
    assert found is not None
    assert found.rx_bytes == 1000.0


def test_a_port_that_is_new() -> None:
    """Its time went back: nothing is known, also where its counters happen to be higher."""
    assert rates(BEFORE, replace(BEFORE, rx_bytes=11_000, duration=2.0)) is None


def test_a_switch_that_restarts_without_a_time() -> None:
    """1.0 tells no time: counters that went back far are unknown, and no rate is made up."""
    old = replace(BEFORE, duration=None, rx_bytes=1_000_000_000)
    found = rates(old, replace(old, rx_bytes=500, rx_packets=101))
    assert found is not None
    assert (found.rx_bytes, found.rx_packets) == (None, 0.1)


def test_a_wrap_at_a_slow_port() -> None:
    """A counter of 32 bits that wraps shows what its speed allows: 100 kB more within 10 s."""
    old = replace(BEFORE, duration=None, rx_bytes=(1 << 32) - 50_000)
    found = rates(old, replace(old, rx_bytes=50_000), speed=10_000)
    assert found is not None
    assert found.rx_bytes == 10_000.0
