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
ROLE_REQUEST, ROLE_REPLY, SET_FLOW_FORMAT, FLOW_MOD_TABLE_ID = 10, 11, 12, 15


class Knowing(Peer):
    """A 1.0 switch that knows Nicira's extensions, but for the messages that it refuses.

    :ivar answers: whether it answers the question for its role.
    """

    refuses: tuple[int, ...] = ()
    answers = True

    def answer_one(self, kind: int, xid: int, body: bytes) -> None:
        """Refuse, or answer, what is Nicira's."""
        if kind == EXPERIMENTER_MESSAGE:
            self.others.append((kind, body))
            (subtype,) = struct.unpack_from("!I", body, 4)
            if subtype in self.refuses:
                self.send(wire.ERROR, struct.pack("!HH", 1, 3), xid)
            elif subtype == ROLE_REQUEST and self.answers:
                assert body == struct.pack("!III", NICIRA_ID, ROLE_REQUEST, 0)
                self.send(EXPERIMENTER_MESSAGE, struct.pack("!III", NICIRA_ID, ROLE_REPLY, 0), xid)
        else:
            super().answer_one(kind, xid, body)


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
        assert len(asked) == (3 if version == 1 else 0)
        assert home.datapaths[dpid].translator is translator(Version(version))
