"""Tables of numbers: a row for each class, a column for each version.

Message types, actions, instructions, multipart types and so on are all of this form. A number holds from the version
that names it until one that names another; ``None`` ends it.

One number in most of these tables leaves the rest to others: an experimenter's number and a number of its own follow.
`Experiments` says what is known of them, in tables of the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from struct import Struct
from typing import Any, Generic, TypeVar

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.plan import plan
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import Structure, Unknown
from nox.lib.openflow.versions import Version

S = TypeVar("S", bound=Structure)
Column = Mapping[Version, int | None]
Rows = Mapping[type[S], Column]


@dataclass(frozen=True)
class Experiments(Generic[S]):
    """What experimenters have put in the place of one class.

    :ivar base: the class of those that nobody here knows: the experimenter's number, and bytes.
    :ivar key: how the experimenter's number and its own type stand before what belongs to the type.
    :ivar rows: by experimenter, the classes that are known. Their layouts have zeros where the key is.
    :ivar offset: where the key stands in a layout, in bytes.
    """

    base: type[S]
    key: Struct
    rows: Mapping[int, Rows[S]]
    offset: Column = field(default_factory=lambda: {Version.V1_0: 0})

    def keys(self, version: Version) -> Iterator[tuple[type[S], tuple[int, int]]]:
        """Every class that the version has, with its experimenter and its type."""
        for experimenter, rows in self.rows.items():
            for cls, number in _column(rows, version):
                yield cls, (experimenter, number)


class Numbers(Generic[S]):
    """Which number each class has in each version."""

    def __init__(self, what: str, unknown: type[S], rows: Rows[S], experiments: Experiments[S] | None = None) -> None:
        """Make the table.

        :param what: what the classes are, for errors: ``action``.
        :param unknown: the class that keeps what has a number that no row has; an `Unknown`.
        """
        self.what = what
        self.unknown = unknown
        self._experiments = experiments
        self._numbers = {version: dict(_column(rows, version)) for version in Version}
        self._classes = {v: {number: cls for cls, number in rows.items()} for v, rows in self._numbers.items()}
        self._keys = {version: dict(experiments.keys(version) if experiments else ()) for version in Version}
        self._members = {v: {key: cls for cls, key in keys.items()} for v, keys in self._keys.items()}
        for version, numbers in self._numbers.items():
            if experiments is not None and experiments.base in numbers:
                numbers.update(dict.fromkeys(self._keys[version], numbers[experiments.base]))
        self._readers = {version: self._reader(version) for version in Version}

    def number(self, cls: type[S], version: Version) -> int:
        """The number of a class; for an experimenter's class, the one that all of these share.

        :raises LocalProtocolError: when the version has none.
        """
        number = self._numbers[version].get(cls)
        if number is None:
            raise LocalProtocolError(f"{version} has no {self.what} {cls.__name__}")
        return number

    def tag(self, value: S, version: Version) -> int:
        """The number to write before this value.

        :raises LocalProtocolError: when the version has none.
        """
        return value.type if isinstance(value, Unknown) else self.number(type(value), version)

    def read(self, number: int, reader: Reader, version: Version) -> Any:
        """The value with that number that starts here.

        :raises RemoteProtocolError: when it is malformed.
        """
        return self._readers[version](number, reader)

    def reading(self, version: Version) -> Callable[[int, Reader], Any]:
        """`read`, for a version."""
        return self._readers[version]

    def _reader(self, version: Version) -> Callable[[int, Reader], Any]:
        classes, unknown = self._classes[version], self.unknown
        base = self._experiments.base if self._experiments else None

        def read(number: int, reader: Reader) -> Any:
            cls = classes.get(number)
            if cls is None:
                return plan(unknown, version).read(reader, number)
            if cls is base:
                cls = self._member(cls, reader, version)
            return plan(cls, version).read(reader)

        return read

    def _member(self, cls: type[S], reader: Reader, version: Version) -> type[S]:
        """The class of what an experimenter has defined; `cls` where we do not know it."""
        experiments = self._experiments
        assert experiments is not None
        at = reader.position + _held(experiments.offset, version)
        if at + experiments.key.size > reader.end:
            return cls
        return self._members[version].get(experiments.key.unpack_from(reader.data, at), cls)

    def write(self, out: bytearray, value: S, version: Version) -> None:
        """Append a value, without its number.

        :raises LocalProtocolError: when the version cannot say it.
        """
        start = len(out)
        plan(type(value), version).write(out, value)
        key = self._keys[version].get(type(value))
        if self._experiments is not None and key is not None:
            self._experiments.key.pack_into(out, start + _held(self._experiments.offset, version), *key)

    def classes(self, version: Version) -> Mapping[int, type[S]]:
        """Every class that the version has, by number; without the experimenters'."""
        return self._classes[version]

    def experimental(self, version: Version) -> Mapping[tuple[int, int], type[S]]:
        """Every experimenter's class that the version has, by experimenter and type."""
        return self._members[version]


def _held(changes: Column, version: Version) -> int:
    """What a column says for a version that must be there."""
    number = _at(changes, version)
    assert number is not None
    return number


def _at(changes: Column, version: Version) -> int | None:
    said = [since for since in changes if since <= version]
    return changes[max(said)] if said else None


def _column(rows: Rows[S], version: Version) -> Iterator[tuple[type[S], int]]:
    for cls, changes in rows.items():
        number = _at(changes, version)
        if number is not None:
            yield cls, number
