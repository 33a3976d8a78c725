"""What is printed: tables for people, JSON for programs. Text of the network's is made harmless first."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

_ENDLESS = 10_000  # columns, where no terminal limits them


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    :ivar justify: where its text stands; numbers stand right.
    :ivar fold: whether its text may go on in the next line where the terminal is narrow.
    """

    title: str
    justify: Literal["left", "right"] = "left"
    fold: bool = False


def number(title: str) -> Column:
    """A column of numbers."""
    return Column(title, "right")


def print_json(value: Any) -> None:
    """Print a value as it came. It is ASCII, with control characters escaped."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[object]], empty: str) -> None:
    """Print rows, or a sentence where there is none.

    On a terminal a wide table is folded to its width. Elsewhere a row is one line, whatever its length.

    :param empty: what to say without rows; to standard error, so that a program reads no rows.
    """
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(
            column.title, justify=column.justify, no_wrap=not column.fold, overflow="fold", min_width=len(column.title)
        )
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    if not table.row_count:
        sys.stderr.write(f"{empty}\n")
        return
    _write(table)


def _write(table: Table) -> None:
    console = Console(highlight=False)
    if console.is_terminal:
        console.print(table)
        return
    plain = Console(highlight=False, width=_ENDLESS)
    with plain.capture() as captured:
        plain.print(table)
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def print_lines(lines: Iterable[str]) -> None:
    """Print text, a line each."""
    sys.stdout.writelines(f"{printable(line)}\n" for line in lines)


def printable(value: object) -> str:
    """A value as text in which nothing can command a terminal: what is not printable is escaped (``\\x1b``)."""
    text = "-" if value is None else str(value)
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def age(seconds: float) -> str:
    """A time span in its two largest units: ``4s``, ``3m12s``, ``2h05m``, ``9d04h``."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole // 60 % 60:02}m"
    return f"{whole // 86400}d{whole // 3600 % 24:02}h"


def since(moment: float) -> str:
    """How long ago a moment was.

    :param moment: Unix seconds.
    """
    return age(time.time() - moment)
