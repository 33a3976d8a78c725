"""Measures the network view: what a hundred thousand hosts take to load and to hold, and how fast it commits.

Loading and holding is measured of `twistd nox`, once with an empty file and once with a full one: each host has a row
of its own, one of its location and one of its address, as if each had been learned alone. Commits are measured with
the real reactor in this process, three rows each, beside plain `sqlite3` that inserts three rows in a transaction with
the same settings. Bounds: loaded within 5 s, held in less than 150 MB over an empty controller.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

from twisted.internet import reactor as twisted_reactor
from twisted.internet.defer import Deferred, gatherResults

from bench.machine import machine
from bench.record import record
from bench.started import Started, started
from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.component.plugins import ComponentPlugin, Installed
from nox.core.config.document import Document
from nox.core.config.loader import check
from nox.core.kernel import Kernel
from nox.core.view.interfaces import INetworkView, ITransaction
from nox.core.view.rows import Address, Evidence, Host, Location
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS
from nox.lib.addresses import EthernetAddress

HOSTS_HELD = 100_000
MOST_SECONDS, MOST_MB = 5.0, 150.0
LOADS = 3  # of which the best counts: other programs only ever make one slower
MEASURED = 5.0  # seconds of commits
AT_ONCE = 64  # transactions under way at a time
_SWITCHES, _PORTS = 1000, 48
_MB = 1.048576  # of a MiB


@dataclass(frozen=True)
class Figures:
    """One measurement. :ivar bound: in words; empty for none."""

    what: str
    value: float
    unit: str
    bound: str = ""
    ok: bool = True


def learned(transaction: ITransaction, number: int) -> None:
    """What is written for one host."""
    mac = EthernetAddress(0x020000000000 + number)
    ip = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    transaction.put(HOSTS, Host(mac=mac))
    dpid, port = 0x00A0_0000_0000_0000 + number % _SWITCHES, number // _SWITCHES % _PORTS + 1
    transaction.put(LOCATIONS, Location(mac=mac, dpid=dpid, port=port))
    transaction.put(ADDRESSES, Address(ip=ip, mac=mac, evidence=Evidence.ARP))


class Bench(Component):
    """Writes."""

    view = requires(INetworkView)

    def write(self, number: int) -> Deferred[int]:
        """One host."""
        transaction = self.view.transaction()
        learned(transaction, number)
        return transaction.commit()


def running(view_table: Mapping[str, object], work: Callable[[Bench], Awaitable[Any]]) -> Any:
    """Run a kernel with the view on the real reactor, until some work with it has ended; what that returned."""
    reactor: Any = twisted_reactor

    outcome: list[Any] = []
    view = ComponentPlugin("view", "nox.core.view.component:View", number=5, on_demand=("INetworkView", "IViewKeeping"))
    installed = Installed.of(view, ComponentPlugin("bench", f"{__name__}:Bench"))
    document = Document("bench", {"nox": {"listen": [], "components": ["bench"]}, "view": view_table})
    kernel = Kernel(check(document, installed), installed, reactor)

    async def run() -> None:
        kernel.bind()
        await kernel.start()
        try:
            bench = kernel.registry.records["bench"].instance
            assert isinstance(bench, Bench)
            outcome.append(await work(bench))
        finally:
            await kernel.stop()
            reactor.stop()

    def begin() -> None:
        Deferred.fromCoroutine(run()).addErrback(lambda failure: failure.printTraceback(sys.stderr))

    reactor.callWhenRunning(begin)
    reactor.run()
    return outcome[0]


async def fill(bench: Bench) -> int:
    """Write all hosts, each in a transaction of its own."""
    for start in range(0, HOSTS_HELD, 1000):
        await gatherResults([bench.write(number) for number in range(start, start + 1000)])
    return HOSTS_HELD


async def one_by_one(bench: Bench) -> float:
    """Commits a second, when each waits for the one before."""
    start, number = time.perf_counter(), 0
    while time.perf_counter() - start < MEASURED:
        await bench.write(number)
        number += 1
    return number / (time.perf_counter() - start)


async def together(bench: Bench) -> float:
    """Commits a second, when so many are under way all the time."""
    start, numbers = time.perf_counter(), count()

    async def one_after_the_other() -> None:
        while time.perf_counter() - start < MEASURED:
            await bench.write(next(numbers))

    await gatherResults([Deferred.fromCoroutine(one_after_the_other()) for _ in range(AT_ONCE)])
    return next(numbers) / (time.perf_counter() - start)


def plain(path: Path) -> float:
    """Transactions a second of plain ``sqlite3``, three rows each."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE rows (tbl TEXT, key TEXT, value TEXT, PRIMARY KEY (tbl, key)) WITHOUT ROWID")
    start, number = time.perf_counter(), 0
    while time.perf_counter() - start < MEASURED:
        connection.execute("BEGIN IMMEDIATE")
        for table in ("hosts", "locations", "addresses"):
            value = f'{{"mac":"02:00:00:{number:08x}","vlan":0,"name":""}}'
            connection.execute("INSERT INTO rows VALUES (?, ?, ?)", (table, str(number), value))
        connection.execute("COMMIT")
        number += 1
    return number / (time.perf_counter() - start)


