"""What an acceptance check prints: one JSON object a line, which ``run.py`` gathers into a table."""

from __future__ import annotations

import json
import sys
from typing import NoReturn


class Report:
    """The rows of one check. A check that ends without ``finish`` has failed."""

    def __init__(self) -> None:
        self._ok = True

    def row(self, what: str, value: object, bound: str, ok: bool) -> None:
        """One measured thing: what it is, its value, what is asked for, and whether that holds."""
        self._ok &= ok
        print(json.dumps({"what": what, "value": str(value), "bound": bound, "ok": ok}), flush=True)

    def finish(self) -> NoReturn:
        """End the check: exit code 0 when all rows held."""
        sys.exit(0 if self._ok else 1)
