"""A controller that a benchmark measures from outside: `twistd nox` in a process of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 120.0  # seconds that a controller may take for anything
_BIN = Path(sys.executable).parent
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Started:
    """A controller that runs.

    :ivar port: where switches connect, on the loopback; 0 for any. :ivar socket: of its REST interface.
    """

    pid: int
    port: int
    socket: Path

    @property
    def endpoint(self) -> str:
        """Where switches connect."""
        return f"tcp:127.0.0.1:{self.port}"

    @property
    def processor(self) -> float:
        """Seconds of a processor that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self, name: str = "VmHWM") -> float:
        """A figure of its memory, MiB: the most that it has had, or ``VmRSS``, what it has now."""
        return memory(self.pid, name)

    def noxctl(self, *arguments: str) -> Any:
        """What a command of `noxctl` says, from its JSON."""
        argv = [str(_BIN / "noxctl"), "--socket", str(self.socket), *arguments, "--json"]
        return json.loads(subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout)

    def joined(self) -> int:
        """How many switches it has."""
        return len(self.noxctl("switches"))

    def metric(self, name: str) -> float:
        """The sum of a family's figures in ``/metrics``; 0 where there is none."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.socket))
            connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            with connection.makefile() as answer:
                figures = re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", answer.read(), re.M)
        return sum(map(float, figures))


@contextmanager
def started(folder: Path, toml: str, *, port: int = 6653) -> Iterator[Started]:
    """A controller that keeps all that is its own in this folder, until the block ends.

    :param toml: its configuration, from what else ``[nox]`` has on.
    :raises RuntimeError: when it does not start.
    """
    rest, file = folder / "nox.sock", folder / "nox.toml"
    listen = f"tcp:{port}:interface=127.0.0.1"
    file.write_text(f'[nox]\nlisten = ["{listen}"]\n{toml}\n[rest]\nsocket = "{rest}"\n')
    argv = [str(_BIN / "twistd"), "--nodaemon", "--pidfile=", "nox", "-c", str(file)]
    env = {**os.environ, "STATE_DIRECTORY": str(folder)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log, env=env, cwd=folder)
    try:
        until(lambda: process.poll() is not None or "running:" in (folder / "log").read_text())
        if process.poll() is not None:
            raise RuntimeError(f"the controller does not start:\n{(folder / 'log').read_text()[-2000:]}")
        yield Started(process.pid, port, rest)
    finally:
        process.terminate()
        process.wait(60)


def until(
    check: Callable[[], bool], pause: Callable[[], object] = lambda: time.sleep(0.05), within: float = PATIENCE
) -> float:
    """Wait for it; how many seconds it took.

    :raises RuntimeError: when it takes too long.
    """
    start = time.perf_counter()
    while not check():
        if time.perf_counter() - start > within:
            raise RuntimeError(f"the controller does not come so far in {within:g} s")
        pause()
    return time.perf_counter() - start


def memory(process: int | str, name: str = "VmHWM") -> float:
    """A figure of a process's memory, MiB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(rf"^{name}:\s+(\d+)", status, re.M)[0]) / 1024
