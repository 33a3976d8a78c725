"""The instructions of 1.3: what is done at once, what is collected, and where the packet goes on."""

from __future__ import annotations

from typing import Final

import pytest

from nox.lib import actions as new
from nox.lib.actions import Action, Output, SetField
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.instructions import (
    ApplyActions,
    ClearActions,
    GotoTable,
    Instruction,
    Meter,
    WriteActions,
    WriteMetadata,
)
from tests.behaviour.bench import Trial
from tests.behaviour.control import ACCEPTED
from tests.behaviour.frames import over4, plain, tagged, udp
from tests.behaviour.saying import V1_3, actions_of, add, entries, flow_mod

_UDP: Final = over4(17, udp(1, 2), ttl=9)


def _write(*actions: Action) -> WriteActions:
    return WriteActions(actions_of(V1_3, *actions))


def _dst(number: int) -> bytes:
    return plain(dst=f"00:00:00:00:00:{number:02x}")


def test_apply_is_done_at_once(trial: Trial) -> None:
    """In the order of the list; what is written is done at the end, on the packet as it is by then."""
    control = trial.controller()
    late = (_write(Output(4), SetField("eth_dst", 9)),)
    add(control, Match(), Output(2), SetField("eth_dst", 7), Output(3), instructions=late)
    assert trial.through(1, plain()) == {2: [plain()], 3: [_dst(7)], 4: [_dst(9)]}


def test_the_set_is_done_at_the_end_of_the_pipeline(trial: Trial) -> None:
    """And not in the table that has written it."""
    control = trial.controller()
    add(control, Match(), instructions=(_write(Output(2)), GotoTable(1)))
    add(control, Match(), SetField("eth_dst", 7), table_id=1)
    assert trial.through(1, plain()) == {2: [_dst(7)]}


def test_a_miss_ends_without_the_set(trial: Trial) -> None:
    """A packet that fits nothing in a later table is dropped, whatever was collected (1.3.5, section 5.4)."""
    control = trial.controller()
    add(control, Match(), instructions=(_write(Output(2)), GotoTable(1)))
    specified: dict[int, list[bytes]] = {}
    assert trial.through(1, plain()) == trial.expected("a miss in a later table, with an action set", specified)


def test_one_action_of_each_type(trial: Trial) -> None:
    """A later one takes the place of an earlier one; set-fields stand beside each other, one for each field."""
    control = trial.controller()
    first = _write(Output(2), SetField("eth_dst", 7), SetField("eth_src", 7))
    add(control, Match(), instructions=(first, GotoTable(1)))
    add(control, Match(), instructions=(_write(Output(3), SetField("eth_dst", 8)),), table_id=1)
    assert trial.through(1, plain()) == {3: [plain(dst="00:00:00:00:00:08", src="00:00:00:00:00:07")]}


def test_clear(trial: Trial) -> None:
    """What was collected is gone; what the same entry writes is collected after that."""
    control = trial.controller()
    add(control, Match(), instructions=(_write(Output(2), SetField("eth_dst", 7)), GotoTable(1)))
    add(control, Match(in_port=1), instructions=(_write(Output(3)), ClearActions()), table_id=1)
    add(control, Match(in_port=4), instructions=(ClearActions(),), table_id=1)
    assert trial.through(1, plain()) == {3: [plain()]}
    assert trial.through(4, plain()) == {}


def test_the_order_of_the_set(trial: Trial) -> None:
    """Pop, push, TTL, fields, output: whatever stands where in the list (1.3.5, section 5.10)."""
    control = trial.controller()
    written = _write(Output(2), new.PushVlan(), SetField("vlan_vid", 0x1009))
    add(control, Match(in_port=1, vlan_vid=0), instructions=(written,))
    assert trial.through(1, plain()) == {2: [plain()[:12] + b"\x81\x00\x00\x09" + plain()[12:]]}


def test_pop_before_push(trial: Trial) -> None:
    """A set that has both replaces the tag."""
    control = trial.controller()
    written = _write(Output(2), SetField("vlan_vid", 0x1009), new.PushVlan(), new.PopVlan())
    add(control, Match(vlan_vid=0x1005), instructions=(written,))
    assert trial.through(1, tagged(3 << 13 | 5)) == {2: [tagged(9)]}


