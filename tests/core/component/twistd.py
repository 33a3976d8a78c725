"""Runs the real ``twistd`` from tests, in a folder of the test's own."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).parents[3]
LIMIT = 30.0  # seconds after which a program that should have ended is killed, and the test fails

_RUN = "from twisted.scripts.twistd import run; run()"


@dataclass
class Twistd:
    """Starts ``twistd`` in a folder.

    :ivar path: more folders to import from, before NOX's.
    """

    folder: Path
    python: str = sys.executable
    path: list[Path] = field(default_factory=lambda: [ROOT])

    def _argv(self, words: tuple[str, ...]) -> list[str]:
        return [self.python, "-c", _RUN, *words]

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, self.path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "STATE_DIRECTORY": str(self.folder / "state"),
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end, or until the parent of a daemon returns."""
        argv, environment = self._argv(words), self._environment()
        return subprocess.run(argv, cwd=self.folder, env=environment, text=True, capture_output=True, timeout=LIMIT)

    @contextmanager
    def running(self, *words: str) -> Iterator[Foreground]:
        """Run it in the foreground; it is killed at the end if it still runs."""
        argv, environment = self._argv(("-n", *words)), self._environment()
        with subprocess.Popen(
            argv, cwd=self.folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            watchdog = Timer(LIMIT, process.kill)
            watchdog.start()
            try:
                yield Foreground(process)
            finally:
                watchdog.cancel()
                process.kill()

    def pid(self) -> int:
        """The daemon's process, as its pid file says."""
        return int((self.folder / "twistd.pid").read_text())


class Foreground:
    """A ``twistd`` that runs in the foreground."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._said: list[str] = []

    def until(self, text: str) -> str:
        """Read its log until a line has this text; the line.

        :raises AssertionError: when it ends without having said that; with its log.
        """
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.append(line)
            if text in line:
                return line
        raise AssertionError(f"twistd never said {text!r}:\n{''.join(self._said)}{self._errors()}")

    def _errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self) -> tuple[int, str, str]:
        """Wait for its end: exit code, all of its log, and its standard error."""
        rest, errors = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, "".join(self._said) + rest, errors


def end_of(pid: int) -> None:
    """Terminate a daemon, which is nobody's child, and wait until it has ended."""
    descriptor = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGTERM)
        ended, _, _ = select.select([descriptor], [], [], LIMIT)
        assert ended, f"the daemon {pid} did not end"
    finally:
        os.close(descriptor)
