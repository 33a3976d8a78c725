"""How a structure's description becomes code.

Each (class, version) is compiled once, by `prepare` or when first needed: to a function that reads it and one that
writes it, made as Python source and executed, as `dataclasses` does for ``__init__``. Neighbouring fields of fixed
size are one `struct.Struct`; between them stand parts of variable size, which their kinds read and write. The source
is made of the layouts' own names and numbers alone; nothing that a peer says ever becomes part of it.

What is read is made without its ``__init__``, which sets the fields of a frozen class by name: setting its slots
directly takes a third of the time.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from struct import Struct
from typing import Any, Final

from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import (
    LENGTH,
    Align,
    Field,
    Scalar,
    Size,
    Structure,
    Unknown,
    Variable,
    put_length,
)
from nox.lib.openflow.versions import Version

Names = dict[str, Any]  # what the source refers to

_REFUSALS: Final = (struct.error, ValueError, TypeError, AttributeError)  # of a value that cannot be packed


class _Run:
    """Neighbouring fields of fixed size: one `Struct`."""

    def __init__(self, owner: str, fields: Sequence[Field]) -> None:
        self._owner = owner
        codes = [field.kind.code if isinstance(field.kind, Scalar) else "2x" for field in fields]
        self._layout = Struct("!" + "".join(codes))
        self._fields = [(field.name, field.kind) for field in fields if field.name and isinstance(field.kind, Scalar)]
        self.bytes = self._layout.size

    def reading(self, names: Names) -> Iterator[str]:
        yield "at = reader.position"
        yield f"if reader.end - at < {self.bytes}: reader.claim({self.bytes})"
        yield f"reader.position = at + {self.bytes}"
        if self._fields:
            unpack = _named(names, "unpack", self._layout.unpack_from)
            yield f"{''.join(f'{name}_, ' for name, _ in self._fields)}= {unpack}(reader.data, at)"
        for name, kind in self._fields:
            if kind.load:
                yield "try:"
                yield f"    {name}_ = {_named(names, 'load', kind.load)}({name}_)"
                yield "except ValueError as error:"
                yield f"    raise reader.error(f'{self._owner}.{name}: {{error}}', at=at) from error"

    def writing(self, names: Names) -> Iterator[str]:
        values = [self._written(name, kind, names) for name, kind in self._fields]
        yield "try:"
        yield f"    out += {_named(names, 'pack', self._layout.pack)}({', '.join(values)})"
        yield "except REFUSALS as error:"
        yield f"    raise {_named(names, 'culprit', self._culprit)}(value) from error"

    def _written(self, name: str, kind: Scalar, names: Names) -> str:
        return f"{_named(names, 'dump', kind.dump)}(value.{name})" if kind.dump else f"value.{name}"

    def _culprit(self, source: Structure) -> LocalProtocolError:
        for name, kind in self._fields:
            value = getattr(source, name)
            try:
                struct.pack("!" + kind.code, kind.dump(value) if kind.dump else value)
            except _REFUSALS as error:
                return LocalProtocolError(f"{self._owner}.{name} cannot be {value!r}: {error}")
        raise AssertionError(f"{self._owner} can be packed field by field, but not as a whole")


class _Part:
    """A field of variable size, perhaps with a length that stands before it, at `size_at`."""

    def __init__(self, owner: str, name: str, kind: Variable, size_at: int | None, unit: int) -> None:
        self._name = name
        self._what = f"{owner}.{name}"
        self._kind = kind
        self._size_at = size_at
        self._unit = unit

    def reading(self, names: Names) -> Iterator[str]:
        read = _named(names, "read", self._kind.read)
        if self._size_at is None:
            yield f"{self._name}_ = {read}(reader, VERSION)"
            return
        yield f"size, = length(reader.data, start + {self._size_at})"
        yield f"part = reader.take(size * {self._unit}, {self._what!r})"
        yield f"{self._name}_ = {read}(part, VERSION)"
        yield "if part.position != part.end: part.finish()"

    def writing(self, names: Names) -> Iterator[str]:
        yield "before = len(out)"
        yield f"{_named(names, 'write', self._kind.write)}(out, value.{self._name}, VERSION)"
        if self._size_at is not None:
            size = f"(len(out) - before) // {self._unit}"
            yield f"put_length(out, start + {self._size_at}, {size}, {self._what!r})"


class _Alignment:
    """Zeros after a part of variable size."""

    def __init__(self, to: int) -> None:
        self._to = to

    def reading(self, _names: Names) -> Iterator[str]:
        yield f"reader.claim((start - reader.position) % {self._to})"

    def writing(self, _names: Names) -> Iterator[str]:
        yield f"out += bytes((start - len(out)) % {self._to})"


_Step = _Run | _Part | _Alignment


class Plan:
    """How one version lays out one structure.

    :ivar fixed: how many bytes of fixed size it begins with.
    :ivar read: makes the structure that starts where a `Reader` stands; raises `RemoteProtocolError` when it is none.
        For an `Unknown`, its type is a second argument.
    :ivar write: appends the structure's bytes; raises `LocalProtocolError` when the version cannot say it.
    """

    __slots__ = ("fixed", "read", "write")

    def __init__(self, cls: type[Structure], version: Version) -> None:
        fields = [field for field in cls.LAYOUT if field.since <= version <= field.until]
        sizes = dict(_sizes(fields))
        steps = list(_steps(cls.__name__, fields, sizes))
        first = steps[0] if steps else None
        self.fixed = first.bytes if isinstance(first, _Run) else 0
        present = {field.name for field in fields}
        absent = [one for one in dataclasses.fields(cls) if one.name not in present]  # type: ignore[arg-type]
        own = sizes.get("", (None, 1))[0]
        self.read: Callable[..., Any] = _compiled(cls, version, lambda names: _read(cls, steps, absent, own, names))
        self.write: Callable[[bytearray, Any], None] = _compiled(
            cls, version, lambda names: _write(cls, version, steps, absent, own, names)
        )


def _sizes(fields: Iterable[Field]) -> Iterator[tuple[str, tuple[int, int]]]:
    """By the part that each length counts: where it stands, and its unit. They stand before all of variable size."""
    offset = 0
    for field in fields:
        if isinstance(field.kind, Size):
            yield field.kind.of, (offset, field.kind.unit)
            offset += LENGTH.size
        elif isinstance(field.kind, Scalar):
            offset += struct.calcsize("!" + field.kind.code)
        else:
            return


def _steps(owner: str, fields: Iterable[Field], sizes: dict[str, tuple[int, int]]) -> Iterator[_Step]:
    run: list[Field] = []
    for field in fields:
        kind = field.kind
        if isinstance(kind, Size):
            assert kind.of in sizes, f"{owner}: a length has no place of its own after a part of variable size"
        if isinstance(kind, Scalar | Size):
            run.append(field)
            continue
        if run:
            yield _Run(owner, run)
            run = []
        if isinstance(kind, Align):
            yield _Alignment(kind.to)
        else:
            at, unit = sizes.get(field.name, (None, 1))
            yield _Part(owner, field.name, kind, at, unit)
    if run:
        yield _Run(owner, run)


def _read(
    cls: type[Structure], steps: Iterable[_Step], absent: Sequence[Any], own: int | None, names: Names
) -> Iterator[str]:
    """The source of what reads; `own`: where the structure's own length stands."""
    yield f"def made(reader{', type_' if issubclass(cls, Unknown) else ''}):"
    yield "    start = reader.position"
    if own is not None:
        short = _named(names, "short", partial(_too_short, cls.__name__))
        yield f"    if reader.end - start < {own + LENGTH.size}: raise {short}(reader)"
        yield f"    size, = length(reader.data, start + {own})"
        yield f"    reader = reader.take(size, {cls.__name__!r})"
    for step in steps:
        yield from ("    " + line for line in step.reading(names))
    if own is not None:
        yield "    if reader.position != reader.end: reader.finish()"
    yield "    made = new(CLASS)"
    defaults = {one.name: one.default for one in absent if not (issubclass(cls, Unknown) and one.name == "type")}
    for name, setter in setters(cls).items():
        value = _named(names, "default", defaults[name]) if name in defaults else f"{name}_"
        yield f"    {_named(names, 'set', setter)}(made, {value})"
    yield "    return made"


