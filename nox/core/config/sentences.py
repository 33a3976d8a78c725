"""What is wrong with a table, in plain words: table, key, what is allowed, and the nearest known name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from nox.lib.nearest import did_you_mean

_TEXT = 40  # characters of a wrong value that a sentence repeats

_KINDS = {  # pydantic's error types by how they begin, and what it wanted
    "int_": "a whole number",
    "float_": "a number",
    "finite_number": "a finite number",
    "bool_": "true or false",
    "string_type": "text",
    "string_sub": "text",
    "list_type": "an array",
    "tuple_type": "an array",
    "set_type": "an array",
    "frozen_set_type": "an array",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_": "a table",
    "url_": "a URL",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
    "string_pattern_mismatch": "text that matches {pattern}",
    "too_short": "of at least {min_length} entries",
    "too_long": "of at most {max_length} entries",
}
_BOUNDS = {"ge": "at least {}", "gt": "more than {}", "le": "at most {}", "lt": "less than {}"}
_OUT_OF_RANGE = ("greater_than", "less_than", "multiple_of")


def sentences(error: ValidationError, model: type[BaseModel], table: str) -> Iterator[str]:
    """One sentence for each thing that is wrong, without the file's name.

    :param table: the table's name, without brackets.
    """
    for detail in error.errors():
        yield _sentence(dict(detail), model, table)


def _sentence(detail: Mapping[str, Any], model: type[BaseModel], table: str) -> str:
    path, kind = detail["loc"], detail["type"]
    key = _key(path)
    if kind == "extra_forbidden":
        return _unknown_key(path, model, table)
    if kind == "missing":
        return f'[{table}] needs the key "{key}"'
    if kind in ("value_error", "assertion_error"):
        return f"[{table}] {key}: {detail['ctx']['error']}".replace("] : ", "] ")
    wanted = _bounds(path, model) if kind.startswith(_OUT_OF_RANGE) else _kind(kind, detail.get("ctx", {}))
    if wanted is None:
        return f"[{table}] {key} is wrong: {detail['msg']}"
    return f"[{table}] {key} must be {wanted}, not {describe(detail['input'])}"


def _key(path: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _unknown_key(path: Sequence[str | int], model: type[BaseModel], table: str) -> str:
    unknown = _key(path)
    if len(path) > 1:
        return f'[{table}] has no key "{unknown}"'
    known = sorted(model.model_fields)
    return f'[{table}] has no key "{unknown}" but {", ".join(known)}{did_you_mean(unknown, known)}'


def _kind(kind: str, context: Mapping[str, object]) -> str | None:
    """What was wanted, in words; the longest beginning that fits decides."""
    fits = [beginning for beginning in _KINDS if kind.startswith(beginning)]
    return _KINDS[max(fits, key=len)].format_map(context) if fits else None


def _bounds(path: Sequence[str | int], model: type[BaseModel]) -> str | None:
    """The whole range that a field allows, and not only the bound that was missed."""
    field = model.model_fields.get(str(path[0])) if len(path) == 1 else None
    rules = field.metadata if field is not None else ()
    allowed = [
        text.format(getattr(rule, bound)) for bound, text in _BOUNDS.items() for rule in rules if hasattr(rule, bound)
    ]
    return " and ".join(allowed) or None


def describe(value: object) -> str:
    """A value of the file, as a sentence repeats it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'text ("{value if len(value) <= _TEXT else value[:_TEXT] + "…"}")'
    if isinstance(value, dict):
        return "a table"
    return "an array" if isinstance(value, list) else str(value)
