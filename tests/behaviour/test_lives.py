"""How long entries live, what is said when they go, and what they count."""

from __future__ import annotations

import pytest

from nox.lib.actions import Output
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import FlowModFlag, FlowRemovedReason
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import Trial
from tests.behaviour.frames import plain
from tests.behaviour.saying import BOTH, add, delete, entries

ANY = 0xFFFFFFFF


@BOTH
def test_hard_timeout(trial: Trial, version: Version) -> None:
    """An entry goes when its time is over, used or not."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2), hard_timeout=100, flags=FlowModFlag.SEND_FLOW_REM)
    assert trial.through(1, plain()) == {2: [plain()]}
    trial.bench.warp(120)
    (gone,) = control.events(messages.FlowRemoved, 1)
    assert (gone.reason, gone.packet_count) == (FlowRemovedReason.HARD_TIMEOUT, 1)
    assert entries(control) == []


@BOTH
def test_idle_timeout(trial: Trial, version: Version) -> None:
    """An entry that nothing has fitted for its time goes."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2), idle_timeout=100, flags=FlowModFlag.SEND_FLOW_REM)
    trial.bench.warp(120)
    (gone,) = control.events(messages.FlowRemoved, 1)
    assert (gone.reason, gone.idle_timeout, gone.packet_count) == (FlowRemovedReason.IDLE_TIMEOUT, 100, 0)


@BOTH
@pytest.mark.parametrize("kind", ["idle_timeout", "hard_timeout"])
def test_to_the_second(trial: Trial, version: Version, kind: str) -> None:
    """An entry is there a second before its time, and not a second after it."""
    control = trial.controller(version)
    more: dict[str, int] = {kind: 100}
    add(control, Match(in_port=1), Output(2), **more)
    trial.bench.warp(99)
    assert len(entries(control)) == 1
    trial.bench.warp(2)
    assert entries(control) == []


@BOTH
def test_deleted(trial: Trial, version: Version) -> None:
    """Who asked for it is told of a deletion, with what was counted."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2), flags=FlowModFlag.SEND_FLOW_REM, cookie=7)
    add(control, Match(in_port=2), Output(3), cookie=8)
    trial.through(1, plain(), plain())
    assert [(one.packet_count, one.byte_count) for one in entries(control, Match(in_port=1))] == [(2, 120)]
    delete(control)
    (gone,) = control.events(messages.FlowRemoved, 1)
    assert (gone.reason, gone.cookie, gone.byte_count) == (FlowRemovedReason.DELETE, 7, 120)
