"""What is wrong with a table, in plain words: table, key, what is allowed, and the nearest known name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, get_args

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


def sentences(
    error: ValidationError, model: type[BaseModel], table: str, arrays: Collection[str] = ()
) -> Iterator[str]:
    """One sentence for each thing that is wrong, without the file's name.

    :param table: the table's name, without brackets.
    :param arrays: those of its keys that are arrays of tables at the top of the file.
    """
    details = error.errors()
    wrong = [detail["loc"] for detail in details]
    for detail in details:
        path = detail["loc"]
        if detail["type"] == "too_short" and any(other[: len(path)] == path != other for other in wrong):
            continue  # entries that are wrong are not counted
        yield _sentence(*_place(dict(detail), model, table, arrays))


def _place(
    detail: dict[str, Any], model: type[BaseModel], table: str, arrays: Collection[str]
) -> tuple[dict[str, Any], type[BaseModel], str]:
    """What is wrong, the rules there, and where: ``[table]``, or ``[[array]] 2:`` for the second entry of an array."""
    path = detail["loc"]
    element = _element(model, path)
    if element is None:
        return detail, model, f"[{table}]"
    name = path[0] if path[0] in arrays else f"{table}.{path[0]}"
    return {**detail, "loc": path[2:]}, element, f"[[{name}]] {path[1] + 1}:"


def _element(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel] | None:
    """The rules of an array's entries, when they are tables."""
    field = model.model_fields.get(str(path[0])) if len(path) > 1 and isinstance(path[1], int) else None
    kinds = get_args(field.annotation) if field is not None else ()
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _sentence(detail: Mapping[str, Any], model: type[BaseModel], place: str) -> str:
    path, kind = detail["loc"], detail["type"]
    key = _key(path)
    where = f"{place} {key}" if key else place
    if kind == "extra_forbidden":
        return _unknown_key(path, model, place)
    if kind == "missing":
        return f'{place} needs the key "{key}"'
    if kind in ("value_error", "assertion_error"):
        return f"{where}{':' if key else ''} {detail['ctx']['error']}"
    wanted = _bounds(path, model) if kind.startswith(_OUT_OF_RANGE) else _kind(kind, detail.get("ctx", {}))
    if wanted is None:
        return f"{where} is wrong: {detail['msg']}"
    return f"{where} must be {wanted}, not {describe(detail['input'])}"


def _key(path: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _unknown_key(path: Sequence[str | int], model: type[BaseModel], place: str) -> str:
    unknown = _key(path)
    if len(path) > 1:
        return f'{place} has no key "{unknown}"'
    known = sorted(model.model_fields)
    return f'{place} has no key "{unknown}" but {", ".join(known)}{did_you_mean(unknown, known)}'


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
