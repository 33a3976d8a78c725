"""Meters, which are 1.3's: what passes, what they count, what they are, and what is refused."""

from __future__ import annotations

from typing import Final

import pytest

from nox.lib.actions import Output
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import MeterCommand, MeterFlag
from nox.lib.openflow.instructions import Meter
from nox.lib.openflow.messages import DropBand, DscpRemarkBand
from nox.lib.openflow.messages.meters import Band
from tests.behaviour.bench import Trial
from tests.behaviour.control import ACCEPTED, Control
from tests.behaviour.frames import over4, plain, udp
from tests.behaviour.saying import V1_3, add, delete, entries, flow_mod

_PACKETS: Final = MeterFlag.PKTPS | MeterFlag.BURST | MeterFlag.STATS
_KBPS: Final = MeterFlag.KBPS | MeterFlag.BURST | MeterFlag.STATS
_ALL: Final = 0xFFFFFFFF
_FRAME: Final = plain().ljust(1000, b"\0")


def _mod(*bands: Band, command: int = MeterCommand.ADD, number: int = 5, flags: int = _PACKETS) -> messages.MeterMod:
    return messages.MeterMod(command=command, flags=flags, meter_id=number, bands=bands)


def _metered(trial: Trial, *bands: Band, flags: int = _PACKETS) -> Control:
    """A controller whose switch measures what comes in on port 1 and sends it to port 2."""
    control = trial.controller()
    control.do(_mod(*bands, flags=flags))
    add(control, Match(in_port=1), Output(2), instructions=(Meter(5),))
    return control


def _passed(trial: Trial, count: int, frame: bytes = _FRAME) -> int:
    """How many of so many frames pass."""
    return len(trial.through(1, *[frame] * count).get(2, []))


def _stats(control: Control, number: int = 5) -> messages.MeterStatsEntry:
    (entry,) = control.ask(messages.MeterStatsRequest(meter_id=number), messages.MeterStatsReply).entries
    return entry


def test_packets_above_the_burst(trial: Trial) -> None:
    """What exceeds the burst is dropped; later the meter has filled again, up to the burst and not beyond."""
    _metered(trial, DropBand(rate=1, burst_size=5))
    assert _passed(trial, 8) == 5
    trial.bench.warp(3)
    assert _passed(trial, 8) == 3
    trial.bench.warp(1000)
    assert _passed(trial, 8) == 5


@pytest.mark.parametrize("rate", [2, 5])
def test_the_rate(trial: Trial, rate: int) -> None:
    """Over some seconds as many pass as the rate says, however many come."""
    _metered(trial, DropBand(rate=rate, burst_size=rate))
    for _ in range(5):
        assert _passed(trial, 3 * rate) == rate
        trial.bench.warp(1)


def test_bits_above_the_burst(trial: Trial) -> None:
    """Kilobits count where the meter says so: 24 kbit are three frames of 1000 bytes."""
    _metered(trial, DropBand(rate=1, burst_size=24), flags=_KBPS)
    assert _passed(trial, 6) == 3
    trial.bench.warp(16)
    assert _passed(trial, 6) == 2


def test_the_lower_band_does_not_drop_what_fits(trial: Trial) -> None:
    """Two bands, each with a burst of its own: the smaller one decides here."""
    control = _metered(trial, DropBand(rate=1, burst_size=3), DropBand(rate=2, burst_size=50))
    assert _passed(trial, 10) == 3
    small, large = _stats(control).bands
    assert (small.packet_band_count, large.packet_band_count) == (7, 0)


def test_counters(trial: Trial) -> None:
    """Everything that came, and what each band has dropped; how many entries use it, and since when it is there."""
    control = _metered(trial, DropBand(rate=1, burst_size=2))
    add(control, Match(in_port=3), instructions=(Meter(5),))
    assert _passed(trial, 6) == 2
    counted = _stats(control)
    assert (counted.packet_in_count, counted.byte_in_count, counted.flow_count) == (6, 6000, 2)
    assert [(band.packet_band_count, band.byte_band_count) for band in counted.bands] == [(4, 4000)]
    trial.bench.warp(50)
    assert _stats(control).duration_sec == 50


def test_a_packet_that_is_dropped_is_counted_by_its_entry(trial: Trial) -> None:
    """It has fitted the entry; what the entry would have done with it is not done."""
    control = _metered(trial, DropBand(rate=1, burst_size=1))
    _passed(trial, 4)
    assert [entry.packet_count for entry in entries(control)] == [4]


def test_what_was_written_is_told(trial: Trial) -> None:
    """Each meter with its flags and bands."""
    control = trial.controller()
    one, two = DropBand(rate=10, burst_size=20), DropBand(rate=100, burst_size=200)
    control.do(_mod(one, number=1), _mod(two, number=2, flags=_KBPS))
    reply = control.ask(messages.MeterConfigRequest(meter_id=_ALL), messages.MeterConfigReply)
    told = {entry.meter_id: (entry.flags, entry.bands) for entry in reply.entries}
    assert told == {1: (_PACKETS, (one,)), 2: (_KBPS, (two,))}
    (only,) = control.ask(messages.MeterConfigRequest(meter_id=2), messages.MeterConfigReply).entries
    assert only.bands == (two,)


