"""What a table of the network view is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nox.core.view.row import Row

R = TypeVar("R", bound=Row)
Key = tuple[Hashable, ...]  # the values of a table's key fields, in their order


KEY = "key"  # the name of the index that each table has: its key


@dataclass(frozen=True, slots=True, eq=False)
class Table(Generic[R]):
    """A table: its rows' class, which of their fields are the key, and by what they can be looked up.

    :ivar name: in stores, dumps and answers; for ever.
    :ivar schema: the version of the row's fields. A field that is new has a default, so that older rows can be read.
    :ivar key: names of fields.
    :ivar indexes: by name, the fields whose values are looked up together.
    :ivar is_secret: whether its rows are never dumped, shown or logged.
    :ivar has_history: whether the store keeps what was there before.
    """

    name: str
    row: type[R]
    key: tuple[str, ...]
    indexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    schema: int = 1
    is_secret: bool = False
    has_history: bool = False

    def fields_of(self, index: str) -> tuple[str, ...] | None:
        """The fields of an index, or of the key; None where it has no such index."""
        return self.key if index == KEY else self.indexes.get(index)
