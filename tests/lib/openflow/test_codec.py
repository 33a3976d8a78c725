"""Messages to bytes and back: any message, and what is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.openflow import SUPPORTED, Version, messages
from nox.lib.openflow.actions import Output, PopVlan, SetNwTtl
from nox.lib.openflow.codec import decode, decode_actions, encode, encode_actions
from nox.lib.openflow.frames import frames
from nox.lib.openflow.instructions import ApplyActions
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.structure import Structure
from tests.lib.openflow import strategies
from tests.lib.openflow.classes import message_classes

CASES = [(version, cls) for version in SUPPORTED for cls in message_classes(version)]


@pytest.mark.parametrize(("version", "cls"), CASES, ids=lambda case: getattr(case, "__name__", str(case)))
@given(data=st.data())
@settings(deadline=None, max_examples=100)  # some messages are long, and there are many
def test_round_trip(version: Version, cls: type[Structure], data: st.DataObject) -> None:
    """Any message that a version can say is the same after encoding and decoding."""
    message = data.draw(strategies.structures(cls, version))
    assert decode(encode(message, version, 0x12345678)) == message


@given(version=st.sampled_from(SUPPORTED), data=st.data())
@settings(deadline=None)  # some messages are long
def test_unknown_survives(version: Version, data: st.DataObject) -> None:
    """Messages, elements, actions, instructions and match fields that no table knows come out as they went in."""
    encoded = encode(data.draw(strategies.messages(version)), version, 1)
    assert encode(decode(encoded), version, 1) == encoded


@given(st.integers(0, 255), st.binary(max_size=64))
def test_hello_of_any_version(version: int, data: bytes) -> None:
    """A hello is read whatever version its header has; only 1.3's and later ones are looked into."""
    frame = bytes([version, 0]) + (8 + len(data)).to_bytes(2) + bytes(4) + data
    if version < Version.V1_3:
        assert decode(frame) == messages.Hello(data=data)
        return
    with contextlib.suppress(RemoteProtocolError):
        assert isinstance(decode(frame), messages.Hello)


def test_malformed_hello() -> None:
    """A hello whose elements make no sense is answered with HELLO_FAILED, INCOMPATIBLE."""
    with pytest.raises(RemoteProtocolError) as refused:
        decode(bytes.fromhex("0600000c0000000000010003"))
    assert (refused.value.error_type, refused.value.error_code) == (0, 0)


def test_hello_offers_versions() -> None:
    """The bitmap names exactly the versions that are offered; a hello without one names none."""
    hello = messages.Hello.offering([Version.V1_0, Version.V1_3])
    assert encode(hello, Version.V1_3, 2).hex() == "04000010000000020001000800000012"  # as Open vSwitch writes it
    assert hello.versions == frozenset({1, 4})
    assert messages.Hello().versions is None


def test_error_of_any_version() -> None:
    """A switch may refuse our hello in a version that we do not speak."""
    error = decode(bytes.fromhex("0601000c00000001") + bytes(4))
    assert error == messages.Error(type=0, code=0)


@pytest.mark.parametrize("version", [0, 2, 3, 5, 6, 255])
def test_other_versions_are_refused(version: int) -> None:
    """Anything but hello and error in a version that we do not speak is answered with BAD_VERSION."""
    with pytest.raises(RemoteProtocolError, match=f"wire version {version} ") as refused:
        decode(bytes([version, 5, 0, 8, 0, 0, 0, 0]))
    assert (refused.value.error_type, refused.value.error_code) == (1, 0)


FLOW_MOD10 = messages.FlowMod(match=Match10(), command=0, out_port=0xFFFF)
FLOW_MOD13 = messages.FlowMod(match=OxmMatch(), command=0, out_port=0xFFFFFFFF)


