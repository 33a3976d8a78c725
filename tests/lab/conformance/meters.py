"""Meters with every kind of band, by every command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.meterspec import MeterSpec
from nox.lib.openflow import Version
from nox.lib.openflow.enums import MeterFlag
from nox.lib.openflow.messages.meters import BAND_NUMBERS, Band, DropBand, DscpRemarkBand, ExperimenterBand
from tests.lab.conformance.case import Case, same

SLOW: Final = MeterSpec(meter_id=1, bands=(DropBand(rate=1000),))
_BANDS: Final[dict[type[Band], Band]] = {
    DropBand: DropBand(rate=1000, burst_size=200),
    DscpRemarkBand: DscpRemarkBand(rate=1000, burst_size=200, prec_level=1),
    ExperimenterBand: ExperimenterBand(rate=1000, burst_size=200, experimenter=0x00ABCDEF),
}


def cases(version: Version) -> Iterator[Case]:
    """A case for each band and flag, and the errors that commands give."""
    burst = MeterFlag.BURST | MeterFlag.STATS
    for cls in BAND_NUMBERS.classes(version).values():
        spec = MeterSpec(meter_id=7, bands=(_BANDS[cls],), flags=MeterFlag.KBPS | burst)
        yield Case(f"meter with {cls.__name__}", _Kept(spec))
    yield Case(
        "meter in packets", _Kept(MeterSpec(meter_id=7, bands=(_BANDS[DropBand],), flags=MeterFlag.PKTPS | burst))
    )
    yield Case("meter that is there already", _twice)
    yield Case("meter to modify that is not there", lambda datapath: datapath.meters.modify(SLOW))


class _Kept:
    """A meter that is made, modified and deleted; what the switch has after each."""

    def __init__(self, meter: MeterSpec) -> None:
        self._meter = meter

    async def __call__(self, datapath: Datapath) -> None:
        meters, number = datapath.meters, self._meter.meter_id
        await meters.add(self._meter)
        try:
            same("after ADD", [self._meter], await meters.all(number))
            changed = replace(self._meter, bands=(DropBand(rate=77, burst_size=_burst(self._meter)),))
            await meters.modify(changed)
            same("after MODIFY", [changed], await meters.all())
            [counted] = await meters.stats(number)
            same("bands that count", 1, len(counted.bands))
            await meters.delete(number)
            same("after DELETE", [], await meters.all())
        finally:
            await meters.delete()


def _burst(meter: MeterSpec) -> int:
    return 50 if meter.flags & MeterFlag.BURST else 0


async def _twice(datapath: Datapath) -> None:
    await datapath.meters.add(SLOW)
    try:
        await datapath.meters.add(SLOW)
    finally:
        await datapath.meters.delete()
