"""Messages as JSON and back: nothing is lost, and what is wrong is a sentence."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import SUPPORTED, Version, messages
from nox.lib.openflow.codec import encode
from nox.lib.openflow.jsonform.message import from_json, to_json
from nox.lib.openflow.jsonform.shape import classes
from nox.lib.openflow.messages import Message
from tests.lib.openflow import strategies
from tests.lib.openflow.classes import message_classes
from tests.lib.openflow.recorded import RECORDED, recorded

CASES = [(version, cls) for version in SUPPORTED for cls in message_classes(version)]


def through_text(data: bytes) -> Any:
    """What another program gets: the JSON's text, decoded."""
    return json.loads(json.dumps(to_json(data)))


@pytest.mark.parametrize(("version", "cls"), CASES, ids=lambda case: getattr(case, "__name__", str(case)))
@given(data=st.data())
@settings(deadline=None, max_examples=50)  # some messages are long, and there are many
def test_every_class(version: Version, cls: type[Message], data: st.DataObject) -> None:
    """Whatever message of the tables: its JSON means the same bytes, and says so itself."""
    encoded = encode(data.draw(strategies.structures(cls, version)), version, 0xFFFFFFFF)
    said = through_text(encoded)
    assert said["type"] == cls.__name__
    assert said.pop("reencoded") == encoded.hex()
    assert from_json(said) == encoded


@given(version=st.sampled_from(SUPPORTED), data=st.data())
@settings(deadline=None)  # some messages are long
def test_unknown_survives(version: Version, data: st.DataObject) -> None:
    """Messages, actions, instructions and match fields that no table knows are kept as numbers and hexadecimal."""
    encoded = encode(data.draw(strategies.messages(version)), version, 1)
    assert from_json(through_text(encoded)) == encoded


@pytest.mark.parametrize("data", RECORDED, ids=lambda data: RECORDED[data].partition(" (")[0])
def test_recorded(data: bytes) -> None:
    """Messages that Open vSwitch wrote come out as they went in."""
    said = through_text(data)
    assert (said["reencoded"], from_json(said)) == (data.hex(), data)


@pytest.mark.parametrize("version", [1, 2, 4, 6, 200])
def test_hello_of_any_version(version: int) -> None:
    """A hello keeps the version of its header, also one that has no name."""
    encoded = encode(messages.Hello(), version, 3)
    assert encoded[0] == version
    assert from_json(through_text(encoded)) == encoded


def test_readable() -> None:
    """Ports, commands and addresses are words, match fields are texts that `Match` reads too."""
    said: Any = to_json(recorded("OF1.3", "DEL table:255"))
    assert (said["version"], said["type"], said["xid"]) == ("1.3", "FlowMod", 6)
    assert (said["body"]["command"], said["body"]["out_port"]) == ("DELETE", "ANY")
    said = to_json(recorded("OF1.3", "priority=3 actions=set_queue"))
    assert said["body"]["cookie"] == "0x0000000000000000"
    said = to_json(recorded("OF1.3", "arp_tpa=10.0.0.0/24", "FLOW_MOD"))
    fields = said["body"]["match"]["fields"]
    assert fields[-1] == {"arp_tpa": "10.0.0.0/24"}
    assert {"arp_spa": "10.0.0.1"} in fields
    [instruction] = said["body"]["instructions"]
    assert (instruction["type"], instruction["actions"][0]["port"]) == ("ApplyActions", "FLOOD")
    said = to_json(recorded("OFPT_FLOW_MOD (xid=0x6)", "nw_src=10.0.0.0/8"))
    assert said["version"] == "1.0"
    assert (said["body"]["match"]["nw_src"], said["body"]["match"]["dl_src"]) == ("10.0.0.0", "02:00:00:00:00:01")


