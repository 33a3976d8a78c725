"""The demonstration, as a process of its own."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab.process import eventually, run

ROOT = Path(__file__).resolve().parents[3]


class Running:
    """One that runs, with a folder of its own for what it makes."""

    def __init__(self, folder: Path) -> None:
        self.made = folder / "tmp"
        self.made.mkdir()
        self.output = folder / "output"
        env = {**os.environ, "TMPDIR": str(self.made), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with self.output.open("w") as output:
            argv = [sys.executable, "-m", "nox.demo"]
            self.process = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT, env=env, cwd=folder)

    def said(self) -> str:
        """What it has printed."""
        return self.output.read_text()

    def wait(self, text: str) -> None:
        """Until it prints that."""
        eventually(lambda: text in self.said() or self.process.poll() is not None, f"it prints {text!r}", within=30)
        assert text in self.said(), self.said()

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send it a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """One that is killed where the test fails."""
    it = Running(folder)
    try:
        yield it
    finally:
        it.process.kill()
        it.process.wait()


def test_it_shows(tmp_path: Path) -> None:
    """Switches join, hosts ping each other, a table at the end; the printed command works; Ctrl-C leaves nothing."""
    with running(tmp_path) as demo:
        demo.wait("Every second some host pings another")
        eventually(lambda: "Ctrl-C ends it." in demo.said().rpartition("In another")[2], "the command is printed")
        said = demo.said()
        assert len(re.findall(r"^s\d joined: \d{16}, OpenFlow 1.3", said, re.M)) == 4
        assert len(re.findall(r"^h\d 10.0.0.\d → h\d 10.0.0.\d +[\d.]+ ms$", said, re.M)) == 56
        assert "56 of 56 pings answered" in said
        ways = [re.search(rf"  {when}: h1 → (.+) → h\d", said) for when in ("before", "cut", "mended")]
        assert [way[1] if way else "" for way in ways] == ["s1 → s2", "s1 → s4 → s3 → s2", "s1 → s2"]
        healed = re.search(r"(\d+) of 80 pings answered", said)
        assert healed
        assert int(healed[1]) >= 70
        command = re.search(r"^ +(\S*noxctl --socket \S+ switches)$", said, re.M)
        assert command, said
        listed = run(["sh", "-c", f"cd {shlex.quote(str(tmp_path))} && {command[1]}"])
        assert len(re.findall(r"^0{14}\d\d ", listed, re.M)) == 4
        assert demo.end() == 0
        assert "Traceback" not in demo.said()
        assert list(demo.made.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["", "listens at", "s4 joined", "h1 10.0.0.1 → h4"])
def test_interrupted(tmp_path: Path, moment: str, number: signal.Signals) -> None:
    """Whatever the moment, it ends and leaves nothing behind."""
    with running(tmp_path) as demo:
        demo.wait(moment)
        code = demo.end(number)
        assert code == 0 or (not moment and code == -number)  # Python itself has not begun
        assert list(demo.made.iterdir()) == []


def test_nobody_reads(tmp_path: Path) -> None:
    """A pipe that nobody reads any more ends it in order, too."""
    made = tmp_path / "tmp"
    made.mkdir()
    env = {**os.environ, "TMPDIR": str(made), "PYTHONPATH": str(ROOT)}
    command = f"{shlex.quote(sys.executable)} -m nox.demo | head -n 12"
    assert "s4 joined" in run(["sh", "-c", command], env=env)
    eventually(lambda: not list(made.iterdir()), "its folder has gone", within=20)


def test_twice(tmp_path: Path) -> None:
    """Who presses Ctrl-C again while it ends does not hinder it."""
    with running(tmp_path) as demo:
        demo.wait("s4 joined")
        demo.process.send_signal(signal.SIGINT)
        assert demo.end() == 0
        assert list(demo.made.iterdir()) == []
