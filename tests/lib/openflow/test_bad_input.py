"""Hostile bytes: a `RemoteProtocolError` or a message, never anything else."""

from __future__ import annotations

import collections
import tracemalloc
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow import SUPPORTED, Version
from nox.lib.openflow.codec import decode, encode
from tests.lib.openflow import strategies
from tests.lib.openflow.faults import (
    DISTINCT,
    cuts,
    largest,
    refused,
    unended_texts,
    with_length,
    wrong_headers,
    wrong_numbers,
)
from tests.lib.openflow.recorded import recorded
from tests.lib.openflow.samples import Sample


@given(version=st.sampled_from(SUPPORTED), data=st.data())
@settings(deadline=None)  # some messages are long
def test_cut_anywhere(version: Version, data: st.DataObject) -> None:
    """A message that ends too early is refused, unless what is left is a message; then it is written as it came."""
    whole = encode(data.draw(strategies.messages(version)), version, 1)
    for cut in cuts(whole):
        if refused(cut) is None:
            assert encode(decode(cut), version, 1) == cut


@given(version=st.sampled_from(SUPPORTED), data=st.data())
@settings(deadline=None)  # some messages are long
def test_header_length_disagrees(version: Version, data: st.DataObject) -> None:
    """The header's length must be that of the bytes, whatever they hold."""
    whole = encode(data.draw(strategies.messages(version)), version, 1)
    for wrong in (whole[:-1], whole + b"\0"):
        with pytest.raises(RemoteProtocolError):
            decode(wrong)


def names(samples: list[Sample]) -> Mapping[str, Sample]:
    """The samples by their names."""
    return {sample.name: sample for sample in samples}


@pytest.mark.parametrize("name", names(DISTINCT))
def test_faults_of_every_type(name: str) -> None:
    """Cut anywhere, or with any length or type wrong at any level, it is refused with an error to answer, or another.

    What is cut and yet a message is written as it came; a header's length that is wrong is never a message.
    """
    sample = names(DISTINCT)[name]
    data = encode(sample.message, sample.version, 1)
    for cut in cuts(data):
        if refused(cut) is None:
            assert encode(decode(cut), sample.version, 1) == cut
    assert all(map(refused, wrong_headers(data)))
    for wrong in wrong_numbers(data):
        refused(wrong)


@pytest.mark.parametrize("name", names([sample for sample in DISTINCT if any(unended_texts(sample))]))
def test_texts_without_end(name: str) -> None:
    """A text that fills its field has no end, and is refused, whatever message it stands in."""
    for data in unended_texts(names(DISTINCT)[name]):
        assert "without an end" in str(refused(data))


MEMORY = 24  # times a message's bytes: its smallest elements have 4, and an object of Python has some 60


def test_largest() -> None:
    """64 KiB of any list at any level are read like any other, in memory that their size bounds; a byte less is not."""
    for what, version, message in largest():
        data = encode(message, version, 1)
        assert len(data) > 60_000, what
        tracemalloc.start()
        decoded = decode(data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert encode(decoded, version, 1) == data, what  # a note's bytes are not told from the zeros behind it
        assert peak < MEMORY * len(data), what
        assert refused(data[:-1]), what


@given(st.sampled_from(SUPPORTED), st.integers(0, 32), st.binary(max_size=200))
def test_noise(version: Version, kind: int, body: bytes) -> None:
    """Any bytes after a header."""
    refused(with_length(bytes([version, kind, 0, 0, 0, 0, 0, 0]) + body))


@given(st.binary(max_size=20))
def test_noise_without_header(data: bytes) -> None:
    """Any bytes at all."""
    refused(data)


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
