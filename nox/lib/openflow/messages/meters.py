"""Meters, since 1.3: how to change them, what they count, what they are (1.3.5, sections 7.3.4.5 and 7.3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U8, U16, U32, U64, ListOf, Many, Rest, Tagged
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.multipart import PREFIX, MultipartReply, MultipartRequest
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown, pad, size
from nox.lib.openflow.versions import Version


class Band(Structure):
    """What is done with packets above a rate."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnknownBand(Band, Unknown):
    """A band of a type that we do not know, as it came."""

    type: int
    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropBand(Band):
    """Drop packets above the rate.

    :ivar rate: kbit/s or packets a second, as the meter's flags say; `burst_size`: kbit or packets.
    """

    rate: int
    burst_size: int = 0
    LAYOUT: ClassVar[Layout] = (Field("rate", U32), Field("burst_size", U32), pad(4))


@dataclass(frozen=True, slots=True, kw_only=True)
class DscpRemarkBand(Band):
    """Raise the drop precedence of packets above the rate; `rate` and `burst_size` as in `DropBand`.

    :ivar prec_level: by how much.
    """

    rate: int
    burst_size: int = 0
    prec_level: int
    LAYOUT: ClassVar[Layout] = (Field("rate", U32), Field("burst_size", U32), Field("prec_level", U8), pad(3))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimenterBand(Band):
    """A band that somebody defined; `rate` and `burst_size` as in `DropBand`."""

    rate: int
    burst_size: int = 0
    experimenter: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (
        Field("rate", U32),
        Field("burst_size", U32),
        Field("experimenter", U32),
        Field("data", Rest()),
    )


BAND_NUMBERS: Final = Numbers[Band](
    "meter band",
    UnknownBand,
    {
        DropBand: {Version.V1_3: 1},
        DscpRemarkBand: {Version.V1_3: 2},
        ExperimenterBand: {Version.V1_3: 0xFFFF},
    },
)
BANDS: Final = Many[Band](Tagged(BAND_NUMBERS, (1, 6)))  # OFPET_BAD_REQUEST, OFPBRC_BAD_LEN


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterMod(Message):
    """Adds, changes or deletes a meter.

    :ivar command: ``ofp_meter_mod_command``.
    :ivar flags: ``ofp_meter_flags``.
    """

    command: int
    flags: int = 0
    meter_id: int
    bands: tuple[Band, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        Field("command", U16),
        Field("flags", U16),
        Field("meter_id", U32),
        Field("bands", BANDS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterStatsRequest(MultipartRequest):
    """Asks what a meter counts.

    :ivar meter_id: 0xffffffff for all.
    """

    meter_id: int
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("meter_id", U32), pad(4))


@dataclass(frozen=True, slots=True, kw_only=True)
class BandCounter(Structure):
    """What one band counts."""

    packet_band_count: int
    byte_band_count: int
    LAYOUT: ClassVar[Layout] = (Field("packet_band_count", U64), Field("byte_band_count", U64))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterStatsEntry(Structure):
    """What one meter counts (``ofp_meter_stats``)."""

    meter_id: int
    flow_count: int
    packet_in_count: int
    byte_in_count: int
    duration_sec: int
    duration_nsec: int
    bands: tuple[BandCounter, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        Field("meter_id", U32),
        size(),
        pad(6),
        Field("flow_count", U32),
        Field("packet_in_count", U64),
        Field("byte_in_count", U64),
        Field("duration_sec", U32),
        Field("duration_nsec", U32),
        Field("bands", ListOf(BandCounter)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterStatsReply(MultipartReply):
    """What meters count."""

    entries: tuple[MeterStatsEntry, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("entries", ListOf(MeterStatsEntry)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterConfigRequest(MultipartRequest):
    """Asks for a meter.

    :ivar meter_id: 0xffffffff for all.
    """

    meter_id: int
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("meter_id", U32), pad(4))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterConfigEntry(Structure):
    """One meter, as it was written."""

    flags: int
    meter_id: int
    bands: tuple[Band, ...] = ()
    LAYOUT: ClassVar[Layout] = (size(), Field("flags", U16), Field("meter_id", U32), Field("bands", BANDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterConfigReply(MultipartReply):
    """Meters."""

    entries: tuple[MeterConfigEntry, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("entries", ListOf(MeterConfigEntry)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFeaturesRequest(MultipartRequest):
    """Asks what meters a switch can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFeaturesReply(MultipartReply):
    """What meters a switch can have.

    :ivar band_types: a bit for each ``ofp_meter_band_type``.
    :ivar capabilities: ``ofp_meter_flags``.
    """

    max_meter: int
    band_types: int
    capabilities: int
    max_bands: int
    max_color: int
    LAYOUT: ClassVar[Layout] = (
        *PREFIX,
        Field("max_meter", U32),
        Field("band_types", U32),
        Field("capabilities", U32),
        Field("max_bands", U8),
        Field("max_color", U8),
        pad(2),
    )
