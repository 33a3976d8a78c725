"""Runs `noxctl` as a process, as a person would."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOXCTL = [sys.executable, "-m", "nox.noxctl.main"]


@dataclass(frozen=True)
class Command:
    """`noxctl` for one socket."""

    socket: Path

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run it without a terminal."""
        argv = [*NOXCTL, "--socket", str(self.socket), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **env}
        return subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=60, check=False)

    def prints(self, *arguments: str) -> str:
        """What it prints; it must not complain."""
        done = self.run(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """What it prints with ``--json``, decoded."""
        return json.loads(self.prints(*arguments, "--json"))

    def refuses(self, *arguments: str) -> str:
        """The one sentence that it fails with."""
        done = self.run(*arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        return done.stderr.removeprefix("noxctl: ").removesuffix("\n")

    def interrupted(self, *arguments: str, lines: int) -> tuple[int, str]:
        """Its exit code and what it says on standard error when Ctrl-C ends it after so many lines."""
        argv = [*NOXCTL, "--socket", str(self.socket), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        with subprocess.Popen(argv, env=environment, text=True, stdout=pipe, stderr=pipe) as process:
            assert process.stdout is not None
            for _ in range(lines):
                assert process.stdout.readline()
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=60)
        return process.returncode, complaint

    def on_terminal(self, columns: int, *arguments: str) -> list[str]:
        """The lines that a terminal of that width gets."""
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        argv = [*NOXCTL, "--socket", str(self.socket), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
        with subprocess.Popen(argv, env=environment, stdin=its, stdout=its, stderr=its):
            os.close(its)
            text = _read_terminal(ours)
        os.close(ours)
        return text.decode().splitlines()


def _read_terminal(descriptor: int) -> bytes:
    """All that is written to a terminal; its end is an error of the kernel's (EIO)."""
    text = b""
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:
            return text
        if not part:
            return text
        text += part
