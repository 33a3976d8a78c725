"""Capture files of others and of ourselves, whole and damaged."""

from __future__ import annotations

import contextlib
import io
import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.lib.capture.controlchannel import Piece, pieces
from nox.lib.capture.conversation import Conversation
from nox.lib.capture.files import MAGIC_SIZE, is_capture, packets
from nox.lib.capture.segments import segments
from nox.lib.capture.source import Packet
from nox.lib.errors import CaptureError

from .samples import ECHO, ENDS, HELLO, frames, pcap, pcapng


def read(file: bytes) -> list[Piece]:
    """The messages of a file."""
    assert is_capture(file[:MAGIC_SIZE])
    return list(pieces(segments(packets(io.BytesIO(file[MAGIC_SIZE:]), file[:MAGIC_SIZE]))))


def said(found: list[Piece]) -> list[tuple[bool, bytes]]:
    """Direction and message of each."""
    return [(piece.to_controller, piece.data) for piece in found]


WHOLE = [(False, HELLO), (True, HELLO), (True, ECHO)]
LINKS = {
    "ethernet": (1, lambda frame: frame),
    "vlan": (1, lambda frame: frame[:12] + bytes.fromhex("88a80001 81000005") + frame[12:]),
    "cooked": (113, lambda frame: bytes(14) + frame[12:]),
    "cooked 2": (276, lambda frame: frame[12:14] + bytes(18) + frame[14:]),
    "loopback": (0, lambda frame: bytes(4) + frame[14:]),
    "raw": (101, lambda frame: frame[14:]),
}


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("name", LINKS)
def test_link_types(name: str, version: int) -> None:
    """The same messages come out of every link type, over IPv4 and IPv6."""
    link, wrap = LINKS[name]
    assert said(read(pcap([wrap(frame) for frame in frames(version)], link=link))) == WHOLE


def test_formats() -> None:
    """Both byte orders, micro- and nanoseconds, and pcapng; with the time of the packet that completed a message."""
    assert said(read(pcap(frames(), order=">"))) == WHOLE
    assert read(pcap(frames(), magic=0xA1B23C4D))[0].time == 7 + 500e-9
    assert said(read(pcapng(frames()))) == WHOLE
    assert read(pcapng(frames()))[0].time == 7.5


@given(st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=3))
def test_any_order(order: list[int], again: list[int]) -> None:
    """Segments that come late or twice change nothing, once the first one has come."""
    sent = frames()[2:]
    assert len(sent) == 4
    shuffled = [sent[place] for place in [0, *order, *again]]
    assert said(read(pcap(shuffled))) == WHOLE[1:]


def test_a_hole() -> None:
    """Bytes that were not captured are said, and reading goes on after them."""
    ours, theirs = (ip_address(text) for text in ENDS[4])
    talk = Conversation((ours, 6653), (theirs, 40000))
    sent = [next(talk.frames(data, is_ours=False)) for data in (HELLO, ECHO, HELLO)]
    for end in ([talk.end(is_ours=False)], []):
        found = read(pcap([sent[0], sent[2], *end]))
        assert [(piece.data, piece.missing) for piece in found] == [(HELLO, 0), (b"", len(ECHO)), (HELLO, 0)]


def test_an_end() -> None:
    """Who asks for ends is told of them, after what was said before; other traffic's are none."""
    ours, theirs = (ip_address(text) for text in ENDS[4])
    talk, other = Conversation((ours, 6653), (theirs, 40000)), Conversation((ours, 80), (theirs, 40001))
    file = pcap([*other.begin(), *talk.frames(HELLO, is_ours=False), other.end(is_ours=True), talk.end(is_ours=False)])
    source = segments(packets(io.BytesIO(file[MAGIC_SIZE:]), file[:MAGIC_SIZE]))
    found = list(pieces(source, with_ends=True))
    assert [(piece.data, piece.is_end, piece.to_controller) for piece in found] == [
        (HELLO, False, True),
        (b"", True, True),
    ]


def test_several_holes() -> None:
    """Each is said, at the end of the file at the latest."""
    ours, theirs = (ip_address(text) for text in ENDS[4])
    talk = Conversation((ours, 6653), (theirs, 40000))
    sent = [next(talk.frames(HELLO, is_ours=False)) for _ in range(5)]
    assert [piece.missing for piece in read(pcap(sent[::2]))] == [0, 8, 0, 8, 0]


def test_a_connection_between_the_same_ends() -> None:
    """A second one is told apart by its handshake, which says too which end is the controller."""
    ours, theirs = (ip_address(text) for text in ENDS[4])
    sent: list[bytes] = []
    for first in (1, 4097):
        talk = Conversation((ours, 7777), (theirs, 777), first=first)
        sent += [*talk.begin(), *talk.frames(HELLO, is_ours=False), talk.end(is_ours=False)]
    found = read(pcap(sent))
    assert [(piece.connection, piece.to_controller, piece.data) for piece in found] == [
        (1, True, HELLO),
        (2, True, HELLO),
    ]


def test_other_traffic() -> None:
    """What is no OpenFlow, no TCP or no IP gives nothing."""
    ours, theirs = (ip_address(text) for text in ENDS[4])
    http = list(Conversation((ours, 80), (theirs, 40000)).frames(b"GET / HTTP/1.0\r\n\r\n", is_ours=False))
    assert read(pcap([*http, b"", b"\0" * 60, http[0][:30]])) == []


@given(st.data())
def test_hostile(data: st.DataObject) -> None:
    """A damaged file gives what can be read and then one error, whatever is damaged."""
    file = bytearray(data.draw(st.sampled_from([pcap(frames()), pcapng(frames())])))
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(4, len(file) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CaptureError):
        read(bytes(file[: data.draw(st.integers(4, len(file)))]))


@given(st.sampled_from([0, 1, 101, 113, 276, 9]), st.binary(max_size=80))
def test_any_packet(link: int, data: bytes) -> None:
    """A packet of any bytes is a segment or none."""
    list(pieces(segments(iter([Packet(0.0, link, data)]))))


def test_huge_packet() -> None:
    """A packet that says that it has 4 GiB is an error, before anything is read."""
    with pytest.raises(CaptureError, match="for one packet"):
        read(pcap([])[:24] + struct.pack("<IIII", 0, 0, 0xFFFFFFFF, 0))
