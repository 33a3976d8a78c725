"""The network view as lines of JSON, and back.

A line is one row: ``{"table": "hosts", "row": {"mac": …}, "source": "hosts", "revision": 7, "since": 1795402066.4}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nox.core.view.contents import Contents
from nox.core.view.errors import UnreadableRow, ViewError
from nox.core.view.row import UNWRITTEN, Row
from nox.core.view.rowcodec import RowCodec
from nox.core.view.sense import sensible
from nox.core.view.table import Table
from nox.core.view.tables import TABLES
from nox.lib.nearest import did_you_mean

if TYPE_CHECKING:
    from nox.core.view.component import View

RESTORED = "restore"  # the source of a row that says none

_LONGEST = 60  # characters of a source


@dataclass(frozen=True, slots=True)
class SavedRow:
    """What a line says. :ivar source: the component that has written it."""

    table: Table[Any]
    row: Row
    source: str


def dump(contents: Contents, secrets: bool) -> Iterator[str]:
    """Every row as it is now, a line each, tables in their order; those of secret tables only when asked for."""
    tables = [table for table in contents.tables if secrets or not table.is_secret]
    rows = {table: tuple(contents.of(table).by_key.values()) for table in tables}
    return (_line(contents.of(table).codec, table, row) for table in tables for row in rows[table])


def _line(codec: RowCodec[Any], table: Table[Any], row: Row) -> str:
    meta = row.meta
    said = json.dumps({"source": meta.source, "revision": meta.revision, "since": meta.since})
    return f'{{"table": "{table.name}", "row": {codec.text(row, row.extra)}, {said[1:]}\n'


class Reader:
    """Reads lines."""

    def __init__(self, tables: Sequence[Table[Any]] = TABLES) -> None:
        self._codecs = {table.name: (table, RowCodec(table)) for table in tables}

    def read(self, line: str) -> SavedRow:
        """What a line says.

        :raises ViewError: when it makes no sense.
        """
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableRow("it is no JSON") from error
        if not isinstance(found, dict) or not isinstance(found.get("table"), str) or "row" not in found:
            raise UnreadableRow('it is no JSON object with "table" and "row"')
        if found["table"] not in self._codecs:
            hint = did_you_mean(found["table"][:_LONGEST], self._codecs)
            raise ViewError(f"there is no table {found['table'][:_LONGEST]!r}{hint}")
        table, codec = self._codecs[found["table"]]
        return SavedRow(table, sensible(table, codec.row_of(found["row"], UNWRITTEN)), _source(found))


def _source(found: Mapping[str, Any]) -> str:
    source = found.get("source", RESTORED)
    if not isinstance(source, str) or not source.isprintable() or len(source) > _LONGEST:
        raise UnreadableRow(f"source must be a component's name, not {source!r:.60}")
    return source or RESTORED


async def restore(view: View, lines: Sequence[tuple[int, str]]) -> int:
    """Put the rows of some lines, in a transaction for each source; how many they were.

    :param lines: each with its number.
    :raises ViewError: when one makes no sense: nothing is written then. With more than 100 lines: `TooLarge`.
    """
    reader, by_source = Reader(), dict[str, list[SavedRow]]()
    for number, line in lines:
        try:
            saved = reader.read(line)
        except ViewError as error:
            raise UnreadableRow(f"line {number}: {error}") from error
        by_source.setdefault(saved.source, []).append(saved)
    for source, rows in by_source.items():
        await _put(view, source, rows)
    return len(lines)


async def _put(view: View, source: str, rows: Sequence[SavedRow]) -> None:
    transaction = view.transaction(source)
    for saved in rows:
        transaction.put(saved.table, saved.row)
    await transaction.commit()
