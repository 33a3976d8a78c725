"""The controllers that the benchmarks compare, started fresh for each measurement on a core of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
FORMS = {"interpreted": HERE.parent, "compiled": HERE.parent / "build" / "compiled"}  # where each form of NOX is
PORT = 16653
CORE = "0"

_CONFIGURATION = """
[nox]
listen = ["tcp:{port}:interface=127.0.0.1"]
components = ["bench_ports", "bench_senders", "switch"]
[rest]
socket = "{directory}/nox.sock"
"""


@dataclass(frozen=True)
class Command:
    """How to start a controller.

    :ivar path: the folders that Python shall search.
    :ivar wake: whether to connect once before the generator does.
    """

    argv: tuple[str, ...]
    path: tuple[Path, ...] = ()
    wake: bool = False


def nox(directory: Path, form: str) -> Command:
    """NOX with `switch` and the third party's two handlers, which are interpreted in both forms.

    :param form: of the files that every packet crosses, of ``FORMS``.
    :raises RuntimeError: when another form would run.
    """
    path = (HERE / "plugin", FORMS[form])
    _check_form(path, form)
    configuration = directory / "nox.toml"
    configuration.write_text(_CONFIGURATION.format(port=PORT, directory=directory))
    twistd = Path(sys.executable).parent / "twistd"
    argv = (str(twistd), "--nodaemon", "--pidfile=", "nox", "-c", str(configuration))
    return Command(argv, path)


def _check_form(path: tuple[Path, ...], form: str) -> None:
    ask = "from nox.core.compiled import form; print(form())"
    argv = (sys.executable, "-c", ask)
    told = subprocess.run(
        argv, env=_environment(path), cwd="/", capture_output=True, text=True, check=True
    ).stdout.strip()
    if told != form:
        raise RuntimeError(f"NOX is {told} in {path[-1]} where it should be {form}; run `make compile`")


def _environment(path: tuple[Path, ...]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}


def testcontroller(version: str) -> Command:
    """``ovs-testcontroller``; it sets exact entries, as `switch` does.

    While it has nothing to do its clock stands still, and the first who connects is "timed out": so it is woken.

    :param version: of OpenFlow, ``1.0`` or ``1.3``.
    """
    protocol = {"1.0": "OpenFlow10", "1.3": "OpenFlow13"}[version]
    options = ("--unixctl=none", "-vconsole:warn", "-O", protocol, f"ptcp:{PORT}:127.0.0.1")
    return Command(("ovs-testcontroller", *options), wake=True)


@contextmanager
def working_directory() -> Iterator[Path]:
    """An empty folder, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="nox-bench-") as name:
        yield Path(name)


@contextmanager
def running(command: Command, directory: Path) -> Iterator[None]:
    """A controller, from when it listens on ``PORT`` to the end of the block.

    :raises RuntimeError: with its output, when it ends before or does not listen.
    """
    log = directory / "controller.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            ["taskset", "-c", CORE, *command.argv],
            cwd=directory,
            env=_environment(command.path),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_port(process, log)
        if command.wake:
            socket.create_connection(("127.0.0.1", PORT)).close()
            time.sleep(0.1)  # until it has noticed that this one is gone: it takes 16 connections and no more
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for_port(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        if _listening():
            return
        time.sleep(0.05)
    raise RuntimeError(f"the controller does not listen on port {PORT}:\n{log.read_text()[-4000:]}")


def _listening() -> bool:
    """Whether the port is open, without connecting."""
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(address.endswith(f":{PORT:04X}") and state == "0A" for _, address, _, state, *_ in sockets)
