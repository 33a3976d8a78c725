"""Which packets fit which entry: every field, exactly and under masks, and priorities."""

from __future__ import annotations

import pytest

from nox.lib.actions import Output, SetField
from nox.lib.match import Match
from nox.lib.openflow.instructions import GotoTable, WriteMetadata
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.oxmfield import OPENFLOW_BASIC
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import Trial
from tests.behaviour.control import ACCEPTED
from tests.behaviour.fields import CASES, Case, piece
from tests.behaviour.frames import over4, plain, tagged, udp
from tests.behaviour.saying import BOTH, V1_0, V1_3, add, flow_mod

_APART = {"in_port", "in_phy_port", "metadata", "tunnel_id"}  # no part of a frame
_RUNS = [(version, case) for case in CASES for version in (V1_0, V1_3) if case.old or version == V1_3]


@pytest.mark.parametrize(("version", "case"), _RUNS, ids=[f"{case.name}, {version}" for version, case in _RUNS])
def test_field(trial: Trial, version: Version, case: Case) -> None:
    """What fits goes to port 2, what does not fit to port 3."""
    control = trial.controller(version)
    outcome = control.outcome(flow_mod(version, case.match, Output(2)))
    assert outcome == trial.expected(f"match {case.name}", ACCEPTED)
    if outcome == ACCEPTED:
        add(control, Match(), Output(3), priority=1)
        assert trial.through(1, case.fits) == {2: [case.fits]}
        if case.other:
            assert trial.through(1, case.other) == {3: [case.other]}


@pytest.mark.parametrize("frame", [over4(17, udp(9, 53), fragment=0x2000), piece(0)], ids=["IPv4", "IPv6"])
def test_ports_of_a_first_fragment(trial: Trial, frame: bytes) -> None:
    """Fragments are not handled specially (OFPC_FRAG_NORMAL): the first one has ports, as whole packets do."""
    control = trial.controller()
    for kind in (0x0800, 0x86DD):
        add(control, Match(eth_type=kind, ip_proto=17, udp_dst=53), Output(2))
    add(control, Match(), Output(3), priority=1)
    assert list(trial.through(1, frame)) == trial.expected("where a first fragment goes by its port", [2])


def test_every_field_has_a_case() -> None:
    """A field that is new here needs a frame that fits it."""
    basic = {name for name, field in FIELDS.items() if field.oxm_class == OPENFLOW_BASIC and name != "packet_type"}
    looked_at = {name for case in CASES for name, _, _ in case.match.items()}
    assert basic - looked_at == _APART
    masked = {name for case in CASES for name, _, mask in case.match.items() if mask is not None}
    assert {name for name in basic - _APART if FIELDS[name].maskable} - masked <= {"arp_sha"}


@BOTH
def test_in_port(trial: Trial, version: Version) -> None:
    """Where a packet has come in."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2))
    add(control, Match(), Output(3), priority=1)
    assert trial.through(1, plain()) == {2: [plain()]}
    assert trial.through(4, plain()) == {3: [plain()]}


def test_in_phy_port(trial: Trial) -> None:
    """A port that is no part of another is its own physical port."""
    control = trial.controller()
    outcome = control.outcome(flow_mod(V1_3, Match(in_port=1, in_phy_port=1), Output(2)))
    assert outcome == trial.expected("match in_phy_port", ACCEPTED)
    if outcome == ACCEPTED:
        assert trial.through(1, plain()) == {2: [plain()]}


@pytest.mark.parametrize("looked_at", [0x1234, (0x1200, 0xFF00)], ids=["exact", "masked"])
def test_metadata(trial: Trial, looked_at: int | tuple[int, int]) -> None:
    """What one table notes another looks at; packets come with none."""
    control = trial.controller()
    note = (WriteMetadata(0xFF1234, 0xFFFF), GotoTable(1))
    add(control, Match(in_port=1), instructions=note)
    add(control, Match(), instructions=(GotoTable(1),), priority=1)
    add(control, Match(metadata=looked_at), Output(2), table_id=1)
    add(control, Match(), Output(3), table_id=1, priority=1)
    assert trial.through(1, plain()) == {2: [plain()]}
    assert trial.through(4, plain()) == {3: [plain()]}


@pytest.mark.parametrize("looked_at", [0x77, (0x70, 0xF0)], ids=["exact", "masked"])
def test_tunnel(trial: Trial, looked_at: int | tuple[int, int]) -> None:
    """What one table sets as the tunnel's number another looks at."""
    control = trial.controller()
    add(control, Match(in_port=1), SetField("tunnel_id", 0x77), instructions=(GotoTable(1),))
    add(control, Match(), instructions=(GotoTable(1),), priority=1)
    add(control, Match(tunnel_id=looked_at), Output(2), table_id=1)
    add(control, Match(), Output(3), table_id=1, priority=1)
    assert trial.through(1, plain()) == {2: [plain()]}
    assert trial.through(4, plain()) == {3: [plain()]}