def _too_short(owner: str, reader: Reader) -> RemoteProtocolError:
    return reader.error(f"{owner} has {reader.remaining} bytes: too few for its length")


def _write(
    cls: type[Structure],
    version: Version,
    steps: Iterable[_Step],
    absent: Iterable[Any],
    own: int | None,
    names: Names,
) -> Iterator[str]:
    """The source of what writes."""
    yield "def made(out, value):"
    for one in () if issubclass(cls, Unknown) else absent:
        yield f"    if value.{one.name} != {_named(names, 'default', one.default)}:"
        yield f"        raise LocalProtocolError({f'{version} has no {cls.__name__}.{one.name}'!r})"
    yield "    start = len(out)"
    for step in steps:
        yield from ("    " + line for line in step.writing(names))
    if own is not None:
        yield f"    put_length(out, start + {own}, len(out) - start, {cls.__name__!r})"


def setters(cls: type) -> dict[str, Callable[[Any, Any], None]]:
    """What sets each field of a frozen, slotted dataclass while one is made: in the fields' order."""
    return {field.name: getattr(cls, field.name).__set__ for field in dataclasses.fields(cls)}


def _named(names: Names, hint: str, value: object) -> str:
    """A name of its own for a value."""
    name = f"{hint}{len(names)}"
    names[name] = value
    return name


def _compiled(cls: type[Structure], version: Version, source: Callable[[Names], Iterator[str]]) -> Callable[..., Any]:
    """The function ``made`` of some source, which may use the names here and those that it adds."""
    names: Names = {
        "CLASS": cls,
        "LocalProtocolError": LocalProtocolError,
        "REFUSALS": _REFUSALS,
        "VERSION": version,
        "length": LENGTH.unpack_from,
        "new": object.__new__,
        "put_length": put_length,
    }
    exec(compile("\n".join(source(names)), f"<{cls.__name__} in {version}>", "exec"), names)
    made: Callable[..., Any] = names["made"]
    return made


_PLANS: Final[dict[Version, dict[type[Structure], Plan]]] = {version: {} for version in Version}


def plan(cls: type[Structure], version: Version) -> Plan:
    """The plan of a class, compiled when first asked for."""
    plans = _PLANS[version]
    known = plans.get(cls)
    if known is None:
        known = plans[cls] = Plan(cls, version)
    return known


def prepare(versions: Iterable[Version]) -> None:
    """Compile what every known structure is read and written with in these versions, and not when the first one comes.

    It takes some 60 ms for all of 1.0 and 1.3.
    """
    made = list(_structures(Structure))
    for version in versions:
        for cls in made:
            plan(cls, version)


def _structures(cls: type[Structure]) -> Iterator[type[Structure]]:
    for subclass in cls.__subclasses__():
        if {"__dataclass_fields__", "__slots__"} <= vars(subclass).keys():  # else a base
            yield subclass
        yield from _structures(subclass)
