"""The kinds of fields: what a layout's columns are made of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from struct import Struct, calcsize, error
from typing import Any, Final, Generic, TypeVar

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.plan import plan
from nox.lib.openflow.reader import Blame, Reader
from nox.lib.openflow.structure import Scalar, Structure, put_length
from nox.lib.openflow.versions import Version

U8: Final = Scalar("B")
U16: Final = Scalar("H")
U32: Final = Scalar("I")
U64: Final = Scalar("Q")
_MAC: Final = partial(bytes.__new__, EthernetAddress)  # of six bytes, as `struct` gives them
MAC: Final = Scalar("6s", _MAC, EthernetAddress)  # `6s` would cut or fill other sizes without a word


def Text(size: int) -> Scalar:
    """Text that ends with a zero byte, in a field of so many bytes.

    It is hostile. It is UTF-8 where it can be; other bytes are kept as lone surrogates, to be written again.
    """
    return Scalar(f"{size}s", _load_text, lambda text: _dump_text(text, size))


def _load_text(raw: bytes) -> str:
    text, end, _ = raw.partition(b"\0")
    if not end:
        raise ValueError(f"text of {len(raw)} bytes without an end")
    return sys.intern(text.decode("utf-8", "surrogateescape"))  # switches of one make say the same of themselves


def _dump_text(text: str, size: int) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if len(raw) >= size or b"\0" in raw:
        raise ValueError(f"at most {size - 1} bytes, none of them zero")
    return raw


@dataclass(frozen=True, slots=True)
class Rest:
    """All bytes until the end."""

    def read(self, reader: Reader, version: Version) -> bytes:
        """All that is left."""
        return reader.rest()

    def write(self, out: bytearray, value: bytes, version: Version) -> None:
        """Append it."""
        out += value


@dataclass(frozen=True, slots=True)
class Integers:
    """Integers until the end.

    :ivar code: the `struct` format of one.
    """

    code: str = "I"

    def read(self, reader: Reader, version: Version) -> tuple[int, ...]:
        """All that are left."""
        one = calcsize("!" + self.code)
        if reader.remaining % one:
            raise reader.error(f"{reader.what} has {reader.remaining} bytes left, no multiple of {one}")
        return reader.unpack(Struct(f"!{reader.remaining // one}{self.code}"))

    def write(self, out: bytearray, value: tuple[int, ...], version: Version) -> None:
        """Append them.

        :raises LocalProtocolError: when one does not fit.
        """
        try:
            out += Struct(f"!{len(value)}{self.code}").pack(*value)
        except error as cause:
            raise LocalProtocolError(f"{value!r} has what is no integer of {8 * calcsize(self.code)} bits") from cause


@dataclass(frozen=True, slots=True)
class Nested:
    """A structure inside another."""

    cls: type[Structure]

    def read(self, reader: Reader, version: Version) -> Any:
        """The structure that starts here."""
        return plan(self.cls, version).read(reader)

    def reading(self, version: Version) -> Callable[[Reader], Any]:
        """What reads the structure that starts where a reader stands: `read`, ready for a list of them."""
        return plan(self.cls, version).read

    def write(self, out: bytearray, value: Structure, version: Version) -> None:
        """Append it."""
        if not isinstance(value, self.cls):
            raise LocalProtocolError(f"{version} needs a {self.cls.__name__} here, not {value!r}")
        plan(self.cls, version).write(out, value)


S = TypeVar("S", bound=Structure)


class Many(Generic[S]):
    """Structures of one kind until the end. Each takes at least one byte, so that reading ends."""

    def __init__(self, kind: Nested | Tagged) -> None:
        self.kind = kind
        self._reading: dict[Version, Callable[[Reader], S]] = {}

    def read(self, reader: Reader, version: Version) -> tuple[S, ...]:
        """All that are left."""
        values = []
        read = self._reading.get(version)
        if read is None:
            read = self._reading[version] = self.kind.reading(version)
        while reader.position < reader.end:
            values.append(read(reader))
        return tuple(values)

    def write(self, out: bytearray, value: tuple[S, ...], version: Version) -> None:
        """Append them."""
        for one in value:
            self.kind.write(out, one, version)


def ListOf(cls: type[Structure]) -> Many[Any]:
    """Structures of one class until the end."""
    return Many(Nested(cls))


MOST_INSIDE: Final = 16  # deeper, and a message of 64 KiB could exhaust the stack
_TOO_MANY: Final[Blame] = (2, 7)  # OFPET_BAD_ACTION, OFPBAC_TOO_MANY


class Forward:
    """A kind that is defined after those who use it: of what contains itself, such as actions in actions."""

    def __init__(self) -> None:
        self.kind: Many[Any] = Many(Nested(Structure))

    def define(self, kind: Many[Any]) -> None:
        """Say what it is, once."""
        self.kind = kind

    def read(self, reader: Reader, version: Version) -> Any:
        """As the kind that it stands for; what lies in itself too deeply is refused."""
        if reader.depth == MOST_INSIDE:
            raise reader.error(f"{reader.what} lies inside {MOST_INSIDE} others", blame=_TOO_MANY)
        reader.depth += 1
        return self.kind.read(reader, version)

    def write(self, out: bytearray, value: Any, version: Version) -> None:
        """As the kind that it stands for."""
        self.kind.write(out, value, version)


_TAG: Final = Struct("!HH")  # type, and length with these four bytes
_ALIGN: Final = 8


class Tagged:
    """One of several structures, told apart by a type: type 16 bits, length 16 bits, content, zeros up to eight bytes.

    Actions, instructions, hello elements and the like are all of this form. The layouts of the members leave out what
    is the same for all: type, length, and the zeros at the end. What has an unknown type is kept as bytes.
    """

    def __init__(self, numbers: Numbers[Any], blame: Blame, *, counted: bool = True) -> None:
        """:param blame: for wrong lengths. `counted`: whether the length counts the zeros at the end."""
        self.numbers = numbers
        self._blame = blame
        self._counted = counted

    def reading(self, version: Version) -> Callable[[Reader], Any]:
        """What reads the structure that starts where a reader stands."""
        blame, counted, members = self._blame, self._counted, self.numbers.reading(version)
        names = {number: self._name(number) for number in self.numbers.classes(version)}

        def read(reader: Reader) -> Any:
            start = reader.claim(_TAG.size)
            number, length = _TAG.unpack_from(reader.data, start)
            name = names.get(number) or self._name(number)
            if length < _TAG.size or (counted and length % _ALIGN):
                raise reader.error(f"{name} cannot be {length} bytes long", at=start, blame=blame)
            body = reader.take(length - _TAG.size, name, blame)
            value = members(number, body)
            if body.end - body.position >= _ALIGN:
                body.finish()
            if not counted:
                reader.claim(-length % _ALIGN)
            return value

        return read

    def _name(self, number: int) -> str:
        return f"{self.numbers.what} of type {number}"

    def write(self, out: bytearray, value: Structure, version: Version) -> None:
        """Append it."""
        start = len(out)
        out += _TAG.pack(self.numbers.tag(value, version), 0)
        self.numbers.write(out, value, version)
        end = len(out)
        if rest := (start - end) % _ALIGN:
            out += bytes(rest)
        put_length(out, start + 2, (len(out) if self._counted else end) - start, type(value).__name__)
