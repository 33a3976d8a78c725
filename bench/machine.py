"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def machine(*packages: str) -> dict[str, str]:
    """Date, machine and versions, each as text.

    :param packages: of Python, whose versions matter too.
    """
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, Linux {platform.release()}",
        "Python": platform.python_version(),
        **{package: version(package) for package in packages},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def open_vswitch() -> str:
    """The version of Open vSwitch."""
    said = subprocess.run(["ovs-testcontroller", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[3]  # "ovs-testcontroller (Open vSwitch) 3.1.0 …"
