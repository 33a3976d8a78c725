"""Actions as text: nothing of Python's shows, whatever a switch has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from nox.lib.actions import Output, SetField
from nox.lib.openflow import actions
from nox.lib.openflow.enums import ReservedPort
from nox.lib.openflow.nicira.actions import NxRegLoad, NxRegMove, NxResubmitTable
from nox.lib.openflow.nicira.subfields import Bits, FieldId
from nox.lib.openflow.nicira.tracking import NxConntrack
from nox.lib.openflow.structure import Structure
from nox.webapps.rest.resources.actiontext import action_text
from tests.lib.openflow.samples import SAMPLES

PYTHONS = re.compile(r"[A-Z][a-z]+\(|None|<|'|\bb'")  # a class and its fields, a value that is none, text of Python's


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (Output(2), "output:2"),
        (Output(ReservedPort.CONTROLLER, max_len=128), "output:CONTROLLER,max_len=128"),
        (SetField("ip_dscp", 4), "set_field:ip_dscp=4"),
        (actions.PopVlan(), "pop_vlan"),
        (actions.PushVlan(0x88A8), "push_vlan:0x88a8"),
        (NxResubmitTable(table=3), "nx_resubmit_table(table=3)"),
        (
            NxRegMove(16, 0, 4, FieldId("reg0"), FieldId("reg1")),
            "nx_reg_move(n_bits=16,src_ofs=0,dst_ofs=4,src=reg0,dst=reg1)",
        ),
        (
            NxConntrack(flags=1, zone=5, actions=(NxRegLoad(Bits(0, 32), FieldId("ct_mark"), 7), Output(1))),
            "nx_conntrack(flags=1,zone=5,actions=(nx_reg_load(bits=0..31,dst=ct_mark,value=7) output:1))",
        ),
    ],
)
def test_text(action: object, text: str) -> None:
    """As people write it; Nicira's with the names of their fields."""
    assert action_text(action) == text


def _actions(value: Any) -> Iterator[actions.Action]:
    """All that are in a message."""
    if isinstance(value, actions.Action):
        yield value
    if isinstance(value, tuple):
        for one in value:
            yield from _actions(one)
    elif isinstance(value, Structure):
        for name in getattr(value, "__dataclass_fields__", ()):
            yield from _actions(getattr(value, name))


def test_every_action_has_a_text() -> None:
    """Of each row of the tables, none of which shows what the program calls it."""
    texts = {action_text(one) for sample in SAMPLES.values() for one in _actions(sample.message)}
    assert len(texts) > 80
    assert [text for text in texts if PYTHONS.search(text)] == []
