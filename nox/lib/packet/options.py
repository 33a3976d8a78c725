"""Options of IPv4 and TCP: a kind, and for all but two of them a length and data (RFC 791 and 9293, section 3.1)."""

from __future__ import annotations

from typing import Final, NamedTuple

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.reader import Reader

END: Final = 0
NOP: Final = 1
MOST_BYTES: Final = 40


class Option(NamedTuple):
    """One option; a `NOP` has no data."""

    kind: int
    data: bytes = b""


def read_options(source: Reader) -> tuple[Option, ...]:
    """All options until the end, or until the one that says so.

    :raises RemoteProtocolError: when a length is wrong.
    """
    options = []
    while source.remaining:
        kind = source.data[source.claim(1)]
        if kind == END:
            source.claim(source.remaining)
        elif kind == NOP:
            options.append(Option(NOP))
        else:
            size = source.data[source.claim(1)]
            if size < 2:
                raise source.error(f"{source.what} has an option {kind} of {size} bytes: it has at least 2")
            options.append(Option(kind, source.take(size - 2, source.what).rest()))
    return tuple(options)


def write_options(options: tuple[Option, ...]) -> bytes:
    """Their bytes, with zeros up to a multiple of four.

    :raises LocalProtocolError: when they are more than `MOST_BYTES`, or one is none.
    """
    out = bytearray()
    for kind, data in options:
        if kind == END or not 0 <= kind < 256 or (kind == NOP and data):
            raise LocalProtocolError(f"option {kind} with {len(data)} bytes is none: the end is written by itself")
        out += bytes((NOP,)) if kind == NOP else bytes((kind, min(len(data) + 2, 255))) + data
    out += bytes(-len(out) % 4)
    if len(out) > MOST_BYTES:
        raise LocalProtocolError(f"{len(out)} bytes of options where a header has room for {MOST_BYTES}")
    return bytes(out)
