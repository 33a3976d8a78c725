"""Actions and instructions as people write them.

``output:2``, ``set_field:ip_dscp=4``, ``pop_vlan``, ``drop_band:1000,0``. What has more to say, as most of Nicira's
actions, names its fields, and leaves out those that have their usual value:
``nx_reg_move(n_bits=16,src=reg0,dst=reg1)``, ``nx_conntrack(flags=1,zone=5)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final

from nox.lib.actions import Output, SetField
from nox.lib.openflow.actions import SetOxm
from nox.lib.openflow.enums import ReservedPort
from nox.lib.openflow.match13 import Oxm, UnknownOxm
from nox.lib.openflow.nicira.actions import NxAction
from nox.lib.openflow.nicira.subfields import Bits, FieldId, Subfield, UnknownFieldId
from nox.lib.openflow.oxm import FIELDS

_WHOLE_PACKET: Final = 0xFFFF  # Output's max_len for the controller


def action_text(action: object) -> str:
    """The text of one action, instruction, band or property."""
    if isinstance(action, SetField):
        return f"set_field:{str(action).removeprefix('SetField(').removesuffix(')')}"
    if isinstance(action, SetOxm):
        return f"set_field:{_value('', action.field)}"
    if isinstance(action, Output):
        is_cut = action.port == ReservedPort.CONTROLLER and action.max_len not in (0, _WHOLE_PACKET)
        return f"output:{_port(action.port)}{f',max_len={action.max_len}' if is_cut else ''}"
    return _structure(action)


def _structure(structure: Any) -> str:
    name = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", type(structure).__name__).lower()
    known = fields(structure) if is_dataclass(structure) else ()
    if len(known) > 1 and (isinstance(structure, NxAction) or not _is_plain(structure, known)):
        return f"{name}({','.join(_named(structure, known))})"
    values = [_value(field.name, getattr(structure, field.name)) for field in known]
    return f"{name}:{','.join(values)}" if any(values) else name


def _is_plain(structure: Any, known: tuple[Field[Any], ...]) -> bool:
    return all(isinstance(getattr(structure, field.name), int | bytes) for field in known)


def _named(structure: Any, known: tuple[Field[Any], ...]) -> Iterator[str]:
    """Those that say more than their default."""
    for field in known:
        value = getattr(structure, field.name)
        if value is not None and (field.default is MISSING or value != field.default):
            yield f"{field.name}={_value(field.name, value)}"


def _value(name: str, value: Any) -> str:
    """A field's value. What is not among these comes as Python shows it."""
    match value:
        case Oxm() if value.name in FIELDS:
            return f"{value.name}={FIELDS[value.name].text(value.value, value.mask)}"
        case FieldId():
            return value.name
        case Subfield():
            return f"{_value('', value.field)}[{value.offset}..]"
        case Bits():
            return f"{value.offset}..{value.offset + value.size - 1}"
        case UnknownFieldId():
            return value.raw.hex()
        case bytes():
            return value.hex()
        case tuple():
            return f"({' '.join(_value('', one) for one in value)})"
        case IntEnum():
            return value.name
        case int():
            return _number(name, value)
        case None | str():
            return str(value)
        case _ if is_dataclass(value) and not isinstance(value, Oxm | UnknownOxm):
            return action_text(value)
        case _:
            return repr(value)


def _number(name: str, value: int) -> str:
    if name.startswith("ipv4_"):
        return str(IPv4Address(value))
    if name.startswith("ipv6_"):
        return str(IPv6Address(value))
    return f"{value:#06x}" if name == "ethertype" else str(value)


def _port(number: int) -> str:
    return ReservedPort(number).name if number in list(ReservedPort) else str(number)
