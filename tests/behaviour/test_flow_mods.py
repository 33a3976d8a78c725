"""How entries are added, changed and deleted, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from nox.lib.actions import ANY, Output
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import FlowModCommand, FlowModFlag
from nox.lib.openflow.enums10 import FlowModFlag10
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import Trial
from tests.behaviour.control import ACCEPTED, Control
from tests.behaviour.frames import over4, plain, udp
from tests.behaviour.saying import BOTH, V1_0, V1_3, add, delete, entries, flow_mod

MODIFY, MODIFY_STRICT, DELETE_STRICT = (
    *(FlowModCommand.MODIFY, FlowModCommand.MODIFY_STRICT),
    FlowModCommand.DELETE_STRICT,
)
_WIDE, _NARROW = Match(eth_type=0x0800), Match(eth_type=0x0800, ip_proto=17)
_ALL_BITS = (1 << 64) - 1


def _counted(control: Control) -> list[tuple[int, int]]:
    """Cookie and packets of each entry, by cookie."""
    return sorted((entry.cookie, entry.packet_count) for entry in entries(control))


def _ports(control: Control, version: Version) -> dict[int, tuple[object, ...]]:
    """What each entry does, by cookie."""
    return {entry.cookie: (entry.actions if version == V1_0 else entry.instructions) for entry in entries(control)}


def _does(version: Version, port: int) -> tuple[object, ...]:
    written = flow_mod(version, Match(), Output(port))
    return written.actions if version == V1_0 else written.instructions


@BOTH
def test_adding_again(trial: Trial, version: Version) -> None:
    """An entry of the same match and priority is replaced, without a word to who asked to be told when it goes."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2), cookie=1, flags=FlowModFlag.SEND_FLOW_REM)
    trial.through(1, plain())
    trial.bench.warp(30)
    add(control, Match(in_port=1), Output(3), cookie=2)
    assert trial.through(1, plain()) == {3: [plain()]}
    assert control.events(messages.FlowRemoved) == []
    assert _counted(control) == [(2, 1 if version == V1_0 else 2)]  # 1.3 has a flag for beginning anew
    assert entries(control)[0].duration_sec == 0


def test_adding_again_with_counters_anew(trial: Trial) -> None:
    """RESET_COUNTS begins at 0."""
    control = trial.controller()
    add(control, Match(in_port=1), Output(2), cookie=1)
    trial.through(1, plain())
    add(control, Match(in_port=1), Output(2), cookie=2, flags=FlowModFlag.RESET_COUNTS)
    assert _counted(control) == [(2, 0)]


@BOTH
def test_modify(trial: Trial, version: Version) -> None:
    """Every entry that the match covers does something else; its counters, timeouts and duration stay."""
    control = trial.controller(version)
    add(control, _WIDE, Output(2), cookie=1, priority=5, idle_timeout=300)
    add(control, _NARROW, Output(2), cookie=2, priority=6)
    add(control, Match(), Output(2), cookie=3, priority=4)
    trial.through(1, over4(17, udp(1, 2)))
    trial.bench.warp(30)
    control.do(flow_mod(version, _WIDE, Output(4), command=MODIFY, priority=99, cookie=2, idle_timeout=7))
    assert trial.through(1, over4(17, udp(1, 2))) == {4: [over4(17, udp(1, 2))]}
    found = entries(control)
    assert [entry.packet_count for entry in found] == [2, 0, 0]
    assert [entry.idle_timeout for entry in found] == [0, 300, 0]
    assert {entry.duration_sec for entry in found} == {30}
    # 1.0 changes the cookie too (1.0.0, section 4.6); 1.3 does not (1.3.5, section 6.4)
    assert [entry.cookie for entry in found] == ([2, 2, 3] if version == V1_0 else [2, 1, 3])


