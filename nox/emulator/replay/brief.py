"""A message as short text: what is as usual is left out."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any


def brief(value: object) -> str:
    """The value as Python writes it, without fields that have their default."""
    if isinstance(value, tuple):
        return f"({', '.join(map(brief, value))})"
    if isinstance(value, type) or not is_dataclass(value) or type(value).__str__ is not object.__str__:
        return repr(value) if isinstance(value, str | bytes) else str(value)
    told = ((field, getattr(value, field.name)) for field in fields(value))
    return f"{type(value).__name__}({', '.join(f'{f.name}={brief(v)}' for f, v in told if v != _default(f))})"


def _default(field: Field[Any]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default
