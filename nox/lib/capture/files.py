"""Packets of a file, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nox.lib.capture import pcap, pcapng
from nox.lib.capture.source import Packet, Readable, Source

MAGIC_SIZE: Final = 4


def is_capture(start: bytes) -> bool:
    """Whether a file that begins so holds packets."""
    return start[:MAGIC_SIZE] in pcap.MAGICS or start[:MAGIC_SIZE] == pcapng.MAGIC


def packets(file: Readable, start: bytes) -> Iterator[Packet]:
    """Every packet of a file.

    :param start: its first bytes, which have been read already: of them `is_capture` is true.
    :raises CaptureError: when the file is damaged; what came before it was given out.
    """
    source = Source(file, start)
    return pcapng.packets(source) if start[:MAGIC_SIZE] == pcapng.MAGIC else pcap.packets(source)
