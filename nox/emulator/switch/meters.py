"""Meters (1.3.5, section 5.7): each band is a bucket of tokens, which fills at its rate up to its burst."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nox.emulator.switch.refusal import Refused
from nox.lib.openflow.enums import MeterFlag, ReservedMeter
from nox.lib.openflow.errorcodes import MeterModFailed
from nox.lib.openflow.messages import DropBand, DscpRemarkBand
from nox.lib.openflow.messages.meters import Band

MOST: Final = 0xFFFF
MOST_BANDS: Final = 8
BAND_TYPES: Final = 1 << 1 | 1 << 2  # drop, DSCP remark
FLAGS: Final = int(sum(MeterFlag))


class _Bucket:
    """The tokens of one band: bits, or packets."""

    __slots__ = ("bytes", "capacity", "packets", "rate", "tokens", "updated")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate, self.capacity, self.tokens, self.updated = rate, burst, burst, now
        self.packets = self.bytes = 0

    def exceeded(self, cost: float, now: float) -> bool:
        """Take the tokens of a packet; whether there were too few."""
        self.tokens = min(self.capacity, self.tokens + (now - self.updated) * self.rate)
        self.updated = now
        if self.tokens < cost:
            return True
        self.tokens -= cost
        return False


class OneMeter:
    """One meter."""

    __slots__ = ("_buckets", "bands", "bytes", "created", "flags", "meter_id", "packets")

    def __init__(self, meter_id: int, flags: int, bands: tuple[DropBand | DscpRemarkBand, ...], now: float) -> None:
        self.meter_id, self.flags, self.bands, self.created = meter_id, flags, bands, now
        self.packets = self.bytes = 0
        unit = 1.0 if flags & MeterFlag.PKTPS else 1000.0
        self._buckets = [_Bucket(band.rate * unit, self._burst(band) * unit, now) for band in bands]

    def _burst(self, band: DropBand | DscpRemarkBand) -> int:
        """In the unit of the rate. Without one it is a second's worth, as Open vSwitch has it."""
        return band.burst_size if self.flags & MeterFlag.BURST and band.burst_size else band.rate

    def apply(self, size: int, now: float) -> DropBand | DscpRemarkBand | None:
        """Measure a packet: the band of the highest rate that it exceeds; None where it may pass.

        :param size: bytes.
        """
        self.packets += 1
        self.bytes += size
        cost = 1.0 if self.flags & MeterFlag.PKTPS else size * 8.0
        over = [place for place, bucket in enumerate(self._buckets) if bucket.exceeded(cost, now)]
        if not over:
            return None
        place = max(over, key=lambda one: self.bands[one].rate)
        self._buckets[place].packets += 1
        self._buckets[place].bytes += size
        return self.bands[place]

    def counts(self) -> Iterator[tuple[int, int]]:
        """Packets and bytes of each band."""
        return ((bucket.packets, bucket.bytes) for bucket in self._buckets)


class Meters:
    """All meters of a switch."""

    __slots__ = ("_meters",)

    def __init__(self) -> None:
        self._meters: dict[int, OneMeter] = {}

    def __iter__(self) -> Iterator[OneMeter]:
        return iter(tuple(self._meters.values()))

    def get(self, meter_id: int) -> OneMeter | None:
        """The meter of this number."""
        return self._meters.get(meter_id)

    def add(self, meter: OneMeter) -> None:
        """:raises Refused: when it is there already."""
        if meter.meter_id in self._meters:
            raise Refused(MeterModFailed.METER_EXISTS, f"meter {meter.meter_id} is there already")
        self._meters[meter.meter_id] = meter

    def modify(self, meter: OneMeter) -> None:
        """:raises Refused: when it is not there."""
        if meter.meter_id not in self._meters:
            raise Refused(MeterModFailed.UNKNOWN_METER, f"there is no meter {meter.meter_id}")
        meter.created = self._meters[meter.meter_id].created
        self._meters[meter.meter_id] = meter

    def delete(self, meter_id: int) -> tuple[int, ...]:
        """Delete a meter or all; what is not there is not missed. The numbers of those that have gone."""
        chosen = tuple(self._meters) if meter_id == ReservedMeter.ALL else (meter_id,)
        return tuple(number for number in chosen if self._meters.pop(number, None) is not None)


def checked(meter_id: int, flags: int, bands: tuple[Band, ...], now: float) -> OneMeter:
    """The meter that a controller means.

    :raises Refused: when it makes no sense.
    """
    if not 0 < meter_id <= MOST:
        raise Refused(MeterModFailed.INVALID_METER, f"meters are numbered from 1 to {MOST}")
    if flags & ~FLAGS or (flags & MeterFlag.KBPS and flags & MeterFlag.PKTPS):
        raise Refused(MeterModFailed.BAD_FLAGS, "a meter counts kbit/s or packets, not both")
    if len(bands) > MOST_BANDS:
        raise Refused(MeterModFailed.OUT_OF_BANDS, f"a meter has at most {MOST_BANDS} bands")
    known: list[DropBand | DscpRemarkBand] = []
    for band in bands:
        if not isinstance(band, DropBand | DscpRemarkBand):
            raise Refused(MeterModFailed.BAD_BAND, "bands drop or remark")
        if not band.rate:
            raise Refused(MeterModFailed.BAD_RATE, "a band has a rate")
        known.append(band)
    return OneMeter(meter_id, flags, tuple(known), now)
