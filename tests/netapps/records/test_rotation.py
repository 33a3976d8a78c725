"""A file of lines that is bounded, and has no half line, whatever the disk does."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.netapps.records.rotation import RotatingFile


@contextmanager
def file_size_limit(most: int) -> Iterator[None]:
    """No file of this process may become larger: the kernel writes as much as fits, then refuses."""
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))
        signal.signal(signal.SIGXFSZ, handler)


def contents(path: Path) -> list[bytes]:
    """The files, the oldest first."""
    files = [one for one in path.parent.iterdir() if one.name.startswith(path.name)]
    files.sort(key=lambda one: -int(one.suffix[1:]) if one != path else 0)
    return [one.read_bytes() for one in files]


@given(st.lists(st.binary(min_size=1, max_size=50).map(lambda data: data.replace(b"\n", b"") + b"\n"), max_size=60))
def test_the_newest_lines_are_there(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    """Whatever is written: at most three files of at most 100 bytes, with the newest lines, whole and in order."""
    path = tmp_path_factory.mktemp("rotation") / "flows.jsonl"
    file = RotatingFile(path, 100, 2)
    for line in lines:
        file.write(line)
    file.close()
    found = contents(path)
    assert len(found) <= 3
    assert all(len(data) <= 100 for data in found)
    assert b"".join(lines).endswith(b"".join(found))
    assert len(b"".join(found)) >= min(len(b"".join(lines)), 200 - 51 * 2)


def test_without_older_files(tmp_path: Path) -> None:
    """With one file alone it begins anew."""
    file = RotatingFile(tmp_path / "flows", 100, 0)
    for number in range(5):
        file.write(b"%d" % number * 59 + b"\n")
    assert [one.name for one in tmp_path.iterdir()] == ["flows"]
    assert (tmp_path / "flows").read_bytes() == b"4" * 59 + b"\n"


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """A file that is there is appended to, and counts; folders are made; nobody else may read it."""
    path = tmp_path / "deep" / "flows"
    for line in (b"one\n", b"two\n"):
        file = RotatingFile(path, 100, 1)
        file.write(line)
        file.close()
    assert path.read_bytes() == b"one\ntwo\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_in_the_middle(tmp_path: Path) -> None:
    """Half a line is taken back, and what comes when there is room again follows whole."""
    path = tmp_path / "flows"
    file = RotatingFile(path, 1_000_000, 1)
    file.write(b"a" * 999 + b"\n")
    with file_size_limit(1500), pytest.raises(OSError, match="File too large"):
        file.write(b"b" * 999 + b"\n")
    assert path.read_bytes() == b"a" * 999 + b"\n"
    file.write(b"c\n")
    file.close()
    assert path.read_bytes() == b"a" * 999 + b"\n" + b"c\n"


def test_a_full_disk() -> None:
    """Each attempt fails, and the next opens the file anew."""
    file = RotatingFile(Path("/dev/full"), 1_000_000, 1)
    for _ in range(3):
        with pytest.raises(OSError, match="No space left"):
            file.write(b"line\n")
    assert os.path.exists("/dev/full")
