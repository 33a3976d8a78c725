"""Measures discovery over TCP: how soon a fat tree of 320 switches is known, and what 1,000 switches cost at rest.

The emulated network is in this process, `twistd nox` with discovery and topology in one of its own. A graph is full
when all links that were built are in it, in both directions. Bounds: full 15 s after the first switch has connected,
and at rest a tenth of a processor at most.
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
from bench.started import PATIENCE, started, until
from nox.emulator import Network

K = 16  # of the fat tree: 320 switches, 2,048 links
WIDTH, HEIGHT = 25, 40  # of the torus: 1,000 switches, 2,000 links, a host each
MOST_SECONDS, MOST_REST = 15.0, 0.1
REST = 30.0  # seconds at rest that are measured
_COMPONENTS = 'components = ["discovery", "topology"]'


@dataclass(frozen=True)
class Figures:
    """What one network took.

    :ivar joined: seconds from the first connection until all switches had joined; `full`: until the graph was full.
    :ivar work: seconds of a processor that the controller took until then; `rest`: in a second at rest, after.
    :ivar memory: of the controller, MiB.
    """

    case: str
    switches: int
    links: int
    joined: float
    full: float
    work: float
    rest: float
    memory: float

    @property
    def ok(self) -> bool:
        """Whether the bound of this case holds."""
        return self.full <= MOST_SECONDS if self.case == "fat tree" else self.rest <= MOST_REST


def measure(case: str, net: Network) -> Figures:
    """Connect a network, wait for its graph, and let it rest."""
    links = 2 * len(net.wiring)
    with tempfile.TemporaryDirectory(prefix="nox-bench-") as name, started(Path(name), _COMPONENTS) as running, net:
        before, start = running.processor, time.perf_counter()
        net.connect(running.endpoint, within=PATIENCE)
        joined = time.perf_counter() - start
        until(lambda: running.metric("nox_topology_links") == links, lambda: net.run(0.2))
        full, work = time.perf_counter() - start, running.processor - before
        net.run(10)  # edges are decided, the tree has settled
        begin, since = running.processor, time.perf_counter()
        net.run(REST)
        rest = (running.processor - begin) / (time.perf_counter() - since)
        assert running.metric("nox_topology_links") == links
        return Figures(case, len(net.switches), len(net.wiring), joined, full, work, rest, running.memory())


CASES: dict[str, Callable[[], Network]] = {
    "fat tree": lambda: Network.fat_tree(K, hosts=1),
    "torus": lambda: Network.torus(WIDTH, HEIGHT, hosts=1),
}


def apart(case: str) -> Figures:
    """Measure one in a process of its own."""
    argv = [sys.executable, "-m", "bench.discovery", case]
    done = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True, timeout=600)
    return Figures(**json.loads(done.stdout))


def table(results: list[Figures], about: dict[str, str]) -> str:
    """The results as Markdown."""
    lines = [
        "# Discovery: how soon a network is known, and what it costs at rest",
        "",
        "Emulated switches over TCP; `twistd nox discovery topology`, frames every 5 s, the view in sqlite. Seconds",
        "from the first connection until all had connected and all links were in the graph; processor seconds that",
        "the controller took until then; its share of a processor at rest; its memory at its peak.",
        "",
        "| network | switches | links | connected, s | full graph, s | work, s | at rest | memory, MiB | bound | |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|---|",
    ]
    bounds = {"fat tree": f"full within {MOST_SECONDS:g} s", "torus": f"at rest under {MOST_REST:.0%}"}
    lines += [
        f"| {one.case} | {one.switches:,} | {one.links:,} | {one.joined:.1f} | {one.full:.1f} | {one.work:.1f} "
        f"| {one.rest:.1%} | {one.memory:.0f} | {bounds[one.case]} | {'pass' if one.ok else 'FAIL'} |"
        for one in results
    ]
    return "\n".join([*lines, "", *(f"- {key}: {value}" for key, value in about.items()), ""])


def main() -> int:
    """Measure, print and write the results; 1 when a bound is missed."""
    if len(sys.argv) > 1:
        print(json.dumps(asdict(measure(sys.argv[1], CASES[sys.argv[1]]()))))
        return 0
    results = [apart(case) for case in CASES]
    about = machine("Twisted")
    return record("discovery", table(results, about), about, [asdict(one) | {"ok": one.ok} for one in results])


if __name__ == "__main__":
    sys.exit(main())
