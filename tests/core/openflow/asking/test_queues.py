"""What a switch is asked about the queues of its ports."""

from __future__ import annotations

import struct

from nox.core.openflow.queueinfo import QueueInfo, QueueStats
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.messages.queues import ExperimenterQueueProperty
from tests.core.openflow.asking.conversation import Answer, Conversation

_MIN = struct.pack("!HH4xH6x", 1, 16, 500)
_MAX = struct.pack("!HH4xH6x", 2, 16, 900)
_NO_MIN = struct.pack("!HH4xH6x", 1, 16, 0xFFFF)
_FOREIGN = struct.pack("!HH4xI4x8s", 0xFFFF, 24, 0x2320, b"whatever")


def test_queues_of_all_ports_in_1_3() -> None:
    """Each queue says its port; a rate above 1000 is none."""
    talk = Conversation(4)
    asked = Answer(talk.datapath.queues.all())
    kind, xid, body = talk.heard()
    assert (kind, body) == (22, struct.pack("!I4x", 0xFFFFFFFF))
    first = struct.pack("!IIH6x", 7, 1, 16 + 56) + _MIN + _MAX + _FOREIGN
    second = struct.pack("!IIH6x", 8, 2, 16 + 16) + _NO_MIN
    talk.peer.send(23, struct.pack("!I4x", 0xFFFFFFFF) + first + second, xid)
    foreign = ExperimenterQueueProperty(0x2320, b"whatever")
    assert asked.results == [
        [
            QueueInfo(port=1, queue_id=7, min_rate=500, max_rate=900, other_properties=(foreign,)),
            QueueInfo(port=2, queue_id=8),
        ]
    ]


def test_queues_of_one_port_in_1_0() -> None:
    """The reply says the port for all of its queues."""
    talk = Conversation(1)
    asked = Answer(talk.datapath.queues.all(1))
    kind, xid, body = talk.heard()
    assert (kind, body) == (20, struct.pack("!H2x", 1))
    talk.peer.send(21, struct.pack("!H6x", 1) + struct.pack("!IH2x", 7, 8 + 16) + _MIN, xid)
    assert asked.results == [[QueueInfo(port=1, queue_id=7, min_rate=500)]]


def test_1_0_cannot_ask_for_the_queues_of_all_ports() -> None:
    """Its specification wants an ordinary port."""
    talk = Conversation(1)
    [error] = Answer(talk.datapath.queues.all()).failures
    assert isinstance(error, LocalProtocolError)
    assert talk.peer.take() == []


def test_counters_of_all_queues() -> None:
    """All ports are ANY in 1.3 and ALL in 1.0, which knows no durations."""
    talk, old = Conversation(4), Conversation(1)
    asked, asked_old = Answer(talk.datapath.queues.stats()), Answer(old.datapath.queues.stats())
    entry = struct.pack("!IIQQQII", 1, 7, 10, 2**64 - 1, 3, 4, 500_000_000)
    assert talk.multipart(5, entry) == struct.pack("!II", 0xFFFFFFFF, 0xFFFFFFFF)
    assert old.multipart(5, struct.pack("!H2xIQQQ", 0xFFFE, 7, 10, 2, 3)) == struct.pack("!H2xI", 0xFFFC, 0xFFFFFFFF)
    new = QueueStats(port=1, queue_id=7, tx_bytes=10, tx_packets=None, tx_errors=3, duration=4.5)
    local = QueueStats(port=0xFFFFFFFE, queue_id=7, tx_bytes=10, tx_packets=2, tx_errors=3, duration=None)
    assert (asked.results, asked_old.results) == ([[new]], [[local]])
