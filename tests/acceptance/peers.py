"""Peers that are no switches: each sends something wrong and waits for what the controller does about it."""

from __future__ import annotations

import asyncio
import struct
import time
from dataclasses import dataclass

_HELLO_10 = struct.pack("!BBHI", 1, 0, 8, 1)
_HELLO_13 = struct.pack("!BBHI", 4, 0, 8, 1)


@dataclass(frozen=True)
class Wrong:
    """What a peer sends.

    :ivar error: type and code of the OpenFlow error that the specification has for it, as text; empty without one.
    """

    sent: bytes
    error: str = ""


_INCOMPATIBLE, _BAD_LENGTH = "type 0, code 0", "type 1, code 6"  # 1.3.5, 7.5.4.1 and 7.5.4.2

# By what is wrong.
WRONG = {
    "garbage": Wrong(b"GET / HTTP/1.1\r\nHost: nox\r\n\r\n", _INCOMPATIBLE),
    "garbage after hello": Wrong(_HELLO_13 + bytes(range(200, 256)) * 8),
    "half a message": Wrong(_HELLO_13 + struct.pack("!BBHI", 4, 6, 32, 7) + bytes(4)),
    "a length under 8": Wrong(_HELLO_13 + struct.pack("!BBHI", 4, 6, 7, 7) + bytes(24), _BAD_LENGTH),
    "a version nobody speaks": Wrong(struct.pack("!BBHI", 2, 0, 8, 1), _INCOMPATIBLE),
    "hello, then silence": Wrong(_HELLO_10),
    "silence": Wrong(b""),
}


@dataclass(frozen=True)
class Outcome:
    """What became of one connection.

    :ivar port: the peer's own TCP port, by which the log names it.
    :ivar closed_after: seconds until the controller closed it, ``inf`` when it did not.
    :ivar error: type and code of the OpenFlow error that it sent, as text; empty without one.
    """

    port: int
    closed_after: float
    error: str


async def peer(port: int, wrong: bytes, *, patience: float = 15) -> Outcome:
    """Connect, send, and read until the controller closes the connection or ``patience`` seconds have passed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    own: int = writer.get_extra_info("sockname")[1]
    start = time.monotonic()
    writer.write(wrong)
    said = b""
    try:
        said = await asyncio.wait_for(reader.read(-1), patience)
        took = time.monotonic() - start
    except (TimeoutError, ConnectionError) as error:
        took = time.monotonic() - start if isinstance(error, ConnectionError) else float("inf")
    writer.close()
    return Outcome(own, took, _error_in(said))


def _error_in(said: bytes) -> str:
    """The first OpenFlow error among messages (1.3.5, 7.5.4)."""
    while len(said) >= 8:
        _, kind, length, _ = struct.unpack_from("!BBHI", said)
        if kind == 1 and len(said) >= 12:
            return "type {}, code {}".format(*struct.unpack_from("!HH", said, 8))
        said = said[max(length, 8) :]
    return ""
