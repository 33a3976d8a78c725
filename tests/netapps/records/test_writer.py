"""A thread that writes: nobody waits for it, and what finds no room is counted."""

from __future__ import annotations

import threading
from pathlib import Path

from nox.netapps.records.rotation import RotatingFile
from nox.netapps.records.writer import Writer


class SlowDisk:
    """A disk that is stuck until the test lets it go on.

    :ivar busy: set when a write is under way.
    """

    def __init__(self) -> None:
        self.busy, self.go = threading.Event(), threading.Event()
        self.written: list[bytes] = []
        self.error: OSError | None = None
        self.closed = False

    def write(self, data: bytes) -> None:
        """Wait, then fail or not."""
        self.busy.set()
        self.go.wait(30)
        if self.error is not None:
            raise self.error
        self.written.append(data)

    def close(self) -> None:
        """Note it."""
        self.closed = True


def test_all_lines_are_written_in_order(tmp_path: Path) -> None:
    """At the end every line that found room is in the file."""
    writer = Writer(RotatingFile(tmp_path / "flows", 1 << 20, 1))
    lines = [b"%d\n" % number for number in range(5000)]
    for line in lines:
        writer.write(line)
    assert writer.close()
    assert (tmp_path / "flows").read_bytes() == b"".join(lines)
    assert (writer.written, writer.lost, writer.trouble) == (5000, 0, "")


def test_a_disk_that_is_stuck() -> None:
    """Nobody waits: what has room waits, the rest is lost and counted, and goes on when the disk does."""
    disk = SlowDisk()
    writer = Writer(disk, most=100)
    writer.write(b"x" * 9 + b"\n")
    assert disk.busy.wait(10)
    for _ in range(25):
        writer.write(b"y" * 9 + b"\n")
    assert writer.lost == 15
    disk.go.set()
    assert writer.close()
    assert disk.closed
    assert b"".join(disk.written) == b"x" * 9 + b"\n" + (b"y" * 9 + b"\n") * 10


def test_a_disk_that_is_full() -> None:
    """The reason can be asked for, lines are lost and counted, and it is over when a write succeeds."""
    disk = SlowDisk()
    disk.error = OSError(28, "No space left on device")
    disk.go.set()
    writer = Writer(disk)
    writer.write(b"lost\n")
    while not writer.trouble:  # the thread says it when it has tried
        disk.busy.wait(10)
    assert (writer.trouble, writer.lost) == ("No space left on device", 1)
    disk.error = None
    writer.write(b"kept\n")
    assert writer.close()
    assert (writer.trouble, writer.lost, disk.written) == ("", 1, [b"kept\n"])