@BOTH
def test_priorities(trial: Trial, version: Version) -> None:
    """Of those that fit the highest priority counts, whatever came first."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2), priority=10)
    add(control, Match(eth_type=0x88B5), Output(3), priority=30)
    add(control, Match(), Output(4), priority=20)
    assert trial.through(1, plain()) == {3: [plain()]}
    assert trial.through(1, plain(0x88B6)) == {4: [plain(0x88B6)]}


def test_priorities_under_many_masks(trial: Trial) -> None:
    """The same, where entries of one priority look at ever fewer bits."""
    control = trial.controller()
    for bits in range(1, 17):
        mask = (1 << 48) - (1 << (16 - bits))
        add(control, Match(eth_src=(0x02000000FFFF & mask, mask)), Output(2 + bits % 3), priority=bits)
    add(control, Match(), Output(2), priority=0)
    exact, close, far = plain(src="02:00:00:00:ff:ff"), plain(src="02:00:00:00:ff:fe"), plain(src="02:00:00:00:7f:ff")
    assert trial.through(1, exact) == {3: [exact]}
    assert trial.through(1, close) == {2: [close]}
    assert trial.through(1, far) == {2: [far]}


@BOTH
def test_nothing_fits(trial: Trial, version: Version) -> None:
    """What fits no entry goes nowhere, except to a controller of 1.0."""
    control = trial.controller(version)
    add(control, Match(vlan_vid=0x1001), Output(2))
    assert trial.through(1, plain(), tagged(2)) == {}


def test_the_same_port(trial: Trial) -> None:
    """A packet does not go out where it came in, unless IN_PORT says so."""
    control = trial.controller()
    add(control, Match(in_port=1), Output(1), Output(2))
    add(control, Match(in_port=3), Output(0xFFFFFFF8))
    assert trial.through(1, plain()) == {2: [plain()]}
    assert trial.through(3, plain()) == {3: [plain()]}


def test_priorities_of_entries_that_look_at_the_same(trial: Trial) -> None:
    """An entry does not gain by another of the same fields that has a higher priority and does not fit."""
    control = trial.controller()
    add(control, Match(eth_src="02:00:00:00:00:99"), Output(4), priority=90)
    add(control, Match(eth_src="02:00:00:00:00:0a"), Output(2), priority=10)
    add(control, Match(in_port=1), Output(3), priority=50)
    assert trial.through(1, plain()) == {3: [plain()]}


def test_priorities_where_each_mask_has_higher_ones(trial: Trial) -> None:
    """Nor does one lose by another that fits and is lower, beside one that is higher and does not fit."""
    control = trial.controller()
    add(control, Match(eth_src="02:00:00:00:00:99"), Output(4), priority=90)
    add(control, Match(eth_src="02:00:00:00:00:0a"), Output(2), priority=50)
    add(control, Match(in_port=4), Output(4), priority=60)
    add(control, Match(in_port=1), Output(3), priority=10)
    assert trial.through(1, plain()) == {2: [plain()]}
