"""Which switches are spoken to with Nicira's extensions: tried by what the other end answers, byte by byte."""

from __future__ import annotations

import struct

import pytest
from twisted.internet.task import Clock

from nox.core.openflow.translation import NICIRA, translator
from nox.lib.openflow import Version

from . import peer as wire
from .peer import Peer, new_home

NICIRA_ID = 0x2320
EXPERIMENTER_MESSAGE = 4
AGGREGATE, SET_FLOW_FORMAT, FLOW_MOD_TABLE_ID = 1, 12, 15
STATS_REPLY = 17


class Knowing(Peer):
    """A 1.0 switch that knows Nicira's extensions, but for the messages that it refuses.

    :ivar answers: whether it answers statistics.
    """

    refuses: tuple[int, ...] = ()
    answers = True

    def _answer(self, kind: int, xid: int, body: bytes) -> None:
        if kind == EXPERIMENTER_MESSAGE:
            self.others.append((kind, body))
            if struct.unpack_from("!I", body, 4)[0] in self.refuses:
                self.send(wire.ERROR, struct.pack("!HH", 1, 3), xid)
        elif kind == wire.STATS[1] and body[:2] == b"\xff\xff":
            assert struct.unpack_from("!HHIII", body) == (0xFFFF, 0, NICIRA_ID, AGGREGATE, 0)
            if self.answers:
                counters = struct.pack("!QQI4x", 0, 0, 0)
                self.send(STATS_REPLY, body[:4] + struct.pack("!III", NICIRA_ID, AGGREGATE, 0) + counters, xid)
        else:
            super()._answer(kind, xid, body)


@pytest.mark.parametrize(
    ("refuses", "answers", "knows"),
    [
        ((), True, True),
        ((SET_FLOW_FORMAT,), True, False),
        ((FLOW_MOD_TABLE_ID,), True, False),
        ((), False, False),
        ((SET_FLOW_FORMAT, FLOW_MOD_TABLE_ID), False, False),
    ],
)
def test_it_is_tried(refuses: tuple[int, ...], answers: bool, knows: bool) -> None:
    """A switch that answers and refuses nothing is spoken to with them; one that refuses or is silent is not."""
    home = new_home(Clock())
    peer = Knowing(home, 1)
    peer.refuses, peer.answers = refuses, answers
    peer.join()
    datapath = home.datapaths[1]
    assert datapath.translator is (NICIRA if knows else translator(Version.V1_0))
    assert datapath.translator.selects_by_cookie is knows
    assert len(datapath.channel.requests) == 0


def test_a_plain_switch_joins() -> None:
    """One that refuses what it does not know joins with plain 1.0; one that speaks 1.3 is not asked."""
    home = new_home(Clock())
    for dpid, version in ((1, 1), (2, 4)):
        peer = Peer(home, version, dpid, address=f"192.0.2.{dpid}")
        peer.join()
        asked = [body for kind, body in peer.others if kind == EXPERIMENTER_MESSAGE]
        assert len(asked) == (2 if version == 1 else 0)
        assert home.datapaths[dpid].translator is translator(Version(version))
