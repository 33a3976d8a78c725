"""OpenFlow messages in captured TCP connections. A connection is a control channel when it looks like one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nox.lib.capture.segments import ACK, FIN, RST, SYN, Endpoint, Segment
from nox.lib.capture.streams import Stream
from nox.lib.openflow.versions import HEADER

MOST_CONNECTIONS: Final = 4096  # at a time; the oldest is forgotten for a new one
_PORTS: Final = (6653, 6633)  # of controllers
_LAST_VERSION, _LAST_TYPE = 6, 40


@dataclass(frozen=True, slots=True)
class Piece:
    """A message, a hole, what is no message, or a connection's end.

    :ivar connection: its number in the file, from 1.
    :ivar data: the message, header included; empty for anything else.
    :ivar missing: how many bytes were not captured.
    :ivar wrong: what stands where a message should begin, as far as it has come; it is skipped.
    :ivar is_end: whether the source has said that it sends no more.
    """

    time: float
    connection: int
    source: Endpoint
    destination: Endpoint
    to_controller: bool
    data: bytes = b""
    missing: int = 0
    wrong: bytes = b""
    is_end: bool = False


class _Direction:
    """One direction of a connection: bytes in order, cut into messages.

    :ivar last: its last segment.
    :ivar wrong: what `cut` has skipped because it is no message, although one has ended right before it.
    """

    def __init__(self, segment: Segment) -> None:
        self.stream = Stream()
        self.last = segment
        self.wrong = b""
        self._rest = bytearray()
        self._follows = False  # whether a message has ended right before what is left

    def cut(self, data: bytes) -> Iterator[bytes]:
        """The messages that are whole now. What does not begin like one is skipped up to the next segment."""
        if self.stream.missing:
            self._rest.clear()
            self._follows = False
        self._rest += data
        while len(self._rest) >= HEADER.size:
            version, kind, length, _ = HEADER.unpack_from(self._rest)
            if not 1 <= version <= _LAST_VERSION or length < HEADER.size or not (self._follows or kind <= _LAST_TYPE):
                self._skip()
                return
            if length > len(self._rest):
                return
            self._follows = True
            yield bytes(self._rest[:length])
            del self._rest[:length]

    def _skip(self) -> None:
        if self._follows:
            self.wrong = bytes(self._rest)
        self._rest.clear()
        self._follows = False


class _Connection:
    def __init__(self, number: int, controller: Endpoint) -> None:
        self.number = number
        self.controller = controller
        self.directions: dict[Endpoint, _Direction] = {}
        self.started: int | None = None
        self.is_channel = False

    def take(self, segment: Segment) -> Iterator[Piece]:
        way = self._way(segment)
        if segment.flags & SYN:
            way.stream.start(segment.sequence + 1)
        if segment.data and not segment.flags & SYN:
            yield from self._pieces(segment, way, way.stream.take(segment.sequence, segment.data))
        if segment.flags & (FIN | RST):
            yield from self._rest(way)
            if self.is_channel:
                yield self._piece(segment, is_end=True)

    def _way(self, segment: Segment) -> _Direction:
        way = self.directions.get(segment.source)
        if way is None:
            way = self.directions[segment.source] = _Direction(segment)
        way.last = segment
        return way

    def end(self) -> Iterator[Piece]:
        """Nothing more will come: what waits for missing bytes."""
        for way in self.directions.values():
            yield from self._rest(way)

    def _rest(self, way: _Direction) -> Iterator[Piece]:
        while way.stream.is_waiting:
            yield from self._pieces(way.last, way, way.stream.skip())

    def _pieces(self, segment: Segment, way: _Direction, data: bytes) -> Iterator[Piece]:
        if way.stream.missing and self.is_channel:
            yield self._piece(segment, missing=way.stream.missing)
        for message in way.cut(data):
            self.is_channel = True
            yield self._piece(segment, message)
        if way.wrong:
            yield self._piece(segment, wrong=way.wrong)
        way.stream.missing, way.wrong = 0, b""

    def _piece(
        self, segment: Segment, data: bytes = b"", missing: int = 0, wrong: bytes = b"", *, is_end: bool = False
    ) -> Piece:
        ends, is_ours = (segment.source, segment.destination), segment.destination == self.controller
        return Piece(segment.time, self.number, *ends, is_ours, data, missing, wrong, is_end)


class _Connections:
    def __init__(self) -> None:
        self.open: dict[frozenset[Endpoint], _Connection] = {}
        self._count = 0

    def of(self, segment: Segment) -> _Connection:
        ends = frozenset((segment.source, segment.destination))
        known, is_first = self.open.get(ends), segment.flags & (SYN | ACK) == SYN
        if known is None or (is_first and known.started != segment.sequence):
            self.open.pop(ends, None)
            self._count += 1
            known = self.open[ends] = _Connection(self._count, _controller(segment))
            if is_first:
                known.started = segment.sequence
            if len(self.open) > MOST_CONNECTIONS:
                del self.open[next(iter(self.open))]
        return known


def _controller(segment: Segment) -> Endpoint:
    """The end that is the controller: by its port, or the one that was connected to, or the lower port."""
    ends = segment.source, segment.destination
    for end in ends:
        if end[1] in _PORTS:
            return end
    if segment.flags & SYN:
        return segment.source if segment.flags & ACK else segment.destination
    return min(ends, key=lambda end: end[1])


def pieces(segments: Iterator[Segment], *, with_ends: bool = False) -> Iterator[Piece]:
    """Every message of every control channel, each when its last segment came, every hole, and what is none.

    :param with_ends: whether to tell of connections that end, too.
    """
    return (piece for piece in _all(segments) if with_ends or not piece.is_end)


def _all(segments: Iterator[Segment]) -> Iterator[Piece]:
    connections = _Connections()
    for segment in segments:
        yield from connections.of(segment).take(segment)
    for connection in connections.open.values():
        yield from connection.end()