# Loading and holding


@contextmanager
def controller(folder: Path, file: Path) -> Iterator[tuple[Started, float]]:
    """One with the view in a file, and the seconds that the view took to load."""
    log = folder / f"{file.name}.json"
    log.unlink(missing_ok=True)
    toml = f'components = ["view"]\njson_log = "{log}"\n[view]\npath = "{file}"\n'
    with started(folder, toml, port=0) as nox:
        said = [json.loads(line) for line in log.read_text().splitlines()]
        (loaded,) = (one for one in said if one.get("event") == "loaded")
        time.sleep(1)  # it sorts out its memory after the start
        yield nox, float(loaded["seconds"])


def held(folder: Path) -> list[Figures]:
    """What a full view takes, over an empty one."""
    full = folder / "full.sqlite"
    child("fill", str(full))
    with controller(folder, folder / "empty.sqlite") as (nox, _):
        empty, start = nox.memory("VmRSS"), nox.processor
    loads = []
    for _ in range(LOADS):
        with controller(folder, full) as (nox, took):
            loads.append((took, nox.processor - start))
            more, peak = ((nox.memory(name) - empty) * _MB for name in ("VmRSS", "VmHWM"))
    seconds, work = min(loads)
    return [
        Figures(
            f"100,000 hosts loaded from sqlite, the best of {LOADS}", seconds, "s", "< 5 s", seconds < MOST_SECONDS
        ),
        Figures("of a processor for that, over an empty controller", work, "s"),
        Figures("held, over an empty controller", more, "MB", f"< {MOST_MB:g} MB", more < MOST_MB),
        Figures("at the peak, while it loads", peak, "MB"),
        Figures("a row, with its indexes", more * 1e6 / (3 * HOSTS_HELD), "bytes"),
        Figures("the file", full.stat().st_size / 1e6, "MB"),
    ]


def child(case: str, path: str) -> Any:
    """Do one thing in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "bench.view", case, path], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def committed(folder: Path) -> list[Figures]:
    """Commits a second."""
    found = []
    for case, what in (
        ("plain", "plain sqlite3, one transaction after the other"),
        ("sqlite", "sqlite, each waits for the one before"),
        ("sqlite-together", f"sqlite, {AT_ONCE} under way at a time"),
        ("memory", "memory, each waits for the one before"),
        ("memory-together", f"memory, {AT_ONCE} under way at a time"),
    ):
        found.append(Figures(f"{what}, three rows", child(case, str(folder / f"{case}.sqlite")), "commits/s"))
    return found


def case(name: str, path: str) -> Any:
    """One thing, in this process."""
    if name == "plain":
        return plain(Path(path))
    store = name.partition("-")[0].replace("fill", "sqlite")
    work = fill if name == "fill" else together if name.endswith("together") else one_by_one
    return running({"store": store, "path": path}, work)


def table(results: list[Figures], about: dict[str, str]) -> str:
    """The results as Markdown."""
    lines = [
        "# The network view",
        "",
        "A hundred thousand hosts, each with a row of its own, one of its location and one of its address, written",
        "in a transaction for each host. Every commit waits for the disk, in the peer too; several that are under way",
        "are written together.",
        "",
        "| what | | unit | bound | |",
        "|---|---:|---|---|---|",
    ]
    for one in results:
        value = f"{one.value:,.0f}" if one.value >= 100 else f"{one.value:.2f}"
        lines.append(f"| {one.what} | {value} | {one.unit} | {one.bound} | {verdict(one)} |")
    lines += ["", *(f"- {name}: {value}" for name, value in about.items()), ""]
    return "\n".join(lines)


def verdict(one: Figures) -> str:
    """Whether its bound holds."""
    if not one.bound:
        return ""
    return "pass" if one.ok else "FAIL"


def main() -> int:
    """Measure all."""
    if len(sys.argv) == 3:
        print(json.dumps(case(sys.argv[1], sys.argv[2])))
        return 0
    with tempfile.TemporaryDirectory(prefix="nox-bench-") as name:
        results = [*held(Path(name)), *committed(Path(name))]
    about = {**machine("Twisted"), "SQLite": sqlite3.sqlite_version}
    return record("view", table(results, about), about, [asdict(one) for one in results])


if __name__ == "__main__":
    sys.exit(main())
