"""Statistics, configuration and features of meters (1.3.5, sections 7.3.5.10 to 7.3.5.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.switch import meters
from nox.emulator.switch.entry import since
from nox.emulator.switch.meters import OneMeter
from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests.answering import Handlers, send_parts
from nox.lib.openflow import messages
from nox.lib.openflow.enums import ReservedMeter
from nox.lib.openflow.errorcodes import MeterModFailed

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch


def _chosen(switch: Switch, number: int) -> list[OneMeter]:
    if number == ReservedMeter.ALL:
        return list(switch.meters)
    meter = switch.meters.get(number)
    if meter is None:
        raise Refused(MeterModFailed.UNKNOWN_METER, f"there is no meter {number}")
    return [meter]


def _stats(switch: Switch, connection: Connection, message: messages.MeterStatsRequest, xid: int) -> None:
    entries = [_counted(switch, meter) for meter in _chosen(switch, message.meter_id)]
    send_parts(connection, xid, messages.MeterStatsReply(), "entries", entries)


def _counted(switch: Switch, meter: OneMeter) -> messages.MeterStatsEntry:
    seconds, nanoseconds = since(meter.created, switch.now)
    return messages.MeterStatsEntry(
        meter_id=meter.meter_id,
        flow_count=sum(one.program.meter == meter.meter_id for table in switch.flows.tables for one in table),
        packet_in_count=meter.packets,
        byte_in_count=meter.bytes,
        duration_sec=seconds,
        duration_nsec=nanoseconds,
        bands=tuple(messages.BandCounter(packet_band_count=one, byte_band_count=two) for one, two in meter.counts()),
    )


def _config(switch: Switch, connection: Connection, message: messages.MeterConfigRequest, xid: int) -> None:
    entries = [
        messages.MeterConfigEntry(flags=meter.flags, meter_id=meter.meter_id, bands=meter.bands)
        for meter in _chosen(switch, message.meter_id)
    ]
    send_parts(connection, xid, messages.MeterConfigReply(), "entries", entries)


def _features(switch: Switch, connection: Connection, message: messages.MeterFeaturesRequest, xid: int) -> None:
    reply = messages.MeterFeaturesReply(
        max_meter=meters.MOST,
        band_types=meters.BAND_TYPES,
        capabilities=meters.FLAGS,
        max_bands=meters.MOST_BANDS,
        max_color=0,
    )
    connection.send(reply, xid)


HANDLERS: Final[Handlers] = {
    messages.MeterStatsRequest: _stats,
    messages.MeterConfigRequest: _config,
    messages.MeterFeaturesRequest: _features,
}
