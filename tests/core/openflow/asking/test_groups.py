"""What a switch is asked about its groups."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from nox.core.openflow.groupspec import Bucket, BucketStats, GroupSpec, GroupStats, GroupTypeFeatures
from nox.core.openflow.requests import RequestError
from nox.lib.actions import Output, SetField
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.enums import GroupType
from nox.lib.openflow.errorcodes import ErrorType, GroupModFailed
from tests.core.openflow.asking.conversation import Answer, Conversation

_OUTPUT = bytes.fromhex("0000 0010 00000001 0000 000000000000")  # to port 1
_SET_FIELD = bytes.fromhex("0019 0010 80000606 020000000009 0000")  # eth_dst
_BUCKET = struct.pack("!HHII4x", 16 + 32, 5, 1, 0xFFFFFFFF) + _SET_FIELD + _OUTPUT
_GROUP = GroupSpec(
    group_id=7,
    type=GroupType.SELECT,
    buckets=(Bucket(actions=(SetField("eth_dst", "02:00:00:00:00:09"), Output(1)), weight=5, watch_port=1),),
)


@pytest.fixture
def talk() -> Conversation:
    """A switch that speaks 1.3."""
    return Conversation(4)


@pytest.mark.parametrize(("command", "name"), [(0, "add"), (1, "modify")])
def test_a_group_is_written_as_the_specification_lays_it_out(talk: Conversation, command: int, name: str) -> None:
    """ADD and MODIFY carry type, number and buckets; they are done when the barrier has been answered."""
    asked = Answer(getattr(talk.datapath.groups, name)(_GROUP))
    assert not asked.results
    assert talk.mod() == (15, struct.pack("!HBxI", command, 1, 7) + _BUCKET)
    assert asked.results


def test_all_groups_are_deleted_at_once(talk: Conversation) -> None:
    """DELETE without a number names OFPG_ALL."""
    asked = Answer(talk.datapath.groups.delete())
    assert talk.mod() == (15, struct.pack("!HBxI", 2, 0, 0xFFFFFFFC))
    assert asked.results


def test_a_group_that_is_refused_says_so(talk: Conversation) -> None:
    """The error with the xid of the group-mod fails it, and has its numbers."""
    asked = Answer(talk.datapath.groups.add(_GROUP))
    talk.mod(error=struct.pack("!HH", 6, 0) + bytes(64))
    [error] = asked.failures
    assert isinstance(error, RequestError)
    assert str(error) == "GroupMod: the switch refused it: GROUP_MOD_FAILED/GROUP_EXISTS"
    assert (error.request, error.error_type, error.error_code) == (
        "GroupMod",
        ErrorType.GROUP_MOD_FAILED,
        GroupModFailed.GROUP_EXISTS,
    )


def test_groups_come_back_as_they_were_written(talk: Conversation) -> None:
    """A description in two parts is put together."""
    asked = Answer(talk.datapath.groups.all())
    entry = struct.pack("!HBxI", 8 + len(_BUCKET), 1, 7) + _BUCKET
    assert talk.multipart(7, entry, struct.pack("!HBxI", 8, 0, 8)) == b""
    assert asked.results == [[_GROUP, GroupSpec(group_id=8, type=GroupType.ALL)]]


def test_counters_that_are_not_kept_are_none(talk: Conversation) -> None:
    """A counter of all ones is none; duration is in seconds."""
    asked = Answer(talk.datapath.groups.stats(7))
    entry = struct.pack("!H2xII4xQQII", 56, 7, 2, 2**64 - 1, 300, 1, 500_000_000) + struct.pack("!QQ", 3, 4)
    assert talk.multipart(6, entry) == struct.pack("!I4x", 7)
    counted = GroupStats(
        group_id=7,
        ref_count=2,
        packet_count=None,
        byte_count=300,
        duration=1.5,
        buckets=(BucketStats(packet_count=3, byte_count=4),),
    )
    assert asked.results == [[counted]]


def test_features_are_told_by_type(talk: Conversation) -> None:
    """Only types whose bit is set are there."""
    asked = Answer(talk.datapath.groups.features())
    talk.multipart(8, struct.pack("!10I", 0b1001, 3, 10, 20, 30, 40, 1, 2, 4, 8))
    [features] = asked.results
    assert features.capabilities == 3
    assert features.types == {
        GroupType.ALL: GroupTypeFeatures(max_groups=10, actions=1),
        GroupType.FAST_FAILOVER: GroupTypeFeatures(max_groups=40, actions=8),
    }


def test_features_in_two_parts_are_refused(talk: Conversation) -> None:
    """What the specification sends in one message fails its request when it comes in more."""
    asked = Answer(talk.datapath.groups.features())
    talk.multipart(8, bytes(40), bytes(40))
    assert [str(error) for error in asked.failures] == ["GroupFeaturesRequest: an answer in 2 parts instead of one"]


def test_1_0_has_no_groups() -> None:
    """Nothing is sent; the sentence says which version and what."""
    talk = Conversation(1)
    groups = talk.datapath.groups
    asked: list[Answer[Any]] = [
        Answer(groups.add(_GROUP)),
        Answer(groups.all()),
        Answer(groups.stats()),
        Answer(groups.features()),
    ]
    assert [type(error) for answer in asked for error in answer.failures] == [LocalProtocolError] * 4
    assert "OpenFlow 1.0 has no message GroupMod" in str(asked[0].failures)
    assert talk.peer.take() == []
    assert len(talk.peer.channel.requests) == 0
