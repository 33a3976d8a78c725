"""What a switch is asked about its meters."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from nox.core.openflow.meterspec import BandStats, MeterFeatures, MeterSpec, MeterStats
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.enums import MeterFlag
from nox.lib.openflow.messages import DropBand, DscpRemarkBand, ExperimenterBand
from tests.core.openflow.asking.conversation import Answer, Conversation

_BANDS = (
    struct.pack("!HHII4x", 1, 16, 1000, 100)
    + struct.pack("!HHIIB3x", 2, 16, 2000, 0, 1)
    + struct.pack("!HHIII8s", 0xFFFF, 24, 3000, 0, 0x2320, b"whatever")
)
_METER = MeterSpec(
    meter_id=3,
    flags=MeterFlag.KBPS | MeterFlag.BURST,
    bands=(
        DropBand(rate=1000, burst_size=100),
        DscpRemarkBand(rate=2000, prec_level=1),
        ExperimenterBand(rate=3000, experimenter=0x2320, data=b"whatever"),
    ),
)


@pytest.fixture
def talk() -> Conversation:
    """A switch that speaks 1.3."""
    return Conversation(4)


@pytest.mark.parametrize(("command", "name"), [(0, "add"), (1, "modify")])
def test_a_meter_is_written_as_the_specification_lays_it_out(talk: Conversation, command: int, name: str) -> None:
    """ADD and MODIFY carry flags, number and bands of every type."""
    asked = Answer(getattr(talk.datapath.meters, name)(_METER))
    assert talk.mod() == (29, struct.pack("!HHI", command, 0b101, 3) + _BANDS)
    assert asked.results


def test_all_meters_are_deleted_at_once(talk: Conversation) -> None:
    """DELETE without a number names OFPM_ALL."""
    asked = Answer(talk.datapath.meters.delete())
    assert talk.mod() == (29, struct.pack("!HHI", 2, 0, 0xFFFFFFFF))
    assert asked.results


def test_a_meter_that_is_refused_says_so(talk: Conversation) -> None:
    """The error with the xid of the meter-mod fails it."""
    asked = Answer(talk.datapath.meters.add(_METER))
    talk.mod(error=struct.pack("!HH", 12, 1) + bytes(64))
    assert [str(e) for e in asked.failures] == ["MeterMod: the switch refused it: METER_MOD_FAILED/METER_EXISTS"]


def test_meters_come_back_as_they_were_written(talk: Conversation) -> None:
    """A configuration in two parts is put together."""
    asked = Answer(talk.datapath.meters.all())
    entry = struct.pack("!HHI", 8 + len(_BANDS), 0b101, 3) + _BANDS
    assert talk.multipart(10, entry, struct.pack("!HHI", 8, 1, 4)) == struct.pack("!I4x", 0xFFFFFFFF)
    assert asked.results == [[_METER, MeterSpec(meter_id=4)]]


def test_counters_are_told_by_band(talk: Conversation) -> None:
    """A counter of all ones is none; duration is in seconds."""
    asked = Answer(talk.datapath.meters.stats(3))
    entry = struct.pack("!IH6xIQQII", 3, 56, 2, 10, 2**64 - 1, 2, 250_000_000) + struct.pack("!QQ", 5, 6)
    assert talk.multipart(9, entry) == struct.pack("!I4x", 3)
    counted = MeterStats(
        meter_id=3,
        flow_count=2,
        packet_in_count=10,
        byte_in_count=None,
        duration=2.25,
        bands=(BandStats(packet_count=5, byte_count=6),),
    )
    assert asked.results == [[counted]]


def test_features(talk: Conversation) -> None:
    """How many meters, which bands, what flags."""
    asked = Answer(talk.datapath.meters.features())
    talk.multipart(11, struct.pack("!IIIBB2x", 100, 0b110, 0b1111, 2, 8))
    features = MeterFeatures(max_meters=100, band_types=0b110, capabilities=0b1111, max_bands=2, max_color=8)
    assert asked.results == [features]


def test_1_0_has_no_meters() -> None:
    """Nothing is sent; the sentence says which version and what."""
    talk = Conversation(1)
    meters = talk.datapath.meters
    asked: list[Answer[Any]] = [
        Answer(meters.add(_METER)),
        Answer(meters.all()),
        Answer(meters.stats()),
        Answer(meters.features()),
    ]
    assert [type(error) for answer in asked for error in answer.failures] == [LocalProtocolError] * 4
    assert talk.peer.take() == []
