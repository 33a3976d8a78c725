"""Roles of several controllers, and what each of them is told: 1.3's own, and for 1.0 Nicira's."""

from __future__ import annotations

from typing import Any, Final

import pytest

from nox.lib.actions import CONTROLLER, Output
from nox.lib.addresses import EthernetAddress
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import FlowModFlag, GroupCommand, MeterCommand, PortConfig, Role
from nox.lib.openflow.messages import Message
from nox.lib.openflow.nicira.controllers import NxRole, NxRoleReply, NxRoleRequest, NxSetAsyncConfig
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import SPARE, Trial
from tests.behaviour.control import ACCEPTED, Control
from tests.behaviour.frames import plain
from tests.behaviour.saying import BOTH, V1_0, V1_3, add, delete, entries, flow_mod, packet_out, ports

_NICIRAS: Final = {Role.EQUAL: NxRole.OTHER, Role.MASTER: NxRole.MASTER, Role.SLAVE: NxRole.SLAVE}
_LAST: Final = (1 << 64) - 1
_ADDRESS: Final = EthernetAddress("02:00:00:00:00:01")


def _become(control: Control, role: Role, generation: int = 1) -> None:
    """Take a role, which the switch gives."""
    if control.version == V1_0:
        assert control.ask(NxRoleRequest(role=_NICIRAS[role]), NxRoleReply).role == _NICIRAS[role]
    else:
        request = messages.RoleRequest(role=role, generation_id=generation)
        assert control.ask(request, messages.RoleReply).role == role


def _role(control: Control) -> Role:
    """The role that 1.3 says a controller has."""
    return Role(control.ask(messages.RoleRequest(role=Role.NOCHANGE), messages.RoleReply).role)


@BOTH
def test_a_new_master(trial: Trial, version: Version) -> None:
    """It makes a slave of the old one, which may change nothing then; an equal one stays as it is."""
    one, two, equal = trial.controllers(version, version, version)
    _become(one, Role.MASTER, 1)
    add(one, Match(in_port=1), Output(2))
    _become(two, Role.MASTER, 2)
    refused = "BAD_REQUEST/EPERM" if version == V1_0 else "BAD_REQUEST/IS_SLAVE"
    assert one.outcome(flow_mod(version, Match(in_port=2), Output(2))) == refused
    for control, port in ((two, 3), (equal, 4)):
        add(control, Match(in_port=port), Output(2))
    assert len(entries(one)) == 3


def test_asking_for_a_role(trial: Trial) -> None:
    """A controller is told its role, and changes nothing by asking."""
    one, two = trial.controllers(V1_3, V1_3)
    assert (_role(one), _role(two)) == (Role.EQUAL, Role.EQUAL)
    _become(one, Role.MASTER)
    assert (_role(one), _role(two)) == (Role.MASTER, Role.EQUAL)
    _become(two, Role.MASTER)
    assert (_role(one), _role(two)) == (Role.SLAVE, Role.MASTER)


def test_elections(trial: Trial) -> None:
    """What is older than the last election is refused, for slaves too; numbers go round; an equal role needs none."""
    control = trial.controller()
    first = control.ask(messages.RoleRequest(role=Role.NOCHANGE), messages.RoleReply)
    assert first.generation_id == _LAST
    _become(control, Role.MASTER, _LAST - 5)
    for role in (Role.MASTER, Role.SLAVE):
        assert control.outcome(messages.RoleRequest(role=role, generation_id=_LAST - 6)) == "ROLE_REQUEST_FAILED/STALE"
    _become(control, Role.SLAVE, _LAST - 5)
    _become(control, Role.MASTER, 3)
    assert control.outcome(messages.RoleRequest(role=Role.MASTER, generation_id=_LAST)) == "ROLE_REQUEST_FAILED/STALE"
    _become(control, Role.EQUAL, 0)
    said = control.ask(messages.RoleRequest(role=Role.NOCHANGE), messages.RoleReply)
    assert (said.role, said.generation_id) == (Role.EQUAL, 3)


