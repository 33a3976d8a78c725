"""The history that the memory store keeps, bounded by number and age."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from nox.core.view.interfaces import PastRow


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of the past is kept. :ivar most: rows. :ivar age: seconds since they went."""

    most: int
    age: float


class Past:
    """Rows that are not there any more, oldest first."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._rows: deque[PastRow] = deque(maxlen=bounds.most)

    def add(self, row: PastRow) -> None:
        """A row has gone, or is another now."""
        while self._rows and self._rows[0].until < row.until - self._bounds.age:
            self._rows.popleft()
        self._rows.append(row)

    def find(self, table: str, where: Mapping[str, Any], at: float | None, most: int) -> Sequence[PastRow]:
        """Those with these values, newest first."""
        found = (row for row in reversed(self._rows) if row.table == table and _was(row, at) and _fits(row, where))
        return tuple(islice(found, most))


def _was(row: PastRow, at: float | None) -> bool:
    return at is None or row.since <= at < row.until


def _fits(row: PastRow, where: Mapping[str, Any]) -> bool:
    value = json.loads(row.value)
    return all(value.get(name) == wanted for name, wanted in where.items())
