"""What only the sqlite store does: bad files, a full disk, a process that has fallen behind."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from nox.core.view.errors import Moved, StoreError
from nox.core.view.interfaces import Expectation
from nox.core.view.stores.sqlite import statements, store
from nox.core.view.stores.sqlite.file import check
from tests.core.view.stores.files import Disk
from tests.core.view.stores.support import Noted, Place, commit, put

SOON = 0.05  # seconds after which what could not be written is tried again


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Where the file is."""
    return Place("sqlite", tmp_path)


def filled(place: Place, rows: int = 500) -> None:
    """Make a file of some pages."""
    opened, _ = place.open()
    for start in range(0, rows, 100):
        place.settle(opened.commit(commit(*(put(f"{n:04}", f'"{"x" * 200}"') for n in range(start, start + 100)))))
    place.settle(opened.close())


def of_a_later_version(path: Path) -> None:
    """As a later version would have written it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")


def of_somebody_else(path: Path) -> None:
    """Another program's."""
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def of_text(path: Path) -> None:
    """No database."""
    path.write_text("listen = ['tcp:6653']\n" * 100)


def cut_off(path: Path) -> None:
    """Half of it is missing."""
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    """Some pages are noise."""
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(bytes(range(256)) * 64)


def no_text(path: Path) -> None:
    """One byte of a row is another one: SQLite does not see that."""
    path.write_bytes(path.read_bytes().replace(b"xxxxxxxx", b"xxxx\xffxxx", 1))


def a_folder(path: Path) -> None:
    """Something else is there."""
    path.unlink()
    path.mkdir()


BAD: dict[Callable[[Path], None], str] = {
    of_a_later_version: "is of a later version of NOX",
    of_somebody_else: "is not a network view of NOX",
    of_text: "is damaged: restore it, or move it away",
    cut_off: "is damaged: restore it, or move it away",
    overwritten: "is damaged: restore it, or move it away",
    no_text: "is damaged: restore it, or move it away",
    a_folder: "cannot be opened",
}


@pytest.mark.parametrize("harm", BAD, ids=lambda harm: str(harm.__name__))
def test_a_bad_file_is_a_sentence_and_is_left_as_it_is(place: Place, harm: Callable[[Path], None]) -> None:
    """Nothing in its folder changes."""
    filled(place)
    harm(place.path)
    before = contents(place.path.parent)
    with pytest.raises(StoreError, match=f"^{place.path} {BAD[harm]}"):
        place.open()
    assert contents(place.path.parent) == before


def contents(folder: Path) -> dict[str, bytes]:
    """What is in the files of a folder."""
    return {file.name: file.read_bytes() if file.is_file() else b"" for file in folder.iterdir()}


def test_a_file_can_be_looked_at_before_anything_is_opened(place: Place) -> None:
    """For what can be seen at once; one that is not there yet, or that a killed process has left empty, is fine."""
    check(place.path)
    place.path.touch()
    check(place.path)
    place.path.unlink()
    filled(place, 100)
    check(place.path)
    of_a_later_version(place.path)
    with pytest.raises(StoreError, match="later version"):
        check(place.path)


def test_nobody_else_may_read_it(place: Place) -> None:
    """It holds keys; that goes for the files beside it as well."""
    opened, _ = place.open()
    place.settle(opened.commit(commit(put("a", "1"))))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in place.path.parent.glob("view.sqlite*")}
    assert modes == {"view.sqlite": 0o600, "view.sqlite-wal": 0o600, "view.sqlite-shm": 0o600}
    place.settle(opened.close())


