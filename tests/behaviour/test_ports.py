"""Ports: how they come, change and go, what their configuration does, and where reserved ports lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nox.lib.actions import ALL, FLOOD, IN_PORT, NORMAL, Output
from nox.lib.addresses import EthernetAddress
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import PortConfig, PortReason, PortState
from nox.lib.openflow.enums10 import PortConfig10
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import PORTS, SPARE, Trial
from tests.behaviour.control import ACCEPTED, Control
from tests.behaviour.frames import A, B, plain
from tests.behaviour.saying import BOTH, V1_0, V1_3, add, packet_out, port_mod, ports

DOWN, NO_RECV, NO_FWD, NO_PACKET_IN = (
    *(PortConfig.PORT_DOWN, PortConfig.NO_RECV),
    *(PortConfig.NO_FWD, PortConfig.NO_PACKET_IN),
)


def _told(control: Control, wanted: Callable[[messages.PortStatus], bool]) -> messages.PortStatus:
    """What the controller is told at last, where there may be steps on the way."""
    while not wanted((told := control.events(messages.PortStatus, 1))[-1]):
        pass
    return told[-1]


def _link_down(told: messages.PortStatus) -> bool:
    return bool(told.desc.state & PortState.LINK_DOWN)


def _link_up(told: messages.PortStatus) -> bool:
    return not _link_down(told)


@BOTH
def test_ports(trial: Trial, version: Version) -> None:
    """A controller that asks is told of each port: number, address, name, configuration and state."""
    found = ports(trial.controller(version))
    assert sorted(found) == list(PORTS)
    assert len({port.hw_addr for port in found.values()}) == len({port.name for port in found.values()}) == len(PORTS)
    assert {port.config for port in found.values()} == {0}
    assert {port.state & PortState.LINK_DOWN for port in found.values()} == {0}


@BOTH
def test_a_port_comes_and_goes(trial: Trial, version: Version) -> None:
    """The controller is told of both; packets go there in between alone."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(SPARE))
    assert trial.through(1, plain()) == {}
    trial.bench.add_port(SPARE)
    (came, *_) = control.events(messages.PortStatus, 1)
    assert (came.reason, came.desc.port_no) == (PortReason.ADD, SPARE)
    assert ports(control)[SPARE].hw_addr == came.desc.hw_addr
    assert trial.through(1, plain()) == {SPARE: [plain()]}
    trial.bench.remove_port(SPARE)
    went = _told(control, lambda told: told.reason == PortReason.DELETE)
    assert (went.reason, went.desc.port_no, went.desc.hw_addr) == (PortReason.DELETE, SPARE, came.desc.hw_addr)
    assert SPARE not in ports(control)


@BOTH
def test_a_link_goes_down_and_comes_up(trial: Trial, version: Version) -> None:
    """The controller is told of both; without a link nothing comes in and nothing goes out."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2), Output(3))
    add(control, Match(in_port=2), Output(3))
    for up in (False, True):
        trial.bench.link(2, up)
        told = _told(control, _link_up if up else _link_down)
        assert (told.reason, told.desc.port_no) == (PortReason.MODIFY, 2)
        assert bool(ports(control)[2].state & PortState.LINK_DOWN) is not up
        stops = not up and trial.bench.shuts
        assert trial.through(1, plain()) == ({3: [plain()]} if stops else {2: [plain()], 3: [plain()]})
        assert trial.through(2, plain()) == ({} if stops else {3: [plain()]})


@BOTH
@pytest.mark.parametrize("bit", [DOWN, NO_RECV, NO_FWD], ids=["PORT_DOWN", "NO_RECV", "NO_FWD"])
def test_configuration(trial: Trial, version: Version, bit: PortConfig) -> None:
    """A port that is shut passes nothing, NO_RECV takes nothing in, NO_FWD lets nothing out; until it is undone."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(2), Output(3))
    add(control, Match(in_port=2), Output(3))
    for on in (True, False):
        control.do(port_mod(control, 2, bit if on else 0, bit))
        assert ports(control)[2].config & bit == (bit if on else 0)
        stopping = {bit} - (set() if trial.bench.shuts else {DOWN}) if on else set()
        assert trial.through(1, plain()) == (
            {3: [plain()]} if stopping & {DOWN, NO_FWD} else {2: [plain()], 3: [plain()]}
        )
        assert trial.through(2, plain()) == ({} if stopping & {DOWN, NO_RECV} else {3: [plain()]})


@BOTH
def test_the_mask(trial: Trial, version: Version) -> None:
    """Bits that the mask does not have stay as they are."""
    control = trial.controller(version)
    control.do(port_mod(control, 2, NO_RECV | NO_FWD, NO_RECV))
    assert ports(control)[2].config == NO_RECV
    control.do(port_mod(control, 2, 0, NO_FWD))
    assert ports(control)[2].config == NO_RECV


@BOTH
def test_who_is_told_of_a_configuration(trial: Trial, version: Version) -> None:
    """The other controllers; who has changed it knows already (1.3.5, section 7.2.1)."""
    one, two = trial.controllers(version, version)
    one.do(port_mod(one, 2, NO_FWD, NO_FWD))
    (told,) = two.events(messages.PortStatus, 1)
    assert (told.reason, told.desc.port_no, told.desc.config) == (PortReason.MODIFY, 2, NO_FWD)
    assert one.events(messages.PortStatus) == []


