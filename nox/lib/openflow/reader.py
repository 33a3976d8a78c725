"""A bounded reader: it never leaves the bytes it was given, and what it is asked to end must have ended."""

from __future__ import annotations

from struct import Struct
from typing import Any, Final

from nox.lib.errors import RemoteProtocolError

Blame = tuple[int, int]  # an OpenFlow 1.3 error: type and code

BAD_LEN: Final[Blame] = (1, 6)  # OFPET_BAD_REQUEST, OFPBRC_BAD_LEN


class Reader:
    """A part of one message.

    :ivar data: the whole message.
    :ivar position: where the next byte is read, counted from the message's start.
    :ivar end: where this part ends.
    :ivar what: what this part is, for errors.
    :ivar blame: the OpenFlow error to answer with when a length in it is wrong.
    :ivar depth: in how many lists of its own kind it lies: actions in actions.
    """

    __slots__ = ("blame", "data", "depth", "end", "position", "what")

    def __init__(self, data: bytes, position: int, end: int, what: str, blame: Blame = BAD_LEN, depth: int = 0) -> None:
        self.data = data
        self.position = position
        self.end = end
        self.what = what
        self.blame = blame
        self.depth = depth

    @property
    def remaining(self) -> int:
        """How many bytes are left."""
        return self.end - self.position

    def claim(self, size: int) -> int:
        """Move on by so many bytes; where they start.

        :raises RemoteProtocolError: when there are fewer.
        """
        start = self.position
        if size > self.end - start:
            raise self.error(f"{self.what} has {self.end - start} bytes left where {size} are needed")
        self.position = start + size
        return start

    def unpack(self, layout: Struct) -> tuple[Any, ...]:
        """The next values.

        :raises RemoteProtocolError: when there are too few bytes.
        """
        return layout.unpack_from(self.data, self.claim(layout.size))

    def take(self, size: int, what: str, blame: Blame | None = None) -> Reader:
        """A reader of the next `size` bytes.

        :raises RemoteProtocolError: when there are fewer.
        """
        start = self.position
        if size > self.end - start:
            raise self.error(f"{what} says {size} bytes where {self.end - start} are left in {self.what}", blame=blame)
        self.position = start + size
        return Reader(self.data, start, start + size, what, blame or self.blame, self.depth)

    def rest(self) -> bytes:
        """All bytes that are left."""
        return self.data[self.claim(self.end - self.position) : self.end]

    def finish(self) -> None:
        """Nothing may be left.

        :raises RemoteProtocolError: when something is.
        """
        if self.position != self.end:
            raise self.error(f"{self.what} is followed by {self.remaining} bytes that belong to nothing")

    def error(self, sentence: str, *, at: int | None = None, blame: Blame | None = None) -> RemoteProtocolError:
        """What is wrong, here or at another offset."""
        error_type, error_code = blame or self.blame
        offset = self.position if at is None else at
        return RemoteProtocolError(
            f"{sentence} (offset {offset})", offset=offset, error_type=error_type, error_code=error_code
        )
