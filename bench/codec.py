"""How long OpenFlow messages take to decode and to encode, beside os-ken in the same run.

A packet-in, a flow-mod and the statistics of 10,000 entries (``dialects.py``), through `nox.lib.openflow.codec`, in
1.0, in 1.0 with Nicira's extensions and in 1.3; and from the wire to the `FlowStats` that reconciliation compares.
os-ken (``osken.py``) parses and serialises the same bytes; it cannot do all of it. The two take turns, and of each
the best round counts, since whatever else the machine does only adds. ``python -m bench.codec`` writes
``results/codec.json`` and ``results/codec.md``.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench import osken
from bench.dialects import ENTRIES, Dialect, dialects
from bench.machine import machine
from bench.record import record
from nox.lib.openflow import messages
from nox.lib.openflow.codec import decode

Work = Callable[[], object]
SHORTEST = 0.1  # seconds of one measurement, at least


@dataclass(frozen=True)
class Case:
    """One thing to measure.

    :ivar ours: does it once; `peers` too: None where os-ken cannot, and `lacks` says why.
    :ivar times: how many times faster than os-ken it must be; 0 where nothing is asked for.
    """

    what: str
    dialect: str
    ours: Work
    peers: Work | None = None
    lacks: str = ""
    times: float = 0


@dataclass
class Result:
    """The seconds that a case takes once, in each round."""

    case: Case
    ours: list[float] = field(default_factory=list)
    peers: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times faster than os-ken; 0 where there is nothing to compare with."""
        return min(self.peers) / min(self.ours) if self.peers else 0

    @property
    def bound(self) -> str:
        """What is asked for, in words."""
        return f">= {self.case.times} x os-ken" if self.case.times else "-"

    @property
    def ok(self) -> bool:
        """Whether the bound is reached."""
        return self.ratio >= self.case.times

    def asdict(self) -> dict[str, Any]:
        """For JSON: microseconds."""
        return {
            "what": self.case.what,
            "version": self.case.dialect,
            "nox_us": [round(s * 1e6, 3) for s in self.ours],
            "os_ken_us": [round(s * 1e6, 3) for s in self.peers],
            "ratio": round(self.ratio, 2),
            "bound": self.bound,
            "ok": self.ok,
        }


NO_ENCODER = "does not write it"
NO_DECODER = "does not read it"

# How many times faster than os-ken at least, in 1.3. 1.0's messages have no bound: the table says how they stand.
BOUNDS = {"packet-in, decode": 1.5, "flow-mod, decode": 2.0, "flow-mod, encode": 2.0}
STATISTICS = f"statistics of {ENTRIES:,} entries"
BOUNDS[f"{STATISTICS}, decode"] = 2.0


def cases() -> Iterator[Case]:
    """All that is measured."""
    for dialect in dialects():
        yield from _messages(dialect)
        yield from _statistics(dialect)


def _messages(dialect: Dialect) -> Iterator[Case]:
    for what, message in (("packet-in", dialect.packet_in), ("flow-mod", dialect.flow_mod)):
        yield _decoding(what, dialect, [message])
        peers = partial(osken.encode, osken.flow_mod(dialect.name)) if message is dialect.flow_mod else None
        yield _case(f"{what}, encode", dialect, partial(_encode, dialect, [message]), peers, NO_ENCODER)


def _statistics(dialect: Dialect) -> Iterator[Case]:
    yield _decoding(STATISTICS, dialect, dialect.reply)
    parts = [dialect.encoded(part) for part in dialect.reply]
    yield _case(f"{STATISTICS}, to FlowStats", dialect, partial(_translate, dialect, parts), None, "has no such form")
    yield _case(f"{STATISTICS}, encode", dialect, partial(_encode, dialect, dialect.reply), None, NO_ENCODER)


def _decoding(what: str, dialect: Dialect, parts: Sequence[messages.Message]) -> Case:
    encoded = [dialect.encoded(part) for part in parts]
    peers = partial(_decode, osken.decode, encoded) if osken.reads(encoded[0]) else None
    return _case(f"{what}, decode", dialect, partial(_decode, decode, encoded), peers, NO_DECODER)


def _case(what: str, dialect: Dialect, ours: Work, peers: Work | None, lacks: str) -> Case:
    bound = BOUNDS.get(what, 0) if peers and dialect.name == "1.3" else 0
    return Case(what, dialect.name, ours, peers, "" if peers else lacks, bound)


def _decode(how: Callable[[bytes], object], parts: Sequence[bytes]) -> None:
    for part in parts:
        how(part)


def _encode(dialect: Dialect, parts: Sequence[messages.Message]) -> None:
    for part in parts:
        dialect.encoded(part)


def _translate(dialect: Dialect, parts: Sequence[bytes]) -> None:
    for part in parts:
        reply = decode(part)
        assert isinstance(reply, dialect.translator.flow_stats_reply)
        for entry in reply.entries:
            dialect.translator.flow_stats(entry)


def measure(case: Case, *, rounds: int) -> Result:
    """Both in turn, so many times."""
    result = Result(case)
    for _ in range(rounds):
        result.ours.append(_seconds(case.ours))
        if case.peers is not None:
            result.peers.append(_seconds(case.peers))
    return result


def _seconds(work: Work) -> float:
    """How long it takes once: as many times as fill `SHORTEST`, without the garbage of what ran before."""
    gc.collect()
    count, took = 0, 0.0
    while took < SHORTEST:
        repeat = max(1, count)
        start = time.perf_counter()
        for _ in range(repeat):
            work()
        took, count = time.perf_counter() - start, 2 * repeat
    return took / repeat


def table(results: Sequence[Result], about: dict[str, str]) -> str:
    """The results as Markdown."""
    lines = [
        "# OpenFlow's codec beside os-ken's",
        "",
        "Microseconds, the best of the rounds, on one core. Statistics come in parts of at most 64 KiB; the time is",
        "that of all parts. The ratio says how many times faster NOX is.",
        "",
        "| case | OpenFlow | NOX | os-ken | ratio | bound | |",
        "|---|---|---:|---:|---:|---|---|",
    ]
    lines += map(_line, results)
    return "\n".join([*lines, "", *(f"- {key}: {value}" for key, value in about.items()), ""])


def _line(result: Result) -> str:
    case = result.case
    peers, ratio = (f"{min(result.peers) * 1e6:,.1f}", f"{result.ratio:.1f}") if result.peers else (case.lacks, "-")
    verdict = "pass" if result.ok else "FAIL"
    ours = f"{min(result.ours) * 1e6:,.1f}"
    return f"| {case.what} | {case.dialect} | {ours} | {peers} | {ratio} | {result.bound} | {verdict} |"


def main() -> int:
    """Measure every case, print and write the results; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    results = []
    for case in cases():
        results.append(measure(case, rounds=options.rounds))
        print(_line(results[-1]), flush=True)
    about = machine("os-ken") | {"rounds": str(options.rounds)}
    return record("codec", table(results, about), about, [result.asdict() for result in results])


if __name__ == "__main__":
    sys.exit(main())
