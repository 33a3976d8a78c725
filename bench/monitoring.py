"""Measures what it costs to know how busy the links of 320 switches are: processor and traffic of the controller.

A fat tree of 320 emulated switches with 16 ports each is connected over TCP to `twistd nox` in a process of its own:
without `monitoring`, with ports alone, and with all that it reads by default. Bounds: each switch is read in each
interval, with less than a tenth of a processor and less than 1.5 Mbit/s for all of them together, of which the ports'
counters take 0.93 by themselves (112 bytes each).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.machine import machine
from bench.record import record
from bench.started import started
from nox.emulator import Network

K, HOSTS = 16, 8  # a fat tree of 320 switches, 128 of them with so many hosts
SECONDS = 40  # that are measured
_WARM = 10.0  # seconds until ports have been read twice
_MOST_CPU, _MOST_BITS = 0.1, 1.5e6
_UNBOUNDED = "ports every second"

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


def traffic(port: int) -> tuple[int, int]:
    """Bytes that the controller has sent on its connections, and received."""
    argv = ["ss", "-tinH", "state", "established", f"( sport = :{port} )"]
    said = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout
    sent, received = (sum(map(int, re.findall(rf"\b{name}:(\d+)", said))) for name in ("bytes_sent", "bytes_received"))
    return sent, received


def measure(case: str) -> Figures:
    """Measure one case, in a network of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="nox-bench-") as name,
        started(Path(name), CASES[case]) as nox,
        Network.fat_tree(K, hosts=HOSTS) as net,
    ):
        net.connect(nox.endpoint, within=60.0)
        while nox.joined() < len(net.switches):
            net.run(0.5)
        net.run(_WARM)
        readings = nox.metric("nox_monitoring_asked_total")
        start, used, (sent, received) = time.monotonic(), nox.processor, traffic(nox.port)
        net.run(SECONDS)
        seconds, used, after = time.monotonic() - start, nox.processor - used, traffic(nox.port)
        readings = nox.metric("nox_monitoring_asked_total") - readings
        return Figures(
            case=case,
            switches=nox.joined(),
            wanted=_READINGS[case],
            readings=readings / seconds,
            cpu=used / seconds,
            to_switches=(after[0] - sent) * 8 / seconds,
            from_switches=(after[1] - received) * 8 / seconds,
            lag=nox.metric("nox_monitoring_lag_seconds"),
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