def test_no_such_role(trial: Trial) -> None:
    """A number that is no role's."""
    assert trial.controller().outcome(messages.RoleRequest(role=4)) == "ROLE_REQUEST_FAILED/BAD_ROLE"


def test_a_new_connection(trial: Trial) -> None:
    """Its role is equal again; the last election is not forgotten."""
    control = trial.controller()
    _become(control, Role.MASTER, 7)
    trial.reconnect(control)
    assert _role(control) == Role.EQUAL
    assert control.outcome(messages.RoleRequest(role=Role.MASTER, generation_id=6)) == "ROLE_REQUEST_FAILED/STALE"
    _become(control, Role.MASTER, 7)


def _changes(control: Control) -> dict[str, Message]:
    """All that a slave may not do."""
    hw_addr = ports(control)[1].hw_addr
    both: dict[str, Message] = {
        "flow-mod": flow_mod(control.version, Match(), Output(2)),
        "packet-out": packet_out(control.version, plain(), Output(2), in_port=1),
        "port-mod": messages.PortMod(port_no=1, hw_addr=hw_addr, config=PortConfig.NO_FWD, mask=PortConfig.NO_FWD),
    }
    if control.version == V1_0:
        return both
    return both | {
        "group-mod": messages.GroupMod(command=GroupCommand.ADD, group_id=5),
        "meter-mod": messages.MeterMod(
            command=MeterCommand.ADD, flags=1, meter_id=5, bands=(messages.DropBand(rate=1),)
        ),
        "table-mod": messages.TableMod(table_id=0),
        "table features": messages.TableFeaturesRequest(
            tables=control.ask(messages.TableFeaturesRequest(), messages.TableFeaturesReply).tables[:1]
        ),
    }


@BOTH
def test_what_a_slave_may_not_do(trial: Trial, version: Version) -> None:
    """Nothing that changes the switch or sends a packet; and nothing of it is done."""
    control = trial.controller(version)
    changes = _changes(control)
    _become(control, Role.SLAVE)
    trial.through(1)
    refused = "BAD_REQUEST/EPERM" if version == V1_0 else "BAD_REQUEST/IS_SLAVE"
    for name, change in changes.items():
        specified = trial.expected("table features of a slave", refused) if name == "table features" else refused
        assert (name, control.outcome(change)) == (name, specified)
    assert trial.through(1) == {}
    assert entries(control) == []
    assert ports(control)[1].config == 0


@BOTH
def test_what_a_slave_may_do(trial: Trial, version: Version) -> None:
    """It may ask."""
    control = trial.controller(version)
    _become(control, Role.SLAVE)
    for request, reply in (
        (messages.FeaturesRequest(), messages.FeaturesReply),
        (messages.GetConfigRequest(), messages.GetConfigReply),
        (messages.DescriptionRequest(), messages.DescriptionReply),
        (messages.TableStatsRequest(), messages.TableStatsReply),
        (messages.EchoRequest(data=b"there?"), messages.EchoReply),
    ):
        assert isinstance(control.ask(request, reply), reply)


def _everything_happens(trial: Trial, control: Control) -> None:
    """A packet for the controllers, an entry that goes, ports that come and go."""
    add(control, Match(in_port=1), Output(CONTROLLER, 0xFFFF), flags=FlowModFlag.SEND_FLOW_REM)
    trial.through(1, plain())
    delete(control)
    trial.bench.add_port(SPARE)
    trial.bench.remove_port(SPARE)
    trial.bench.link(4, False)
    control.events(messages.PortStatus, 2)


@BOTH
def test_what_a_slave_is_told(trial: Trial, version: Version) -> None:
    """Of ports, as the others, and of nothing else."""
    slave, equal = trial.controllers(version, version)
    _become(slave, Role.SLAVE)
    _everything_happens(trial, equal)
    assert len(slave.events(messages.PortStatus, 3)) >= 3
    assert slave.events(messages.PacketIn) == []
    assert slave.events(messages.FlowRemoved) == []
    assert len(equal.events(messages.PacketIn, 1)) == len(equal.events(messages.FlowRemoved, 1)) == 1


