"""An address with its network and the way out of it."""

from __future__ import annotations

import ipaddress
from typing import Generic, NamedTuple, TypeVar

from nox.lib.errors import ConfigError
from nox.lib.packet.checksum import Address

A = TypeVar("A", bound=Address)


class Interface(NamedTuple, Generic[A]):
    """An address of a host.

    :ivar prefix: how many of its bits are those of the network.
    :ivar gateway: who forwards to other networks; None for nobody.
    """

    address: A
    prefix: int
    gateway: A | None = None

    def is_near(self, other: A) -> bool:
        """Whether another address is in the same network."""
        shift = self.address.max_prefixlen - self.prefix
        return int(self.address) >> shift == int(other) >> shift

    def is_broadcast(self, other: A) -> bool:
        """Whether it is the network's broadcast address, or everybody's (RFC 919); IPv6 has none."""
        if self.address.version == 6:
            return False
        shift = 32 - self.prefix
        return int(other) == 0xFFFFFFFF or (shift > 1 and int(other) == int(self.address) | (1 << shift) - 1)

    def next_hop(self, other: A) -> A | None:
        """Who gets a packet for this address; None where there is no way."""
        return other if self.is_near(other) else self.gateway


def interface4(text: str, gateway: str = "") -> Interface[ipaddress.IPv4Address]:
    """What ``10.0.0.1/24`` means.

    :raises ConfigError: when it is no address with a prefix length.
    """
    try:
        parsed = ipaddress.IPv4Interface(text)
        return Interface(parsed.ip, parsed.network.prefixlen, ipaddress.IPv4Address(gateway) if gateway else None)
    except ValueError as error:
        raise ConfigError(f"{text!r} and gateway {gateway!r}: {error}; write it as 10.0.0.1/24") from error


def interface6(text: str, gateway: str = "") -> Interface[ipaddress.IPv6Address]:
    """What ``2001:db8::1/64`` means.

    :raises ConfigError: when it is no address with a prefix length.
    """
    try:
        parsed = ipaddress.IPv6Interface(text)
        return Interface(parsed.ip, parsed.network.prefixlen, ipaddress.IPv6Address(gateway) if gateway else None)
    except ValueError as error:
        raise ConfigError(f"{text!r} and gateway {gateway!r}: {error}; write it as 2001:db8::1/64") from error
