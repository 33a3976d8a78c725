"""Where Open vSwitch 3.1 differs from the specification, with what it does instead and why.

Everything else of the suite holds for it and for the emulated switch alike. A row that says what the
specification says fails, so that none stays when Open vSwitch has changed; so does one that no test asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.behaviour.frames import eth, ipv4, label, over4, plain, tagged, udp
from tests.behaviour.settings import C4


@dataclass(frozen=True)
class Difference:
    """One of them.

    :ivar does: what it does, in the terms of the test that asks.
    :ivar reason: why.
    """

    does: object
    reason: str


_NO_FIELD: Final = "its flow key has no such field"
_READ_ONLY: Final = "it can match it and not set it"
_NO_ACTION: Final = "it has no such action"
_TABLE: Final = "the packet goes through the tables again, some times at most"
_LATER: Final = "it looks for it when a packet comes: it may be made later"
_LOOP: Final = "it finds a loop when a packet has gone round some times, and drops it"

DIFFERENCES: Final[dict[str, Difference]] = {
    "match in_phy_port": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
    "match pbb_isid": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
    "match pbb_isid, masked": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
    "match ipv6_exthdr": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
    "match ipv6_exthdr, masked": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
    "a meter that is not there": Difference(
        "METER_MOD_FAILED/INVALID_METER", "for the instruction it takes the code of a number that no meter can have"
    ),
    "port 0": Difference("accepted", "its local port may have the number 0 elsewhere: what is sent there is dropped"),
    "the local port": Difference("accepted", "its bridge has one, which is optional"),
    "a packet from nowhere": Difference("accepted", "it takes ANY for a packet that came in nowhere, as 1.0's NONE"),
    "NO_PACKET_IN and a packet that fits no entry": Difference(1, "it keeps the bit and does not look at it"),
    "port-mod with a wrong configuration": Difference("accepted", "it does not look at bits that it does not know"),
    "port-mod with a wrong features": Difference("accepted", "it complains of nothing, and changes nothing"),
    "packets wait at the switch": Difference(False, "it sends packets whole and keeps none (NO_BUFFER)"),
    "a VLAN without the bit of a tag": Difference("accepted", "it keeps an entry that fits no packet"),
    "where a first fragment goes by its port": Difference([3], "it takes the ports of fragments for 0"),
    "in_port is among the fields that can be set": Difference(True, "it says so, and refuses it in an entry"),
    "from a port that is not there": Difference("accepted", "it asks only whether the number may be a port's"),
    "users of a group that another uses": Difference(1, "it counts the entries alone"),
    "a packet-out of five bytes": Difference("accepted", "it drops later what it cannot parse"),
    "watching a port that is not there": Difference("accepted", _LATER),
    "watching a group that is not there": Difference("accepted", _LATER),
    "a bucket to a group that is not there": Difference("accepted", _LATER),
    "a group that uses itself": Difference("accepted", _LOOP),
    "groups that use each other": Difference("accepted", _LOOP),
    "deleting a group that another uses": Difference("accepted", "buckets that used it drop from then on"),
    "set eth_type": Difference("BAD_ACTION/BAD_SET_ARGUMENT", _READ_ONLY),
    "set ip_proto": Difference("BAD_ACTION/BAD_SET_ARGUMENT", _READ_ONLY),
    "set mpls_bos": Difference("BAD_ACTION/BAD_SET_ARGUMENT", _READ_ONLY),
    "set pbb_isid": Difference("BAD_ACTION/BAD_SET_LEN", _NO_FIELD),
    "set ipv4_dst, a later fragment: the packet": Difference(
        over4(17, udp(1000, 53, dst=C4), fragment=3, dst=C4),
        "it takes the first bytes of every fragment for a transport header, and mends a checksum there",
    ),
    "setting what a packet-out's packet lacks": Difference(
        "BAD_ACTION/MATCH_INCONSISTENT", "it looks at the packet when it checks the actions"
    ),
    "push a tag in front of another: the packet": Difference(
        tagged(0)[:12] + b"\x81\x00\x00\x07" + tagged(3 << 13 | 5)[12:],
        "a tag that it pushes has the priority 0, and not that of the tag behind it",
    ),
    "push a label in front of a tag: the packet": Difference(
        eth(
            0x8847, label(77, ttl=33).to_bytes(4) + ipv4(17, udp(1000, 53, data=bytes(40)), ttl=33), tags=((0x8100, 5),)
        ),
        "it puts labels behind the tags, as OpenFlow 1.2 has it",
    ),
    "copy the TTL outwards": Difference("BAD_ACTION/BAD_TYPE", _NO_ACTION),
    "copy the TTL inwards": Difference("BAD_ACTION/BAD_TYPE", _NO_ACTION),
    "copy the TTL between labels": Difference("BAD_ACTION/BAD_TYPE", _NO_ACTION),
    "push a backbone's tag": Difference("BAD_ACTION/BAD_TYPE", _NO_ACTION),
    "pop a backbone's tag": Difference("BAD_ACTION/BAD_TYPE", _NO_ACTION),
    "a miss in a later table, with an action set": Difference(
        {2: [plain()]}, "it drops the packet and does what was collected for it all the same"
    ),
    "going where there is no table": Difference("accepted", "it asks only whether the number is larger"),
    "going where there is no table, 254": Difference("accepted", "it asks only whether the number is larger"),
    "two of one type": Difference("EXPERIMENTER/code 2600", "it has a code for it, of ONF's extension 260"),
    "a port of two bytes": Difference("BAD_MATCH/BAD_FIELD", "it looks a field up by class, number and length"),
    "output to TABLE": Difference("accepted", _TABLE),
    "output to TABLE, 1.0": Difference("accepted", _TABLE),
    "setting an unknown field": Difference("BAD_ACTION/BAD_SET_LEN", "it asks for its length first"),
    "setting the port that a packet came in on": Difference("BAD_ACTION/BAD_SET_ARGUMENT", _READ_ONLY),
    "setting metadata": Difference("accepted", "it can do so, as by the instruction"),
    "setting under a mask": Difference("EXPERIMENTER/code 4250", "it has a code for it, of 1.5"),
    "a second hello of a controller": Difference("BAD_REQUEST/BAD_TYPE", "it knows a hello only as the first message"),
    "an error of a controller": Difference("BAD_REQUEST/BAD_TYPE", "it answers whatever it does not expect"),
    "hello: 1.1": Difference("FeaturesReply", "it takes a hello without bits for one of all versions up to that"),
    "putting fragments together": Difference("accepted", "it goes on as it was told before"),
    "a table-mod of no table": Difference("TABLE_MOD_FAILED/EPERM", "it has one table more, for itself"),
    "a table-mod with bits": Difference("accepted", "it takes them for bits of other versions"),
    "entries of a switch that stood alone": Difference([], "it flushes its tables when it begins to stand alone"),
    "bands that meters can have": Difference(1 << 1, "its datapath can drop alone"),
    "a band that remarks": Difference("METER_MOD_FAILED/BAD_BAND", "its datapath can drop alone"),
    "table features of a slave": Difference("TABLE_FEATURES_FAILED/EPERM", "nobody may set them, and it says so first"),
    "statistics of a port that is not there": Difference("accepted", "it answers with no entries"),
}