def test_counting_down_in_the_set(trial: Trial) -> None:
    """A set has one of it, however often it was written."""
    control = trial.controller()
    add(control, Match(eth_type=0x0800), instructions=(_write(new.DecNwTtl()), GotoTable(1)))
    add(control, Match(eth_type=0x0800), instructions=(_write(new.DecNwTtl(), Output(2)),), table_id=1)
    assert trial.through(1, _UDP) == {2: [over4(17, udp(1, 2), ttl=8)]}


def test_nothing_to_do(trial: Trial) -> None:
    """An entry without instructions drops what fits."""
    control = trial.controller()
    add(control, Match(in_port=1))
    add(control, Match(), Output(2), priority=1)
    assert trial.through(1, plain()) == {}
    assert [entry.packet_count for entry in entries(control)] == [1, 0]


def test_metadata_under_a_mask(trial: Trial) -> None:
    """Bits that the mask does not have stay as an earlier table has set them."""
    control = trial.controller()
    add(control, Match(), instructions=(WriteMetadata(0xABCD, 0xFFFF), GotoTable(1)))
    add(control, Match(), instructions=(WriteMetadata(0xFF12, 0x00FF), GotoTable(2)), table_id=1)
    add(control, Match(metadata=0xAB12), Output(2), table_id=2)
    assert trial.through(1, plain()) == {2: [plain()]}


def test_through_many_tables(trial: Trial) -> None:
    """Tables may be left out; each entry on the way counts."""
    control = trial.controller()
    for here, there in ((0, 2), (2, 3), (3, 7)):
        add(control, Match(), instructions=(GotoTable(there),), table_id=here)
    add(control, Match(), Output(2), table_id=7)
    assert trial.through(1, plain(), plain()) == {2: [plain(), plain()]}
    assert [entry.packet_count for entry in entries(control)] == [2, 2, 2, 2]


_EVERY: Final[dict[str, tuple[Instruction, ...]]] = {
    "apply": (ApplyActions(actions_of(V1_3, SetField("eth_dst", 7), Output(2))),),
    "clear": (ClearActions(),),
    "write": (_write(SetField("eth_dst", 7), Output(2)),),
    "metadata": (WriteMetadata(5, 0xFF), GotoTable(3)),
    "goto": (GotoTable(1),),
    "all": (
        Meter(5),
        ApplyActions(actions_of(V1_3, Output(2))),
        ClearActions(),
        _write(Output(3)),
        WriteMetadata(5, 0xFF),
        GotoTable(1),
    ),
}


@pytest.mark.parametrize("name", _EVERY)
def test_what_was_written_is_told(trial: Trial, name: str) -> None:
    """An entry's instructions come back as they were."""
    control = trial.controller()
    control.do(messages.MeterMod(command=0, flags=1, meter_id=5, bands=(messages.DropBand(rate=1),)))
    add(control, Match(), instructions=_EVERY[name])
    (entry,) = entries(control)
    assert set(entry.instructions) == set(_EVERY[name])


_BAD: Final[dict[str, tuple[tuple[Instruction, ...], str]]] = {
    "going where there is no table": ((GotoTable(255),), "BAD_INSTRUCTION/BAD_TABLE_ID"),
    "going where there is no table, 254": ((GotoTable(254),), "BAD_INSTRUCTION/BAD_TABLE_ID"),
    "going where it is": ((GotoTable(0),), "BAD_INSTRUCTION/BAD_TABLE_ID"),
    "two of one type": ((ClearActions(), ClearActions()), "BAD_INSTRUCTION/UNSUP_INST"),
    "writing an output to nowhere": ((_write(Output(0xFFFFFFFF)),), "BAD_ACTION/BAD_OUT_PORT"),
    "writing what does not fit the match": ((_write(SetField("tcp_dst", 1)),), "BAD_ACTION/MATCH_INCONSISTENT"),
}


@pytest.mark.parametrize("name", _BAD)
def test_error(trial: Trial, name: str) -> None:
    """The error that the specification names."""
    instructions, error = _BAD[name]
    control = trial.controller()
    assert control.outcome(flow_mod(V1_3, Match(), instructions=instructions)) == trial.expected(name, error)
    assert entries(control) == [] or trial.expected(name, error) == ACCEPTED
