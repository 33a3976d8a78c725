"""ICMPv6 (RFC 4443). What neighbour discovery and MLD say is in `body`: see `neighbours` and `mld`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.flowkey import ICMPV6
from nox.lib.openflow.kinds import U8, U16, Rest
from nox.lib.openflow.structure import Field, Layout, pad
from nox.lib.packet.layout import Addressed, Packet

UNREACHABLE: Final = 1
PORT_UNREACHABLE: Final = 4  # a code of UNREACHABLE
ECHO_REQUEST: Final = 128
ECHO_REPLY: Final = 129


@dataclass(frozen=True, slots=True)
class Icmpv6(Addressed):
    """A message.

    :ivar body: all that follows the checksum.
    """

    type: int
    code: int = 0
    body: bytes = b""

    PROTOCOL: ClassVar[int] = ICMPV6
    LAYOUT: ClassVar[Layout] = (Field("type", U8), Field("code", U8), pad(2), Field("body", Rest()))


@dataclass(frozen=True, slots=True)
class Echo(Packet):
    """The body of an echo request or reply (section 4)."""

    identifier: int
    sequence: int
    data: bytes = b""

    LAYOUT: ClassVar[Layout] = (Field("identifier", U16), Field("sequence", U16), Field("data", Rest()))
