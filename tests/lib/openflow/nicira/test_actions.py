"""Nicira's actions, as Open vSwitch writes them in both versions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.openflow import Version
from nox.lib.openflow.actions import Action, ExperimenterAction, Output
from nox.lib.openflow.codec import decode, decode_actions, encode_actions
from nox.lib.openflow.instructions import ApplyActions
from nox.lib.openflow.messages import FlowMod
from nox.lib.openflow.nicira import actions as nx
from nox.lib.openflow.nicira import controlling, tracking
from nox.lib.openflow.nicira.flows import NxFlowMod
from nox.lib.openflow.nicira.learning import Destination, LearnSpec
from nox.lib.openflow.nicira.nat import NatRange
from nox.lib.openflow.nicira.subfields import Bits, FieldId, Subfield, UnknownFieldId
from tests.lib.openflow.recorded import RECORDED

_1_0, _1_3 = Version.V1_0, Version.V1_3
VERSIONS = [_1_0, _1_3]


def written(version: Version, text: str) -> tuple[Action, ...]:
    """The actions of the flow-mod that Open vSwitch prints with them."""
    kind = "NXT_FLOW_MOD (xid" if version == _1_0 else "OFPT_FLOW_MOD (OF1.3)"
    [data] = [data for data, what in RECORDED.items() if kind in what and what.endswith(f" actions={text}")]
    message = decode(data)
    if isinstance(message, NxFlowMod):
        return message.actions
    assert isinstance(message, FlowMod)
    [instruction] = message.instructions
    assert isinstance(instruction, ApplyActions)
    return instruction.actions


REG0, REG1 = FieldId("reg0"), FieldId("reg1")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("resubmit(3,5)", nx.NxResubmitTable(3, 5)),
        ("move:NXM_NX_REG0[0..15]->NXM_NX_REG1[16..31]", nx.NxRegMove(16, 0, 16, REG0, REG1)),
        ("load:0x5->NXM_NX_REG0[4..11]", nx.NxRegLoad(Bits(4, 8), REG0, 5)),
        ("output:NXM_NX_REG0[0..15]", nx.NxOutputReg(Bits(0, 16), REG0, 0xFFFF)),
        ("output:NXOXM_NSH_SPI[0..15]", nx.NxOutputReg2(Bits(0, 16), 0xFFFF, FieldId("nsh_spi"))),
        ("output(port=1,max_len=100)", nx.NxOutputTrunc(1, 100)),
        ("dec_ttl(1,2,3)", nx.NxDecTtlCntIds((1, 2, 3))),
        ("fin_timeout(idle_timeout=5,hard_timeout=6)", nx.NxFinTimeout(5, 6)),
        ("push:NXM_NX_REG0[0..15]", nx.NxStackPush(0, REG0, 16)),
        ("conjunction(5,1/2)", nx.NxConjunction(0, 2, 5)),
        ("check_pkt_larger(1500)->NXM_NX_REG0[0]", nx.NxCheckPktLarger(1500, 0, REG0)),
        ("bundle(eth_src,0,hrw,ofport,members:1,2,3)", nx.NxBundle(1, 0, 0, 2, Bits(0, 1), None, (1, 2, 3))),
        ("exit", nx.NxExit()),
        (
            "ct(commit,zone=NXM_NX_REG0[0..15],nat(src=10.0.0.1-10.0.0.9:100-200,random))",
            tracking.NxConntrack(
                flags=1,
                zone_src=REG0,
                zone=15,
                actions=(
                    tracking.NxNat(
                        flags=17,
                        range=NatRange(ipv4_min=0x0A000001, ipv4_max=0x0A000009, proto_min=100, proto_max=200),
                    ),
                ),
            ),
        ),
        (
            "controller(max_len=100,userdata=01.02.03,pause,meter_id=5)",
            controlling.NxController2(
                (
                    controlling.NxMaxLen(100),
                    controlling.NxUserdataFor(b"\1\2\3"),
                    controlling.NxPause(),
                    controlling.NxMeterFor(5),
                )
            ),
        ),
    ],
)
def test_one_action(version: Version, text: str, action: Action) -> None:
    """What Open vSwitch prints so is this action, in both versions alike."""
    assert written(version, text) == (action,)


@pytest.mark.parametrize("version", VERSIONS)
def test_learn(version: Version) -> None:
    """Fields, values, loads and outputs, each with its bits."""
    [learn] = [
        action
        for data, what in RECORDED.items()
        if "actions=learn(table=1,idle" in what and data[0] == version
        for action in written(version, what.split(" actions=")[1])
    ]
    assert isinstance(learn, tracking.NxLearn)
    assert (learn.table_id, learn.priority, learn.cookie, learn.fin_idle_timeout, learn.flags) == (1, 30, 5, 2, 1)
    tci, own = Subfield(FieldId("vlan_tci")), None if version == _1_0 else 0
    assert learn.specs == (
        LearnSpec(12, tci, Destination.MATCH, tci),
        LearnSpec(
            48,
            Subfield(FieldId("eth_src", oxm_class=own)),
            Destination.MATCH,
            Subfield(FieldId("eth_dst", oxm_class=own)),
        ),
        LearnSpec(16, 0x0800, Destination.MATCH, Subfield(FieldId("eth_type", oxm_class=own))),
        LearnSpec(16, Subfield(FieldId("nxm_in_port")), Destination.LOAD, Subfield(REG0)),
        LearnSpec(8, 0x12, Destination.LOAD, Subfield(REG1)),
        LearnSpec(16, Subfield(FieldId("nxm_in_port")), Destination.OUTPUT),
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_learn_with_a_limit(version: Version) -> None:
    """A limit, and a bit that says whether it was reached; without the flag the bit's field is not there."""
    dst = "eth_type=0x86dd,NXM_NX_IPV6_DST[]=NXM_NX_IPV6_SRC[]"
    [learn] = written(version, f"learn(table=1,delete_learned,limit=5,result_dst=NXM_NX_REG0[0],{dst})")
    assert isinstance(learn, tracking.NxLearn2)
    assert (learn.table_id, learn.limit, learn.flags, learn.result, learn.result_offset) == (1, 5, 6, REG0, 0)
    assert [spec.count for spec in learn.specs] == [16, 128]
    without = replace(learn, flags=2, result=None)
    assert decode_actions(encode_actions((without,), version), version) == (without,)
    assert len(encode_actions((learn,), version)) == len(encode_actions((without,), version)) + 8  # of them 4 zeros
    with pytest.raises(LocalProtocolError, match="with the flag 4 alone"):
        encode_actions((replace(learn, flags=2),), version)


