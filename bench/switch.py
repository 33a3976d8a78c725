"""How many packet-ins a second `switch` answers, beside ``ovs-testcontroller`` in the same run.

The controller runs on core 0 and the load generator (``ofload.c``) on core 1. The controllers take turns, so that
what else the machine does falls on all. NOX runs with `switch` in pure Python and two more handlers of a third-party
plugin (``plugin/``); the files below them, which every packet crosses, are interpreted once and compiled once.
``python -m bench.switch`` writes ``results/switch.json`` and ``results/switch.md``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.controllers import FORMS, HERE, PORT, Command, nox, ovs_testcontroller, running, working_directory
from bench.machine import machine, open_vswitch
from bench.record import record

CONTROLLERS_CORE, CORE = "0", "1"
OFLOAD = HERE / "ofload"
REFERENCE_STARTS = 10


@dataclass(frozen=True)
class Case:
    """One question: how the generator runs, and what the answer must be.

    :ivar at_least: answers a second; 0 where none is asked for.
    :ivar times: of ``ovs-testcontroller``'s figure; 0 where none is asked for.
    """

    name: str
    version: str
    arguments: tuple[str, ...]
    at_least: float = 0
    times: float = 0

    @property
    def bound(self) -> str:
        """What is asked for, in words."""
        if self.at_least:
            return f">= {self.at_least:,.0f}/s"
        return f">= {self.times} x ovs-testcontroller" if self.times else "-"


@dataclass
class Result:
    """The figures of one case: answered packet-ins a second in each round, and NOX's answers that were wrong.

    :ivar form: of NOX.
    """

    case: Case
    form: str
    nox: list[float] = field(default_factory=list)
    reference: list[float] = field(default_factory=list)
    wrong: int = 0

    @property
    def median(self) -> float:
        """Of NOX's rounds."""
        return statistics.median(self.nox)

    @property
    def reference_median(self) -> float:
        """Of ``ovs-testcontroller``'s rounds."""
        return statistics.median(self.reference)

    @property
    def ratio(self) -> float:
        """NOX's median over the reference's."""
        return self.median / self.reference_median

    @property
    def ok(self) -> bool:
        """Whether the bound is reached and no answer was wrong."""
        return not self.wrong and self.median >= self.case.at_least and self.ratio >= self.case.times

    def asdict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "what": self.case.name,
            "version": self.case.version,
            "form": self.form,
            "generator": " ".join(self.case.arguments),
            "nox_per_s": self.nox,
            "ovs_testcontroller_per_s": self.reference,
            "median": self.median,
            "ratio": round(self.ratio, 2),
            "bound": self.case.bound,
            "wrong": self.wrong,
            "ok": self.ok,
        }


# The bounds are asked for with 1.0; 1.3 is measured beside it.
CASES = (
    Case("throughput, 16 switches", "1.0", ("-v", "10", "-s", "16"), at_least=300_000),
    Case("throughput, 16 switches, unbuffered", "1.0", ("-v", "10", "-s", "16", "-n"), at_least=200_000),
    Case("throughput, 1 switch", "1.0", ("-v", "10", "-s", "1"), times=1.0),
    Case("latency, 16 switches", "1.0", ("-v", "10", "-s", "16", "-m", "latency"), times=0.8),
    Case("throughput, 16 switches", "1.3", ("-v", "13", "-s", "16")),
    Case("throughput, 16 switches, unbuffered", "1.3", ("-v", "13", "-s", "16", "-n")),
    Case("throughput, 1 switch", "1.3", ("-v", "13", "-s", "1")),
    Case("latency, 16 switches", "1.3", ("-v", "13", "-s", "16", "-m", "latency")),
)


def build() -> None:
    """Compile the generator and NOX where their sources are newer."""
    subprocess.run(["make", "--silent", "compile"], cwd=HERE.parent, check=True)
    source = HERE / "ofload.c"
    if not OFLOAD.exists() or OFLOAD.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["cc", "-O2", "-o", str(OFLOAD), str(source)], check=True)


