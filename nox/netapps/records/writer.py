"""Writes lines in a thread of its own, so that a slow disk makes nobody wait."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final, Protocol

MOST_BYTES: Final = 8 << 20  # that wait to be written; what comes then is lost and counted
_AT_ONCE: Final = 1 << 18  # bytes of one write
_PATIENCE: Final = 2.0  # seconds that the end waits for the disk


class Sink(Protocol):
    """Where lines go."""

    def write(self, data: bytes) -> None:
        """Append whole lines.

        :raises OSError: when that cannot be.
        """

    def close(self) -> None:
        """Let go of it."""


class Writer:
    """Lines on their way to a file.

    :ivar written: lines; `lost`: those that could not be written, or found no room.
    """

    def __init__(self, sink: Sink, most: int = MOST_BYTES) -> None:
        self._sink, self._most = sink, most
        self._lines: deque[bytes] = deque()
        self._waiting = 0
        self._ended = False
        self._error = ""
        self._more = threading.Condition()
        self.written = self.lost = 0
        self._thread = threading.Thread(target=self._run, name="records", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str:
        """Why nothing can be written now; empty where all is well."""
        with self._more:
            return self._error

    def write(self, line: bytes) -> None:
        """Have a line written. Never waits."""
        with self._more:
            if self._waiting + len(line) > self._most:
                self.lost += 1
                return
            self._lines.append(line)
            self._waiting += len(line)
            self._more.notify()

    def close(self) -> bool:
        """Write what waits, for two seconds at most; whether all of it was."""
        with self._more:
            self._ended = True
            self._more.notify()
        self._thread.join(_PATIENCE)
        return not self._thread.is_alive()

    # In the thread

    def _run(self) -> None:
        while lines := self._take():
            error = self._write(b"".join(lines))
            with self._more:
                self._error = error
                self.written += 0 if error else len(lines)
                self.lost += len(lines) if error else 0
        self._sink.close()

    def _take(self) -> list[bytes]:
        """The lines of one write; none at the end."""
        with self._more:
            while not self._lines and not self._ended:
                self._more.wait()
            lines, size = [], 0
            while self._lines and size < _AT_ONCE:
                lines.append(self._lines.popleft())
                size += len(lines[-1])
            self._waiting -= size
            return lines

    def _write(self, data: bytes) -> str:
        try:
            self._sink.write(data)
        except OSError as error:
            return error.strerror or str(error)
        return ""
