"""Groups, which are 1.3's: which buckets treat a packet, how groups change and go, what is told, what is refused."""

from __future__ import annotations

from typing import Final

import pytest

from nox.lib.actions import CONTROLLER, IN_PORT, Action, Group, Output, SetField
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import (
    FlowModFlag,
    FlowRemovedReason,
    GroupCapability,
    GroupCommand,
    GroupType,
    PacketInReason,
)
from nox.lib.openflow.instructions import WriteActions
from tests.behaviour.bench import Trial
from tests.behaviour.control import Control
from tests.behaviour.frames import plain
from tests.behaviour.saying import V1_3, actions_of, add, delete, entries, packet_out

_ANY, _ALL = 0xFFFFFFFF, 0xFFFFFFFC
ALL, SELECT, INDIRECT, FAILOVER = GroupType.ALL, GroupType.SELECT, GroupType.INDIRECT, GroupType.FAST_FAILOVER
_CHANGE: Final = SetField("eth_dst", 5)
_CHANGED: Final = plain(dst="00:00:00:00:00:05")


def _bucket(*actions: Action, weight: int = 0, port: int = _ANY, group: int = _ANY) -> messages.Bucket:
    return messages.Bucket(weight=weight, watch_port=port, watch_group=group, actions=actions_of(V1_3, *actions))


def _mod(kind: int, *buckets: messages.Bucket, number: int = 5, command: int = GroupCommand.ADD) -> messages.GroupMod:
    return messages.GroupMod(command=command, type=kind, group_id=number, buckets=buckets)


def _used(trial: Trial, kind: GroupType, *buckets: messages.Bucket) -> Control:
    """A controller whose switch gives what comes in on port 1 to a group."""
    control = trial.controller()
    control.do(_mod(kind, *buckets))
    add(control, Match(in_port=1), Group(5))
    return control


