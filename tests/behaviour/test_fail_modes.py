"""What a switch does while no controller is there (1.3.5, section 6.3.2): its entries alone, or all by itself."""

from __future__ import annotations

from nox.lib.actions import CONTROLLER, Output
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import Trial
from tests.behaviour.control import Control
from tests.behaviour.frames import A, B, plain
from tests.behaviour.saying import BOTH, add, entries

_FORTH, _BACK = plain(src=A, dst=B), plain(src=B, dst=A)
_OTHER = plain(0x88B6)
_LONG = 60  # seconds: by then every switch has noticed


def _forwards_by_itself(trial: Trial) -> bool:
    """Whether it learns and floods; else nothing gets through."""
    flooded = trial.through(1, _FORTH)
    if flooded == {}:
        return False
    assert flooded == {2: [_FORTH], 3: [_FORTH], 4: [_FORTH]}
    assert trial.through(3, _BACK) == {1: [_BACK]}
    assert trial.through(1, _FORTH) == {3: [_FORTH]}
    return True


def _left_alone(trial: Trial, control: Control) -> None:
    control.leave()
    trial.bench.warp(_LONG)


def test_secure_before_the_first_controller(trial: Trial) -> None:
    """Nothing passes before an entry says so."""
    assert not _forwards_by_itself(trial)


def test_standalone_before_the_first_controller(trial: Trial) -> None:
    """It is a switch as others."""
    trial.bench.stand_alone()
    assert _forwards_by_itself(trial)


@BOTH
def test_secure(trial: Trial, version: Version) -> None:
    """Entries go on, and time out; what is meant for the controller is dropped; all is as it was when it comes back."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2))
    add(control, Match(in_port=2), Output(3), hard_timeout=_LONG // 2)
    add(control, Match(in_port=3), Output(CONTROLLER, 0xFFFF))
    assert trial.through(1, plain()) == {2: [plain()]}
    _left_alone(trial, control)
    assert trial.through(1, plain()) == {2: [plain()]}
    assert trial.through(2, plain()) == trial.through(3, plain()) == trial.through(4, plain()) == {}
    control.come_back()
    trial.wait_for(control)
    assert sorted(entry.packet_count for entry in entries(control)) == [1, 2]
    assert control.events(messages.PacketIn) == []


@BOTH
def test_standalone(trial: Trial, version: Version) -> None:
    """Entries say what passes while a controller is there, and nothing while none is; it begins and ends by itself."""
    trial.bench.stand_alone()
    control = trial.controller(version)
    add(control, Match(eth_type=0x88B6), Output(4), cookie=5)
    assert trial.through(1, _OTHER) == {4: [_OTHER]}
    assert trial.through(1, plain()) == {}
    _left_alone(trial, control)
    assert _forwards_by_itself(trial)
    assert trial.through(2, _OTHER) == {3: [_OTHER]}  # NORMAL has learnt where B is; the entry would send it to port 4
    control.come_back()
    trial.wait_for(control)
    assert trial.through(1, plain(src=B)) == {}
    kept = [entry.cookie for entry in entries(control)]
    assert kept == trial.expected("entries of a switch that stood alone", [5])