@pytest.mark.parametrize("version", VERSIONS)
def test_delete_field(version: Version) -> None:
    """A tunnel's option, whose field the table does not have: a switch decides about its size."""
    [data] = [d for d, what in RECORDED.items() if what.endswith("delete_field:tun_metadata0") and d[0] == version]
    message = decode(data)
    assert isinstance(message, FlowMod)
    actions = message.actions
    if version == _1_3:
        [instruction] = message.instructions
        assert isinstance(instruction, ApplyActions)
        actions = instruction.actions
    assert actions == (nx.NxDeleteField(UnknownFieldId(bytes.fromhex("0001507c"))),)


def test_an_action_that_no_table_has() -> None:
    """It is kept as it came."""
    data = bytes.fromhex("ffff0010 00002320 00ff 010203040506")
    [action] = decode_actions(data, _1_3)
    assert isinstance(action, ExperimenterAction)
    assert encode_actions((action,), _1_3) == data


def test_actions_inside_actions() -> None:
    """A clone's actions are those of the version."""
    inside = (nx.NxRegLoad(Bits(0, 32), REG0, 5), Output(1, 0))
    assert written(_1_0, "clone(load:0x5->NXM_NX_REG0[],output:1)") == (tracking.NxClone(inside),)


def test_deep_nesting_ends() -> None:
    """Actions in actions as deep as a message allows are read or refused, and nothing else is raised."""
    data = b""
    while len(data) < 60_000:
        data = bytes.fromhex("ffff") + (16 + len(data)).to_bytes(2) + bytes.fromhex("00002320002a000000000000") + data
    with pytest.raises(RemoteProtocolError, match="inside"):
        decode_actions(data, _1_0)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("ffff 0018 00002320 0006 0010 0000 0010 0001 00 04 00", "16|bytes"),
        ("ffff 0010 00002320 0015 ffff 00000000", "says 131070 bytes"),
        ("ffff 0010 00002320 0024 0000 0000 ffc0", "no ranges"),
        ("ffff 0028 00002320 0010 " + "00" * 22 + "ffff 0000 0000 0000", "no specification"),
        ("ffff 0020 00002320 0025 000000000000 0000 0000 0000000000000000 00000000", "cannot be 0 bytes long"),
        ("ffff 0020 00002320 0023 0001 00000000 0000 ff 000000 0000 0019 0000 00000000", "cannot be 0 bytes long"),
    ],
)
def test_hostile_lengths(wrong: str, sentence: str) -> None:
    """Each length in an action is checked, and an element of length 0 ends nothing but the reading."""
    data = bytes.fromhex(wrong)
    with pytest.raises(RemoteProtocolError, match=sentence) as refused:
        decode_actions(data, _1_3)
    assert refused.value.error_type == 2