@pytest.mark.parametrize(
    ("message", "version", "sentence"),
    [
        (
            messages.PortDescriptionRequest(),
            Version.V1_0,
            "OpenFlow 1.0 has no statistics request PortDescriptionRequest",
        ),
        (messages.Hello.offering([1]), Version.V1_0, "OpenFlow 1.0 has no Hello.elements"),
        (FLOW_MOD13, Version.V1_0, "OpenFlow 1.0 needs a Match10 here"),
        (FLOW_MOD10, Version.V1_3, "OpenFlow 1.3 needs a match of OXM fields here"),
        (messages.SetConfig(flags=70000), Version.V1_0, "SetConfig.flags cannot be 70000"),
        (messages.PacketOut(in_port=1, actions=(SetNwTtl(1),)), Version.V1_0, "OpenFlow 1.0 has no action SetNwTtl"),
        (messages.PacketOut(in_port=1, actions=(SetNwTtl(256),)), Version.V1_3, "SetNwTtl.ttl cannot be 256"),
        (messages.EchoRequest(data=bytes(65528)), Version.V1_3, "EchoRequest of 65536 bytes"),
        (messages.PacketOut(in_port=1, actions=(PopVlan(),) * 9000), Version.V1_3, "PacketOut.actions is 72000 bytes"),
        (messages.EchoRequest(), Version.V1_5, "OpenFlow 1.5 is not among the versions that we speak"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_what_a_version_cannot_say(message: Message, version: Version, sentence: str) -> None:
    """What a version lacks or what does not fit is refused with a sentence that names it."""
    with pytest.raises(LocalProtocolError, match=sentence):
        encode(message, version)


@pytest.mark.parametrize("name", ["0123456789abcdef", "a\0b"])
def test_text_that_does_not_fit(name: str) -> None:
    """Text must leave room for its end, and cannot contain it."""
    port = messages.Port(port_no=1, hw_addr=EthernetAddress(1), name=name)
    with pytest.raises(LocalProtocolError, match=r"Port\.name cannot be .* at most 15 bytes"):
        encode(messages.PortStatus(reason=0, desc=port), Version.V1_3)


def test_lists_of_actions() -> None:
    """A list of actions alone can be encoded and decoded, for those who lay messages out themselves."""
    encoded = encode_actions((Output(2), PopVlan()), Version.V1_3)
    assert encoded.hex() == "0000001000000002ffff000000000000" + "0012000800000000"
    assert decode_actions(encoded, Version.V1_3) == (Output(2), PopVlan())


@given(st.lists(strategies.messages(Version.V1_3), max_size=4), st.integers(1, 30))
@settings(deadline=None)  # some messages are long
def test_frames(sent: list[Message], size: int) -> None:
    """However a stream is cut, the same messages come out in order, and nothing is left."""
    stream = b"".join(encode(message, Version.V1_3, xid) for xid, message in enumerate(sent))
    buffer, seen = bytearray(), []
    for start in range(0, len(stream), size):
        buffer += stream[start : start + size]
        seen += list(frames(buffer))
    assert [frame.xid for frame in seen] == list(range(len(sent)))
    assert [frame.decode() for frame in seen] == sent
    assert not buffer


def test_frame_shorter_than_its_header() -> None:
    """A length under eight ends the stream, after the messages before it were given out."""
    buffer = bytearray(encode(messages.EchoRequest(data=b"x"), Version.V1_3) + bytes.fromhex("0402000700000000"))
    stream = frames(buffer)
    assert next(stream).body == b"x"
    with pytest.raises(RemoteProtocolError, match="7 bytes, shorter than its header"):
        next(stream)


def test_version_is_a_column() -> None:
    """One class serves both versions, though its fields lie elsewhere and have other sizes."""
    port_mod = messages.PortMod(port_no=1, hw_addr=EthernetAddress(1), config=1, mask=1)
    sizes = [len(encode(port_mod, version)) for version in SUPPORTED]
    assert sizes == [32, 40]
    assert {decode(encode(port_mod, version)) for version in SUPPORTED} == {port_mod}


def test_instructions_hold_actions() -> None:
    """Actions inside an instruction are bounded by it."""
    flow_mod = messages.FlowMod(
        match=OxmMatch(), command=0, out_port=0xFFFFFFFF, instructions=(ApplyActions((Output(1),)), ApplyActions())
    )
    assert decode(encode(flow_mod, Version.V1_3)) == flow_mod