def measure(case: Case, *, rounds: int, seconds: int) -> list[Result]:
    """Each form of NOX and the reference in turn, each ``rounds`` times for ``seconds``; a result for each form."""
    results = [Result(case, form) for form in FORMS]
    for _ in range(rounds):
        with working_directory() as directory:
            for result in results:
                figures = _load(nox(directory, result.form), case, seconds, directory)
                result.nox.append(figures["answered_per_s"])
                result.wrong += figures["wrong"]
            reference = _load_reference(case, seconds, directory)
        for result in results:
            result.reference.append(reference["answered_per_s"])
    return results


def _load_reference(case: Case, seconds: int, directory: Path) -> dict[str, Any]:
    """Start ``ovs-testcontroller`` anew where it drops those that have just connected: one time in ten it does."""
    for _ in range(REFERENCE_STARTS - 1):
        with contextlib.suppress(RuntimeError):
            return _load(ovs_testcontroller(case.version), case, seconds, directory)
    return _load(ovs_testcontroller(case.version), case, seconds, directory)


def _load(command: Command, case: Case, seconds: int, directory: Path) -> dict[str, Any]:
    """Run the generator once; what it prints.

    :raises RuntimeError: when it measured nothing.
    """
    argv = ["taskset", "-c", CORE, str(OFLOAD), "-p", str(PORT), "-t", str(seconds), *case.arguments]
    with running(command, directory, core=CONTROLLERS_CORE):
        done = subprocess.run(argv, capture_output=True, text=True, timeout=seconds + 60)
    if not done.stdout:
        log = (directory / "controller.log").read_text()[-2000:]
        raise RuntimeError(f"{command.argv[0]}: {' '.join(argv)}: {done.stderr.strip()}\n{log}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


NOTES = """\
What bounds it: in throughput the processor, whose speed on a shared machine changes by half from one minute to the
next, for both controllers alike; so the ratio says more than the figure. In latency mode every answer costs one
`recv` and one `send`, which is half of the time, and the same for both controllers; the rest is Python's, and
compiling the files below the handlers takes a third off it. What was tried, with figures: docs/decisions.md, "What
bounds the latency mode". What would lift it: a read loop in C, which would be a second implementation, or a CPython
whose calls into C cost less.
"""


def table(results: Sequence[Result], about: dict[str, str]) -> str:
    """The results as Markdown."""
    lines = [
        "# `switch` beside `ovs-testcontroller`",
        "",
        "Answered packet-ins a second, median of the rounds; controller on one core, generator on another.",
        "",
        "| case | OpenFlow | form | NOX | ovs-testcontroller | ratio | bound | wrong | |",
        "|---|---|---|---:|---:|---:|---|---:|---|",
    ]
    lines += [
        f"| {r.case.name} | {r.case.version} | {r.form} | {r.median:,.0f} | {r.reference_median:,.0f} | {r.ratio:.2f} "
        f"| {r.case.bound} | {r.wrong} | {'pass' if r.ok else 'FAIL'} |"
        for r in results
    ]
    return "\n".join([*lines, "", NOTES, *(f"- {key}: {value}" for key, value in about.items()), ""])


def main() -> int:
    """Measure every case, print and write the results; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    options = parser.parse_args()
    build()
    results: list[Result] = []
    for case in CASES:
        for one in measure(case, rounds=options.rounds, seconds=options.seconds):
            results.append(one)
            print(f"{case.version} {case.name}, {one.form}: {one.median:,.0f}/s, {one.ratio:.2f} times", flush=True)
    rounds = f"{options.rounds} of {options.seconds} s"
    about = machine("Twisted") | {"Open vSwitch": open_vswitch(), "rounds": rounds}
    return record("switch", table(results, about), about, [result.asdict() for result in results])


if __name__ == "__main__":
    sys.exit(main())