def _masks(*pairs: tuple[int, int]) -> dict[str, int]:
    """Masks of packet-ins, ports and entries: as equal or master, and as slave."""
    names = ("packet_in", "port_status", "flow_removed")
    return {
        f"{name}_mask{end}": mask
        for name, pair in zip(names, pairs, strict=True)
        for end, mask in zip(("", "_slave"), pair, strict=True)
    }


def _wants(control: Control, **masks: int) -> None:
    """Say what a controller wants to be told."""
    kind: Any = NxSetAsyncConfig if control.version == V1_0 else messages.SetAsync
    control.do(kind(**masks))


def test_what_is_told_at_first(trial: Trial) -> None:
    """Everything but packets whose TTL has ended; a slave of ports alone (1.3.5, sections 6.3.6 and 7.3.10)."""
    said = trial.controller().ask(messages.GetAsyncRequest(), messages.GetAsyncReply)
    assert said == messages.GetAsyncReply(**_masks((0b011, 0), (0b111, 0b111), (0b1111, 0)))


def test_what_is_told_is_what_was_asked_for(trial: Trial) -> None:
    """The masks come back as they were set."""
    control = trial.controller()
    masks = _masks((0b101, 0b010), (0b011, 0b100), (0b0110, 0b1001))
    control.do(messages.SetAsync(**masks))
    assert control.ask(messages.GetAsyncRequest(), messages.GetAsyncReply) == messages.GetAsyncReply(**masks)


@BOTH
@pytest.mark.parametrize("role", [Role.EQUAL, Role.SLAVE], ids=["equal", "slave"])
def test_nothing_is_told(trial: Trial, version: Version, role: Role) -> None:
    """A controller that has muted everything hears nothing; another one does."""
    silent, equal = trial.controllers(version, version)
    _become(silent, role)
    _wants(silent, **_masks((0, 0), (0, 0), (0, 0)))
    _everything_happens(trial, equal)
    assert len(equal.events(messages.PacketIn, 1)) == len(equal.events(messages.FlowRemoved, 1)) == 1
    for kind in (messages.PacketIn, messages.FlowRemoved, messages.PortStatus):
        assert silent.events(kind) == []


@BOTH
def test_a_slave_that_asks_for_it_is_told(trial: Trial, version: Version) -> None:
    """The masks of slaves are their own."""
    slave, equal = trial.controllers(version, version)
    _become(slave, Role.SLAVE)
    _wants(slave, **_masks((0, 0b11), (0, 0), (0, 0b1111)))
    _everything_happens(trial, equal)
    assert len(slave.events(messages.PacketIn, 1)) == len(slave.events(messages.FlowRemoved, 1)) == 1
    assert slave.events(messages.PortStatus) == []


@BOTH
def test_reasons(trial: Trial, version: Version) -> None:
    """Of each kind of message a bit stands for each reason."""
    control = trial.controller(version)
    _wants(control, **_masks((0b01, 0), (0b010, 0), (0b0010, 0)))
    for flags in ({"hard_timeout": 10}, {}):
        add(control, Match(in_port=1), Output(CONTROLLER, 0xFFFF), flags=FlowModFlag.SEND_FLOW_REM, **flags)
        trial.through(1, plain())
        trial.bench.warp(20)
        delete(control)
    trial.bench.add_port(SPARE)
    trial.bench.remove_port(SPARE)
    (went,) = control.events(messages.PortStatus, 1)
    assert went.reason == 1
    (gone,) = control.events(messages.FlowRemoved, 1)
    assert gone.reason == 1
    assert control.events(messages.PacketIn) == []
    assert control.outcome() == ACCEPTED


def test_masks_end_with_the_connection(trial: Trial) -> None:
    """A new connection is told everything again."""
    control = trial.controller()
    control.do(messages.SetAsync(**_masks((0, 0), (0, 0), (0, 0))))
    trial.reconnect(control)
    assert control.ask(messages.GetAsyncRequest(), messages.GetAsyncReply).packet_in_mask == 0b011