def test_a_change(trial: Trial) -> None:
    """The entries that use the meter go on by its new bands."""
    control = _metered(trial, DropBand(rate=1, burst_size=1))
    control.do(_mod(DropBand(rate=1, burst_size=4), command=MeterCommand.MODIFY))
    assert _passed(trial, 8) == 4
    assert len(entries(control)) == 1


def test_counters_of_a_meter_that_changes(trial: Trial) -> None:
    """A change begins counting anew, and leaves the meter as old as it is."""
    control = _metered(trial, DropBand(rate=1, burst_size=1))
    _passed(trial, 5)
    trial.bench.warp(20)
    control.do(_mod(DropBand(rate=1, burst_size=2), command=MeterCommand.MODIFY))
    _passed(trial, 5)
    counted = _stats(control)
    assert (counted.packet_in_count, counted.duration_sec) == (5, 20)
    assert [band.packet_band_count for band in counted.bands] == [3]


def test_a_deletion_takes_the_entries_along(trial: Trial) -> None:
    """An entry without its meter would pass what was to be measured (1.3.5, section 6.5)."""
    control = _metered(trial, DropBand(rate=1, burst_size=1))
    add(control, Match(in_port=3), Output(2), cookie=3)
    control.do(_mod(command=MeterCommand.DELETE))
    assert [entry.cookie for entry in entries(control)] == [3]
    reply = control.ask(messages.MeterConfigRequest(meter_id=_ALL), messages.MeterConfigReply)
    assert reply.entries == ()


def test_deleting_all(trial: Trial) -> None:
    """ALL means each; what is not there is not missed."""
    control = trial.controller()
    control.do(_mod(DropBand(rate=1), number=1), _mod(DropBand(rate=1), number=2))
    control.do(_mod(command=MeterCommand.DELETE, number=77), _mod(command=MeterCommand.DELETE, number=_ALL))
    reply = control.ask(messages.MeterStatsRequest(meter_id=_ALL), messages.MeterStatsReply)
    assert reply.entries == ()


def test_features(trial: Trial) -> None:
    """There are meters, in both units, that can drop and remark."""
    features = trial.controller().ask(messages.MeterFeaturesRequest(), messages.MeterFeaturesReply)
    assert features.max_meter >= 1000
    assert features.max_bands >= 1
    assert features.capabilities == sum(MeterFlag)
    assert features.band_types == trial.expected("bands that meters can have", 1 << 1 | 1 << 2)


def test_remarking(trial: Trial) -> None:
    """What exceeds the burst gets a higher drop precedence: AF11 (10) becomes AF12 (12)."""
    control = trial.controller()
    outcome = control.outcome(_mod(DscpRemarkBand(rate=1, burst_size=1, prec_level=1)))
    assert outcome == trial.expected("a band that remarks", ACCEPTED)
    if outcome == ACCEPTED:
        add(control, Match(in_port=1), Output(2), instructions=(Meter(5),))
        af11, af12 = (over4(17, udp(1, 2), tos=dscp << 2) for dscp in (10, 12))
        assert trial.through(1, af11, af11) == {2: [af11, af12]}


def test_a_meter_applies_before_the_actions(trial: Trial) -> None:
    """Wherever its instruction stands: nothing of a packet that it drops gets out."""
    control = trial.controller()
    control.do(_mod(DropBand(rate=1, burst_size=1)))
    written = flow_mod(V1_3, Match(in_port=1), Output(2), instructions=(Meter(5),))
    control.do(written)
    assert _passed(trial, 5) == 1
    delete(control)


_BAND: Final = DropBand(rate=1, burst_size=1)
_ERRORS: Final = {
    "a meter that is there": (_mod(_BAND), "METER_EXISTS"),
    "changing a meter that is not there": (_mod(_BAND, command=MeterCommand.MODIFY, number=6), "UNKNOWN_METER"),
    "an unknown command for a meter": (_mod(_BAND, command=9, number=6), "BAD_COMMAND"),
    "meter 0": (_mod(_BAND, number=0), "INVALID_METER"),
    "a meter beyond the largest number": (_mod(_BAND, number=0xFFFF0001), "INVALID_METER"),
    "both units": (_mod(_BAND, number=6, flags=MeterFlag.KBPS | MeterFlag.PKTPS), "BAD_FLAGS"),
    "a flag that there is not": (_mod(_BAND, number=6, flags=1 << 9 | MeterFlag.KBPS), "BAD_FLAGS"),
    "an experimenter's band": (_mod(messages.ExperimenterBand(rate=1, experimenter=9), number=6), "BAD_BAND"),
    "too many bands": (_mod(*[_BAND] * 200, number=6), "OUT_OF_BANDS"),
    "a rate of 0": (_mod(DropBand(rate=0), number=6), "BAD_RATE"),
}


@pytest.mark.parametrize("name", _ERRORS)
def test_error(trial: Trial, name: str) -> None:
    """The code that the specification names."""
    control = trial.controller()
    control.do(_mod(_BAND))
    message, code = _ERRORS[name]
    assert control.outcome(message) == trial.expected(name, f"METER_MOD_FAILED/{code}")


@pytest.mark.parametrize("request_", [messages.MeterStatsRequest(meter_id=9), messages.MeterConfigRequest(meter_id=9)])
def test_asking_for_what_is_not_there(trial: Trial, request_: messages.MultipartRequest) -> None:
    """It is an error, and no empty answer."""
    assert trial.controller().outcome(request_) == "METER_MOD_FAILED/UNKNOWN_METER"
