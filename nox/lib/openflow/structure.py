"""How structures are described.

A structure is a frozen, slotted dataclass with a `LAYOUT`: its fields in the order of the specification, each with a
kind and the versions that have it. A name may stand there twice, where versions put it in different places or give it
different sizes. `nox.lib.openflow.plan` makes code of it.

    class PortMod(Message):
        port_no: int
        ...
        LAYOUT = (
            Field("port_no", U16, until=V1_0),
            Field("port_no", U32, since=V1_1),
            pad(4, since=V1_1),
            ...
        )

A field that a version lacks keeps its default there: encoding refuses any other value, decoding leaves the default.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import Any, ClassVar, Final, Protocol, TypeAlias

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.versions import Version

LENGTH: Final = Struct("!H")  # every length that a layout knows of is 16 bits


class Structure:
    """Anything that has a layout on the wire."""

    __slots__ = ()
    LAYOUT: ClassVar[Layout] = ()


class Unknown:
    """What has a number that no table knows: kept as it came.

    :ivar type: its number.
    :ivar data: what follows type and length.
    """

    __slots__ = ()
    type: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Scalar:
    """A kind of fixed size.

    :ivar code: its `struct` format: one item, or padding.
    :ivar load: turns what `struct` reads into the field's value; raises ValueError.
    :ivar dump: turns the value into what `struct` packs; raises ValueError.
    """

    code: str
    load: Callable[[Any], Any] | None = None
    dump: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """The kind of a field that is no attribute: a length of 16 bits.

    :ivar of: the name of the part whose bytes it counts; empty for the structure that it stands in, itself included.
    :ivar unit: how many bytes it counts as one.
    """

    of: str = ""
    unit: int = 1


class Variable(Protocol):
    """A kind of variable size."""

    def read(self, reader: Reader, version: Version) -> Any:
        """The value that starts here.

        :raises RemoteProtocolError: when it is none.
        """

    def write(self, out: bytearray, value: Any, version: Version) -> None:
        """Append the value's bytes.

        :raises LocalProtocolError: when the version cannot say it.
        """


@dataclass(frozen=True, slots=True)
class Align:
    """The kind of a field that is no attribute: zeros up to a multiple of `to` bytes, from the structure's start."""

    to: int


Kind: TypeAlias = Scalar | Size | Align | Variable


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a layout. `since` and `until` are the first and the last version that have it there."""

    name: str
    kind: Kind
    since: Version = Version.V1_0
    until: Version = Version.V1_5


Layout: TypeAlias = tuple[Field, ...]


def pad(size: int, since: Version = Version.V1_0, until: Version = Version.V1_5) -> Field:
    """So many bytes that are written as zero and not looked at."""
    return Field("", Scalar(f"{size}x"), since, until)


def align(to: int, since: Version = Version.V1_0, until: Version = Version.V1_5) -> Field:
    """Zeros up to a multiple of so many bytes, counted from the structure's start; they are not looked at."""
    return Field("", Align(to), since, until)


def size(since: Version = Version.V1_0, until: Version = Version.V1_5) -> Field:
    """The length of the structure that it stands in, 16 bits."""
    return Field("", Size(), since, until)


def size_of(name: str, since: Version = Version.V1_0, until: Version = Version.V1_5) -> Field:
    """The length in bytes of the field with that name, 16 bits."""
    return Field("", Size(name), since, until)


def count_of(name: str, unit: int) -> Field:
    """How many items of so many bytes the field with that name has, 16 bits."""
    return Field("", Size(name, unit))


def put_length(out: bytearray, at: int, length: int, what: str) -> None:
    """Write a length that is known only now.

    :raises LocalProtocolError: when 16 bits do not hold it.
    """
    try:
        LENGTH.pack_into(out, at, length)
    except struct.error as error:
        raise LocalProtocolError(f"{what} is {length} bytes long; its length has 16 bits") from error
