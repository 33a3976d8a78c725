"""A file of lines that is replaced when it is full: ``flows.jsonl``, ``flows.jsonl.1`` the one before, and so on."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


class RotatingFile:
    """The file and those before it. Nothing here is of a thread, or waits for anything but the disk.

    A write that fails part of the way is taken back, so that there is never half a line.

    :param most: bytes of one file; what is written at once is not divided. :param keep: files before the present one.
    """

    def __init__(self, path: Path, most: int, keep: int) -> None:
        self._path, self._most, self._keep = path, most, keep
        self._file: int | None = None
        self._size = 0

    def write(self, data: bytes) -> None:
        """Append whole lines.

        :raises OSError: when that cannot be: nothing was written then.
        """
        if self._file is None:
            self._open()
        if self._size and self._size + len(data) > self._most:
            self._rotate()
        assert self._file is not None
        try:
            written = 0
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError:
            self._take_back()
            raise
        self._size += len(data)

    def _open(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(self._path, flags, 0o600)  # who speaks to whom is nobody else's business
        self._size = os.fstat(self._file).st_size

    def _rotate(self) -> None:
        """Every file becomes one older; the oldest goes."""
        for number in range(self._keep - 1, 0, -1):
            with suppress(FileNotFoundError):
                os.replace(self._numbered(number), self._numbered(number + 1))
        if self._keep:
            os.replace(self._path, self._numbered(1))
        else:
            os.unlink(self._path)
        self.close()
        self._open()

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _take_back(self) -> None:
        """Cut what the failed write has left. Where that fails too, the file is opened anew before the next."""
        try:
            assert self._file is not None
            os.ftruncate(self._file, self._size)
        except OSError:
            self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)
