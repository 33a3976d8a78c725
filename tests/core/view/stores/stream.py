"""A process that writes one transaction after the other until it is killed, and a look at what is there afterwards.

Transaction n writes three rows: n itself as ``last``, and n as the left and the right half of pair n modulo PAIRS.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import deque
from pathlib import Path

from twisted.internet.defer import Deferred

from nox.core.view.interfaces import Commit
from tests.core.view.stores.support import Noted, Place, commit, put

ROOT = Path(__file__).resolve().parents[4]
PAIRS = 40
_AT_ONCE = 16  # transactions that are under way at a time


def write_for_ever(path: Path, first: int) -> None:
    """Write; say each transaction that was acknowledged on a line of its own."""
    place = Place("sqlite", path.parent)
    store, _ = place.open()
    waiting: deque[tuple[int, Deferred[int]]] = deque()
    number = first
    while True:
        waiting.append((number, store.commit(_transaction(number))))
        number += 1
        if len(waiting) >= _AT_ONCE:
            done, answer = waiting.popleft()
            place.settle(answer)
            print(done, flush=True)


def _transaction(number: int) -> Commit:
    value = json.dumps({"n": number, "filling": "x" * (number % 500)})
    rows = [put(f"{half} {number % PAIRS}", value, lookups=(("n",),)) for half in ("left", "right")]
    return commit(put("last", json.dumps({"n": number})), *rows)


def kill_once(path: Path, first: int, chance: random.Random) -> int:
    """Have a process write, kill it at some moment, and look at the file; the newest transaction that is in it.

    :raises AssertionError: when an acknowledged transaction is not there, or half of one is.
    """
    argv = [sys.executable, "-m", "tests.core.view.stores.stream", str(path), str(first)]
    with subprocess.Popen(argv, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(1 + chance.randrange(200))]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
    acknowledged = [int(line) for line in said if line.endswith("\n")]
    return looked_at(path, max(acknowledged))


def looked_at(path: Path, acknowledged: int) -> int:
    """See that all is there up to some transaction, at least the one that was acknowledged, and nothing else."""
    place = Place("sqlite", path.parent)
    store, noted = place.open()
    place.settle(store.close())
    found = _numbers(noted)
    newest = found.pop("last")
    assert newest >= acknowledged, f"{acknowledged} was acknowledged, but {newest} is the newest there"
    last = range(max(0, newest - PAIRS + 1), newest + 1)
    expected = {f"{half} {number % PAIRS}": number for number in last for half in ("left", "right")}
    assert found == expected, "half of a transaction is there, or one is missing"
    return newest


def _numbers(noted: Noted) -> dict[str, int]:
    return {key: json.loads(row.value)["n"] for (_, key), row in noted.found.items()}


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]), int(sys.argv[2]))
