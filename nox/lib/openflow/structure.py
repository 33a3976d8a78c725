"""How structures are described, and how a description becomes code.

A structure is a frozen, slotted dataclass with a `LAYOUT`: its fields in the order of the specification, each with a
kind and the versions that have it. A name may stand there twice, where versions put it in different places or give it
different sizes. Each (class, version) is compiled once, when first needed, to a `Plan`: runs of fixed fields, each one
`struct.Struct`, and between them parts of variable size.

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

import dataclasses
import struct
from collections.abc import Callable, Iterator
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


class _Run:
    """Neighbouring fields of fixed size: one `Struct`."""

    def __init__(self, owner: str, fields: list[Field]) -> None:
        codes = [field.kind.code if isinstance(field.kind, Scalar) else "2x" for field in fields]
        self._layout = Struct("!" + "".join(codes))
        self._fields = [(f.name, f.kind) for f in fields if f.name and isinstance(f.kind, Scalar)]
        self._names = [name for name, _ in self._fields]
        self._loads = [(name, kind.load) for name, kind in self._fields if kind.load]
        self._owner = owner
        self.bytes = self._layout.size

    def read(self, reader: Reader, values: dict[str, Any], _start: int) -> None:
        start = reader.position
        values.update(zip(self._names, reader.unpack(self._layout), strict=True))
        for name, load in self._loads:
            try:
                values[name] = load(values[name])
            except ValueError as error:
                raise reader.error(f"{self._owner}.{name}: {error}", at=start) from error

    def write(self, out: bytearray, source: Structure, _start: int) -> None:
        try:
            out += self._layout.pack(*[_dumped(kind, getattr(source, name)) for name, kind in self._fields])
        except (struct.error, ValueError, TypeError, AttributeError) as error:
            raise LocalProtocolError(self._culprit(source)) from error

    def _culprit(self, source: Structure) -> str:
        for name, kind in self._fields:
            value = getattr(source, name)
            try:
                struct.pack("!" + kind.code, _dumped(kind, value))
            except (struct.error, ValueError, TypeError, AttributeError) as error:
                return f"{self._owner}.{name} cannot be {value!r}: {error}"
        raise AssertionError(f"{self._owner} can be packed field by field, but not as a whole")


def _dumped(kind: Scalar, value: Any) -> Any:
    return kind.dump(value) if kind.dump else value


class _Part:
    """A field of variable size, perhaps with a length that stands before it."""

    def __init__(
        self, owner: str, field: Field, kind: Variable, version: Version, size_at: int | None, unit: int
    ) -> None:
        self._name = field.name
        self._what = f"{owner}.{field.name}"
        self._kind = kind
        self._version = version
        self._size_at = size_at
        self._unit = unit

    def read(self, reader: Reader, values: dict[str, Any], start: int) -> None:
        if self._size_at is None:
            values[self._name] = self._kind.read(reader, self._version)
            return
        (length,) = LENGTH.unpack_from(reader.data, start + self._size_at)
        bounded = reader.take(length * self._unit, self._what)
        values[self._name] = self._kind.read(bounded, self._version)
        bounded.finish()

    def write(self, out: bytearray, source: Structure, start: int) -> None:
        before = len(out)
        self._kind.write(out, getattr(source, self._name), self._version)
        if self._size_at is not None:
            put_length(out, start + self._size_at, (len(out) - before) // self._unit, self._what)


class _Alignment:
    """Zeros after a part of variable size."""

    def __init__(self, to: int) -> None:
        self._to = to

    def read(self, reader: Reader, _values: dict[str, Any], start: int) -> None:
        reader.claim((start - reader.position) % self._to)

    def write(self, out: bytearray, _source: Structure, start: int) -> None:
        out += bytes((start - len(out)) % self._to)


def put_length(out: bytearray, at: int, length: int, what: str) -> None:
    """Write a length that is known only now.

    :raises LocalProtocolError: when 16 bits do not hold it.
    """
    try:
        LENGTH.pack_into(out, at, length)
    except struct.error as error:
        raise LocalProtocolError(f"{what} is {length} bytes long; its length has 16 bits") from error


class Plan:
    """How one version lays out one structure."""

    def __init__(self, cls: type[Structure], version: Version) -> None:
        fields = [field for field in cls.LAYOUT if field.since <= version <= field.until]
        self._cls = cls
        self._version = version
        self._sizes: dict[str, int] = {}
        self._units: dict[str, int] = {}
        self._steps = list(self._compile(fields))
        self._absent = list(_absent(cls, fields))

    @property
    def fixed(self) -> int:
        """How many bytes of fixed size it begins with."""
        first = self._steps[0] if self._steps else None
        return first.bytes if isinstance(first, _Run) else 0

    def _compile(self, fields: list[Field]) -> Iterator[_Run | _Part | _Alignment]:
        name, run, offset, variable = self._cls.__name__, list[Field](), 0, ""
        for field in fields:
            kind = field.kind
            if isinstance(kind, Size):
                assert not variable, f"{name}: a length has no place of its own after {variable}"
                self._sizes[kind.of], self._units[kind.of] = offset, kind.unit
                offset += LENGTH.size
                run.append(field)
            elif isinstance(kind, Scalar):
                offset += struct.calcsize("!" + kind.code)
                run.append(field)
            else:
                if run:
                    yield _Run(name, run)
                run, variable = [], field.name
                if isinstance(kind, Align):
                    yield _Alignment(kind.to)
                else:
                    at, unit = self._sizes.get(field.name), self._units.get(field.name, 1)
                    yield _Part(name, field, kind, self._version, at, unit)
        if run:
            yield _Run(name, run)

    def read(self, reader: Reader, **given: Any) -> Any:
        """The structure that starts here.

        :param given: attributes that the layout does not have: the type of an `Unknown`.
        :raises RemoteProtocolError: when it is none.
        """
        bounded = reader
        start = reader.position
        if "" in self._sizes:
            bounded = reader.take(self._size(reader), self._cls.__name__)
        values = given
        for step in self._steps:
            step.read(bounded, values, start)
        if bounded is not reader:
            bounded.finish()
        return self._cls(**values)

    def _size(self, reader: Reader) -> int:
        at = self._sizes[""]
        if reader.remaining < at + LENGTH.size:
            raise reader.error(f"{self._cls.__name__} has {reader.remaining} bytes: too few for its length")
        (length,) = LENGTH.unpack_from(reader.data, reader.position + at)
        return int(length)

    def write(self, out: bytearray, value: Structure) -> None:
        """Append the structure's bytes.

        :raises LocalProtocolError: when the version cannot say it.
        """
        for name, default in self._absent:
            if getattr(value, name) != default:
                raise LocalProtocolError(f"{self._version} has no {self._cls.__name__}.{name}")
        start = len(out)
        for step in self._steps:
            step.write(out, value, start)
        if "" in self._sizes:
            put_length(out, start + self._sizes[""], len(out) - start, self._cls.__name__)


def _absent(cls: type[Structure], fields: list[Field]) -> Iterator[tuple[str, Any]]:
    """The attributes that a version lacks, with their defaults."""
    present = {field.name for field in fields}
    for attribute in dataclasses.fields(cls):  # type: ignore[arg-type]
        if attribute.name not in present and not issubclass(cls, Unknown):
            yield attribute.name, attribute.default


_PLANS: Final[dict[tuple[type[Structure], Version], Plan]] = {}


def plan(cls: type[Structure], version: Version) -> Plan:
    """The plan of a class, compiled when first asked for."""
    known = _PLANS.get((cls, version))
    if known is None:
        known = _PLANS[cls, version] = Plan(cls, version)
    return known
