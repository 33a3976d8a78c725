"""Packets to the controller and back: what it is told of them, what waits at the switch, what packet-outs do."""

from __future__ import annotations

import pytest

from nox.lib.actions import ANY, CONTROLLER, IN_PORT, NO_BUFFER, TABLE, Action, Output, SetField
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import PacketInReason
from nox.lib.openflow.instructions import GotoTable, WriteMetadata
from nox.lib.openflow.messages import PacketOut
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import PORTS, Trial
from tests.behaviour.control import ACCEPTED, Control
from tests.behaviour.frames import B, plain
from tests.behaviour.saying import BOTH, V1_0, V1_3, add, entries, flow_mod, packet_out

_WHOLE, _NO_COOKIE = 0xFFFF, (1 << 64) - 1
_LONG = plain() + bytes(200)


def _fields(packet: messages.PacketIn) -> dict[str, int]:
    """What a packet-in says of a packet beside its bytes."""
    return {field.name: field.value for field in packet.match.fields if not hasattr(field, "raw")}


def _came_from(packet: messages.PacketIn, version: Version) -> int:
    return packet.in_port if version == V1_0 else _fields(packet)["in_port"]


def _sent(trial: Trial, control: Control, *said: messages.Message) -> dict[int, list[bytes]]:
    """What goes out of ports, by port, after messages that the switch takes."""
    trial.through(1)
    control.do(*said)
    trial.bench.settle()
    return {port: out for port in PORTS if (out := trial.bench.sent(port))}


def _out(version: Version, frame: bytes, *actions: Action, in_port: int | None = None, **more: int) -> PacketOut:
    """A packet-out; without a port its packet comes from none."""
    nowhere = ANY if version == V1_0 else CONTROLLER
    return packet_out(version, frame, *actions, in_port=nowhere if in_port is None else in_port, **more)


@BOTH
def test_an_action(trial: Trial, version: Version) -> None:
    """The whole packet, where it came in, why, and by which entry of which table."""
    control = trial.controller(version)
    add(control, Match(in_port=2), Output(CONTROLLER, _WHOLE), cookie=0x77)
    assert trial.through(2, _LONG) == {}
    (told,) = control.events(messages.PacketIn, 1)
    assert (told.reason, told.buffer_id, told.total_len) == (PacketInReason.ACTION, NO_BUFFER, len(_LONG))
    assert (told.data, _came_from(told, version)) == (_LONG, 2)
    assert (told.table_id, told.cookie) == (0, 0 if version == V1_0 else 0x77)


def test_a_miss_of_1_0(trial: Trial) -> None:
    """1.0's controller gets what fits no entry."""
    control = trial.controller(V1_0)
    control.do(messages.SetConfig(flags=0, miss_send_len=_WHOLE))
    add(control, Match(in_port=1), Output(3))
    assert trial.through(2, _LONG) == {}
    (told,) = control.events(messages.PacketIn, 1)
    assert (told.reason, told.in_port, told.data) == (PacketInReason.NO_MATCH, 2, _LONG)


def test_a_miss_of_1_3(trial: Trial) -> None:
    """1.3's controller gets it where the entry for misses sends it, and says so."""
    control = trial.controller()
    assert trial.through(2, plain()) == {}
    assert control.events(messages.PacketIn) == []
    add(control, Match(), Output(CONTROLLER, _WHOLE), priority=0, cookie=9)
    trial.through(2, plain())
    (told,) = control.events(messages.PacketIn, 1)
    assert (told.reason, told.cookie, told.data) == (PacketInReason.NO_MATCH, 9, plain())


def test_what_is_no_entry_for_misses(trial: Trial) -> None:
    """An entry of priority 0 with a match, or of another priority without one, sends packets as others do."""
    control = trial.controller()
    add(control, Match(in_port=1), Output(CONTROLLER, _WHOLE), priority=0)
    add(control, Match(), Output(CONTROLLER, _WHOLE), priority=1)
    trial.through(1, plain())
    trial.through(2, plain())
    assert [told.reason for told in control.events(messages.PacketIn, 2)] == [PacketInReason.ACTION] * 2


