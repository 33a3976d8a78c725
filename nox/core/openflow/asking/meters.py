"""A switch's meters (1.3.5, sections 7.3.4.5 and 7.3.5.11 to 7.3.5.13). Versions before 1.3 have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nox.core.openflow.meterspec import MeterFeatures, MeterSpec, MeterStats
from nox.core.openflow.translation import meters as translation
from nox.lib.openflow import messages
from nox.lib.openflow.enums import MeterCommand, ReservedMeter

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath

_ALL = int(ReservedMeter.ALL)


class Meters:
    """The meters of one switch.

    :raises LocalProtocolError: from each method: when the switch's version cannot say it.
    :raises RequestError: from each: when the switch refuses, is silent for ten seconds, or goes away.
    """

    __slots__ = ("_datapath",)

    def __init__(self, datapath: Datapath) -> None:
        self._datapath = datapath

    def mod(self, command: int, meter: MeterSpec) -> messages.MeterMod:
        """The message that adds, changes or deletes a meter, for those who send it themselves.

        :param command: `MeterCommand`.
        """
        return translation.meter_mod(command, meter)

    async def add(self, meter: MeterSpec) -> None:
        """Make a meter; returns when the switch has accepted it."""
        await self._datapath.confirm(self.mod(MeterCommand.ADD, meter))

    async def modify(self, meter: MeterSpec) -> None:
        """Replace a meter's flags and bands; returns when the switch has accepted it."""
        await self._datapath.confirm(self.mod(MeterCommand.MODIFY, meter))

    async def delete(self, meter_id: int = _ALL) -> None:
        """Delete a meter, or all, and the flow entries that use it. One that is not there is no error."""
        await self._datapath.confirm(self.mod(MeterCommand.DELETE, MeterSpec(meter_id=meter_id, flags=0)))

    async def all(self, meter_id: int = _ALL) -> list[MeterSpec]:
        """One meter, or every one, as it was written."""
        parts = await self._datapath.request(messages.MeterConfigRequest(meter_id=meter_id), messages.MeterConfigReply)
        return [translation.meter(entry) for part in parts for entry in part.entries]

    async def stats(self, meter_id: int = _ALL) -> list[MeterStats]:
        """What one meter counts, or all."""
        parts = await self._datapath.request(messages.MeterStatsRequest(meter_id=meter_id), messages.MeterStatsReply)
        return [translation.meter_stats(entry) for part in parts for entry in part.entries]

    async def features(self) -> MeterFeatures:
        """What meters it can have."""
        reply = await self._datapath.request_one(messages.MeterFeaturesRequest(), messages.MeterFeaturesReply)
        return translation.meter_features(reply)
