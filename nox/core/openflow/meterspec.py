"""Meters as components see them: free of OpenFlow versions (1.3.5, section 5.7). Versions before 1.3 have none."""

from __future__ import annotations

from dataclasses import dataclass

from nox.lib.openflow.enums import MeterFlag
from nox.lib.openflow.messages.meters import Band


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSpec:
    """A meter: what becomes of packets above a rate.

    :ivar meter_id: 32 bits, from 1 to `ReservedMeter.MAX`.
    :ivar bands: `DropBand`, `DscpRemarkBand`, `ExperimenterBand`; a packet falls to the band with the highest rate that
        is exceeded.
    :ivar flags: `MeterFlag` bits: whether rates are kbit/s or packets a second, whether there are bursts and counters.
    """

    meter_id: int
    bands: tuple[Band, ...] = ()
    flags: int = MeterFlag.KBPS


@dataclass(frozen=True, slots=True, kw_only=True)
class BandStats:
    """What fell to one band."""

    packet_count: int | None
    byte_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterStats:
    """What one meter counts.

    :ivar flow_count: flow entries that use it.
    :ivar packet_in_count: packets that went through it; `byte_in_count` too.
    :ivar duration: seconds since it is there.
    """

    meter_id: int
    flow_count: int
    packet_in_count: int | None
    byte_in_count: int | None
    duration: float
    bands: tuple[BandStats, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFeatures:
    """What meters a switch can have.

    :ivar max_meters: how many.
    :ivar band_types: a bit for each type of band: 1 << its number in OpenFlow 1.3.
    :ivar capabilities: `MeterFlag` bits.
    :ivar max_bands: of one meter. :ivar max_color: the highest color value.
    """

    max_meters: int
    band_types: int
    capabilities: int
    max_bands: int
    max_color: int
