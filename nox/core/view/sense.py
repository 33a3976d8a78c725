"""What the values of a row must be beside their types, where the row comes from outside: components rely on it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Final, TypeVar

from nox.core.view.errors import UnreadableRow
from nox.core.view.row import Row
from nox.core.view.rows import Address, Service
from nox.core.view.table import Table

R = TypeVar("R", bound=Row)

_PORTS: Final = range(1, 0xFFFFFF01)  # of a switch; those above are reserved (OpenFlow 1.3.5, section A.2.1)
_RANGES: Final = {
    "vlan": range(4095),
    "number": _PORTS,
    "port": _PORTS,
    "src_port": _PORTS,
    "dst_port": _PORTS,
    "out_port": _PORTS,
    "speed": range(1 << 32),
}


def sensible(table: Table[Any], row: R) -> R:
    """A row as components may have it, its IP address in the canonical form.

    :raises UnreadableRow: when a value makes no sense.
    """
    for name, allowed in _RANGES.items():
        value = getattr(row, name, allowed.start)
        most = 0xFFFF if name == "port" and isinstance(row, Service) else allowed.stop - 1
        if not allowed.start <= value <= most:
            raise UnreadableRow(
                f"{table.name}: {name} must be at least {allowed.start} and at most {most}, not {value}"
            )
    return replace(row, ip=_canonical(table, row.ip)) if isinstance(row, Address) else row


def _canonical(table: Table[Any], text: str) -> str:
    try:
        if "%" in text:
            raise ValueError("an interface of this machine means nothing elsewhere")
        return str(ip_address(text))
    except ValueError as error:
        raise UnreadableRow(f"{table.name}: ip must be an IP address, not {text!r:.60}") from error
