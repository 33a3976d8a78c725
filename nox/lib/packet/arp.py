"""ARP for IPv4 over Ethernet (RFC 826; announcements and probes: RFC 5227)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any, ClassVar, Final

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.kinds import MAC, U16
from nox.lib.openflow.structure import Field, Layout, Scalar
from nox.lib.packet.layout import IPV4, Ignored, Packet

REQUEST: Final = 1
REPLY: Final = 2
NOBODY: Final = EthernetAddress(bytes(6))

_ETHERNET_IPV4: Final = bytes.fromhex("0001 0800 06 04")


def _expected(raw: Any) -> Any:
    if raw != _ETHERNET_IPV4:
        raise ValueError(f"{raw.hex(' ')} is not ARP for IPv4 over Ethernet")
    return raw


@dataclass(frozen=True, slots=True)
class Arp(Packet):
    """A request or a reply.

    :ivar sha: `spa`: sender's Ethernet and IPv4 address.
    :ivar tha: `tpa`: target's.
    """

    operation: int
    sha: EthernetAddress
    spa: IPv4Address
    tha: EthernetAddress
    tpa: IPv4Address
    kinds: bytes = _ETHERNET_IPV4
    padding: None = None

    LAYOUT: ClassVar[Layout] = (
        Field("kinds", Scalar("6s", _expected, _expected)),
        Field("operation", U16),
        Field("sha", MAC),
        Field("spa", IPV4),
        Field("tha", MAC),
        Field("tpa", IPV4),
        Field("padding", Ignored()),
    )
