"""Prepared flows: byte for byte what the translator and the codec make of the same flow."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.core.openflow.flowshape import FlowShape
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.prepared import Numbers, PreparedFlow, compile_removal, compile_shape
from nox.core.openflow.translation import translator
from nox.lib.actions import NO_BUFFER, PORT, Action, Output, PopVlan, PushVlan, SetField
from nox.lib.errors import LocalProtocolError
from nox.lib.flowkey import SHAPES
from nox.lib.match import Match
from nox.lib.openflow import Version
from nox.lib.openflow.codec import encode
from nox.lib.openflow.enums import FlowModCommand
from nox.lib.openflow.oxm import FIELDS
from nox.lib.shapes import Shape, Value

BOTH = [Version.V1_0, Version.V1_3]


def values_of(shape: Shape) -> st.SearchStrategy[tuple[Value, ...]]:
    """Values as `flow_key` gives them."""
    return st.tuples(*[_value(name) for name in shape.fields])


def _value(name: str) -> st.SearchStrategy[Value]:
    field = FIELDS[name]
    if field.size in (6, 16):
        return st.binary(min_size=field.size, max_size=field.size)
    if name == "vlan_vid":
        return st.integers(0x1000, 0x1FFF)
    if name == "in_port":
        return st.integers(1, 0xFEFF)
    if name == "arp_op":
        return st.integers(0, 255)
    return st.integers(0, field.largest)


def _number(value: Value) -> int:
    return int.from_bytes(value) if isinstance(value, bytes) else value


def by_codec(version: Version, shape: FlowShape, values: Mapping[str, Value], port: int, cookie: int) -> bytes:
    """The same flow, the long way."""
    conditions = {name: value for name, value, _ in shape.fixed.items()} | {n: _number(v) for n, v in values.items()}
    actions = tuple(Output(port) if isinstance(a, Output) and a.port is PORT else a for a in shape.actions)
    flow = FlowSpec(
        match=Match(**conditions),
        actions=actions,
        priority=shape.priority,
        idle_timeout=shape.idle_timeout,
        hard_timeout=shape.hard_timeout,
        notify_removed=shape.notify_removed,
    )
    message = translator(version).flow_mod(FlowModCommand.ADD, flow, cookie=cookie, buffer_id=3)
    return encode(message, version, 1)


def flow_shape(shape: Shape, *actions: Action, widen: bool = False) -> FlowShape:
    """A prepared shape for the frames of this shape."""
    fixed = Match(**shape.fixed)
    return FlowShape(shape.fields, fixed, actions, 20000, idle_timeout=10, notify_removed=True, widen=widen)


@pytest.mark.parametrize("version", BOTH)
@given(st.data())
def test_it_equals_what_the_codec_writes(version: Version, data: st.DataObject) -> None:
    """For every shape that frames have, and any values; actions that change the packet among them."""
    shape = data.draw(st.sampled_from(SHAPES))
    values = data.draw(values_of(shape))
    port = data.draw(st.integers(1, 0xFEFF))
    actions: list[Action] = [Output(PORT)]
    if shape.tagged:
        actions.insert(0, PopVlan())
    else:
        actions[:0] = [PushVlan(), SetField("vlan_vid", 0x1005)]
    actions.insert(0, SetField("eth_dst", "02:00:00:00:00:09"))
    prepared = flow_shape(shape, *actions)
    named = dict(zip(shape.fields, values, strict=True))
    try:
        expected = by_codec(version, prepared, named, port, 5)
    except LocalProtocolError:  # 1.0 cannot say it
        with pytest.raises(LocalProtocolError, match=r"OpenFlow 1\.0 cannot match on"):
            compile_shape(prepared, version)
        return
    assert compile_shape(prepared, version)(1, 5, 3, port, values) == expected


@given(st.data())
def test_a_widened_flow_leaves_out_what_1_0_cannot_say(data: st.DataObject) -> None:
    """IPv6's addresses, SCTP's ports: the entry then matches by Ethernet, or by IP."""
    shape = data.draw(st.sampled_from([s for s in SHAPES if s.fixed.get("eth_type") == 0x86DD]))
    values = data.draw(values_of(shape))
    prepared = flow_shape(shape, Output(PORT), widen=True)
    sayable = {"in_port", "eth_src", "eth_dst", "vlan_vid", "vlan_pcp"}
    named = {name: value for name, value in zip(shape.fields, values, strict=True) if name in sayable}
    fixed = Match(**{name: value for name, value in shape.fixed.items() if name in ("vlan_vid", "eth_type")})
    narrow = FlowShape((), fixed, prepared.actions, 20000, idle_timeout=10, notify_removed=True)
    expected = by_codec(Version.V1_0, narrow, named, 4, 5)
    assert compile_shape(prepared, Version.V1_0)(1, 5, 3, 4, values) == expected


@pytest.mark.parametrize("version", BOTH)
@given(st.data())
def test_a_removal_equals_what_the_codec_writes(version: Version, data: st.DataObject) -> None:
    """The very entry: its match and its priority, whatever it does and for how long."""
    shape = data.draw(st.sampled_from([s for s in SHAPES if s.fixed.get("eth_type") == 0x0800]))
    if version == Version.V1_0 and shape.fixed.get("ip_proto") == 132:
        return  # 1.0 does not know SCTP's ports
    values = data.draw(values_of(shape))
    named = dict(zip(shape.fields, map(_number, values), strict=True)) | shape.fixed
    flow = FlowSpec(match=Match(**named), priority=20000)
    expected = encode(translator(version).flow_mod(FlowModCommand.DELETE_STRICT, flow, cookie=0), version, 0)
    assert compile_removal(flow_shape(shape, Output(PORT)), version)(0, 0, NO_BUFFER, 0, values) == expected


def test_a_masked_condition_is_for_1_3_alone() -> None:
    """A fixed condition may have a mask where the version knows masks."""
    shape = FlowShape(("in_port",), Match(eth_dst=("01:00:00:00:00:00", "01:00:00:00:00:00")), (), 1)
    written = compile_shape(shape, Version.V1_3)(1, 5, 3, 0, (7,))
    match = Match(in_port=7, eth_dst=("01:00:00:00:00:00", "01:00:00:00:00:00"))
    flow = FlowSpec(match=match, priority=1)
    message = translator(Version.V1_3).flow_mod(FlowModCommand.ADD, flow, cookie=5, buffer_id=3)
    assert written == encode(message, Version.V1_3, 1)
    with pytest.raises(LocalProtocolError, match="eth_dst"):
        compile_shape(shape, Version.V1_0)


def test_flows_are_numbered_and_carry_the_owners_cookie() -> None:
    """The number is in the cookie and is the xid; it wraps within its bits."""
    sent: list[bytes] = []

    class Datapath:
        version = Version.V1_3
        send_bytes = staticmethod(sent.append)

    numbers = Numbers()
    flow = PreparedFlow(FlowShape((), Match(), (), 5), 0x0007_0001_0000_0000, numbers)
    for before in (0, 0x80000001):
        numbers.given = before
        flow.add(Datapath, (), 0)  # type: ignore[arg-type]
    assert [message[4:16].hex() for message in sent] == ["000000010007000100000001", "000000020007000100000002"]