def test_only_what_the_version_has() -> None:
    """A field that the version lacks is not shown: 1.3's packet-in has its port in the match."""
    assert "in_port" not in to_json(recorded("OF1.3", "OFPT_PACKET_IN"))["body"]  # type: ignore[operator]


def message(**body: object) -> dict[str, object]:
    """A packet-out of OpenFlow 1.3 as people write it."""
    return {"version": "1.3", "type": "PacketOut", "xid": 1, "body": {"in_port": "CONTROLLER", **body}}


def test_written_by_hand() -> None:
    """Defaults may be left out, names and numbers mean the same, and `reencoded` is not looked at."""
    named = message(actions=[{"type": "Output", "port": "FLOOD"}])
    numbered = message(in_port=0xFFFFFFFD, actions=[{"type": "Output", "port": "0xfffffffb", "max_len": 65535}])
    numbered |= {"version": 4, "reencoded": "00"}
    assert from_json(named) == from_json(numbered)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ([], "a message is an object"),
        (message() | {"boby": {}}, 'no key "boby"; did you mean "body"'),
        (message() | {"version": "1.9"}, "version: there is no OpenFlow '1.9'"),
        (message() | {"version": "1.4"}, "OpenFlow 1.4 is not among the versions that we speak"),
        (message() | {"type": "PacketOat"}, "type: there is no message 'PacketOat'; did you mean \"PacketOut\""),
        (message() | {"xid": -1}, "xid: a whole number up to 4294967295"),
        (message() | {"body": {}}, 'body: PacketOut needs "in_port"'),
        (message(acions=[]), 'body: PacketOut has no field "acions"; did you mean "actions"'),
        (message(actions={}), r"body\.actions: a list"),
        (message(actions=[{"port": 1}]), r"body\.actions\[0\]: an object whose \"type\""),
        (message(actions=[{"type": "Outpt", "port": 1}]), r"body\.actions\[0\]: .*; did you mean \"Output\""),
        (message(actions=[{"type": "Output", "prot": 1}]), 'no field "prot"; did you mean "port"'),
        (message(actions=[{"type": "Output", "port": "FLODO"}]), 'no number and no name; did you mean "FLOOD"'),
        (message(actions=[{"type": "Output", "port": True}]), "a whole number, not True"),
        (message(actions=[{"type": "Output", "port": 1 << 32}]), "Output.port cannot be 4294967296"),
        (message(actions=[{"type": "SetDlSrc", "dl_addr": "x"}]), "'x' is no Ethernet address"),
        (message(actions=[{"type": "SetOxm", "field": {"ipv4_sc": "1"}}]), 'did you mean "ipv4_src"'),
        (message(actions=[{"type": "SetOxm", "field": {"oxm": "80"}}]), "no match field in hexadecimal"),
        (message(actions=[{"type": "UnknownAction", "number": 70000, "data": ""}]), "too large or negative"),
        (message(data="0"), r"body\.data: hexadecimal digits"),
        (message(in_port=1.5), r"body\.in_port: a whole number"),
    ],
    ids=str,
)
def test_what_is_wrong(written: object, sentence: str) -> None:
    """One sentence says where, what, and the nearest name."""
    with pytest.raises(LocalProtocolError, match=sentence):
        from_json(written)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(version=st.sampled_from(SUPPORTED), data=st.data())
@settings(deadline=None)
def test_any_json(version: Version, data: st.DataObject) -> None:
    """Whatever stands in the place of a field gives a message or a sentence, and no other error."""
    written: Any = through_text(encode(data.draw(strategies.messages(version)), version, 1))
    written["body"][data.draw(st.sampled_from(sorted(written["body"]) or ["none"]))] = data.draw(JSON)
    with contextlib.suppress(LocalProtocolError):
        assert isinstance(from_json(written), bytes)


def test_names_are_unique() -> None:
    """No two classes that may stand in one place have the same name; private helpers have none."""
    known = classes(Message)
    assert "FlowMod" in known
    assert all(not name.startswith("_") for name in known)
