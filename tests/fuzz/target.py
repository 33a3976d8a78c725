"""What is asked of every input from the network, without a fuzzer: `fuzzer.py` makes the inputs.

`check` takes the same bytes as one message, as a stream of messages and as a frame of Ethernet.
"""

from __future__ import annotations

from nox.lib.errors import RemoteProtocolError
from nox.lib.flowkey import flow_key
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.frames import frames
from nox.lib.openflow.messages import Message, PacketIn
from nox.lib.openflow.versions import HEADER, MOST_BYTES, Version, column


def check(data: bytes) -> Message | None:
    """Only `RemoteProtocolError`, and what can be read can be written and is read as the same again.

    :returns: the message that it is, if it is one.
    :raises Exception: anything else is a defect.
    """
    stream(data)
    flow_key(data, 1)
    return message(data)


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


def _decoded(data: bytes) -> Message | None:
    try:
        return decode(data)
    except RemoteProtocolError as error:
        _sound(error, len(data))
        return None


def _sound(error: RemoteProtocolError, size: int) -> None:
    """A refusal says where and why."""
    assert str(error)
    assert 0 <= error.offset <= size
