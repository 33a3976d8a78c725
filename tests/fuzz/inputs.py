"""Inputs kept as text: one a line, in hexadecimal. Lines that start with ``#`` say something about the next one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus.txt"  # what covers the decoder, minimised: `run.py` writes it
FINDINGS = HERE / "findings.txt"  # what once broke it


def load(file: Path) -> list[bytes]:
    """The inputs of a file."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [bytes.fromhex(line) for line in lines if line and not line.startswith("#")]


def save(file: Path, inputs: Iterable[bytes]) -> None:
    """Write them, short ones first, each once."""
    file.write_text("".join(f"{data.hex()}\n" for data in sorted(set(inputs), key=lambda data: (len(data), data))))
