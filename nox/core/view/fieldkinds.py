"""How the values of rows' fields are written in JSON, and read from it: strictly, since it may come from elsewhere."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from nox.core.view.errors import UnreadableRow
from nox.lib.addresses import EthernetAddress, format_dpid, parse_dpid
from nox.lib.errors import LocalProtocolError

_DPIDS = range(1 << 64)


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One type of field.

    :ivar write: a value as JSON has it. :raises UnreadableRow: when it is none.
    :ivar read: the value of what JSON has. :raises UnreadableRow: when that is none.
    :ivar plain: the type that JSON has itself: such a value is as it is.
    :ivar is_shared: whether many rows share a value, which are then kept once.
    """

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    plain: type | None = None
    is_shared: bool = False


def kind_of(hint: Any) -> FieldKind:
    """The kind of a field with this type.

    :raises TypeError: for a type that rows do not have.
    """
    if get_origin(hint) is Annotated:
        return _ANNOTATED[get_args(hint)[1]]
    if isinstance(hint, type) and issubclass(hint, enum.StrEnum):
        return _enumeration(hint)
    if hint not in _PLAIN:
        raise TypeError(f"a row's field cannot be {hint}")
    return _PLAIN[hint]


def _exactly(wanted: type, what: str) -> FieldKind:
    """A type that JSON has itself."""

    def same(value: Any) -> Any:
        if type(value) is wanted:
            return value
        raise UnreadableRow(f"must be {what}, not {value!r:.60}")

    return FieldKind(same, same, wanted)


def _enumeration(cls: type[enum.StrEnum]) -> FieldKind:
    what = f"one of {', '.join(cls)}"
    members = {member.value: member for member in cls}

    def read(value: Any) -> enum.StrEnum:
        if isinstance(value, str) and value in members:
            return members[value]
        raise UnreadableRow(f"must be {what}, not {value!r:.60}")

    return FieldKind(lambda value: read(value).value, read)


_ADDRESS = "an Ethernet address such as 02:00:00:00:00:01"


def _write_address(value: Any) -> str:
    if isinstance(value, bytes) and len(value) == 6:
        return value.hex(":")
    raise UnreadableRow(f"must be {_ADDRESS}, not {value!r:.60}")


def _read_address(value: Any) -> EthernetAddress:
    """As it is written here, or as people write it. The first is quicker than a regular expression."""
    try:
        raw = bytes.fromhex(value.replace(":", ""))
        return EthernetAddress(raw if raw.hex(":") == value else value)
    except (AttributeError, ValueError, LocalProtocolError):
        raise UnreadableRow(f"must be {_ADDRESS}, not {value!r:.60}") from None


_DPID = "a dpid of 16 hexadecimal digits"


def _write_dpid(value: Any) -> str:
    if type(value) is int and value in _DPIDS:
        return format_dpid(value)
    raise UnreadableRow(f"must be {_DPID}, not {value!r:.60}")


def _read_dpid(value: Any) -> int:
    try:
        dpid = int(value, 16)
        return dpid if format_dpid(dpid) == value else parse_dpid(value)
    except (TypeError, ValueError, LocalProtocolError):
        raise UnreadableRow(f"must be {_DPID}, not {value!r:.60}") from None


_PLAIN: dict[Any, FieldKind] = {
    int: _exactly(int, "a whole number"),
    str: _exactly(str, "text"),
    bool: _exactly(bool, "true or false"),
    EthernetAddress: FieldKind(_write_address, _read_address, is_shared=True),
}
_ANNOTATED = {"dpid": FieldKind(_write_dpid, _read_dpid, is_shared=True)}

SHARED = tuple(kind for kind in (*_PLAIN.values(), *_ANNOTATED.values()) if kind.is_shared)
