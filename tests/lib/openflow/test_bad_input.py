"""Hostile bytes: a `RemoteProtocolError` or a message, never anything else."""

from __future__ import annotations

import collections

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow import SUPPORTED, Version
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.versions import HEADER
from tests.lib.openflow import strategies
from tests.lib.openflow.recorded import RECORDED, recorded


def with_length(data: bytes) -> bytes:
    """The bytes with their length in the header."""
    return data[:2] + len(data).to_bytes(2) + data[4:]


def survives(data: bytes) -> bool:
    """Whether the bytes are a message; anything but a refusal or a message fails the test."""
    refusal = None
    try:
        decode(data)
    except RemoteProtocolError as error:
        refusal = error
    assert refusal is None or (str(refusal) and 0 <= refusal.offset <= len(data))
    return refusal is None


@given(version=st.sampled_from(SUPPORTED), data=st.data())
@settings(deadline=None)  # some messages are long
def test_cut_anywhere(version: Version, data: st.DataObject) -> None:
    """A message that ends too early is refused, unless what is left is a message; then it is written as it came."""
    whole = encode(data.draw(strategies.messages(version)), version, 1)
    for end in range(HEADER.size, len(whole)):
        cut = with_length(whole[:end])
        if survives(cut):
            assert encode(decode(cut), version, 1) == cut


@given(version=st.sampled_from(SUPPORTED), data=st.data())
@settings(deadline=None)  # some messages are long
def test_header_length_disagrees(version: Version, data: st.DataObject) -> None:
    """The header's length must be that of the bytes, whatever they hold."""
    whole = encode(data.draw(strategies.messages(version)), version, 1)
    for wrong in (whole[:-1], whole + b"\0"):
        with pytest.raises(RemoteProtocolError):
            decode(wrong)


ENOUGH = 600  # bytes of a message to alter: what follows in longer ones is more of the same


@pytest.mark.parametrize("data", RECORDED, ids=lambda data: RECORDED[data][:60])
def test_every_pair_of_bytes_altered(data: bytes) -> None:
    """Wherever a length may lie, too small, too large, zero and all ones are refused or read as something else."""
    for at in range(HEADER.size, min(len(data) - 1, ENOUGH)):
        value = int.from_bytes(data[at : at + 2])
        for other in (0, 1, value - 1 & 0xFFFF, value + 1 & 0xFFFF, value + 8 & 0xFFFF, 0xFFFF):
            survives(data[:at] + other.to_bytes(2) + data[at + 2 :])


@given(st.sampled_from(SUPPORTED), st.integers(0, 32), st.binary(max_size=200))
def test_noise(version: Version, kind: int, body: bytes) -> None:
    """Any bytes after a header."""
    survives(with_length(bytes([version, kind, 0, 0, 0, 0, 0, 0]) + body))


@given(st.binary(max_size=20))
def test_noise_without_header(data: bytes) -> None:
    """Any bytes at all."""
    survives(data)


FLOW_MOD10 = recorded("OFPT_FLOW_MOD (xid=0x6)", "arp")
FLOW_MOD13 = recorded("OFPT_FLOW_MOD (OF1.3)", "arp_op=1")
PACKET_OUT10 = recorded("OFPT_PACKET_OUT (xid")
FLOW_STATS10 = recorded("OFPST_FLOW reply (xid")
FLOW_STATS13 = recorded("OFPST_FLOW reply (OF1.3)")
HELLO = recorded("switch: OFPT_HELLO (OF1.3)")

# Lengths that are wrong only because of what the sender meant: what they cut off is read as zeros or as data.
ANOTHER_MESSAGE: dict[bytes, set[tuple[int, int | str]]] = collections.defaultdict(set)
ANOTHER_MESSAGE[HELLO] = {(10, -4)}
ANOTHER_MESSAGE[PACKET_OUT10] = {(14, -8), (14, "zero")}


@pytest.mark.parametrize("wrong", [-8, -4, -1, 1, 4, 8, "zero", "most"])
@pytest.mark.parametrize(
    ("data", "at", "error"),
    [
        pytest.param(HELLO, 10, (0, 0), id="hello element"),
        pytest.param(PACKET_OUT10, 14, (1, 6), id="length of the actions"),
        pytest.param(PACKET_OUT10, 18, (2, 1), id="action 1.0"),
        pytest.param(FLOW_MOD10, 74, (2, 1), id="action in a flow-mod"),
        pytest.param(FLOW_MOD13, 50, (4, 1), id="match"),
        pytest.param(FLOW_MOD13, 90, (3, 7), id="instruction"),
        pytest.param(FLOW_MOD13, 98, (2, 1), id="action 1.3"),
        pytest.param(FLOW_STATS10, 12, (1, 6), id="entry 1.0"),
        pytest.param(FLOW_STATS13, 16, (1, 6), id="entry 1.3"),
    ],
)
def test_lengths(data: bytes, at: int, error: tuple[int, int], wrong: int | str) -> None:
    """Each length that is wrong is refused, with the OpenFlow error that fits, or makes it another message."""
    right = int.from_bytes(data[at : at + 2])
    length = {"zero": 0, "most": 0xFFFF}[wrong] if isinstance(wrong, str) else right + wrong
    altered = data[:at] + (length & 0xFFFF).to_bytes(2) + data[at + 2 :]
    if (at, wrong) in ANOTHER_MESSAGE[data]:
        assert decode(altered) != decode(data)
        return
    with pytest.raises(RemoteProtocolError) as refused:
        decode(altered)
    if length == 0xFFFF:
        assert (refused.value.error_type, refused.value.error_code) == error


def test_oxm_length() -> None:
    """A match field that is longer or shorter than its value is refused with BAD_MATCH, BAD_LEN."""
    at = FLOW_MOD13.index(bytes.fromhex("80000a02")) + 3
    for length in (0, 1, 3, 4):
        with pytest.raises(RemoteProtocolError) as refused:
            decode(FLOW_MOD13[:at] + bytes([length]) + FLOW_MOD13[at + 1 :])
        assert (refused.value.error_type, refused.value.error_code) == (4, 1)


def test_other_match_type() -> None:
    """A match that is no list of OXM fields is refused with BAD_MATCH, BAD_TYPE."""
    with pytest.raises(RemoteProtocolError, match="a match of type 0") as refused:
        decode(FLOW_MOD13[:48] + b"\0\0" + FLOW_MOD13[50:])
    assert (refused.value.error_type, refused.value.error_code) == (4, 0)


def test_text_without_end() -> None:
    """A port's name that fills its field has no end, and is refused where it stands."""
    status = recorded("OFPT_PORT_STATUS (xid=0x0)", "config: 0 state: 0")
    with pytest.raises(RemoteProtocolError, match=r"Port\.name: text of 16 bytes without an end") as refused:
        decode(status[:24] + b"x" * 16 + status[40:])
    assert refused.value.offset == 16


def test_64_kib() -> None:
    """The largest message is decoded like any other: here 8,185 actions."""
    actions = bytes.fromhex("0018000800000000") * 8188
    data = with_length(bytes.fromhex("040d000000000001") + bytes.fromhex("ffffffff00000001") + len(actions).to_bytes(2))
    assert survives(with_length(data + bytes(6) + actions))
