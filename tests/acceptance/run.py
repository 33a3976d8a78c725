"""Runs the acceptance checks beside it and prints one table: what, value, bound, PASS or FAIL.

``python tests/acceptance/run.py [PREFIX]`` runs those whose name starts with PREFIX. Every check is an executable file
without a suffix that prints one JSON object a line (``report.py``) and exits with 0 when all of them hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.lab.process import hear_interrupts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
Row = tuple[str, str, str, str, bool]  # check, what, value, bound, ok


def checks(prefix: str) -> Sequence[Path]:
    """The executable files whose name starts with ``prefix``, in order."""
    return sorted(f for f in HERE.glob(f"{prefix}*") if f.is_file() and not f.suffix and os.access(f, os.X_OK))


def rows(check: Path) -> Iterator[Row]:
    """Run one check; its rows, and one more when it failed without saying why in a row."""
    with tempfile.TemporaryDirectory(prefix="nox-state-") as state:  # what a controller remembers is not the machine's
        done = subprocess.run(
            [sys.executable, str(check)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "STATE_DIRECTORY": state},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
    failed = False
    for line in done.stdout.splitlines():
        said = json.loads(line)
        failed |= not said["ok"]
        yield check.name, said["what"], said["value"], said["bound"], said["ok"]
    if done.returncode and not failed:
        yield check.name, "ends", f"exit code {done.returncode}", "0", False
    elif not done.stdout:
        yield check.name, "measures something", "no row", "one row or more", False


def main() -> int:
    """Run the checks, print the table; 1 when one failed or there is none."""
    hear_interrupts()
    table = Table("check", "what", "value", "bound", "")
    passed = []
    for check in checks(sys.argv[1] if len(sys.argv) > 1 else ""):
        print(f"{check.name} …", file=sys.stderr, flush=True)
        for name, what, value, bound, ok in rows(check):
            verdict = Text("PASS", "green") if ok else Text("FAIL", "red")
            table.add_row(name, Text(what), Text(value), Text(bound), verdict)  # as text: "[nox]" would be markup
            passed.append(ok)
    console = Console(width=140)  # the same on a terminal and in a log
    console.print(table)
    console.print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if passed and all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
