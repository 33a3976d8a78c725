"""What is asked of every input from the network, without a fuzzer: `fuzzer.py` makes the inputs.

`check` takes the same bytes as one message, as a stream of messages, as a frame of Ethernet, as a file of captured
packets, as the order in which the segments of a TCP connection come, and as a packet of one of the protocols.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Final

from nox.lib.capture.controlchannel import Piece, pieces
from nox.lib.capture.files import MAGIC_SIZE, is_capture, packets
from nox.lib.capture.segments import segments
from nox.lib.capture.source import Packet
from nox.lib.capture.streams import Stream
from nox.lib.errors import CaptureError, RemoteProtocolError
from nox.lib.flowkey import flow_key
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.frames import frames
from nox.lib.openflow.messages import Message, PacketIn
from nox.lib.openflow.versions import HEADER, MOST_BYTES, Version, column
from tests.lib.packet.parsers import PROTOCOLS

LINKS: Final = (0, 1, 101, 113, 276)  # loopback, Ethernet, IP, Linux cooked and its second version
KNOWN: Final = b"".join(number.to_bytes(2) for number in range(512))
FIRST: Final = 2**32 - 300  # its number in the stream: it wraps within


def check(data: bytes) -> Message | None:
    """Only `RemoteProtocolError` and `CaptureError`; what can be read can be written, and is read as the same again.

    :returns: the message that it is, if it is one.
    :raises Exception: anything else is a defect.
    """
    stream(data)
    flow_key(data, 1)
    capture(data)
    reassembly(data)
    packet(data)
    return message(data)


def packet(data: bytes) -> None:
    """A packet of the protocol that the first byte picks, under its right checksum, which a fuzzer would not guess."""
    if not data:
        return
    protocol = PROTOCOLS[data[0] % len(PROTOCOLS)]
    body = protocol.mended(data[1:])
    try:
        value = protocol.parse(body)
    except RemoteProtocolError as error:
        _sound(error, len(body))
    else:
        assert protocol.parse(protocol.build(value)) == value


def message(data: bytes) -> Message | None:
    """One message. Its length is put right, since a fuzzer seldom guesses it; `stream` looks at wrong ones."""
    if HEADER.size <= len(data) <= MOST_BYTES:
        data = data[:2] + len(data).to_bytes(2) + data[4:]
    decoded = _decoded(data)
    if decoded is not None:
        again(decoded, data[0])
    return decoded


def again(decoded: Message, version: int) -> None:
    """A message that was read is written, and what was written is read as the same message."""
    spoken = column(version) or (Version.V1_3 if version >= Version.V1_3 else Version.V1_0)  # of a hello, an error
    assert decode(encode(decoded, spoken, 1)) == decoded
    if isinstance(decoded, PacketIn):
        flow_key(decoded.data, decoded.in_port)


def stream(data: bytes) -> None:
    """Messages one after the other, and what is left of the last."""
    buffer = bytearray(data)
    try:
        for frame in frames(buffer):
            frame.decode()
    except RemoteProtocolError as error:
        _sound(error, len(data))


def capture(data: bytes) -> None:
    """A file of packets, or one packet of any kind: messages come out whole, and a damaged file is said to be one."""
    if not is_capture(data):
        found = [segments(iter([Packet(0.0, link, data)])) for link in LINKS]
        _whole(piece for some in found for piece in pieces(some))
        return
    try:
        _whole(pieces(segments(packets(io.BytesIO(data[MAGIC_SIZE:]), data[:MAGIC_SIZE]))))
    except CaptureError as error:
        _sound(error, len(data))


def _whole(found: Iterable[Piece]) -> None:
    for piece in found:
        assert [bool(piece.data), bool(piece.missing), bool(piece.wrong)].count(True) == 1
        assert not piece.data or int.from_bytes(piece.data[2:4]) == len(piece.data)


def reassembly(data: bytes) -> None:
    """Segments of a known stream, two bytes each: where it begins, how long it is. What is joined is that stream."""
    joined, at = Stream(), 0
    joined.start(FIRST)
    for place, size in zip(data[::2], data[1::2], strict=False):
        got = joined.take((FIRST + 2 * place) % 2**32, KNOWN[2 * place :][:size])
        at = _follows(joined, at, got)
    while joined.is_waiting:
        at = _follows(joined, at, joined.skip())


def _follows(joined: Stream, at: int, got: bytes) -> int:
    at += joined.missing
    assert got == KNOWN[at : at + len(got)]
    return at + len(got)


def _decoded(data: bytes) -> Message | None:
    try:
        return decode(data)
    except RemoteProtocolError as error:
        _sound(error, len(data))
        return None


def _sound(error: RemoteProtocolError | CaptureError, size: int) -> None:
    """A refusal says where and why."""
    assert str(error)
    assert 0 <= error.offset <= size
