"""The real controller: ``twistd -n nox`` with a log, a pid file and a REST socket of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.lab.process import CommandFailed, eventually, run

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


class Controller:
    """A running controller.

    :param directory: an empty folder for its log, pid file and socket.
    :param arguments: what follows ``twistd … nox``, the REST socket excepted: ``-i tcp:6653 switch``.
    :param prefix: what stands before ``twistd`` on the command line, such as ``ip netns exec NAME``.
    :param path: folders put before the others on ``PYTHONPATH``.
    :raises AssertionError: with the log's end, when it does not become ready.
    """

    def __init__(
        self, directory: Path, arguments: Sequence[str], *, prefix: Sequence[str] = (), path: Sequence[Path] = ()
    ) -> None:
        self.log, self.socket = directory / "nox.log", directory / "nox.sock"
        state = str(directory / "state")  # two controllers must not share what they know
        self.env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, [*path, ROOT])),
            "STATE_DIRECTORY": state,
        }
        twistd = [str(BIN / "twistd"), "--nodaemon", f"--pidfile={directory / 'nox.pid'}", "nox"]
        self._argv, self._directory = [*prefix, *twistd, *arguments], directory
        self.start()

    def start(self) -> None:
        """Start it, again after a stop, and wait until ``noxctl`` has an answer from it.

        :raises AssertionError: with the log's end, when it ends or does not answer.
        """
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self._argv, cwd=self._directory, env=self.env, text=True, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            eventually(self._ready, "the controller answers noxctl", within=20, every=0.1)
        except AssertionError as late:
            self.stop()
            raise AssertionError(f"{late}\n{self.tail()}") from late

    def _ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the controller ended with exit code {self.process.returncode}")
        try:
            return self.socket.exists() and bool(self.noxctl("version"))
        except CommandFailed:
            return False

    def noxctl(self, *arguments: str) -> str:
        """What ``noxctl`` prints.

        :raises CommandFailed: when it exits with another code than 0.
        """
        return run([str(BIN / "noxctl"), "--socket", str(self.socket), *arguments], env=self.env)

    def ask(self, *arguments: str) -> Any:
        """What ``noxctl … --json`` prints, decoded."""
        return json.loads(self.noxctl(*arguments, "--json"))

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a family's figures in ``/metrics`` that have these labels; asking costs the controller little.

        :raises LookupError: when there is none.
        """
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.socket))
            connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            with connection.makefile() as answer:
                lines = [line for line in answer if re.match(rf"{name}[ {{]", line) and all(w in line for w in wanted)]
        if not lines:
            raise LookupError(f"no metric {name} with {labels}")
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    def tail(self, lines: int = 40) -> str:
        """The end of the log."""
        return "\n".join(self.log.read_text().splitlines()[-lines:])

    def status(self, field: str) -> int:
        """A number of ``/proc/PID/status``, such as ``VmRSS`` in KiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == field:
                return int(value.split()[0])
        raise KeyError(field)

    def descriptors(self) -> int:
        """How many files and sockets it has open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as ``Ctrl-C`` would; its exit code, negative for a signal.

        :raises AssertionError: with the log's end, when it does not stop within 15 s.
        """
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the controller did not stop within 15 s:\n{self.tail()}") from None


def configured(directory: Path, configuration: str, *, port: int = 6653, listen: Sequence[str] = ()) -> Sequence[str]:
    """Write a configuration file; the arguments that name it.

    :param configuration: TOML: what follows ``listen`` in ``[nox]``, and the components' tables.
    :param listen: endpoints; without any, ``tcp:`` on the port.
    """
    file = directory / "nox.toml"
    head = f"[nox]\nlisten = {json.dumps(list(listen) or [f'tcp:{port}'])}\n"
    rest = f'[rest]\nsocket = "{directory / "nox.sock"}"\n'
    file.write_text(f"{head}{textwrap.dedent(configuration)}\n{rest}")
    return ["-c", str(file)]


def stated(directory: Path, *arguments: str) -> Sequence[str]:
    """A configuration on the command line, such as ``-i tcp:6653 switch``, with the REST socket in ``directory``."""
    return [*arguments, f"rest,socket={directory / 'nox.sock'}"]
