"""The first judge: ``ovs-ofctl ofp-print``. Its exit code says nothing; its text does."""

from __future__ import annotations

import re
import subprocess

_COMPLAINT = re.compile(r"\*\*\*|decode error|truncated|unknown|trailing|bad ")


def complaint(data: bytes) -> str:
    """What it finds wrong with a message, in one line; empty when nothing."""
    argv = ["ovs-ofctl", "ofp-print", "-"]
    done = subprocess.run(argv, input=data.hex(), capture_output=True, text=True, timeout=10)
    said = " ".join(f"{done.stdout} {done.stderr}".split())
    return said if _COMPLAINT.search(said) or not done.stdout.strip() else ""
