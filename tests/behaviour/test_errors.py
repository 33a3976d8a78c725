"""What a switch says to what it does not do: the error's type and code."""

from __future__ import annotations

from typing import Final

import pytest

from nox.lib.actions import Group, Output
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import GroupCommand, GroupType, MeterCommand
from nox.lib.openflow.instructions import GotoTable, Meter
from nox.lib.openflow.messages import Message
from tests.behaviour.bench import Trial
from tests.behaviour.frames import plain
from tests.behaviour.saying import V1_3, flow_mod, packet_out

_DROP: Final = (messages.DropBand(rate=1, burst_size=0),)
_CASES: Final[dict[str, tuple[Message, str]]] = {
    "a buffer that is not there": (flow_mod(V1_3, Match(), Output(2), buffer_id=9), "BAD_REQUEST/BUFFER_UNKNOWN"),
    "a group that is not there": (flow_mod(V1_3, Match(), Group(9)), "BAD_ACTION/BAD_OUT_GROUP"),
    "a meter that is not there": (
        flow_mod(V1_3, Match(), instructions=(Meter(9),)),
        "METER_MOD_FAILED/UNKNOWN_METER",
    ),
    "going back": (
        flow_mod(V1_3, Match(), table_id=2, instructions=(GotoTable(1),)),
        "BAD_INSTRUCTION/BAD_TABLE_ID",
    ),
    "adding to all tables": (flow_mod(V1_3, Match(), Output(2), table_id=255), "FLOW_MOD_FAILED/BAD_TABLE_ID"),
    "an unknown command": (flow_mod(V1_3, Match(), Output(2), command=9), "FLOW_MOD_FAILED/BAD_COMMAND"),
    "port 0": (flow_mod(V1_3, Match(), Output(0)), "BAD_ACTION/BAD_OUT_PORT"),
    "port ANY": (flow_mod(V1_3, Match(), Output(0xFFFFFFFF)), "BAD_ACTION/BAD_OUT_PORT"),
    "the local port": (flow_mod(V1_3, Match(), Output(0xFFFFFFFE)), "BAD_ACTION/BAD_OUT_PORT"),
    "a packet from nowhere": (packet_out(V1_3, plain(), Output(2), in_port=0xFFFFFFFF), "BAD_REQUEST/BAD_PORT"),
    "changing a group that is not there": (
        messages.GroupMod(command=GroupCommand.MODIFY, type=GroupType.ALL, group_id=9),
        "GROUP_MOD_FAILED/UNKNOWN_GROUP",
    ),
    "changing a meter that is not there": (
        messages.MeterMod(command=MeterCommand.MODIFY, flags=1, meter_id=9, bands=_DROP),
        "METER_MOD_FAILED/UNKNOWN_METER",
    ),
    "statistics of a port that is not there": (messages.PortStatsRequest(port_no=99), "BAD_REQUEST/BAD_PORT"),
    "an unknown message": (
        messages.FeaturesReply(datapath_id=1, n_buffers=0, n_tables=1, capabilities=0),
        "BAD_REQUEST/BAD_TYPE",
    ),
}


@pytest.mark.parametrize("name", _CASES)
def test_error(trial: Trial, name: str) -> None:
    """The error that the specification names."""
    message, error = _CASES[name]
    assert trial.controller().outcome(message) == trial.expected(name, error)
