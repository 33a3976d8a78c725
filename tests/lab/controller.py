"""The real controller: ``twistd -n nox`` with a configuration, a log and a REST socket of its own."""

from __future__ import annotations

import json
import os
import signal
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

    :param directory: an empty folder for its configuration, log, pid file and socket.
    :param configuration: TOML, without ``listen`` and the REST socket.
    :param prefix: what stands before ``twistd`` on the command line, such as ``ip netns exec NAME``.
    :param path: folders put before the others on ``PYTHONPATH``.
    """

    def __init__(
        self,
        directory: Path,
        configuration: str,
        *,
        port: int = 6653,
        prefix: Sequence[str] = (),
        path: Sequence[Path] = (),
    ) -> None:
        self.directory, self.prefix = directory, prefix
        self.log, self.socket, self.file = directory / "nox.log", directory / "nox.sock", directory / "nox.toml"
        self.env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*path, ROOT]))}
        self.port = port
        self.configure(configuration)
        self.process = self.start()

    def configure(self, configuration: str) -> None:
        """Write the configuration file; ``reload`` or a start reads it."""
        self.file.write_text(
            f'[nox]\nlisten = ["tcp:{self.port}"]\n{textwrap.dedent(configuration)}\n[rest]\nsocket = "{self.socket}"\n'
        )

    def start(self) -> subprocess.Popen[str]:
        """Start it and wait until ``noxctl`` has an answer from it.

        :raises AssertionError: with the log's end, when it ends or does not answer.
        """
        pid = self.directory / "nox.pid"
        argv = [*self.prefix, str(BIN / "twistd"), "--nodaemon", f"--pidfile={pid}", "nox", "-c", str(self.file)]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                argv, cwd=self.directory, env=self.env, text=True, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            eventually(self._ready, "the controller answers noxctl", within=20, every=0.1)
        except AssertionError as late:
            self.stop()
            raise AssertionError(f"{late}\n{self.tail()}") from late
        return self.process

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
        """End it as ``Ctrl-C`` would; its exit code, negative for a signal."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the controller did not stop within 15 s:\n{self.tail()}") from None