def test_from_a_later_table(trial: Trial) -> None:
    """The packet as it is by then, the table, and what was noted on the way."""
    control = trial.controller()
    go_on = (WriteMetadata(0x55, 0xFF), GotoTable(2))
    add(control, Match(), SetField("tunnel_id", 7), instructions=go_on)
    add(control, Match(), SetField("eth_dst", 5), Output(CONTROLLER, _WHOLE), table_id=2, cookie=3)
    trial.through(4, plain())
    (told,) = control.events(messages.PacketIn, 1)
    assert (told.table_id, told.cookie, told.data) == (2, 3, plain(dst="00:00:00:00:00:05"))
    said = _fields(told)
    assert (said["in_port"], said["metadata"], said["tunnel_id"]) == (4, 0x55, 7)


@BOTH
def test_everybody_is_told(trial: Trial, version: Version) -> None:
    """Controllers that are equal all get the packet."""
    controls = trial.controllers(version, version)
    add(controls[0], Match(), Output(CONTROLLER, _WHOLE))
    trial.through(1, plain())
    assert [one.events(messages.PacketIn, 1)[0].data for one in controls] == [plain(), plain()]


def test_each_in_its_version(trial: Trial) -> None:
    """Two controllers of different versions get the same packet, each in its own words."""
    old, new = trial.controllers(V1_0, V1_3)
    add(new, Match(in_port=3), Output(CONTROLLER, _WHOLE))
    trial.through(3, plain())
    for control in (old, new):
        (told,) = control.events(messages.PacketIn, 1)
        assert (_came_from(told, control.version), told.data) == (3, plain())


@BOTH
def test_how_many_are_kept(trial: Trial, version: Version) -> None:
    """A switch says how many packets wait at it for a decision."""
    features = trial.controller(version).ask(messages.FeaturesRequest(), messages.FeaturesReply)
    assert (features.n_buffers > 0) is trial.expected("packets wait at the switch", True)


@BOTH
@pytest.mark.parametrize("length", [0, 20, 128])
def test_a_part_is_enough(trial: Trial, version: Version, length: int) -> None:
    """The controller gets the bytes that it asked for, and a number with which the whole packet goes on, once."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(CONTROLLER, length))
    trial.through(1, _LONG)
    (told,) = control.events(messages.PacketIn, 1)
    assert told.total_len == len(_LONG)
    if not trial.expected("packets wait at the switch", True):
        assert (told.buffer_id, told.data) == (NO_BUFFER, _LONG)
        return
    assert told.data == _LONG[:length]
    assert told.buffer_id != NO_BUFFER
    release = _out(version, b"", Output(3), buffer_id=told.buffer_id, in_port=1)
    assert _sent(trial, control, release) == {3: [_LONG]}
    assert control.outcome(release) == "BAD_REQUEST/BUFFER_EMPTY"


@BOTH
def test_as_much_as_for_a_miss(trial: Trial, version: Version) -> None:
    """Of what fits no entry 1.0's controller gets as much as the configuration says; 1.3's as its entry says."""
    control = trial.controller(version)
    control.do(messages.SetConfig(flags=0, miss_send_len=33))
    if version == V1_3:
        add(control, Match(), Output(CONTROLLER, 34), priority=0)
    trial.through(1, _LONG)
    (told,) = control.events(messages.PacketIn, 1)
    kept = trial.expected("packets wait at the switch", True)
    assert len(told.data) == ((33 if version == V1_0 else 34) if kept else len(_LONG))


@BOTH
def test_an_entry_for_a_packet_that_waits(trial: Trial, version: Version) -> None:
    """A flow-mod that names a packet adds the entry and takes the packet through the tables."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(CONTROLLER, 20))
    trial.through(1, _LONG)
    (told,) = control.events(messages.PacketIn, 1)
    if not trial.expected("packets wait at the switch", True):
        return
    decided = flow_mod(version, Match(in_port=1), Output(4), priority=200, buffer_id=told.buffer_id)
    assert _sent(trial, control, decided) == {4: [_LONG]}
    assert [entry.packet_count for entry in entries(control)] == [1, 1]