def test_modify_with_counters_anew(trial: Trial) -> None:
    """RESET_COUNTS begins at 0; the entry stays as old as it is."""
    control = trial.controller()
    add(control, Match(in_port=1), Output(2), cookie=1)
    trial.through(1, plain())
    trial.bench.warp(30)
    control.do(flow_mod(V1_3, Match(in_port=1), Output(3), command=MODIFY, flags=FlowModFlag.RESET_COUNTS))
    assert _counted(control) == [(1, 0)]
    assert entries(control)[0].duration_sec == 30


@BOTH
def test_modify_strictly(trial: Trial, version: Version) -> None:
    """Only the entry of exactly this match and priority."""
    control = trial.controller(version)
    add(control, _WIDE, Output(2), cookie=1, priority=5)
    add(control, _WIDE, Output(2), cookie=2, priority=6)
    add(control, _NARROW, Output(2), cookie=3, priority=5)
    control.do(flow_mod(version, _WIDE, Output(4), command=MODIFY_STRICT, priority=5, cookie=1))
    assert _ports(control, version) == {1: _does(version, 4), 2: _does(version, 2), 3: _does(version, 2)}


@BOTH
@pytest.mark.parametrize("command", [MODIFY, MODIFY_STRICT])
def test_modifying_what_is_not_there(trial: Trial, version: Version, command: int) -> None:
    """1.0 adds it (1.0.0, section 4.6), 1.3 does not."""
    control = trial.controller(version)
    control.do(flow_mod(version, Match(in_port=1), Output(2), command=command, cookie=1))
    assert _counted(control) == ([(1, 0)] if version == V1_0 else [])


@BOTH
def test_delete(trial: Trial, version: Version) -> None:
    """Every entry that the match covers, of any priority."""
    control = trial.controller(version)
    for cookie, match in enumerate((_WIDE, _NARROW, Match(), Match(eth_type=0x0806))):
        add(control, match, Output(2), cookie=cookie, priority=cookie + 1)
    delete(control, _WIDE)
    assert [cookie for cookie, _ in _counted(control)] == [2, 3]


@BOTH
def test_delete_strictly(trial: Trial, version: Version) -> None:
    """Only the entry of exactly this match and priority; what is not there is not missed."""
    control = trial.controller(version)
    for cookie, (match, priority) in enumerate(((_WIDE, 5), (_WIDE, 6), (_NARROW, 5))):
        add(control, match, Output(2), cookie=cookie, priority=priority)
    delete(control, _WIDE, command=DELETE_STRICT, priority=5)
    delete(control, _WIDE, command=DELETE_STRICT, priority=77)
    assert [cookie for cookie, _ in _counted(control)] == [1, 2]


