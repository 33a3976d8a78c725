"""Measures routing by the size of the network: what a route costs, what a link that goes, and flows that are set up.

Fat trees of 20, 80 and 320 switches. In memory: the cost of a route between two random edge ports, and of taking away
a link while 1,000 flows stand, of which those that crossed it get another path. Then `ofload` against `twistd nox`:
paths a second over a fat tree.
Bound: the route's cost grows with at most the 0.3th power of the number of switches.
"""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

from bench.machine import machine
from bench.record import RESULTS, record
from bench.started import started
from nox.emulator import topologies
from nox.lib.flowkey import SHAPES, UDP
from nox.lib.graph import Edge, Graph
from nox.netapps.decision import Decision, Place, Verdict
from nox.netapps.decision import Path as Way
from nox.netapps.routing.choosing import choose
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.healing import Healer
from nox.netapps.routing.identity import choice
from nox.netapps.routing.links import Difference
from nox.netapps.routing.table import FlowTable

SIZES = (4, 8, 16)  # ports of a switch: 20, 80, 320 switches
ROUTES, LINKS, FLOWS = 2000, 200, 1000
ROUTE, LINK = "a route", "a link goes"
UDP_SHAPE = next(shape for shape in SHAPES if shape.fixed.get("ip_proto") == UDP and "ipv4_src" in shape.fields)
MOST_EXPONENT = 0.3
_PORT = 16653
_CONFIGURATION = """\
components = ["routing", "allow_all"]
[view]
store = "memory"
[routing]
floods = 100000
"""


@dataclass(frozen=True)
class Figure:
    """One measured thing. :ivar value: microseconds, or paths a second. :ivar bound: in words; empty for none."""

    what: str
    switches: int
    value: float
    unit: str
    bound: str = ""
    ok: bool = True


