"""The controllers that benchmarks and checks put beside each other, ours and others', each started fresh."""

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
OSKEN_APPLICATIONS = Path(sys.prefix) / "os-ken-applications" / "os_ken" / "app"  # `make accept` puts them there
PORT = 16653

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

    :ivar port: where it listens, on loopback.
    :ivar path: the folders that Python shall search.
    :ivar wake: whether to connect once before anybody else does.
    """

    argv: tuple[str, ...]
    port: int = PORT
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
    return Command(argv, path=path)


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


def ovs_testcontroller(version: str, port: int = PORT) -> Command:
    """``ovs-testcontroller``; it sets exact entries, as `switch` does.

    While it has nothing to do its clock stands still, and the first who connects is "timed out": so it is woken.

    :param version: of OpenFlow, ``1.0`` or ``1.3``.
    """
    protocol = {"1.0": "OpenFlow10", "1.3": "OpenFlow13"}[version]
    options = ("--unixctl=none", "-vconsole:warn", "-O", protocol, f"ptcp:{port}:127.0.0.1")
    return Command(("ovs-testcontroller", *options), port, wake=True)


def osken(version: str, port: int = PORT) -> Command:
    """os-ken with its own learning switch, which sets entries by port and Ethernet addresses that stay.

    :param version: of OpenFlow, ``1.0`` or ``1.3``.
    :raises RuntimeError: when it is not installed.
    """
    application = {"1.0": "simple_switch", "1.3": "simple_switch_13"}[version]
    if not (OSKEN_APPLICATIONS / f"{application}.py").exists():
        raise RuntimeError(f"os-ken's {application} is not in {OSKEN_APPLICATIONS}; `make accept` installs it")
    options = ("--ofp-listen-host", "127.0.0.1", "--ofp-tcp-listen-port", str(port))
    argv = (sys.executable, "-W", "ignore", "-m", "bench.oskenapplication", application, *options)
    return Command(argv, port, path=(HERE.parent, OSKEN_APPLICATIONS))


@contextmanager
def working_directory() -> Iterator[Path]:
    """An empty folder, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="nox-bench-") as name:
        yield Path(name)


@contextmanager
def running(command: Command, directory: Path, *, core: str = "") -> Iterator[Command]:
    """A controller, from when it listens to the end of the block; its output is in ``controller.log``.

    :param core: the only one that it may use, by number; any without it.
    :raises RuntimeError: with its output, when it ends before or does not listen.
    """
    log = directory / "controller.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*(("taskset", "-c", core) if core else ()), *command.argv],
            cwd=directory,
            env=_environment(command.path),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_port(process, command.port, log)
        if command.wake:
            socket.create_connection(("127.0.0.1", command.port)).close()
            time.sleep(0.1)  # until it has noticed that this one is gone: it takes 16 connections and no more
        yield command
    finally:
        process.terminate()
        process.wait()


def _wait_for_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        if _listening(port):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the controller does not listen on port {port}:\n{log.read_text()[-4000:]}")


def _listening(port: int) -> bool:
    """Whether the port is open, without connecting."""
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(address.endswith(f":{port:04X}") and state == "0A" for _, address, _, state, *_ in sockets)