@BOTH
def test_delete_by_port(trial: Trial, version: Version) -> None:
    """Only those that send there."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2), cookie=1)
    add(control, Match(in_port=2), Output(3), Output(2), cookie=2)
    add(control, Match(in_port=3), Output(3), cookie=3)
    delete(control, out_port=2)
    assert [cookie for cookie, _ in _counted(control)] == [3]


def test_by_cookie(trial: Trial) -> None:
    """1.3 changes and deletes by cookie and mask."""
    control = trial.controller()
    for cookie in range(1, 5):
        add(control, Match(in_port=cookie), Output(2), cookie=cookie)
    control.do(flow_mod(V1_3, Match(), Output(4), command=MODIFY, cookie=2, cookie_mask=_ALL_BITS))
    assert {cookie for cookie, does in _ports(control, V1_3).items() if does == _does(V1_3, 4)} == {2}
    delete(control, cookie=1, cookie_mask=1)
    assert [cookie for cookie, _ in _counted(control)] == [2, 4]


def test_by_table(trial: Trial) -> None:
    """A deletion names one table, or all."""
    control = trial.controller()
    for table in range(3):
        add(control, Match(), cookie=table, table_id=table)
    delete(control, table_id=1)
    assert [cookie for cookie, _ in _counted(control)] == [0, 2]
    delete(control, table_id=255)
    assert entries(control) == []


@BOTH
def test_overlap(trial: Trial, version: Version) -> None:
    """Who asks for it is refused an entry where another of its priority may fit the same packets."""
    control = trial.controller(version)
    add(control, _WIDE, Output(2), priority=5)
    checked: dict[str, Any] = {"flags": FlowModFlag.CHECK_OVERLAP, "priority": 5}
    for match in (_NARROW, Match(), Match(in_port=1)):
        assert control.outcome(flow_mod(version, match, Output(3), **checked)) == "FLOW_MOD_FAILED/OVERLAP"
    add(control, Match(eth_type=0x0806), Output(3), **checked)
    add(control, _NARROW, Output(3), **{**checked, "priority": 6})
    add(control, Match(in_port=1), Output(3), priority=5)
    assert len(entries(control)) == 4


@BOTH
def test_a_full_table(trial: Trial, version: Version) -> None:
    """Entries beyond the last are refused, until one goes; those that are there may be replaced."""
    trial.bench.limit(3)
    control = trial.controller(version)
    for port in (1, 2, 3):
        add(control, Match(in_port=port), Output(4))
    assert control.outcome(flow_mod(version, Match(in_port=4), Output(1))) == "FLOW_MOD_FAILED/TABLE_FULL"
    add(control, Match(in_port=3), Output(1))
    delete(control, Match(in_port=1))
    add(control, Match(in_port=4), Output(1))


def test_emergency_entries(trial: Trial) -> None:
    """1.0 has a table for when there is no controller, which a switch need not have: it is full then."""
    control = trial.controller(V1_0)
    written = flow_mod(V1_0, Match(), Output(2), flags=FlowModFlag10.EMERG)
    assert control.outcome(written) == "FLOW_MOD_FAILED/TABLE_FULL"
    assert entries(control) == []


def test_counting_is_left_out(trial: Trial) -> None:
    """An entry may count no packets, or no bytes."""
    control = trial.controller()
    add(control, Match(in_port=1), Output(2), flags=FlowModFlag.NO_PKT_COUNTS | FlowModFlag.NO_BYT_COUNTS)
    assert trial.through(1, plain()) == {2: [plain()]}
    assert entries(control)[0].flags == FlowModFlag.NO_PKT_COUNTS | FlowModFlag.NO_BYT_COUNTS


@BOTH
def test_a_match_that_is_larger_in_the_deletion(trial: Trial, version: Version) -> None:
    """Under masks too: a prefix covers a longer one."""
    control = trial.controller(version)
    add(control, Match(eth_type=0x0800, ipv4_dst="10.1.0.0/16"), cookie=1)
    add(control, Match(eth_type=0x0800, ipv4_dst="10.2.3.4"), cookie=2)
    add(control, Match(eth_type=0x0800, ipv4_dst="11.0.0.0/8"), cookie=3)
    delete(control, Match(eth_type=0x0800, ipv4_dst="10.0.0.0/8"))
    assert [cookie for cookie, _ in _counted(control)] == [3]


@BOTH
def test_timeouts_begin_anew(trial: Trial, version: Version) -> None:
    """An idle timeout with every packet; a hard one does not."""
    control = trial.controller(version)
    more = {"idle_timeout": 50, "flags": FlowModFlag.SEND_FLOW_REM}
    add(control, Match(in_port=1), Output(2), cookie=1, **more)
    add(control, Match(in_port=2), Output(2), cookie=2, hard_timeout=100)
    for _ in range(4):
        trial.bench.warp(40)
        trial.through(1, plain())
        trial.through(2, plain())
    assert [cookie for cookie, _ in _counted(control)] == [1]
    trial.bench.warp(60)
    assert entries(control) == []
    (gone,) = control.events(messages.FlowRemoved, 1)
    assert (gone.packet_count, gone.duration_sec) == (4, 220)


def test_out_port_any(trial: Trial) -> None:
    """ANY is no condition."""
    control = trial.controller()
    add(control, Match(), Output(2))
    delete(control, out_port=ANY)
    assert entries(control) == []
    assert control.outcome() == ACCEPTED
