"""Rates from counters that grow: pure. A counter may wrap around, begin anew, or not be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nox.core.openflow.statistics import PortStats

_WIDTHS: Final = (32, 64)  # bits of counters: OpenFlow's have 64, and some switches count with 32
_UNKNOWN_SPEED: Final = 1 << 31  # bytes that a port of unknown speed may count in between, where its counter went back
_SMALLEST: Final = 64  # bytes of a frame
_TOLERANCE: Final = 1.25  # counters are not read at the moment that is written beside them


def grown(before: int | None, after: int | None, most: float) -> int | None:
    """By how much a counter has grown; None where that is not known.

    One that is smaller than before has wrapped around where it then has grown by at most `most`; otherwise it has begun
    anew, and what it had counted until then is lost.
    """
    if before is None or after is None:
        return None
    if after >= before:
        return after - before
    around = (after - before + (1 << bits) for bits in _WIDTHS if before < 1 << bits)
    return next((growth for growth in around if growth <= most), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """A port's counters. :ivar at: when the answer came, seconds."""

    at: float
    stats: PortStats


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRates:
    """What a port's counters have grown by, each second. None: not kept, or begun anew.

    :ivar at: when the later reading came, seconds. :ivar dropped: in both directions; `errors` too.
    """

    at: float
    rx_packets: float | None
    tx_packets: float | None
    rx_bytes: float | None
    tx_bytes: float | None
    dropped: float | None
    errors: float | None


def port_rates(before: Reading, after: Reading, speed: int) -> PortRates | None:
    """The rates between two readings; None where the port began anew in between, or no time went by.

    :param speed: kbit/s, 0 for unknown: how far a counter can get that went back.
    """
    seconds = _seconds(before, after)
    if seconds is None:
        return None
    most_bytes = speed * 125 * seconds * _TOLERANCE if speed else float(_UNKNOWN_SPEED)

    def rate(name: str) -> float | None:
        most = most_bytes if name.endswith("bytes") else most_bytes / _SMALLEST
        growth = grown(getattr(before.stats, name), getattr(after.stats, name), most)
        return None if growth is None else growth / seconds

    return PortRates(
        at=after.at,
        rx_packets=rate("rx_packets"),
        tx_packets=rate("tx_packets"),
        rx_bytes=rate("rx_bytes"),
        tx_bytes=rate("tx_bytes"),
        dropped=_sum(rate("rx_dropped"), rate("tx_dropped")),
        errors=_sum(rate("rx_errors"), rate("tx_errors")),
    )


def _seconds(before: Reading, after: Reading) -> float | None:
    """How long it was: as the switch says, which the way of the answer does not disturb, or by our clock.

    A switch whose figure differs by half from ours is not believed; one that went back says that the port is new.
    """
    elapsed = after.at - before.at
    one, other = before.stats.duration, after.stats.duration
    told = other - one if one is not None and other is not None else elapsed
    if elapsed <= 0 or told < 0:
        return None
    return told if abs(told - elapsed) <= elapsed / 2 else elapsed


def _sum(*rates: float | None) -> float | None:
    """The sum of those that are known; None where none is."""
    known = [rate for rate in rates if rate is not None]
    return sum(known) if known else None
