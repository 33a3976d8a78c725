"""Measures a network of ten thousand emulated hosts on 320 switches, idle: under emulated time and over TCP.

Under emulated time the controller is in the same process; over TCP it is `twistd nox` in a process of its own. It has
the component `openflow` and what that needs, and no application. Bounds: built and joined within 60 s, under 1.5 GB.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.machine import machine
from bench.record import record
from bench.started import memory, started
from nox.emulator import Network

K, HOSTS = 16, 79  # a fat tree of 320 switches, 128 of them with so many hosts: 10,112
MOST_SECONDS, MOST_MIB = 60.0, 1500 / 1.048576
IDLE = 60  # seconds of idle network that are measured


@dataclass(frozen=True)
class Figures:
    """What one network takes.

    :ivar build: seconds, as `join`; `idle`: of a processor for a second of idle network, on average, and `worst`.
    :ivar memory: of the process and its controller, MiB, at most.
    """

    case: str
    hosts: int
    switches: int
    build: float
    join: float
    idle: float
    worst: float
    memory: float

    @property
    def ok(self) -> bool:
        """Whether the bounds hold."""
        whole = self.hosts >= 10_000 and self.switches == 320
        return whole and self.build + self.join < MOST_SECONDS and self.memory < MOST_MIB


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def emulated() -> Figures:
    """Under emulated time."""
    networks: list[Network] = []
    build = timed(lambda: networks.append(Network.fat_tree(K, hosts=HOSTS)))
    (net,) = networks
    with net:
        join = timed(lambda: net.start(within=MOST_SECONDS))
        seconds = [timed(lambda: net.run(1.0)) for _ in range(IDLE)]
        counts = len(net.hosts), len(net.controller.home.datapaths)
        return Figures("emulated time", *counts, build, join, sum(seconds) / IDLE, max(seconds), memory("self"))


def live() -> Figures:
    """Over TCP."""
    networks: list[Network] = []
    build = timed(lambda: networks.append(Network.fat_tree(K, hosts=HOSTS)))
    (net,) = networks
    with tempfile.TemporaryDirectory(prefix="nox-bench-") as name, started(Path(name), "") as nox, net:
        start = time.perf_counter()
        net.connect(nox.endpoint, within=MOST_SECONDS)
        while nox.joined() < len(net.switches) and time.perf_counter() - start < MOST_SECONDS:
            net.run(0.2)
        join = time.perf_counter() - start
        before = time.process_time()
        net.run(IDLE / 3)
        idle = (time.process_time() - before) / (IDLE / 3)
        return Figures("TCP", len(net.hosts), nox.joined(), build, join, idle, idle, memory("self") + nox.memory())


CASES = {"emulated": emulated, "live": live}


def measure(case: str) -> Figures:
    """Measure one in a process of its own."""
    argv = [sys.executable, "-m", "bench.emulator", case]
    done = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True, timeout=600)
    return Figures(**json.loads(done.stdout))


def table(results: list[Figures], about: dict[str, str]) -> str:
    """The results as Markdown."""
    lines = [
        "# The emulator: a fat tree of 320 switches with ten thousand hosts",
        "",
        "Seconds to build it and for all switches to join; milliseconds of a processor for a second of idle network,",
        "which has echo requests alone (the worst of the seconds has one for each switch; over TCP it is the average);",
        "memory at its peak, with the controller, which is in the same process or, over TCP, in its own.",
        "",
        "| time | hosts | switches | build, s | join, s | idle second, ms | worst, ms | memory, MiB | bound | |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|---|",
    ]
    lines += [
        f"| {one.case} | {one.hosts:,} | {one.switches} | {one.build:.2f} | {one.join:.2f} | {one.idle * 1000:.1f} "
        f"| {one.worst * 1000:.1f} | {one.memory:.0f} | < 60 s, < 1,500 MB | {'pass' if one.ok else 'FAIL'} |"
        for one in results
    ]
    return "\n".join([*lines, "", *(f"- {key}: {value}" for key, value in about.items()), ""])


def main() -> int:
    """Measure, print and write the results; 1 when a bound is missed."""
    if len(sys.argv) > 1:
        print(json.dumps(asdict(CASES[sys.argv[1]]())))
        return 0
    results = [measure(case) for case in CASES]
    about = machine("Twisted")
    return record("emulator", table(results, about), about, [asdict(one) | {"ok": one.ok} for one in results])


if __name__ == "__main__":
    sys.exit(main())
