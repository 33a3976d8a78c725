"""Measures what it costs to know how busy the links of 320 switches are: processor and traffic of the controller.

A fat tree of 320 emulated switches with 16 ports each is connected over TCP to `twistd nox` in a process of its own:
without `monitoring`, with ports alone, and with all that it reads by default. Bounds: each switch is read in each
interval, with less than a tenth of a processor and less than 1.5 Mbit/s for all of them together, of which the ports'
counters take 0.93 by themselves (112 bytes each).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.emulator import joined, until
from bench.machine import machine
from bench.record import record
from nox.emulator import Network

K, HOSTS = 16, 8  # a fat tree of 320 switches, 128 of them with so many hosts
SECONDS = 40  # that are measured
_WARM = 10.0  # seconds until ports have been read twice
_MOST_CPU, _MOST_BITS = 0.1, 1.5e6
_UNBOUNDED = "ports every second"
_PORT = 6653
_BIN = Path(sys.executable).parent
_TICKS = os.sysconf("SC_CLK_TCK")

_PORTS_ALONE = "tables = 0.0\nflows = 0.0\ngroups = 0.0\nmeters = 0.0\n"
CASES = {
    "no monitoring": "",
    "ports every 5 s": f'components = ["monitoring"]\n[monitoring]\n{_PORTS_ALONE}',
    _UNBOUNDED: f'components = ["monitoring"]\n[monitoring]\nports = 1.0\nrequests = 400.0\n{_PORTS_ALONE}',
    "all, by default": 'components = ["monitoring"]\n',
}
_READINGS = {"no monitoring": 0.0, "ports every 5 s": 64.0, _UNBOUNDED: 320.0, "all, by default": 149.3}


@dataclass(frozen=True)
class Figures:
    """What one way of reading costs.

    :ivar readings: answers a second; `wanted`: as the intervals say. :ivar cpu: of a processor.
    :ivar to_switches: bit/s, to all of them; `from_switches` too. :ivar lag: seconds by which a question was late.
    """

    case: str
    switches: int
    wanted: float
    readings: float
    cpu: float
    to_switches: float
    from_switches: float
    lag: float

    def ok(self, idle: Figures) -> bool:
        """Whether the bounds hold, beside what a controller does that reads nothing. Ports each second have none."""
        if self.case == _UNBOUNDED:
            return self.switches == 320
        cpu, bits = self.cpu - idle.cpu, self.to_switches + self.from_switches - idle.to_switches - idle.from_switches
        is_complete = self.switches == 320 and self.readings >= self.wanted * 0.98
        return is_complete and cpu < _MOST_CPU and bits < _MOST_BITS


@contextmanager
def controller(folder: Path, toml: str) -> Iterator[tuple[Path, int]]:
    """A controller of its own; where `noxctl` reaches it, and its process."""
    socket, file = folder / "nox.sock", folder / "nox.toml"
    head = f'[nox]\nlisten = ["tcp:{_PORT}:interface=127.0.0.1"]\n'
    file.write_text(f'{head}{toml}\n[rest]\nsocket = "{socket}"\n')
    argv = [str(_BIN / "twistd"), "--nodaemon", "--pidfile=", "nox", "-c", str(file)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log)
    try:
        until(socket.exists)
        yield socket, process.pid
    finally:
        process.terminate()
        process.wait(20)


def cpu(process: int) -> float:
    """Seconds of a processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def traffic() -> tuple[int, int]:
    """Bytes that the controller has sent on its connections, and received."""
    argv = ["ss", "-tinH", "state", "established", f"( sport = :{_PORT} )"]
    said = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout
    sent, received = (sum(map(int, re.findall(rf"\b{name}:(\d+)", said))) for name in ("bytes_sent", "bytes_received"))
    return sent, received


def metric(socket: Path, name: str) -> float:
    """The sum of a family's figures in /metrics; 0 where there is none."""
    argv = ["curl", "-s", "--unix-socket", str(socket), "http://nox/metrics"]
    said = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout
    return sum(float(line.rpartition(" ")[2]) for line in said.splitlines() if re.match(rf"{name}[ {{]", line))


def measure(case: str) -> Figures:
    """Measure one case, in a network of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="nox-bench-") as name,
        controller(Path(name), CASES[case]) as (socket, process),
        Network.fat_tree(K, hosts=HOSTS) as net,
    ):
        net.connect(f"tcp:127.0.0.1:{_PORT}", within=60.0)
        while joined(socket) < len(net.switches):
            net.run(0.5)
        net.run(_WARM)
        readings = metric(socket, "nox_monitoring_asked_total")
        start, used, (sent, received) = time.monotonic(), cpu(process), traffic()
        net.run(SECONDS)
        seconds, used, after = time.monotonic() - start, cpu(process) - used, traffic()
        readings = metric(socket, "nox_monitoring_asked_total") - readings
        return Figures(
            case=case,
            switches=joined(socket),
            wanted=_READINGS[case],
            readings=readings / seconds,
            cpu=used / seconds,
            to_switches=(after[0] - sent) * 8 / seconds,
            from_switches=(after[1] - received) * 8 / seconds,
            lag=metric(socket, "nox_monitoring_lag_seconds"),
        )


def table(results: list[Figures], about: dict[str, str]) -> str:
    """The results as Markdown."""
    idle = results[0]
    lines = [
        "# Monitoring: 320 switches with 16 ports each",
        "",
        "Emulated switches over TCP; the controller is a process of its own. Readings are answers a second, of all",
        "switches together, and what the intervals ask for; processor and traffic are the controller's, with all else",
        "that it does. Bounds, beside the first row: every reading is made, less than 10 % of a processor, less than",
        "1.5 Mbit/s; ports each second have no bound.",
        "",
        "| read | switches | readings a second | wanted | processor | to switches, kbit/s | from them | late, s | |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    lines += [
        f"| {one.case} | {one.switches} | {one.readings:.1f} | {one.wanted:.1f} | {one.cpu:.1%} "
        f"| {one.to_switches / 1000:.0f} | {one.from_switches / 1000:.0f} | {one.lag:.2f} "
        f"| {'pass' if one.ok(idle) else 'FAIL'} |"
        for one in results
    ]
    return "\n".join([*lines, "", *(f"- {key}: {value}" for key, value in about.items()), ""])


def main() -> int:
    """Measure, print and write the results; 1 when a bound is missed."""
    results = [measure(case) for case in CASES]
    about = machine("Twisted")
    done = [asdict(one) | {"ok": one.ok(results[0])} for one in results]
    return record("monitoring", table(results, about), about, done)


if __name__ == "__main__":
    sys.exit(main())
