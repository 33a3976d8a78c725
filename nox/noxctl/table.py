"""Tables that lose nothing: where a terminal is too narrow for all columns, those with long text go below their row.

In a pipe every row is one line with all columns, whatever its length.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from nox.noxctl.text import printable

_GAP = 2  # columns between two columns
_READABLE = 32  # columns that long text needs to stand beside the others
_INDENT = " " * 4
_FOLDED = 500  # rows at most whose long texts stand beside the others: to fold a row takes 2 ms


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    :ivar justify: where its text stands; numbers stand right.
    :ivar is_long: whether its text may be long: it is folded, or goes below the row.
    :ivar is_extra: whether it is left out on a terminal that is too narrow.
    """

    title: str
    justify: Literal["left", "right"] = "left"
    is_long: bool = False
    is_extra: bool = False


def number(title: str, is_extra: bool = False) -> Column:
    """A column of numbers."""
    return Column(title, "right", is_extra=is_extra)


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[object]], empty: str) -> None:
    """Print rows, or a sentence where there is none.

    :param empty: what to say without rows; to standard error, so that a program reads no rows.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    if not cells:
        sys.stderr.write(f"{empty}\n")
    elif not sys.stdout.isatty():
        sys.stdout.writelines(f"{line}\n" for line in _lines(columns, cells))
    else:
        _print_on_terminal(columns, cells, shutil.get_terminal_size().columns)


def _print_on_terminal(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> None:
    if _least_width(columns, cells) > width:
        columns, cells = _without(columns, cells, [column.is_extra for column in columns])
    if _least_width(columns, cells) <= width and len(cells) <= _FOLDED:
        Console(highlight=False).print(_table(columns, cells))
        return
    sys.stdout.writelines(f"{line}\n" for line in _with_details(columns, cells, width))


def _with_details(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """The rows without their long texts, and below each row its long texts."""
    short_columns, short = _without(columns, cells, [column.is_long for column in columns])
    head, *lines = _lines(short_columns, short)
    yield head
    for line, row in zip(lines, cells, strict=True):
        yield line
        for column, cell in zip(columns, row, strict=True):
            if column.is_long and cell:
                yield from textwrap.wrap(
                    f"{column.title.lower()}: {cell}",
                    max(width, _READABLE),
                    initial_indent=_INDENT,
                    subsequent_indent=_INDENT * 2,
                    break_long_words=False,
                    break_on_hyphens=False,
                )


def _without(
    columns: Sequence[Column], cells: Sequence[Sequence[str]], left_out: Sequence[bool]
) -> tuple[list[Column], list[list[str]]]:
    kept = [index for index, out in enumerate(left_out) if not out]
    return [columns[index] for index in kept], [[row[index] for index in kept] for row in cells]


def _least_width(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> int:
    """The columns of a terminal in which the table can be read, long texts folded."""
    widths = _widths(columns, cells)
    folded = (min(width, _READABLE) if one.is_long else width for one, width in zip(columns, widths, strict=True))
    return sum(folded) + _GAP * (len(columns) - 1)


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[int]:
    texts = zip([column.title for column in columns], *cells, strict=True)
    return [max(map(cell_len, column)) for column in texts]


def _lines(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """A line for each row, and one for the titles before; without colours."""
    widths = _widths(columns, cells)
    for row in ([column.title for column in columns], *cells):
        padded = map(_padded, columns, row, widths)
        yield (" " * _GAP).join(padded).rstrip()


def _padded(column: Column, cell: str, width: int) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if column.justify == "right" else cell + space


def _table(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column.title, justify=column.justify, no_wrap=not column.is_long, overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    return table
