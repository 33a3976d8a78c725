"""Messages of one shape, compiled once: each then costs one call of ``pack``.

A layout is a list of parts, in the order of the wire: bytes that never change, and places for parameters. It is
compiled to one `struct.Struct` and one function that packs it, written as source and executed, as `dataclasses`
does for ``__init__``: the same packing through tuples of arguments takes twice as long. The source is made of the
layouts' own expressions alone; no value from outside ever becomes part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from struct import Struct

Value = int | bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a parameter goes.

    :ivar expression: over the packer's parameters, in Python: mostly just the name of one.
    :ivar code: its `struct` format, one item.
    """

    expression: str
    code: str


Part = bytes | Place


def compile_packer(parts: Sequence[Part], signature: str, prepare: str = "pass") -> Callable[..., bytes]:
    """The function that packs this layout.

    :param signature: its parameters, as they stand in a ``def``.
    :param prepare: a statement to run first, such as one that takes a tuple apart.
    """
    joined = _join(parts)
    names: dict[str, object] = {}
    codes, arguments = ["!"], []
    for part in joined:
        if isinstance(part, Place):
            codes.append(part.code)
            arguments.append(part.expression)
        elif part.strip(b"\0"):
            codes.append(f"{len(part)}s")
            arguments.append(f"_{len(names)}")
            names[f"_{len(names)}"] = part
        else:
            codes.append(f"{len(part)}x")
    names["_pack"] = Struct("".join(codes)).pack
    defaults = ", ".join(f"{name}={name}" for name in names)  # locals are faster than globals
    source = f"def pack({signature}, {defaults}):\n    {prepare}\n    return _pack({', '.join(arguments)})\n"
    exec(compile(source, "<packer>", "exec"), names)
    pack: Callable[..., bytes] = names["pack"]  # type: ignore[assignment]
    return pack


def size_of(parts: Sequence[Part]) -> int:
    """Bytes that these parts take."""
    return sum(len(part) if isinstance(part, bytes) else Struct("!" + part.code).size for part in parts)


def _join(parts: Sequence[Part]) -> list[Part]:
    """The parts, with neighbouring constants made one."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += part
        elif part != b"":
            joined.append(part)
    return joined
