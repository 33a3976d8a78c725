"""The examples of docs/testing-applications.md: an application and its test, and the test of a recording."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "testing-applications.md"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`(\w+\.py)`:\n\n^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files() -> dict[str, str]:
    """The files that the page prints, by name."""
    return dict(_FILE.findall(_PAGE.read_text()))


def block(word: str) -> str:
    """The one block of Python on the page that has this in it."""
    [found] = [text for text in _BLOCK.findall(_PAGE.read_text()) if word in text]
    assert isinstance(found, str)
    return found


def write(folder: Path, change: tuple[str, str] = ("", "")) -> None:
    """Put the files there.

    :param change: a text of the application, and what it is replaced with.
    """
    printed = files()
    for name, text in printed.items():
        assert name.startswith("test_") or change[0] in text
        (folder / name).write_text(text.replace(*change) if change[0] and not name.startswith("test_") else text)


def run(folder: Path, test: str = "test_detour.py") -> subprocess.CompletedProcess[str]:
    """Run its tests as the page says, with the durations, and keep bytecode as Python does by default."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    argv = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--durations=0", "-vv", test]
    return subprocess.run(
        argv, cwd=folder, env=environment, text=True, timeout=60, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
