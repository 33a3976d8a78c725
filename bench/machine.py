"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def machine() -> dict[str, str]:
    """Date, machine and versions, each as text."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, Linux {platform.release()}",
        "Python": platform.python_version(),
        "Twisted": version("twisted"),
        "Open vSwitch": _open_vswitch(),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _open_vswitch() -> str:
    said = subprocess.run(["ovs-testcontroller", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[3]  # "ovs-testcontroller (Open vSwitch) 3.1.0 …"