def fat_tree(k: int) -> tuple[Graph, list[Place]]:
    """The graph, and the ports of hosts."""
    plan = topologies.fat_tree(k)
    dpids = {name: dpid for dpid, name in enumerate(plan.switches, 1)}
    used = dict.fromkeys(dpids, 0)
    graph = Graph()
    for a, b in plan.links:
        used[a], used[b] = used[a] + 1, used[b] + 1
        graph.put(Edge(dpids[a], used[a], dpids[b], used[b], 1, 1_000_000))
        graph.put(Edge(dpids[b], used[b], dpids[a], used[a], 1, 1_000_000))
    return graph, [Place(dpids[name], 1000 + number) for name in plan.edges for number in range(k // 2)]


def each(work: Callable[[], object]) -> float:
    """Microseconds that a call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e6


def in_memory(k: int) -> Iterator[Figure]:
    """A route, and a link that goes and comes, with the distances to all edge switches kept."""
    graph, places = fat_tree(k)
    size, chance = 5 * k * k // 4, random.Random(1)
    for place in places:
        graph.distances(place.dpid)
    pairs = [chance.sample(places, 2) for _ in range(ROUTES)]
    times = [each(lambda: choose(graph, one, other, choice=chance.getrandbits(32))) for one, other in pairs]  # noqa: B023
    yield Figure(ROUTE, size, median(times), "us")
    far = [pair for pair in pairs if len(_way(graph, *pair)) == 5][:500]
    longest = [each(lambda: choose(graph, one, other, choice=chance.getrandbits(32))) for one, other in far]  # noqa: B023
    yield Figure("a route of five hops", size, median(longest), "us")
    yield from failures(graph, places, chance, size)


def failures(graph: Graph, places: Sequence[Place], chance: random.Random, size: int) -> Iterator[Figure]:
    """Links that go, one after the other, both directions of each, while flows stand that are led elsewhere."""
    table, moved = FlowTable(), list[int]()
    for number in range(FLOWS):
        flow = standing(number, *chance.sample(places, 2))
        table.add(flow)
        table.lead(flow, route(graph, flow) or ())
    healer = Healer(table, graph, lambda flow: route(graph, flow), table.lead, lambda call: call())
    distances, took = [], []
    for edge in chance.sample(list(graph), min(LINKS, sum(1 for _ in graph))):
        back, before = graph.get(edge.end), healer.moved
        assert back is not None
        distances.append(each(lambda: fail(graph, edge, back)))  # noqa: B023
        took.append(distances[-1] + each(lambda: healer.concern(Difference(gone=[edge, back]))))  # noqa: B023
        moved.append(healer.moved - before)
        for one in (edge, back):
            graph.put(one)
    yield Figure(LINK, size, median(distances), "us")
    yield Figure(f"the same, {FLOWS:,} flows stand", size, median(took), "us")
    yield Figure("flows that it moves", size, fmean(moved), "")


def fail(graph: Graph, *edges: Edge) -> None:
    """Both directions of a link are there no more."""
    for edge in edges:
        graph.remove(edge.begin)


def standing(number: int, source: Place, destination: Place) -> Flow:
    """A UDP flow between two hosts, with a port of its own."""
    ends = (destination.dpid << 16 | destination.port).to_bytes(6), (source.dpid << 16 | source.port).to_bytes(6)
    values: dict[str, int | bytes] = {
        "eth_dst": ends[0], "eth_src": ends[1], "ipv4_src": ends[1][2:], "ipv4_dst": ends[0][2:], "udp_src": number,
    }  # fmt: skip
    identity = UDP_SHAPE, tuple(values.get(name, 0) for name in UDP_SHAPE.fields[1:])
    sender, receiver = (ends[1], 0), (ends[0], 0)
    return Flow(
        identity, number + 1, number, sender=sender, receiver=receiver, source=source, destination=destination,
        decision=Decision(verdict=Verdict.ALLOW, rule="bench"),
    )  # fmt: skip


def route(graph: Graph, flow: Flow) -> Way | None:
    """A flow's path as things are."""
    return choose(graph, flow.source, flow.destination, choice=choice(flow.identity))


def _way(graph: Graph, one: Place, other: Place) -> Way:
    return choose(graph, one, other) or ()


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The exponent of the power that fits best: the slope through the logarithms, by least squares."""
    logs = [(math.log(size), math.log(value)) for size, value in points]
    mean_x, mean_y = (sum(one) / len(logs) for one in zip(*logs, strict=True))
    slope: float = sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) * (x - mean_x) for x, _ in logs)
    return slope


def set_ups(k: int) -> Figure:
    """Paths a second over a fat tree, by `ofload`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = folder / "ofload"
        subprocess.run(["cc", "-O2", "-o", program, Path(__file__).with_name("ofload.c")], check=True)
        with started(folder, _CONFIGURATION, port=_PORT):
            argv = [str(program), "-p", str(_PORT), "-k", str(k), "-H", "8", "-v", "13", "-n"]
            done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if done.stdout.startswith("{") else {}
    print(done.stdout, file=sys.stderr)
    rate: float = said.get("answered_per_s", 0.0)
    return Figure("new flows over a fat tree", 5 * k * k // 4, rate, "1/s", "no wrong answer", done.returncode == 0)


def points(figures: Sequence[Figure], what: str) -> list[tuple[int, float]]:
    """The values of one thing by size."""
    return [(one.switches, one.value) for one in figures if one.what == what]


def plot(figures: Sequence[Figure], what: str) -> str:
    """The growth of one thing, drawn in text: a line for each size."""
    found = points(figures, what)
    most = max(value for _, value in found)
    lines = [f"{size:>5} switches {'#' * round(40 * value / most):<40} {value:.1f} us" for size, value in found]
    return "\n".join(
        [f"{what[0].upper()}{what[1:]}:", "", "```", *lines, f"cost ~ switches^{exponent(found):.2f}", "```", ""]
    )


def measure(*, over_tcp: bool = True) -> list[Figure]:
    """All of it. :param over_tcp: with `ofload` as well."""
    figures = [figure for k in SIZES for figure in in_memory(k)]
    slope = exponent(points(figures, ROUTE))
    bound = f"<= {MOST_EXPONENT}"
    figures.append(Figure("exponent of a route's cost", 320, slope, "", bound, slope <= MOST_EXPONENT))
    figures.append(Figure("exponent of a link's cost", 320, exponent(points(figures, LINK)), ""))
    return [*figures, *(map(set_ups, SIZES[:2]) if over_tcp else ())]


def main() -> int:
    """Measure, print, write."""
    figures, about = measure(over_tcp="memory" not in sys.argv[1:]), machine()
    rows = [f"| {one.what} | {one.switches} | {one.value:,.2f} {one.unit} | {one.bound} |" for one in figures]
    head = ["| what | switches | value | bound |", "|---|---|---|---|"]
    plots = [plot(figures, what) for what in (ROUTE, LINK)]
    known = [f"- {name}: {value}" for name, value in about.items()]
    return record("routing", "\n".join([*head, *rows, "", *plots, *known, ""]), about, [asdict(one) for one in figures])


if __name__ == "__main__":
    assert RESULTS.parent.exists()
    sys.exit(main())
