"""What packets have in common: a layout as OpenFlow's messages have, and one of three ways of being checked.

The protocols here have no versions in OpenFlow's sense, so that every layout is compiled for one column.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from struct import Struct
from typing import Any, ClassVar, Final, Self

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.plan import plan
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import Scalar, Structure, Variable
from nox.lib.openflow.versions import Version
from nox.lib.packet.checksum import Ends, checksum, total

COLUMN: Final = Version.V1_0
MOST_BYTES: Final = 0xFFFF  # of what an IP packet carries

IPV4: Final = Scalar("I", IPv4Address, int)
IPV6: Final = Scalar("16s", IPv6Address, lambda address: IPv6Address(address).packed)


def reader(data: bytes, what: str) -> Reader:
    """A bounded reader of one packet."""
    return Reader(data, 0, len(data), what)


def read(cls: type[Structure], data: bytes) -> Any:
    """The structure that these bytes are, all of them.

    :raises RemoteProtocolError: when they are none.
    """
    source = reader(data, cls.__name__)
    value = plan(cls, COLUMN).read(source)
    source.finish()
    return value


def written(value: Structure) -> bytearray:
    """A structure's bytes.

    :raises LocalProtocolError: when a field cannot be said.
    """
    out = bytearray()
    plan(type(value), COLUMN).write(out, value)
    return out


class Packet(Structure):
    """A packet without a checksum."""

    __slots__ = ()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The packet that these bytes are.

        :raises RemoteProtocolError: when they are none.
        """
        value: Self = read(cls, data)
        return value

    def build(self) -> bytes:
        """Its bytes.

        :raises LocalProtocolError: when a field cannot be said.
        """
        return bytes(written(self))


class Summed(Structure):
    """A packet with an Internet checksum over itself.

    :cvar CHECKSUM_AT: where the checksum stands; the layout has padding there.
    """

    __slots__ = ()
    CHECKSUM_AT: ClassVar[int] = 2

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The packet that these bytes are.

        :raises RemoteProtocolError: when they are none, or the checksum is wrong.
        """
        value: Self = read(cls, data)
        if total(data) != 0xFFFF:
            raise reader(data, cls.__name__).error(f"{cls.__name__} has a wrong checksum", at=cls.CHECKSUM_AT)
        return value

    def build(self) -> bytes:
        """Its bytes, with the checksum.

        :raises LocalProtocolError: when a field cannot be said.
        """
        out = written(self)
        out[self.CHECKSUM_AT : self.CHECKSUM_AT + 2] = checksum(out).to_bytes(2)
        return bytes(out)


def verify(data: bytes, ends: Ends, protocol: int, what: str, at: int) -> None:
    """The checksum over a pseudo-header and these data must be right.

    :raises RemoteProtocolError: when it is not.
    """
    if total(ends.pseudo(protocol, len(data)) + data) != 0xFFFF:
        raise reader(data, what).error(f"{what} has a wrong checksum", at=at)


def seal(out: bytearray, ends: Ends, protocol: int, at: int) -> bytes:
    """Put the checksum over a pseudo-header and these bytes where they have zeros.

    :raises LocalProtocolError: when they are more than an IP packet carries.
    """
    if len(out) > MOST_BYTES:
        raise LocalProtocolError(f"{len(out)} bytes for {ends.dst}: an IP packet carries at most {MOST_BYTES}")
    out[at : at + 2] = checksum(ends.pseudo(protocol, len(out)) + out).to_bytes(2)
    return bytes(out)


class Addressed(Structure):
    """A packet whose checksum covers the addresses of the IP packet that carries it.

    :cvar PROTOCOL: its number in IP.
    """

    __slots__ = ()
    CHECKSUM_AT: ClassVar[int] = 2
    PROTOCOL: ClassVar[int]

    @classmethod
    def parse(cls, data: bytes, ends: Ends) -> Self:
        """The packet that these bytes are.

        :raises RemoteProtocolError: when they are none, or the checksum is wrong.
        """
        value: Self = read(cls, data)
        verify(data, ends, cls.PROTOCOL, cls.__name__, cls.CHECKSUM_AT)
        return value

    def build(self, ends: Ends) -> bytes:
        """Its bytes, with the checksum.

        :raises LocalProtocolError: when a field cannot be said.
        """
        return seal(written(self), ends, self.PROTOCOL, self.CHECKSUM_AT)


@dataclass(frozen=True, slots=True)
class Counted:
    """So many values of a kind: their number in 16 bits stands before them, what follows is left.

    :ivar kind: of one of them; it takes at least one byte, so that reading ends.
    """

    kind: Variable

    def read(self, source: Reader, version: Version) -> tuple[Any, ...]:
        """All of them."""
        (count,) = source.unpack(_COUNT)
        return tuple([self.kind.read(source, version) for _ in range(count)])

    def write(self, out: bytearray, value: tuple[Any, ...], version: Version) -> None:
        """Append their number and them."""
        if len(value) > MOST_BYTES:
            raise LocalProtocolError(f"{len(value)} values where 16 bits count them")
        out += _COUNT.pack(len(value))
        for one in value:
            self.kind.write(out, one, version)


_COUNT: Final = Struct("!H")


@dataclass(frozen=True, slots=True)
class One:
    """A scalar as a kind of variable size: an item of a list."""

    scalar: Scalar

    def read(self, source: Reader, version: Version) -> Any:
        """The value that starts here."""
        (value,) = source.unpack(Struct("!" + self.scalar.code))
        return self.scalar.load(value) if self.scalar.load else value

    def write(self, out: bytearray, value: Any, version: Version) -> None:
        """Append it."""
        raw = self.scalar.dump(value) if self.scalar.dump else value
        out += Struct("!" + self.scalar.code).pack(raw)


class Ignored:
    """Whatever is left: not kept, not written."""

    def read(self, source: Reader, version: Version) -> None:
        """Skip it."""
        source.claim(source.remaining)

    def write(self, out: bytearray, value: None, version: Version) -> None:
        """Nothing."""