@BOTH
def test_a_port_that_is_shut_has_no_link(trial: Trial, version: Version) -> None:
    """Its state changes, and everybody is told of it."""
    control = trial.controller(version)
    control.do(port_mod(control, 2, DOWN, DOWN))
    _told(control, _link_down)
    assert ports(control)[2].state & PortState.LINK_DOWN


@BOTH
@pytest.mark.parametrize("miss", [True, False], ids=["a miss", "an action"])
def test_no_packet_in(trial: Trial, version: Version, *, miss: bool) -> None:
    """NO_PACKET_IN silences what fits no entry, and not what an entry sends (1.3.5, section 7.2.1)."""
    control = trial.controller(version)
    if not miss:
        add(control, Match(), Output(0xFFFFFFFD, 0xFFFF))
    elif version == V1_3:
        add(control, Match(), Output(0xFFFFFFFD, 0xFFFF), priority=0)
    control.do(port_mod(control, 2, NO_PACKET_IN, NO_PACKET_IN))
    assert ports(control)[2].config == NO_PACKET_IN
    trial.through(1, plain())
    assert len(control.events(messages.PacketIn, 1)) == 1
    trial.through(2, plain())
    specified = trial.expected("NO_PACKET_IN and a packet that fits no entry", 0) if miss else 1
    assert len(control.events(messages.PacketIn, specified)) == specified


@BOTH
def test_flood_and_all(trial: Trial, version: Version) -> None:
    """Every port but the one that it came from, and not those that are shut."""
    control = trial.controller(version)
    add(control, Match(in_port=1), Output(FLOOD))
    add(control, Match(in_port=2), Output(ALL))
    add(control, Match(in_port=3), Output(ALL), Output(IN_PORT))
    assert trial.through(1, plain()) == {2: [plain()], 3: [plain()], 4: [plain()]}
    assert trial.through(2, plain()) == {1: [plain()], 3: [plain()], 4: [plain()]}
    assert trial.through(3, plain()) == {number: [plain()] for number in PORTS}
    control.do(port_mod(control, 4, NO_FWD, NO_FWD))
    assert trial.through(1, plain()) == {2: [plain()], 3: [plain()]}
    assert trial.through(2, plain()) == {1: [plain()], 3: [plain()]}


def test_no_flood(trial: Trial) -> None:
    """1.0 can take a port out of floods; ALL reaches it still."""
    control = trial.controller(V1_0)
    add(control, Match(in_port=1), Output(FLOOD))
    add(control, Match(in_port=2), Output(ALL))
    control.do(port_mod(control, 3, PortConfig10.NO_FLOOD, PortConfig10.NO_FLOOD))
    assert ports(control)[3].config == PortConfig10.NO_FLOOD
    assert trial.through(1, plain()) == {2: [plain()], 4: [plain()]}
    assert trial.through(2, plain()) == {1: [plain()], 3: [plain()], 4: [plain()]}


@BOTH
def test_normal(trial: Trial, version: Version) -> None:
    """NORMAL learns where addresses are, and floods what it does not know."""
    control = trial.controller(version)
    add(control, Match(), Output(NORMAL))
    forth, back = plain(src=A, dst=B), plain(src=B, dst=A)
    assert trial.through(1, forth) == {2: [forth], 3: [forth], 4: [forth]}
    assert trial.through(3, back) == {1: [back]}
    assert trial.through(1, forth) == {3: [forth]}
    assert trial.through(3, forth) == {}


@BOTH
def test_packet_out_to_ports(trial: Trial, version: Version) -> None:
    """A packet-out floods from the port that it names, or from none."""
    control = trial.controller(version)
    every = {number: [plain()] for number in PORTS}
    none = 0xFFFF if version == V1_0 else 0xFFFFFFFD
    for number, out in ((2, {1: [plain()], 3: [plain()], 4: [plain()]}), (none, every)):
        trial.through(1)
        control.do(messages.PacketOut(in_port=number, actions=_to(version, FLOOD), data=plain()))
        trial.bench.settle()
        assert {port: sent for port in PORTS if (sent := trial.bench.sent(port))} == out


def _to(version: Version, port: int) -> tuple[Output, ...]:
    made = packet_out(version, b"", Output(port), in_port=1).actions
    return tuple(action for action in made if isinstance(action, Output))


@BOTH
@pytest.mark.parametrize("what", ["port", "address", "configuration", "features"])
def test_errors(trial: Trial, version: Version, what: str) -> None:
    """A port that is not there, another's address, bits and features that there are not."""
    control = trial.controller(version)
    wrong: dict[str, dict[str, Any]] = {
        "port": {"port_no": 77},
        "address": {"hw_addr": EthernetAddress("02:00:00:00:99:99")},
        "configuration": {"config": 1 << 20, "mask": 1 << 20},
        "features": {"advertise": 1 << 30},
    }
    error = {"port": "BAD_PORT", "address": "BAD_HW_ADDR", "configuration": "BAD_CONFIG", "features": "BAD_ADVERTISE"}
    specified = (
        ACCEPTED if version == V1_0 and what in ("configuration", "features") else f"PORT_MOD_FAILED/{error[what]}"
    )
    if version == V1_3:
        specified = trial.expected(f"port-mod with a wrong {what}", specified)
    assert control.outcome(port_mod(control, 2, **wrong[what])) == specified
