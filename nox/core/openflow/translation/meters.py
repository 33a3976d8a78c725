"""Meters on the wire, from and into what components see. Their bands are the same on both sides.

A version without meters has no numbers for their messages, so that they are refused where they are encoded.
"""

from __future__ import annotations

from nox.core.openflow.meterspec import BandStats, MeterFeatures, MeterSpec, MeterStats
from nox.core.openflow.translation.common import counter
from nox.lib.openflow import messages


def meter_mod(command: int, meter: MeterSpec) -> messages.MeterMod:
    """Adds, changes or deletes a meter.

    :param command: `MeterCommand`.
    """
    return messages.MeterMod(command=command, flags=meter.flags, meter_id=meter.meter_id, bands=meter.bands)


def meter(entry: messages.MeterConfigEntry) -> MeterSpec:
    """One meter of a switch."""
    return MeterSpec(meter_id=entry.meter_id, bands=entry.bands, flags=entry.flags)


def meter_stats(entry: messages.MeterStatsEntry) -> MeterStats:
    """What one meter counts."""
    return MeterStats(
        meter_id=entry.meter_id,
        flow_count=entry.flow_count,
        packet_in_count=counter(entry.packet_in_count),
        byte_in_count=counter(entry.byte_in_count),
        duration=entry.duration_sec + entry.duration_nsec / 1e9,
        bands=tuple(
            BandStats(packet_count=counter(band.packet_band_count), byte_count=counter(band.byte_band_count))
            for band in entry.bands
        ),
    )


def meter_features(reply: messages.MeterFeaturesReply) -> MeterFeatures:
    """What meters a switch can have."""
    return MeterFeatures(
        max_meters=reply.max_meter,
        band_types=reply.band_types,
        capabilities=reply.capabilities,
        max_bands=reply.max_bands,
        max_color=reply.max_color,
    )
