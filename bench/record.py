"""Where the benchmarks' results stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


def keep(name: str, table: str, about: Mapping[str, str], results: Sequence[Mapping[str, Any]]) -> None:
    """Write a benchmark's results, as Markdown for people and as JSON.

    :param about: what they were measured on.
    """
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps({"about": about, "results": results}, indent=2) + "\n")
    (RESULTS / f"{name}.md").write_text(table)


def record(name: str, table: str, about: Mapping[str, str], results: Sequence[Mapping[str, Any]]) -> int:
    """Print a benchmark's results and `keep` them.

    :param results: each with `ok`, whether its bound holds.
    :returns: the exit code: 1 when one does not.
    """
    keep(name, table, about, results)
    print(table)
    return 0 if all(result["ok"] for result in results) else 1
