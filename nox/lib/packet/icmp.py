"""ICMP (RFC 792)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U8, U16, Rest
from nox.lib.openflow.structure import Field, Layout, pad
from nox.lib.packet.layout import Summed

ECHO_REPLY: Final = 0
UNREACHABLE: Final = 3
PORT_UNREACHABLE: Final = 3  # a code of UNREACHABLE
ECHO_REQUEST: Final = 8


@dataclass(frozen=True, slots=True)
class Icmp(Summed):
    """A message. Every one has four bytes after the checksum; what they are depends on the type.

    :ivar identifier: `sequence`: of an echo; in an error the four bytes that it uses otherwise.
    :ivar data: what is to be echoed, or the start of the packet that an error is about.
    """

    type: int
    code: int = 0
    identifier: int = 0
    sequence: int = 0
    data: bytes = b""

    LAYOUT: ClassVar[Layout] = (
        Field("type", U8),
        Field("code", U8),
        pad(2),
        Field("identifier", U16),
        Field("sequence", U16),
        Field("data", Rest()),
    )
