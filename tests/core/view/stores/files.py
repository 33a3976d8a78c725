"""A disk that fails, as SQLite sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nox.core.view.stores.sqlite import file

_PLENTY = 1 << 30  # pages


class Disk:
    """What is between SQLite and the disk.

    :ivar pages: how large a file may grow; None: there is room.
    :ivar is_broken: whether nothing can be read either.
    """

    def __init__(self) -> None:
        self.pages: int | None = None
        self.is_broken = False
        self.patience = 5000  # milliseconds to wait for another writer

    def opening(self, path: Path) -> sqlite3.Connection:
        """Open a file on this disk."""
        file.open_file(path).close()
        return _on(self)(path)

    def ask(self, execute: Callable[..., sqlite3.Cursor], statement: str, *values: Any) -> sqlite3.Cursor:
        """Execute a statement, as far as the disk lets it."""
        if self.is_broken:
            raise sqlite3.OperationalError("disk I/O error")
        if statement.startswith("BEGIN"):
            execute(f"PRAGMA busy_timeout = {self.patience}")
            execute(f"PRAGMA max_page_count = {_PLENTY if self.pages is None else self.pages}")
        return execute(statement, *values)


def _on(disk: Disk) -> Callable[[Path], sqlite3.Connection]:
    class Connection(sqlite3.Connection):
        """One that asks the disk first."""

        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            return disk.ask(super().execute, statement, *values)

    def connect(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, factory=Connection)
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    return connect