@BOTH
def test_a_packet_that_is_not_there(trial: Trial, version: Version) -> None:
    """Neither a packet-out nor a flow-mod may name it, and the entry is not added; a deletion does not look at it."""
    control = trial.controller(version)
    for message in (_out(version, b"", Output(2), buffer_id=12345), flow_mod(version, Match(), buffer_id=12345)):
        assert control.outcome(message) == "BAD_REQUEST/BUFFER_UNKNOWN"
    assert entries(control) == []
    control.do(flow_mod(version, Match(), command=3, buffer_id=12345))


@BOTH
def test_actions_in_their_order(trial: Trial, version: Version) -> None:
    """Each output sends the packet as it is by then."""
    control = trial.controller(version)
    changed = plain(dst="00:00:00:00:00:07")
    sent = _sent(trial, control, _out(version, plain(), Output(2), SetField("eth_dst", 7), Output(3), Output(2)))
    assert sent == {2: [plain(), changed], 3: [changed]}


@BOTH
def test_no_action(trial: Trial, version: Version) -> None:
    """A packet-out without actions drops its packet."""
    assert _sent(trial, trial.controller(version), _out(version, plain())) == {}


@BOTH
def test_through_the_tables(trial: Trial, version: Version) -> None:
    """A packet-out to TABLE is treated and counted as a packet that came in where it says."""
    control = trial.controller(version)
    add(control, Match(in_port=3), Output(2))
    assert _sent(trial, control, _out(version, plain(), Output(TABLE), in_port=3)) == {2: [plain()]}
    assert _sent(trial, control, _out(version, plain(), Output(TABLE), in_port=4)) == {}
    assert [entry.packet_count for entry in entries(control)] == [1]


@BOTH
def test_back(trial: Trial, version: Version) -> None:
    """IN_PORT is the port that the packet-out names; that port itself is left out otherwise."""
    control = trial.controller(version)
    assert _sent(trial, control, _out(version, plain(), Output(IN_PORT), in_port=3)) == {3: [plain()]}
    assert _sent(trial, control, _out(version, plain(), Output(3), in_port=3)) == {}


@BOTH
def test_to_the_controller(trial: Trial, version: Version) -> None:
    """A packet-out may come back: no entry has sent it."""
    control = trial.controller(version)
    control.do(_out(version, plain(dst=B), Output(CONTROLLER, _WHOLE), in_port=2))
    (told,) = control.events(messages.PacketIn, 1)
    assert (told.reason, told.data, _came_from(told, version)) == (PacketInReason.ACTION, plain(dst=B), 2)
    assert told.cookie == (0 if version == V1_0 else _NO_COOKIE)


@BOTH
def test_a_port_that_is_not_there(trial: Trial, version: Version) -> None:
    """An entry may send to a port that may come; nothing goes there until it does."""
    control = trial.controller(version)
    add(control, Match(in_port=2), Output(77), Output(3))
    assert trial.through(2, plain()) == {3: [plain()]}


@BOTH
def test_from_a_port_that_is_not_there(trial: Trial, version: Version) -> None:
    """A packet-out's packet comes from a port that there is, or from none."""
    control = trial.controller(version)
    specified = "BAD_REQUEST/BAD_PORT" if version == V1_3 else ACCEPTED
    if version == V1_3:
        specified = trial.expected("from a port that is not there", specified)
    assert control.outcome(_out(version, plain(), Output(2), in_port=77)) == specified


@BOTH
def test_the_shortest(trial: Trial, version: Version) -> None:
    """An Ethernet header alone is a packet."""
    sent = _sent(trial, trial.controller(version), _out(version, plain()[:14], Output(2)))
    assert [frame[:14] for frame in sent[2]] == [plain()[:14]]


@BOTH
def test_too_short(trial: Trial, version: Version) -> None:
    """What is shorter than an Ethernet header is no packet."""
    control = trial.controller(version)
    specified = "BAD_REQUEST/BAD_PACKET" if version == V1_3 else "BAD_REQUEST/BAD_LEN"
    outcome = control.outcome(_out(version, b"short", Output(2)))
    assert outcome == trial.expected("a packet-out of five bytes", specified)
