"""A captured control channel: its connections, and what switch and controller said in each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from nox.emulator.replay.gathering import Gathered, gather
from nox.lib.addresses import format_dpid
from nox.lib.capture.controlchannel import Piece, pieces
from nox.lib.capture.files import MAGIC_SIZE, is_capture, packets
from nox.lib.capture.segments import segments
from nox.lib.errors import CaptureError, ProtocolError
from nox.lib.openflow.codec import decode
from nox.lib.openflow.messages import FeaturesReply, Message
from nox.lib.openflow.versions import SUPPORTED, Version, named

MOST_SECONDS: Final = 31 * 86400
HELLO: Final = 0  # the type, in every version
_FEATURES_REPLY: Final = 6


@dataclass(frozen=True, slots=True)
class Said:
    """A message that was captured.

    :ivar time: seconds since 1970.
    :ivar data: all of it, header included.
    :ivar message: what it means, where the controller said it; what a switch said is sent as it is, right or wrong.
    """

    time: float
    data: bytes
    message: Message | None

    @property
    def type(self) -> int:
        """Its number in its version."""
        return self.data[1]

    @property
    def xid(self) -> int:
        """Its transaction."""
        return int.from_bytes(self.data[4:8])


@dataclass(frozen=True, slots=True)
class RecordedConnection:
    """One connection, from its hello on.

    :ivar number: in the file, from 1.
    :ivar said: what both sides said, in order.
    :ivar end: when it ended, in seconds since 1970; None where it outlived the capture.
    :ivar last: when it was heard of last.
    """

    number: int
    dpid: int
    version: Version
    said: tuple[Said, ...]
    end: float | None
    last: float

    @property
    def start(self) -> float:
        """When it began, in seconds since 1970."""
        return self.said[0].time

    def __str__(self) -> str:
        return f"connection {self.number}, switch {format_dpid(self.dpid)}"


@dataclass(frozen=True, slots=True)
class Recording:
    """What a capture holds that can be replayed.

    :ivar left_out: why other connections in it cannot be replayed, a sentence each.
    """

    connections: tuple[RecordedConnection, ...]
    left_out: tuple[str, ...] = ()

    @classmethod
    def read(cls, file: str | Path) -> Self:
        """Read a capture (pcap or pcapng): of `noxctl capture`, of `Network.record` or of others.

        :raises CaptureError: when it is no capture, is damaged, ends within a packet or has no connection that can be
            replayed; the sentence says which.
        """
        try:
            return cls._of(_gathered(Path(file)))
        except OSError as error:
            raise CaptureError(f"{file} cannot be read: {error.strerror}") from error
        except CaptureError as error:
            raise CaptureError(f"{file}: {error}", offset=error.offset) from error

    @classmethod
    def _of(cls, gathered: list[Gathered]) -> Self:
        kept: list[RecordedConnection] = []
        left_out: list[str] = []
        for one in gathered:
            try:
                kept.append(_connection(one))
            except CaptureError as error:
                left_out.append(f"connection {one.number} {error}")
        if not kept:
            raise CaptureError("; ".join(left_out[:3]) or "no control channel is in it, or it is encrypted")
        recording = cls(tuple(kept), tuple(left_out))
        if recording.seconds > MOST_SECONDS:
            raise CaptureError("it lasts more than 31 days: its times are wrong, or cut it with `editcap -A -B`")
        return recording

    @property
    def start(self) -> float:
        """When its first connection began, in seconds since 1970."""
        return min(connection.start for connection in self.connections)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return max(connection.last for connection in self.connections) - self.start


def _gathered(file: Path) -> list[Gathered]:
    with file.open("rb") as opened:
        start = opened.read(MAGIC_SIZE)
        if not is_capture(start):
            raise CaptureError("it is no capture; `noxctl capture -w FILE` writes one")
        return gather(pieces(segments(packets(opened, start)), with_ends=True))


def _connection(one: Gathered) -> RecordedConnection:
    """:raises CaptureError: when it cannot be replayed; the sentence follows its number."""
    for to_controller in (True, False):
        first = _first(one, to_controller=to_controller)
        if first is None or first.data[1] != HELLO:
            raise CaptureError("begins without a hello: capture from before the switch connects")
    if one.hole is not None:
        lacks = f"lacks {one.hole.missing} bytes, which were not captured"
        raise CaptureError(lacks if one.hole.missing else f"has {len(one.hole.wrong)} bytes that are no message")
    answer = _first(one, to_controller=True, kind=_FEATURES_REPLY)
    if answer is None:
        raise CaptureError("ends before the switch has said who it is")
    if answer.data[0] not in SUPPORTED:
        raise CaptureError(f"speaks {named(answer.data[0])}, which NOX does not")
    try:
        features = decode(answer.data)
        said = tuple(
            Said(each.time, each.data, None if each.to_controller else decode(each.data)) for each in one.pieces
        )
    except ProtocolError as error:
        raise CaptureError(f"has a message that cannot be read: {error}") from error
    assert isinstance(features, FeaturesReply)
    return RecordedConnection(one.number, features.datapath_id, Version(answer.data[0]), said, one.end, one.last)


def _first(one: Gathered, *, to_controller: bool, kind: int | None = None) -> Piece | None:
    """The first message of a side, of any type or of this one."""
    said = (piece for piece in one.pieces if piece.to_controller == to_controller)
    return next((piece for piece in said if kind is None or piece.data[1] == kind), None)
