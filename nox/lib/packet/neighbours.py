"""Neighbour discovery: the bodies of these ICMPv6 messages, and their options (RFC 4861, section 4).

A receiver ignores such a message unless its hop limit is 255 and its code 0 (section 7.1); who parses sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import ClassVar, Final, NamedTuple

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.kinds import U8, U16, U32
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import Field, Layout, pad
from nox.lib.openflow.versions import Version
from nox.lib.packet.layout import IPV6, Packet

ROUTER_SOLICITATION: Final = 133
ROUTER_ADVERTISEMENT: Final = 134
SOLICITATION: Final = 135
ADVERTISEMENT: Final = 136
HOP_LIMIT: Final = 255

SOURCE_LINK_LAYER, TARGET_LINK_LAYER, PREFIX, MTU = 1, 2, 3, 5  # options
ROUTER, SOLICITED, OVERRIDE = 0x80, 0x40, 0x20  # flags of an advertisement


class NdOption(NamedTuple):
    """One option.

    :ivar data: all after type and length; with these two bytes a multiple of eight.
    """

    type: int
    data: bytes


class _Options:
    """The kind of the options: each has its type, its length in units of eight bytes, and data."""

    def read(self, source: Reader, version: Version) -> tuple[NdOption, ...]:
        """All until the end."""
        options = []
        while source.remaining:
            start = source.claim(2)
            kind, units = source.data[start], source.data[start + 1]
            if not units:
                raise source.error(f"{source.what} has an option {kind} of no length", at=start)
            options.append(NdOption(kind, source.take(units * 8 - 2, source.what).rest()))
        return tuple(options)

    def write(self, out: bytearray, value: tuple[NdOption, ...], version: Version) -> None:
        """Append them."""
        for kind, data in value:
            units, over = divmod(len(data) + 2, 8)
            if over or not 0 < units < 256 or not 0 <= kind < 256:
                raise LocalProtocolError(f"option {kind} of {len(data)} bytes: with two more, a multiple of 8")
            out += bytes((kind, units)) + data


_OPTIONS: Final = _Options()


@dataclass(frozen=True, slots=True)
class RouterSolicitation(Packet):
    """Asks for routers (section 4.1)."""

    options: tuple[NdOption, ...] = ()
    LAYOUT: ClassVar[Layout] = (pad(4), Field("options", _OPTIONS))


@dataclass(frozen=True, slots=True)
class RouterAdvertisement(Packet):
    """A router says what holds on its link (section 4.2).

    :ivar flags: 0x80 addresses, 0x40 other settings are to be had from DHCPv6.
    :ivar lifetime: seconds as a default router; 0 for none.
    :ivar reachable: `retransmit`: milliseconds; 0 for unspecified.
    """

    hop_limit: int = 64
    flags: int = 0
    lifetime: int = 1800
    reachable: int = 0
    retransmit: int = 0
    options: tuple[NdOption, ...] = ()

    LAYOUT: ClassVar[Layout] = (
        Field("hop_limit", U8),
        Field("flags", U8),
        Field("lifetime", U16),
        Field("reachable", U32),
        Field("retransmit", U32),
        Field("options", _OPTIONS),
    )


@dataclass(frozen=True, slots=True)
class NeighbourSolicitation(Packet):
    """Asks who has an address (section 4.3)."""

    target: IPv6Address
    options: tuple[NdOption, ...] = ()
    LAYOUT: ClassVar[Layout] = (pad(4), Field("target", IPV6), Field("options", _OPTIONS))


@dataclass(frozen=True, slots=True)
class NeighbourAdvertisement(Packet):
    """Says who has an address (section 4.4).

    :ivar flags: of `ROUTER`, `SOLICITED`, `OVERRIDE`.
    """

    target: IPv6Address
    flags: int = 0
    options: tuple[NdOption, ...] = ()
    LAYOUT: ClassVar[Layout] = (Field("flags", U8), pad(3), Field("target", IPV6), Field("options", _OPTIONS))


@dataclass(frozen=True, slots=True)
class Prefix(Packet):
    """The data of an option `PREFIX` (section 4.6.2).

    :ivar flags: 0x80 on the link, 0x40 to make addresses of.
    :ivar valid: `preferred`: seconds; 0xffffffff for ever.
    """

    length: int
    flags: int
    valid: int
    preferred: int
    prefix: IPv6Address

    LAYOUT: ClassVar[Layout] = (
        Field("length", U8),
        Field("flags", U8),
        Field("valid", U32),
        Field("preferred", U32),
        pad(4),
        Field("prefix", IPV6),
    )


def link_layer_option(kind: int, address: EthernetAddress) -> NdOption:
    """The option that says an Ethernet address: `SOURCE_LINK_LAYER` or `TARGET_LINK_LAYER`."""
    return NdOption(kind, bytes(address))


def link_layer(options: Iterable[NdOption], kind: int) -> EthernetAddress | None:
    """The Ethernet address that an option of this kind says; None where none does."""
    return next((EthernetAddress(o.data) for o in options if o.type == kind and len(o.data) == 6), None)


def solicited_node(address: IPv6Address) -> IPv6Address:
    """The group that everybody with this address belongs to (RFC 4291, section 2.7.1)."""
    return IPv6Address(bytes.fromhex("ff0200000000000000000001ff") + address.packed[13:])


def group_address(group: IPv6Address) -> EthernetAddress:
    """The Ethernet address of an IPv6 group (RFC 2464, section 7)."""
    return EthernetAddress(b"\x33\x33" + group.packed[12:])


def link_local(address: EthernetAddress) -> IPv6Address:
    """The link-local address made of an Ethernet address (RFC 4291, appendix A)."""
    host = bytes((address[0] ^ 2, *address[1:3], 0xFF, 0xFE, *address[3:]))
    return IPv6Address(b"\xfe\x80" + bytes(6) + host)
