"""`noxctl capture` against the real controller, with connections of the test's own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lab.controller import Controller
from tests.lab.process import eventually
from tests.noxctl.command import NOXCTL, ROOT, Command

HELLO = bytes.fromhex("0400000800000001")
BEGINNING = 80  # bytes that a file has before its first packet, at least


@pytest.fixture
def noxctl(controller: Controller) -> Command:
    """The command, told to ask it."""
    return Command(controller.socket)


@contextmanager
def capturing(controller: Controller, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """The command as it runs."""
    argv = [*NOXCTL, "--socket", str(controller.socket), "capture", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def begun(file: Path) -> Callable[[], bool]:
    """Whether a capture has begun."""
    return lambda: file.exists() and file.stat().st_size >= BEGINNING


def connect(controller: Controller) -> socket.socket:
    """A switch that has said hello and heard one."""
    found = re.findall(r"switches may connect to \S+:(\d+)", controller.log.read_text())
    connection = socket.create_connection(("127.0.0.1", int(found[-1])), timeout=10)
    connection.sendall(HELLO)
    assert connection.recv(8)[:2] == HELLO[:2]
    return connection


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Its exit code, and what it said."""
    said = process.communicate(timeout=30)[1].decode()
    return process.returncode, said


def types(noxctl: Command, file: Path) -> list[Any]:
    """The messages in a file, each whole."""
    return [json.loads(line)["type"] for line in noxctl.prints("decode", str(file)).splitlines()]


def test_ctrl_c(controller: Controller, noxctl: Command, tmp_path: Path) -> None:
    """It ends the capture in order: exit code 0, how many packets there were, and a whole file."""
    file = tmp_path / "file"
    with capturing(controller, "-w", str(file)) as process:
        eventually(begun(file), "the capture has begun")
        size = file.stat().st_size
        with connect(controller):
            eventually(lambda: file.stat().st_size > size + 400, "both hellos are written")
            process.send_signal(signal.SIGINT)
            code, said = ended(process)
    assert code == 0
    assert re.fullmatch(r"\d+ packets\n", said)
    assert types(noxctl, file)[:2] == ["Hello", "Hello"]


def test_count(controller: Controller, noxctl: Command, tmp_path: Path) -> None:
    """So many packets, and no more: how the connection was made, and the first words."""
    file = tmp_path / "file"
    with capturing(controller, "-w", str(file), "--count", "5") as process:
        eventually(begun(file), "the capture has begun")
        with connect(controller):
            assert ended(process) == (0, "5 packets\n")
    assert types(noxctl, file) == ["Hello", "Hello"]


def test_seconds(controller: Controller, noxctl: Command, tmp_path: Path) -> None:
    """It ends by itself although nobody has said a word, and the file is a capture without packets."""
    file = tmp_path / "file"
    began = time.monotonic()
    with capturing(controller, "-w", str(file), "--seconds", "0.5") as process:
        assert ended(process) == (0, "0 packets\n")
    assert time.monotonic() - began >= 0.5
    assert types(noxctl, file) == []


def test_standard_output(controller: Controller, noxctl: Command, tmp_path: Path) -> None:
    """Without a file it goes there, as it comes: another program can follow it."""
    with capturing(controller, "--count", "5") as process:
        assert process.stdout is not None
        head = process.stdout.read(BEGINNING)
        with connect(controller):
            (tmp_path / "file").write_bytes(head + process.stdout.read())
        assert ended(process) == (0, "5 packets\n")
    assert types(noxctl, tmp_path / "file") == ["Hello", "Hello"]


def test_who_reads_it_leaves(controller: Controller) -> None:
    """A reader that has enough, as `head` has, is no error that needs a traceback."""
    with capturing(controller) as process:
        assert process.stdout is not None
        process.stdout.read(BEGINNING)
        process.stdout.close()
        with connect(controller):
            process.wait(30)
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_no_terminal(noxctl: Command) -> None:
    """A terminal is no place for it."""
    assert "a capture is no text" in "\n".join(noxctl.on_terminal(200, "capture"))


@pytest.mark.parametrize("name", ["rest", "openflow"])
def test_what_it_needs_is_restarted(controller: Controller, noxctl: Command, tmp_path: Path, name: str) -> None:
    """The capture ends in order with all that came before, and another one can begin."""
    file = tmp_path / "file"
    with capturing(controller, "-w", str(file)) as process:
        eventually(begun(file), "the capture has begun")
        with connect(controller):
            noxctl.json("restart", name)
            code, said = ended(process)
    assert (code, said.split()[1:]) == (0, ["packets"])
    assert types(noxctl, file)[:2] == ["Hello", "Hello"]
    with capturing(controller, "--count", "5") as process:
        assert process.stdout is not None
        process.stdout.read(BEGINNING)
        with connect(controller):
            assert ended(process) == (0, "5 packets\n")


@pytest.mark.parametrize("name", ["rest", "openflow"])
def test_what_it_needs_is_unloaded(controller: Controller, noxctl: Command, tmp_path: Path, name: str) -> None:
    """The capture ends in order, and who asked for it is answered, although `rest` itself goes."""
    file = tmp_path / "file"
    with capturing(controller, "-w", str(file)) as process:
        eventually(begun(file), "the capture has begun")
        with connect(controller):
            answer = noxctl.json("unload", name)
            code, said = ended(process)
    assert name in answer["unloaded"]
    assert (code, said.split()[1:]) == (0, ["packets"])
    assert types(noxctl, file)[:2] == ["Hello", "Hello"]


def test_a_controller_that_is_killed(controller: Controller, noxctl: Command, tmp_path: Path) -> None:
    """The file is whole; who waits for the capture is told that it did not end in order."""
    file = tmp_path / "file"
    with capturing(controller, "-w", str(file)) as process:
        eventually(begun(file), "the capture has begun")
        size = file.stat().st_size
        with connect(controller):
            eventually(lambda: file.stat().st_size > size + 400, "both hellos are written")
            controller.kill()
            code, said = ended(process)
    controller.start()  # it is stopped in order at the end
    assert (code, said.split(" ", 1)[1]) == (1, "packets; the controller has gone\n")
    assert types(noxctl, file)[:2] == ["Hello", "Hello"]


def test_nothing_to_capture(noxctl: Command) -> None:
    """Without `openflow` it says what to load; a switch that cannot be is refused."""
    assert "no datapath identifier" in noxctl.refuses("capture", "nobody", "-w", "/dev/null")
    noxctl.json("unload", "openflow")
    assert noxctl.refuses("capture", "-w", "/dev/null") == "nothing listens for switches: load openflow"
