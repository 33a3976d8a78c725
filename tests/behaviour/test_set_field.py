"""Setting header fields, one at a time."""

from __future__ import annotations

import pytest

from nox.lib.actions import Output, SetField
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.instructions import GotoTable
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.oxmfield import OPENFLOW_BASIC
from tests.behaviour.bench import Trial
from tests.behaviour.control import ACCEPTED
from tests.behaviour.frames import over4, plain, tcp, udp
from tests.behaviour.saying import V1_3, actions_of, add, flow_mod
from tests.behaviour.settings import SETTINGS, Setting

_NOT_SET = {"in_port", "in_phy_port", "metadata", "ipv6_exthdr"}  # 1.3.5, section 7.2.5
_ELSEWHERE = {"tunnel_id", "packet_type"}  # no part of a frame (test_matching); of a later version


@pytest.mark.parametrize("setting", SETTINGS, ids=[one.name for one in SETTINGS])
def test_field(trial: Trial, setting: Setting) -> None:
    """The field has the value, checksums cover it, and nothing else changes."""
    control = trial.controller()
    outcome = control.outcome(flow_mod(V1_3, setting.match, SetField(setting.field, setting.value), Output(2)))
    assert outcome == trial.expected(f"set {setting.field}", ACCEPTED)
    after = trial.expected(f"set {setting.name}: the packet", setting.after)
    if outcome == ACCEPTED:
        assert trial.through(1, setting.before) == {2: [after]}


def test_every_field_has_a_case() -> None:
    """A field that is new here needs packets before and after."""
    basic = {name for name, field in FIELDS.items() if field.oxm_class == OPENFLOW_BASIC}
    assert basic - {one.field for one in SETTINGS} == _NOT_SET | _ELSEWHERE


def test_in_a_packet_that_lacks_it(trial: Trial) -> None:
    """The match of an entry says nothing of a packet-out's packet: one that lacks the field goes on as it is."""
    control = trial.controller()
    actions = actions_of(V1_3, SetField("tcp_dst", 2), Output(3))
    trial.through(1)
    outcome = control.outcome(messages.PacketOut(in_port=1, actions=actions, data=plain()))
    assert outcome == trial.expected("setting what a packet-out's packet lacks", ACCEPTED)
    control.do(messages.PacketOut(in_port=1, actions=actions, data=over4(6, tcp(1, 9))))
    trial.bench.settle()
    changed = [over4(6, tcp(1, 2))]
    assert trial.bench.sent(3) == ([plain(), *changed] if outcome == ACCEPTED else changed)


def test_what_was_set_is_what_later_tables_see(trial: Trial) -> None:
    """The next table matches the new value."""
    control = trial.controller()
    add(control, Match(eth_type=0x0800, ip_proto=17), SetField("udp_dst", 99), instructions=(GotoTable(1),))
    add(control, Match(eth_type=0x0800, ip_proto=17, udp_dst=99), Output(2), table_id=1)
    add(control, Match(), Output(3), table_id=1, priority=1)
    assert trial.through(1, over4(17, udp(1, 2))) == {2: [over4(17, udp(1, 99))]}
