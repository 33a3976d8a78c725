"""The process that makes inputs, guided by what they reach in `nox.lib`; `run.py` starts it.

``python -m tests.fuzz.fuzzer PROGRAM …``: PROGRAM starts this process, since libFuzzer calls it again and again to
minimise a corpus. The other arguments are libFuzzer's. It ends with another exit code than 0 at the first input that
breaks `target.check`.

The decoder is one piece of code over many tables, so that its lines do not show which rows were reached. Therefore
each class of structures and each match field has a function of its own here, which is called for what was decoded.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from typing import Any

import atheris

with atheris.instrument_imports(include=["nox.lib"]):
    from nox.lib.openflow.match13 import Oxm
    from nox.lib.openflow.oxm import FIELDS
    from nox.lib.openflow.structure import Structure
    from tests.fuzz.target import check


def _mark() -> Callable[[], None]:
    """A function that shows in the coverage when it was called."""

    def mark() -> None:
        """Count."""

    marked: Callable[[], None] = atheris.instrument_func(mark)
    return marked


def _rows(cls: type[Structure]) -> Iterator[object]:
    yield cls
    for row in cls.__subclasses__():
        yield from _rows(row)


MARKS = {row: _mark() for row in [*_rows(Structure), *((name, masked) for name in FIELDS for masked in (False, True))]}


def reached(value: Any) -> None:
    """Call the functions of all that is in this value."""
    if isinstance(value, tuple):
        for one in value:
            reached(one)
    elif isinstance(value, Oxm):
        MARKS[value.name, value.mask is not None]()
    elif isinstance(value, Structure):
        MARKS[type(value)]()
        for field in dataclasses.fields(value):  # type: ignore[arg-type]
            reached(getattr(value, field.name))


def one(data: bytes) -> None:
    """Judge one input."""
    reached(check(data))


def main() -> None:
    """Fuzz until told to end."""
    atheris.Setup(sys.argv[1:], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
