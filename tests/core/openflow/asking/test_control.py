"""Roles, what a controller is told, and a switch's configuration, as the specification and Nicira lay them out."""

from __future__ import annotations

import struct
from dataclasses import astuple

import pytest

from nox.core.openflow.controlstate import AsyncConfig, RoleState, SwitchConfig
from nox.core.openflow.requests import RequestError
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.enums import ConfigFlag, Role
from nox.lib.openflow.errorcodes import ErrorType, RoleRequestFailed
from tests.core.openflow.asking.conversation import Answer, Conversation

_NICIRA, _NX_ROLE_REQUEST, _NX_ROLE_REPLY, _NX_SET_ASYNC = 0x2320, 10, 11, 19
_TOLD = AsyncConfig(
    packet_in_mask=1,
    packet_in_mask_slave=2,
    port_status_mask=3,
    port_status_mask_slave=4,
    flow_removed_mask=5,
    flow_removed_mask_slave=6,
)


@pytest.fixture
def new() -> Conversation:
    """A switch that speaks 1.3."""
    return Conversation(4)


@pytest.fixture
def old() -> Conversation:
    """A switch that speaks 1.0."""
    return Conversation(1)


def test_a_role_with_its_election(new: Conversation) -> None:
    """The switch answers with what it has given."""
    asked = Answer(new.datapath.control.set_role(Role.MASTER, 0x1122334455667788))
    kind, xid, body = new.heard()
    assert (kind, body) == (24, struct.pack("!I4xQ", 2, 0x1122334455667788))
    new.peer.send(25, body, xid)
    assert asked.results == [RoleState(role=Role.MASTER, generation_id=0x1122334455667788)]


def test_the_role_is_asked_for(new: Conversation) -> None:
    """NOCHANGE asks; a generation of all ones is that of a switch that has heard of no election."""
    asked = Answer(new.datapath.control.role())
    kind, xid, body = new.heard()
    assert (kind, body) == (24, struct.pack("!I4xQ", 0, 0))
    new.peer.send(25, struct.pack("!I4xQ", 1, 2**64 - 1), xid)
    assert asked.results == [RoleState(role=Role.EQUAL, generation_id=None)]


def test_an_older_election_is_refused(new: Conversation) -> None:
    """The error says so, by name and by number."""
    asked = Answer(new.datapath.control.set_role(Role.MASTER, 1))
    _, xid, _ = new.heard()
    new.peer.send(1, struct.pack("!HH", 11, 0) + bytes(24), xid)
    [error] = asked.failures
    assert isinstance(error, RequestError)
    assert str(error) == "RoleRequest: the switch refused it: ROLE_REQUEST_FAILED/STALE"
    assert (error.error_type, error.error_code) == (ErrorType.ROLE_REQUEST_FAILED, RoleRequestFailed.STALE)


def test_master_needs_an_election(new: Conversation) -> None:
    """A forgotten generation_id would be one that is taken for 0."""
    [error] = Answer(new.datapath.control.set_role(Role.MASTER)).failures
    assert isinstance(error, LocalProtocolError)
    assert "MASTER needs the generation_id" in str(error)
    assert new.peer.take() == []


@pytest.mark.parametrize(("role", "theirs"), [(Role.EQUAL, 0), (Role.MASTER, 1), (Role.SLAVE, 2)])
def test_roles_in_1_0_are_niciras(old: Conversation, role: Role, theirs: int) -> None:
    """Their numbers are other ones, and there are no elections."""
    asked = Answer(old.datapath.control.set_role(role))
    kind, xid, body = old.heard()
    assert (kind, body) == (4, struct.pack("!III", _NICIRA, _NX_ROLE_REQUEST, theirs))
    old.peer.send(4, struct.pack("!III", _NICIRA, _NX_ROLE_REPLY, theirs), xid)
    assert asked.results == [RoleState(role=role, generation_id=None)]


def test_what_1_0_cannot_say_of_roles(old: Conversation) -> None:
    """It can neither ask nor elect; nothing is sent."""
    control = old.datapath.control
    failures = Answer(control.role()).failures + Answer(control.set_role(Role.MASTER, 1)).failures
    assert [type(error) for error in failures] == [LocalProtocolError] * 2
    assert old.peer.take() == []


def test_what_a_controller_is_told(new: Conversation) -> None:
    """Six masks, set and read."""
    masks = struct.pack("!6I", *astuple(_TOLD))
    said = Answer(new.datapath.control.set_told(_TOLD))
    assert new.mod() == (28, masks)
    assert said.results
    asked = Answer(new.datapath.control.told())
    kind, xid, _ = new.heard()
    new.peer.send(kind + 1, masks, xid)
    assert (kind, asked.results) == (26, [_TOLD])


def test_what_a_controller_is_told_in_1_0(old: Conversation) -> None:
    """Nicira's message has the same six masks, and cannot be asked for."""
    said = Answer(old.datapath.control.set_told(_TOLD))
    assert old.mod() == (4, struct.pack("!8I", _NICIRA, _NX_SET_ASYNC, *astuple(_TOLD)))
    assert said.results
    assert [type(error) for error in Answer(old.datapath.control.told()).failures] == [LocalProtocolError]


@pytest.mark.parametrize("version", [1, 4])
def test_the_configuration(version: int) -> None:
    """Fragments and miss_send_len, set and read, in both versions alike."""
    talk = Conversation(version)
    config = SwitchConfig(flags=ConfigFlag.FRAG_DROP, miss_send_len=1000)
    said = Answer(talk.datapath.control.set_config(config))
    assert talk.mod() == (9, struct.pack("!HH", 1, 1000))
    asked = Answer(talk.datapath.control.config())
    kind, xid, _ = talk.heard()
    talk.peer.send(8, struct.pack("!HH", 1, 1000), xid)
    assert (kind, asked.results, len(said.results)) == (7, [config], 1)
