"""What every row of the network view is: a frozen value, and what the view notes beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Meta:
    """What the view knows of a row; all rows of one transaction share one.

    :ivar revision: of the transaction that wrote the row as it is, from 1; 0 for a row that is in no view yet.
    :ivar source: the component that wrote it.
    :ivar since: seconds since 1970: when.
    """

    revision: int = 0
    source: str = ""
    since: float = 0.0


UNWRITTEN = Meta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The base of the rows. Two are equal when their values are; who wrote them, and when, does not matter.

    :ivar meta: set by the view alone.
    :ivar extra: fields that a later version has written and that this one does not know, as they came; they are kept.
    """

    meta: Meta = field(default=UNWRITTEN, compare=False, repr=False)
    extra: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