def _flows(count: int) -> list[bytes]:
    """Frames of as many flows."""
    return [plain(src=f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}") for number in range(count)]


def _link(trial: Trial, control: Control, port: int, *, up: bool) -> None:
    trial.bench.link(port, up)
    control.events(messages.PortStatus, 1)


def _shares(trial: Trial, flows: list[bytes]) -> dict[int, int]:
    """How many of these frames each port gets."""
    return {port: len(out) for port, out in trial.through(1, *flows).items()}


def test_all(trial: Trial) -> None:
    """Every bucket, each with a copy of its own; the packet itself goes on as it was."""
    control = trial.controller()
    control.do(_mod(ALL, _bucket(_CHANGE, Output(2)), _bucket(Output(3))))
    add(control, Match(in_port=1), Group(5), Output(4))
    assert trial.through(1, plain()) == {2: [_CHANGED], 3: [plain()], 4: [plain()]}


def test_indirect(trial: Trial) -> None:
    """The only bucket."""
    _used(trial, INDIRECT, _bucket(_CHANGE, Output(3)))
    assert trial.through(1, plain()) == {3: [_CHANGED]}


def test_where_it_came_from(trial: Trial) -> None:
    """A bucket does not send a packet back, unless it says IN_PORT."""
    _used(trial, ALL, _bucket(Output(1)), _bucket(Output(2)))
    assert trial.through(1, plain()) == {2: [plain()]}


def test_back_where_it_came_from(trial: Trial) -> None:
    """IN_PORT is that port."""
    _used(trial, ALL, _bucket(Output(IN_PORT)), _bucket(Output(2)))
    assert trial.through(1, plain()) == {1: [plain()], 2: [plain()]}


def test_a_bucket_is_an_action_set(trial: Trial) -> None:
    """Its actions are done in the order of a set: the output last (1.3.5, section 5.6.1)."""
    _used(trial, INDIRECT, _bucket(Output(2), _CHANGE))
    assert trial.through(1, plain()) == {2: [_CHANGED]}


@pytest.mark.parametrize("kind", [ALL, SELECT])
def test_no_bucket(trial: Trial, kind: GroupType) -> None:
    """A group without buckets drops."""
    _used(trial, kind)
    assert trial.through(1, plain()) == {}


def test_failover(trial: Trial) -> None:
    """The first bucket that is live: another one while its port is down, none where all are."""
    control = _used(trial, FAILOVER, _bucket(Output(2), port=2), _bucket(Output(3), port=3))
    assert trial.through(1, plain()) == {2: [plain()]}
    _link(trial, control, 2, up=False)
    assert trial.through(1, plain()) == {3: [plain()]}
    _link(trial, control, 3, up=False)
    assert trial.through(1, plain()) == {}
    _link(trial, control, 2, up=True)
    assert trial.through(1, plain()) == {2: [plain()]}


def test_watching_a_group(trial: Trial) -> None:
    """A group is live while a bucket of it is."""
    control = trial.controller()
    control.do(
        _mod(FAILOVER, _bucket(Output(2), port=2), _bucket(Output(3), port=3), number=6),
        _mod(FAILOVER, _bucket(Group(6), group=6), _bucket(Output(4), port=4)),
    )
    add(control, Match(in_port=1), Group(5))
    assert trial.through(1, plain()) == {2: [plain()]}
    _link(trial, control, 2, up=False)
    assert trial.through(1, plain()) == {3: [plain()]}
    _link(trial, control, 3, up=False)
    assert trial.through(1, plain()) == {4: [plain()]}


def test_select(trial: Trial) -> None:
    """One bucket for each packet, the same for packets of a flow; flows are shared out by weight, none to weight 0."""
    buckets = (_bucket(Output(2), weight=1), _bucket(Output(3), weight=4), _bucket(Output(4), weight=0))
    _used(trial, SELECT, *buckets)
    flows = _flows(200)
    first = trial.through(1, *flows)
    shares = {port: len(out) for port, out in first.items()}
    assert sum(shares.values()) == 200
    assert set(shares) == {2, 3}
    assert 2 * shares[2] < shares[3]
    again = trial.through(1, *flows)
    assert {port: set(out) for port, out in again.items()} == {port: set(out) for port, out in first.items()}


def test_select_by_liveness(trial: Trial) -> None:
    """Flows of a bucket whose port is down go to the others."""
    control = _used(trial, SELECT, *(_bucket(Output(port), weight=1, port=port) for port in (2, 3)))
    assert set(_shares(trial, _flows(60))) == {2, 3}
    _link(trial, control, 2, up=False)
    assert _shares(trial, _flows(60)) == {3: 60}


def test_a_group_in_a_group(trial: Trial) -> None:
    """A bucket may give its packet to another group."""
    control = trial.controller()
    control.do(
        _mod(ALL, _bucket(Output(2)), _bucket(_CHANGE, Output(3)), number=6),
        _mod(ALL, _bucket(Group(6)), _bucket(Output(4))),
    )
    add(control, Match(in_port=1), Group(5))
    assert trial.through(1, plain()) == {2: [plain()], 3: [_CHANGED], 4: [plain()]}


def test_a_bucket_to_the_controller(trial: Trial) -> None:
    """The controller gets the bucket's copy, by an action."""
    control = _used(trial, ALL, _bucket(_CHANGE, Output(CONTROLLER, 0xFFFF)), _bucket(Output(2)))
    assert trial.through(1, plain()) == {2: [plain()]}
    (told,) = control.events(messages.PacketIn, 1)
    assert (told.reason, told.data) == (PacketInReason.ACTION, _CHANGED)


def test_a_packet_out_to_a_group(trial: Trial) -> None:
    """It may name a group that there is, and no other."""
    control = trial.controller()
    control.do(_mod(ALL, _bucket(Output(2)), _bucket(_CHANGE, Output(3))))
    trial.through(1)
    control.do(packet_out(V1_3, plain(), Group(5), in_port=1))
    trial.bench.settle()
    assert (trial.bench.sent(2), trial.bench.sent(3)) == ([plain()], [_CHANGED])
    assert control.outcome(packet_out(V1_3, plain(), Group(6), in_port=1)) == "BAD_ACTION/BAD_OUT_GROUP"


def test_a_group_in_an_action_set(trial: Trial) -> None:
    """Where a set has a group, its output is not done (1.3.5, section 5.10)."""
    control = trial.controller()
    control.do(_mod(ALL, _bucket(Output(3))))
    written = WriteActions(actions_of(V1_3, Output(2), Group(5)))
    add(control, Match(in_port=1), instructions=(written,))
    assert trial.through(1, plain()) == {3: [plain()]}


def test_a_change(trial: Trial) -> None:
    """Entries that use the group go on by its new type and buckets."""
    control = _used(trial, INDIRECT, _bucket(Output(2)))
    control.do(_mod(ALL, _bucket(Output(3)), _bucket(Output(4)), command=GroupCommand.MODIFY))
    assert trial.through(1, plain()) == {3: [plain()], 4: [plain()]}


def test_a_deletion_takes_the_entries_along(trial: Trial) -> None:
    """And says so, by a reason of its own; other entries stay."""
    control = trial.controller()
    control.do(_mod(ALL, _bucket(Output(2))))
    add(control, Match(in_port=1), Group(5), flags=FlowModFlag.SEND_FLOW_REM, cookie=8)
    add(control, Match(in_port=2), Output(3), flags=FlowModFlag.SEND_FLOW_REM)
    control.do(_mod(ALL, command=GroupCommand.DELETE))
    (gone,) = control.events(messages.FlowRemoved, 1)
    assert (gone.cookie, gone.reason) == (8, FlowRemovedReason.GROUP_DELETE)
    assert len(entries(control)) == 1


def test_deleting_all(trial: Trial) -> None:
    """ALL means each; what is not there is not missed."""
    control = trial.controller()
    control.do(_mod(ALL, _bucket(Output(2))), _mod(ALL, number=6))
    for number in (77, _ALL):
        control.do(_mod(ALL, number=number, command=GroupCommand.DELETE))
    assert control.ask(messages.GroupDescriptionRequest(), messages.GroupDescriptionReply).entries == ()


def test_what_was_written_is_told(trial: Trial) -> None:
    """Each group with its type and buckets."""
    control = trial.controller()
    failing = (_bucket(Output(2), port=2), _bucket(_CHANGE, Output(3), port=3))
    sharing = (_bucket(Output(2), weight=1), _bucket(Output(3), weight=9))
    control.do(_mod(FAILOVER, *failing), _mod(SELECT, *sharing, number=6))
    told = control.ask(messages.GroupDescriptionRequest(), messages.GroupDescriptionReply).entries
    assert {one.group_id: (one.type, one.buckets) for one in told} == {5: (FAILOVER, failing), 6: (SELECT, sharing)}


def _stats(control: Control, number: int) -> tuple[messages.GroupStatsEntry, ...]:
    return control.ask(messages.GroupStatsRequest(group_id=number), messages.GroupStatsReply).entries


def test_counters(trial: Trial) -> None:
    """What each bucket has treated, and the group; how many entries use it, and since when it is there."""
    control = _used(trial, FAILOVER, _bucket(Output(2), port=2), _bucket(Output(3), port=3))
    add(control, Match(in_port=4), Group(5))
    trial.through(1, plain(), plain())
    _link(trial, control, 2, up=False)
    trial.through(1, plain())
    trial.bench.warp(50)
    (counted,) = _stats(control, 5)
    assert (counted.packet_count, counted.byte_count, counted.ref_count) == (3, 180, 2)
    assert [(bucket.packet_count, bucket.byte_count) for bucket in counted.buckets] == [(2, 120), (1, 60)]
    assert counted.duration_sec == 50
    delete(control)
    assert _stats(control, 5)[0].ref_count == 0


def test_counters_of_a_group_that_changes(trial: Trial) -> None:
    """A change begins counting anew, and leaves the group as old as it is."""
    control = _used(trial, ALL, _bucket(Output(2)))
    trial.through(1, plain())
    trial.bench.warp(20)
    control.do(_mod(ALL, _bucket(Output(3)), _bucket(Output(4)), command=GroupCommand.MODIFY))
    trial.through(1, plain())
    (counted,) = _stats(control, 5)
    assert (counted.packet_count, [bucket.packet_count for bucket in counted.buckets]) == (1, [1, 1])
    assert counted.duration_sec == 20


def test_groups_that_use_a_group(trial: Trial) -> None:
    """They count as entries do that use it (1.3.5, section 7.3.5.7)."""
    control = trial.controller()
    control.do(_mod(ALL, _bucket(Output(2)), number=6), _mod(ALL, _bucket(Group(6)), number=7))
    add(control, Match(in_port=1), Group(6))
    assert _stats(control, 6)[0].ref_count == trial.expected("users of a group that another uses", 2)


def test_which_counters(trial: Trial) -> None:
    """Those of one group, of all, or none where there is no such group."""
    control = trial.controller()
    control.do(_mod(ALL, _bucket(Output(2))), _mod(ALL, number=6))
    assert [one.group_id for one in _stats(control, 6)] == [6]
    assert sorted(one.group_id for one in _stats(control, _ALL)) == [5, 6]
    assert _stats(control, 77) == ()


def test_features(trial: Trial) -> None:
    """All four types, weights, liveness and groups in groups."""
    features = trial.controller().ask(messages.GroupFeaturesRequest(), messages.GroupFeaturesReply)
    assert features.types == sum(1 << kind for kind in GroupType)
    wanted = GroupCapability.SELECT_WEIGHT | GroupCapability.SELECT_LIVENESS | GroupCapability.CHAINING
    assert features.capabilities & wanted == wanted
    for kind in ("all", "select", "indirect", "fast_failover"):
        assert getattr(features, f"max_{kind}") >= 1
        assert getattr(features, f"actions_{kind}") & 1 << 0  # output


_THERE: Final = (_mod(ALL, _bucket(Output(2))), _mod(ALL, _bucket(Group(5)), number=6))
_ERRORS: Final = {
    "a group that is there": (_mod(ALL), "GROUP_MOD_FAILED/GROUP_EXISTS"),
    "changing a group that is not there": (
        _mod(ALL, number=9, command=GroupCommand.MODIFY),
        "GROUP_MOD_FAILED/UNKNOWN_GROUP",
    ),
    "an unknown command for a group": (_mod(ALL, number=9, command=9), "GROUP_MOD_FAILED/BAD_COMMAND"),
    "an unknown type of group": (_mod(9, number=9), "GROUP_MOD_FAILED/BAD_TYPE"),
    "a group beyond the largest number": (_mod(ALL, number=0xFFFFFF01), "GROUP_MOD_FAILED/INVALID_GROUP"),
    "two buckets of an indirect group": (
        _mod(INDIRECT, _bucket(Output(2)), _bucket(Output(3)), number=9),
        "GROUP_MOD_FAILED/INVALID_GROUP",
    ),
    "no bucket of an indirect group": (_mod(INDIRECT, number=9), "GROUP_MOD_FAILED/INVALID_GROUP"),
    "a weight where none belongs": (
        _mod(ALL, _bucket(Output(2), weight=1), number=9),
        "GROUP_MOD_FAILED/INVALID_GROUP",
    ),
    "failover without anything to watch": (
        _mod(FAILOVER, _bucket(Output(2)), number=9),
        "GROUP_MOD_FAILED/INVALID_GROUP",
    ),
    "watching a port that is not there": (
        _mod(FAILOVER, _bucket(Output(2), port=99), number=9),
        "GROUP_MOD_FAILED/BAD_WATCH",
    ),
    "watching a group that is not there": (
        _mod(FAILOVER, _bucket(Output(2), group=99), number=9),
        "GROUP_MOD_FAILED/BAD_WATCH",
    ),
    "a bucket to a group that is not there": (_mod(ALL, _bucket(Group(99)), number=9), "BAD_ACTION/BAD_OUT_GROUP"),
    "a bucket to nowhere": (_mod(ALL, _bucket(Output(0xFFFFFFFF)), number=9), "BAD_ACTION/BAD_OUT_PORT"),
    "a group that uses itself": (_mod(ALL, _bucket(Group(9)), number=9), "GROUP_MOD_FAILED/LOOP"),
    "groups that use each other": (
        _mod(ALL, _bucket(Group(6)), command=GroupCommand.MODIFY),
        "GROUP_MOD_FAILED/LOOP",
    ),
    "deleting a group that another uses": (
        _mod(ALL, command=GroupCommand.DELETE),
        "GROUP_MOD_FAILED/CHAINED_GROUP",
    ),
}


@pytest.mark.parametrize("name", _ERRORS)
def test_error(trial: Trial, name: str) -> None:
    """The error that the specification names; the groups that were there stay."""
    control = trial.controller()
    control.do(*_THERE)
    message, error = _ERRORS[name]
    assert control.outcome(message) == trial.expected(name, error)
