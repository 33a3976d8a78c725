"""Tables of numbers: a row for each class, a column for each version.

Message types, actions, instructions, multipart types and so on are all of this form. A number holds from the version
that names it until one that names another; ``None`` ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import Structure, Unknown, plan
from nox.lib.openflow.versions import Version

S = TypeVar("S", bound=Structure)


class Numbers(Generic[S]):
    """Which number each class has in each version."""

    def __init__(self, what: str, unknown: type[S], rows: Mapping[type[S], Mapping[Version, int | None]]) -> None:
        """Make the table.

        :param what: what the classes are, for errors: ``action``.
        :param unknown: the class that keeps what has a number that no row has; an `Unknown`.
        """
        self.what = what
        self.unknown = unknown
        self._numbers = {version: dict(_column(rows, version)) for version in Version}
        self._classes = {v: {number: cls for cls, number in rows.items()} for v, rows in self._numbers.items()}

    def number(self, cls: type[S], version: Version) -> int:
        """The number of a class.

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
        cls = self._classes[version].get(number)
        return plan(cls, version).read(reader) if cls else plan(self.unknown, version).read(reader, type=number)

    def classes(self, version: Version) -> Mapping[int, type[S]]:
        """Every class that the version has, by number."""
        return self._classes[version]


def _column(rows: Mapping[type[S], Mapping[Version, int | None]], version: Version) -> Iterator[tuple[type[S], int]]:
    for cls, changes in rows.items():
        said = [since for since in changes if since <= version]
        number = changes[max(said)] if said else None
        if number is not None:
            yield cls, number