def test_a_full_disk_is_said_once_and_what_waits_is_written_when_there_is_room(place: Place) -> None:
    """Until then it goes on from memory: expectations and equal rows are judged by what is there."""
    disk = Disk()
    opened, noted = place.open(opening=disk.opening, retry=SOON)
    first = place.settle(opened.commit(commit(put("a", "1"), put("b", "1"))))
    disk.pages = 1
    large = put("large", f'"{"x" * 100_000}"')
    place.settle(opened.commit(commit(large, put("a", "2"))))
    assert noted.troubles == [f"{place.path} cannot be written: the disk is full"]
    with pytest.raises(Moved):
        place.settle(opened.commit(commit(put("c", "1"), expect=[Expectation("things", "a", first)])))
    gone = place.settle(opened.commit(commit(put("b", None))))
    assert place.settle(opened.commit(commit(put("a", "2"), put("b", None)))) == gone
    expected = [Expectation("things", "b", 0), Expectation("things", "a", gone - 1)]
    newest = place.settle(opened.commit(commit(put("d", "1"), expect=expected)))
    assert (opened.behind, [revision for revision, _ in noted.told]) == (3, [first, gone - 1, gone, newest])
    disk.pages = None
    place.until(lambda: len(noted.troubles) > 1)
    assert (noted.troubles[1:], noted.loads) == ([""], 1)
    last = place.settle(opened.commit(commit(put("e", "1"))))
    assert (last, opened.behind) == (newest + 1, 0)
    place.settle(opened.close())
    opened, again = place.open()
    assert (
        again.values()
        == noted.values()
        == {
            ("things", "a"): "2",
            ("things", "d"): "1",
            ("things", "e"): "1",
            ("things", "large"): large.value,
        }
    )
    place.settle(opened.close())


def test_what_others_wrote_while_it_could_not_write_is_found_again(place: Place) -> None:
    """Their revisions are the same as those in memory: all is read anew, and both see one order from then on."""
    disk = Disk()
    disk.patience = 1
    opened, noted = place.open(opening=disk.opening, retry=SOON)
    other, other_noted = place.open()
    place.settle(opened.commit(commit(put("both", "before"))))
    with closing(sqlite3.connect(place.path, isolation_level=None)) as holds:
        holds.execute("BEGIN IMMEDIATE")
        place.settle(opened.commit(commit(put("both", "mine"), put("mine", "1"))))
        assert "locked" in noted.troubles[0]
        disk.pages = 1
        holds.execute("ROLLBACK")
        place.settle(other.commit(commit(put("both", "theirs"), put("theirs", "1"))))
        place.settle(opened.commit(commit(put("large", f'"{"x" * 100_000}"'))))
    disk.pages = None
    place.until(lambda: noted.loads == 2 and noted.revision > 0 and len(noted.troubles) == 2)
    newest = place.settle(opened.commit(commit(put("end", "1"))))
    place.until(lambda: bool(other_noted.told) and other_noted.told[-1][0] == newest)
    assert noted.values() == other_noted.values()
    assert noted.values()["things", "both"] == "mine"
    assert {key for _, key in noted.values()} == {"both", "mine", "theirs", "large", "end"}
    for store_ in (opened, other):
        place.settle(store_.close())


def test_a_disk_that_cannot_be_read_either_fails_the_transaction(place: Place) -> None:
    """With the reason; and when it stops like that, it says how many transactions are lost."""
    disk = Disk()
    opened, noted = place.open(opening=disk.opening, retry=SOON)
    place.settle(opened.commit(commit(put("a", "1"))))
    disk.pages = 1
    place.settle(opened.commit(commit(put("large", f'"{"x" * 100_000}"'))))
    disk.is_broken = True
    with pytest.raises(StoreError, match="disk I/O error"):
        place.settle(opened.commit(commit(put("b", "1"))))
    with pytest.raises(StoreError, match="cannot be written: 1 transactions are lost"):
        place.settle(opened.close())
    assert len(noted.troubles) == 1


def test_one_that_has_fallen_behind_reads_all_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of transactions does not go back for ever; its own transaction is in what it reads then."""
    monkeypatch.setattr(statements, "LOG", 5)
    monkeypatch.setattr(store, "LOOK", 1000.0)
    opened, noted = place.open()
    other, _ = place.open()
    for number in range(20):
        place.settle(other.commit(commit(put(str(number), "1"), put("old", None if number else "1"))))
    revision = place.settle(opened.commit(commit(put("mine", "1"))))
    assert (noted.loads, noted.revision, noted.told) == (2, revision, [])
    assert {key for _, key in noted.values()} == {*map(str, range(20)), "mine"}
    for store_ in (opened, other):
        place.settle(store_.close())


def test_an_opening_that_nobody_waits_for_any_more_ends(place: Place) -> None:
    """As when NOX is stopped while it starts: the file is let go of, and nothing more is told."""
    filled(place, 2500)
    given_up = place.store()
    assert isinstance(given_up, store.SqliteStore)
    noted = Noted()
    waiting = given_up.open(noted)
    waiting.addErrback(lambda _: None)
    waiting.cancel()
    opened, again = place.open()
    assert len(again.found) == 2500
    place.settle(opened.close())
    assert noted.revision == -1
