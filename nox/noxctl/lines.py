"""Lines of a stream, none of them longer than memory allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not empty.

    :ivar number: counted from 1.
    :ivar data: without the white space around it.
    :ivar is_cut: whether it is longer than was allowed; the rest of it is skipped.
    """

    number: int
    data: bytes
    is_cut: bool = False


def lines(stream: BinaryIO, longest: int) -> Iterator[Line]:
    """Every line that is not empty, as soon as it is there.

    :param longest: bytes of a line, its end included.
    """
    number = 0
    while data := stream.readline(longest):
        number += 1
        is_cut = len(data) == longest and not data.endswith(b"\n")
        if is_cut:
            _skip(stream, longest)
        if data := data.strip():
            yield Line(number, data, is_cut)


def _skip(stream: BinaryIO, longest: int) -> None:
    while (rest := stream.readline(longest)) and not rest.endswith(b"\n"):
        pass
