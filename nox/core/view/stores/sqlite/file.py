"""The file of the sqlite store: opening it, and refusing one that is damaged or of a later version untouched.

Schema 1. `rows` is what is there. `commits` is what the last transactions wrote, by which several processes on one file
tell each other. `past` are rows that are gone, `terms` what they can be looked up by. Times are microseconds since
1970: they are read as they were written.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nox.core.view.errors import StoreError

APPLICATION = 0x4E4F5856  # "NOXV", SQLite's application_id
VERSION = 1  # SQLite's user_version
LOCKED = 5.0  # seconds to wait for another process that writes
NEEDED = (3, 38)  # of SQLite: JSON is part of it from then on

_NEEDED_ROOM = 256 * 1024  # bytes: what SQLite has beside the file when it is opened
_HEADER = 100  # bytes (SQLite's "Database File Format", 1.3)
_MAGIC = b"SQLite format 3\0"
_FIELDS = 40, 60, 68  # where its schema cookie, user_version and application_id are

_SCHEMA = (
    """CREATE TABLE rows (tbl TEXT, key TEXT, value TEXT NOT NULL, schema INTEGER, revision INTEGER, source TEXT,
       since INTEGER, PRIMARY KEY (tbl, key)) WITHOUT ROWID""",
    "CREATE TABLE commits (revision INTEGER PRIMARY KEY, source TEXT, since INTEGER, writes TEXT NOT NULL)",
    """CREATE TABLE past (id INTEGER PRIMARY KEY, tbl TEXT, key TEXT, value TEXT, schema INTEGER, source TEXT,
       since INTEGER, until INTEGER)""",
    "CREATE TABLE terms (term TEXT, id INTEGER, PRIMARY KEY (term, id)) WITHOUT ROWID",
    "CREATE INDEX terms_of ON terms (id)",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)


def check(path: Path) -> None:
    """Look at a file's first bytes: SQLite would make files beside it. One that is not there, or empty, is fine.

    :raises StoreError: when it cannot be read or written, is none of ours, or of a later version.
    """
    if sqlite3.sqlite_version_info < NEEDED:
        raise StoreError(f"[view] store: SQLite {sqlite3.sqlite_version} is too old; 3.38 is needed")
    with said(path):
        header = _header(path)
    if header and (len(header) < _HEADER or not header.startswith(_MAGIC)):
        raise StoreError(f"{path} is damaged: restore it, or move it away")
    if header:
        schema, version, application = (int.from_bytes(header[at : at + 4]) for at in _FIELDS)
        _refuse_foreign(path, application, version, schema)
    there = next(place for place in (path, *path.parents) if place.exists())
    if not os.access(there, os.W_OK, effective_ids=True):
        raise StoreError(f"{path} cannot be written: {there} is read-only")


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEADER)
    except FileNotFoundError:
        return b""


def _refuse_foreign(path: Path, application: int, version: int, schema: int) -> None:
    if not (application or version or schema):
        return  # a process was killed before it had made the tables
    if application != APPLICATION:
        raise StoreError(f"{path} is not a network view of NOX")
    if version > VERSION:
        raise StoreError(f"{path} is of a later version of NOX")


class DiskFull(StoreError):
    """There is no room for the files that SQLite has beside one that several processes may use."""


def open_file(path: Path) -> sqlite3.Connection:
    """Open a file to write, made where it is not there. Only its owner may read it: it holds secrets.

    :raises StoreError: when it cannot be read or written, is damaged, is none of ours, or of a later version.
    :raises DiskFull: when that is the reason.
    """
    check(path)
    try:
        return _open(path)
    except StoreError as error:
        if isinstance(error.__cause__, sqlite3.OperationalError) and _is_full(path):
            raise DiskFull(f"{path} cannot be written: the disk is full") from error
        raise


def open_alone(path: Path) -> sqlite3.Connection:
    """Open a file that is there although the disk is full: no other process can use it meanwhile.

    :raises StoreError: when that is not possible either.
    """
    with said(path):
        connection = sqlite3.connect(path, timeout=LOCKED, isolation_level=None)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            _refuse_bad(path, connection)
            connection.execute("SELECT count(*) FROM rows")  # one that has no tables cannot be given them
        except BaseException:
            connection.close()
            raise
    return connection


def _is_full(path: Path) -> bool:
    left = os.statvfs(path.parent)
    return left.f_bavail * left.f_frsize < _NEEDED_ROOM


def _open(path: Path) -> sqlite3.Connection:
    with said(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, timeout=LOCKED, isolation_level=None)
        try:
            _refuse_bad(path, connection)
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _refuse_bad(path: Path, connection: sqlite3.Connection) -> None:
    """See that it is ours and whole, before anything is written; what it says may still be in its log."""
    names = ("application_id", "user_version", "schema_version")
    _refuse_foreign(path, *(_pragma(connection, name) for name in names))
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise StoreError(f"{path} is damaged: restore it, or move it away")


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged outlives the machine's power
    connection.execute("BEGIN IMMEDIATE")
    if not _pragma(connection, "user_version"):
        for statement in _SCHEMA:
            connection.execute(statement)
    connection.execute("COMMIT")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    found: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return found


@contextmanager
def said(path: Path) -> Iterator[None]:
    """What the system and SQLite object to, as a sentence."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror}") from error
    except sqlite3.Error as error:
        raise StoreError(sentence(path, error)) from error


_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_NO_TEXT = "Could not decode"  # Python's own words, with all that it could not read: SQLite has not looked at it


def sentence(path: Path, error: sqlite3.Error) -> str:
    """What SQLite objects to."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(_DAMAGED) or str(error).startswith(_NO_TEXT):
        return f"{path} is damaged: restore it, or move it away"
    if name.startswith("SQLITE_READONLY"):
        return f"{path} is read-only"
    if name.startswith("SQLITE_FULL"):
        return f"{path} cannot be written: the disk is full"
    return f"{path} cannot be written: {error}"
