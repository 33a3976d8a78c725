"""What a switch is asked about its flow tables."""

from __future__ import annotations

import struct

from nox.core.openflow.statistics import AggregateStats
from nox.core.openflow.tableinfo import TableFeatures, TableStats
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow.messages.tablefeatures import MatchProperty, NextTables
from tests.core.openflow.asking.conversation import Answer, Conversation

_FEATURES = (
    struct.pack("!HB5x32sQQII", 64 + 8 + 8, 3, b"class\x1bifier", 1, 2, 0, 1000)
    + struct.pack("!HHBB2x", 2, 6, 4, 5)
    + struct.pack("!HHI", 8, 8, 0x80000004)
)


def _features(name: str) -> TableFeatures:
    properties = (NextTables(b"\4\5"), MatchProperty((0x80000004,)))
    return TableFeatures(
        table_id=3, name=name, metadata_match=1, metadata_write=2, max_entries=1000, properties=properties
    )


def test_counters_in_1_3() -> None:
    """Name and size are in the features."""
    talk = Conversation(4)
    asked = Answer(talk.datapath.tables.stats())
    talk.multipart(3, struct.pack("!B3xIQQ", 0, 5, 2**64 - 1, 7))
    assert asked.results == [[TableStats(table_id=0, active_count=5, lookup_count=None, matched_count=7)]]


def test_counters_in_1_0() -> None:
    """Name, size and wildcards come with them; the name is hostile."""
    talk = Conversation(1)
    asked = Answer(talk.datapath.tables.stats())
    talk.multipart(3, struct.pack("!B3x32sIIIQQ", 0, b"cl\x1bass", 0x3FFFFF, 1000, 5, 6, 7))
    counted = TableStats(
        table_id=0,
        active_count=5,
        lookup_count=6,
        matched_count=7,
        name=r"cl\x1bass",
        max_entries=1000,
        wildcards=0x3FFFFF,
    )
    assert asked.results == [[counted]]


def test_features_are_read_and_said() -> None:
    """What is said goes out as it would come in, in the order given."""
    talk = Conversation(4)
    asked = Answer(talk.datapath.tables.features())
    assert talk.multipart(12, _FEATURES) == b""
    assert asked.results == [[_features(r"class\x1bifier")]]
    said = Answer(talk.datapath.tables.set_features([_features("class\x1bifier")]))
    assert talk.multipart(12, _FEATURES) == _FEATURES
    assert said.results == asked.results


def test_a_table_is_configured() -> None:
    """A table-mod and its barrier."""
    talk = Conversation(4)
    asked = Answer(talk.datapath.tables.configure(0))
    assert talk.mod() == (17, struct.pack("!B3xI", 0xFF, 0))
    assert asked.results


def test_1_0_has_neither_features_nor_configuration() -> None:
    """Nothing is sent."""
    talk = Conversation(1)
    failures = Answer(talk.datapath.tables.features()).failures + Answer(talk.datapath.tables.configure(0)).failures
    assert [type(error) for error in failures] == [LocalProtocolError] * 2
    assert talk.peer.take() == []


def test_entries_are_counted_together() -> None:
    """An aggregate is asked for as flow entries are, in both versions."""
    for version, head in ((4, "!B3xII4xQQ"), (1, "")):
        talk = Conversation(version)
        asked = Answer(talk.datapath.aggregate(Match(in_port=1), out_port=2))
        body = talk.multipart(2, struct.pack("!QQI4x", 2**64 - 1, 300, 2))
        if head:
            assert body[:32] == struct.pack(head, 0xFF, 2, 0xFFFFFFFF, 0, 0)
        assert asked.results == [AggregateStats(packet_count=None, byte_count=300, flow_count=2)]
