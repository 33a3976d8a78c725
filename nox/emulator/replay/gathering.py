"""The messages of captured control channels, connection by connection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from nox.lib.capture.controlchannel import Piece
from nox.lib.capture.segments import Endpoint
from nox.lib.errors import CaptureError

MOST_BYTES: Final = 256 * 1024 * 1024  # that the messages of a file take
_OVERHEAD: Final = 200  # bytes that each message takes besides, about


@dataclass(eq=False, slots=True)
class Gathered:
    """One connection. Times are the file's.

    :ivar pieces: its messages, in order.
    :ivar hole: the first piece that says that bytes are missing, or are no message.
    :ivar end: when one side ended it; None where the file does not say so.
    :ivar last: when something was heard of it last.
    """

    number: int
    ends: frozenset[Endpoint]
    pieces: list[Piece] = field(default_factory=list)
    hole: Piece | None = None
    end: float | None = None
    last: float = 0.0

    def add(self, piece: Piece) -> None:
        """What was captured next."""
        self.last = piece.time
        if piece.is_end:
            self.finish(piece.time)
        elif piece.missing or piece.wrong:
            self.hole = self.hole or piece
        else:
            self.pieces.append(piece)

    def finish(self, time: float) -> None:
        """It has ended, if it has not before."""
        self.end = time if self.end is None else self.end


def gather(pieces: Iterable[Piece]) -> list[Gathered]:
    """Every connection, in the order of their first messages. One ends where another begins between the same ends.

    :raises CaptureError: when they take more than `MOST_BYTES`.
    """
    found: dict[int, Gathered] = {}
    latest: dict[frozenset[Endpoint], Gathered] = {}
    size = 0
    for piece in pieces:
        size += len(piece.data) + _OVERHEAD
        if size > MOST_BYTES:
            raise CaptureError(
                f"its messages take more than {MOST_BYTES >> 20} MiB: cut it into pieces with `editcap -c`"
            )
        if piece.connection not in found:
            ends = frozenset((piece.source, piece.destination))
            if ends in latest:
                latest[ends].finish(piece.time)
            found[piece.connection] = latest[ends] = Gathered(piece.connection, ends)
        found[piece.connection].add(piece)
    return list(found.values())
