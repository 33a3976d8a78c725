"""What a structure's dataclass says of itself: its fields, their types, and which classes may stand in a place."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from nox.lib.openflow.structure import Layout, Unknown
from nox.lib.openflow.versions import Version

TYPE: Final = "type"  # the key that names a structure's class
NUMBER: Final = "number"  # the key of a field that is called `type`, where the key `type` is taken
_MISSING: Final = dataclasses.MISSING


@dataclass(frozen=True, slots=True)
class Attribute:
    """One field of a structure.

    :ivar hint: its type, as annotated.
    :ivar default: `dataclasses.MISSING` for none.
    """

    name: str
    hint: Any
    default: Any

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.default is _MISSING


@cache
def attributes(cls: type) -> tuple[Attribute, ...]:
    """The fields of a dataclass in their order."""
    hints = get_type_hints(cls)
    return tuple(Attribute(field.name, hints[field.name], _default(field)) for field in dataclasses.fields(cls))


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not _MISSING else field.default


@cache
def classes(hint: Any) -> dict[str, type]:
    """The dataclasses that may stand where something is annotated so, by name."""
    found: dict[str, type] = {}
    for base in _bases(hint):
        found.update({cls.__name__: cls for cls in _family(base) if _is_concrete(cls)})
    return found


def _bases(hint: Any) -> Iterator[type]:
    for one in alternatives(hint):
        if isinstance(one, type):
            yield one


def alternatives(hint: Any) -> tuple[Any, ...]:
    """The members of a union; a type that is none alone."""
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _family(base: type) -> Iterator[type]:
    yield base
    subclasses: list[type] = base.__subclasses__()
    for cls in subclasses:
        yield from _family(cls)


def _is_concrete(cls: type) -> bool:
    """Whether it is meant to be used; a slotted dataclass leaves a class without slots behind, which is not."""
    return dataclasses.is_dataclass(cls) and "__slots__" in vars(cls) and not cls.__name__.startswith("_")


def key_of(name: str, *, is_tagged: bool) -> str:
    """The key under which a field stands. `is_tagged`: whether its structure's key `type` names the class."""
    return NUMBER if is_tagged and name == TYPE else name


@cache
def absent(cls: type, version: Version) -> frozenset[str]:
    """The fields that the version does not have."""
    layout: Layout = getattr(cls, "LAYOUT", ())
    if not layout or Unknown in cls.__mro__:
        return frozenset()
    present = {field.name for field in layout if field.since <= version <= field.until}
    return frozenset(attribute.name for attribute in attributes(cls)) - present
