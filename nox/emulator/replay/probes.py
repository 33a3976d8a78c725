"""Frames by which a controller explores the network: it sends them itself, and switches bring them back.

They are LLDP, or the same under another type (BDDP). What they carry differs each time: NOX signs the moment of
sending. So a recorded one is of no use to another controller, or later.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow.codec import decode
from nox.lib.openflow.messages import Message, PacketIn, PacketOut
from nox.lib.packet.ethernet import LLDP

_PACKET_IN: Final = 10  # the type, in every version
_ETH_BDDP: Final = 0x8942
_TYPES: Final = frozenset({LLDP.to_bytes(2), _ETH_BDDP.to_bytes(2)})
_HEADER: Final = 14  # bytes of Ethernet's


def probe(message: Message) -> bytes:
    """The probe that the controller sends with a message; nothing where it sends none."""
    return message.data if isinstance(message, PacketOut) and message.data[12:14] in _TYPES else b""


def blank(frame: bytes) -> bytes:
    """What stays the same of a probe: its addresses, its type and its length."""
    return frame[:_HEADER] + bytes(len(frame) - _HEADER)


def brought(data: bytes) -> bytes:
    """The frame of a packet-in, if it may be a probe.

    :param data: a message of a switch, which may be wrong.
    """
    if data[1] == _PACKET_IN and any(kind in data for kind in _TYPES):
        with suppress(RemoteProtocolError):  # the controller will find it
            message = decode(data)
            if isinstance(message, PacketIn) and message.data[12:14] in _TYPES:
                return message.data
    return b""