def test_unknown_subtype() -> None:
    """An action of Nicira's that no table has stays as it came, and so does another experimenter's."""
    for text in ("ffff001000002320ff00010203040506", "ffff001000002321000e000000000000", "ffff000800002320"):
        data = bytes.fromhex(text)
        [action] = decode_actions(data, _1_3)
        assert isinstance(action, ExperimenterAction)
        assert encode_actions([action], _1_3) == data


def test_unknown_fields() -> None:
    """A field that no table knows keeps its header."""
    move = nx.NxRegMove(1, 0, 0, UnknownFieldId(bytes.fromhex("0001507c")), REG1)
    assert decode_actions(encode_actions([move], _1_0), _1_0) == (move,)


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (nx.NxStackPush(0, FieldId("nsh_spi"), 8), "ffff001800002320001b0000ffff0808005ad65000080000"),
        (nx.NxStackPop(0, FieldId("nsh_spi"), 8), "ffff001800002320001c0000ffff0808005ad65000080000"),
        (nx.NxCheckPktLarger(100, 0, FieldId("nsh_spi")), "ffff001800002320003100640000ffff0808005ad6500000"),
    ],
)
def test_an_experimenters_field(action: Action, text: str) -> None:
    """Its header takes eight bytes, and fewer zeros follow: what ``ovs-ofctl ofp-print`` reads as it is meant."""
    assert encode_actions([action], _1_3).hex() == text
    assert decode_actions(bytes.fromhex(text), _1_3) == (action,)


def test_an_experimenters_field_without_room() -> None:
    """Where four bytes have room, the class of experimenters' fields is an unknown one; nothing is read beyond."""
    data = encode_actions([nx.NxRegLoad(Bits(0, 8), UnknownFieldId(bytes.fromhex("ffff0205")), 7)], _1_3)
    assert data.hex() == "ffff00180000232000070007ffff02050000000000000007"
    assert encode_actions(decode_actions(data, _1_3), _1_3) == data


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (nx.NxRegLoad(Bits(0, 65), REG0, 1), "from 1 to 64 bits"),
        (nx.NxRegMove(1, 0, 0, FieldId("reg99"), REG1), "there is no match field 'reg99'"),
        (nx.NxRegLoad(Bits(0, 8), FieldId("nsh_flags"), 1), "nsh_flags.* takes 8 bytes, and only 4 have room here"),
        (tracking.NxConntrack(zone_src=FieldId("nsh_flags")), "takes 8 bytes"),
        (tracking.NxLearn(specs=(LearnSpec(8, 0x12345, Destination.LOAD, Subfield(REG0)),)), "more than 8 bits"),
        (tracking.NxLearn(specs=(LearnSpec(8, 1, Destination.OUTPUT, Subfield(REG0)),)), "cannot have"),
        (tracking.NxNat(range=NatRange(ipv4_min=1 << 32)), "does not fit"),
        (nx.NxDecTtlCntIds((0x10000,)), "no integer of 16 bits"),
        (nx.NxSetQueue(1), "has no action NxSetQueue"),
    ],
)
def test_what_cannot_be_said(action: Action, sentence: str) -> None:
    """What does not fit is refused with a sentence."""
    with pytest.raises(LocalProtocolError, match=sentence):
        encode_actions([action], _1_3)
