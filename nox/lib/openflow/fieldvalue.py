"""What people write as the value of a match field, as the ints that OpenFlow means."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.nearest import did_you_mean
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.oxmfield import Form, OxmField

Value: TypeAlias = int | str | bytes | IPv4Address | IPv6Address
Condition: TypeAlias = Value | IPv4Network | IPv6Network | tuple[Value, Value]


def field_named(name: str) -> OxmField:
    """The match field with this name.

    :raises LocalProtocolError: when there is none; it names the nearest.
    """
    field = FIELDS.get(name)
    if field is None:
        raise LocalProtocolError(f'there is no match field "{name}"{did_you_mean(name, FIELDS)}')
    return field


def value_of(field: OxmField, written: Value) -> int:
    """A value without a mask.

    :raises LocalProtocolError: when the field cannot have it.
    """
    try:
        value = _number(field, written)
    except (ValueError, TypeError, LocalProtocolError) as error:
        raise LocalProtocolError(f"{field.name} cannot be {written!r}: it is {_article(field)}") from error
    if not 0 <= value <= field.largest:
        raise LocalProtocolError(f"{field.name} cannot be {written!r}: it has {field.bits} bits")
    return value


def condition_of(field: OxmField, written: Condition) -> tuple[int, int | None]:
    """A value and its mask: ``(value, mask)``, ``10.0.0.0/8``, ``02:00:00:00:00:00/ff:00:00:00:00:00``, a network.

    :return: the value under its mask, and the mask; None for the mask of an exact match.
    :raises LocalProtocolError: when the field cannot have it.
    """
    value, mask = _parts(written)
    number = value_of(field, value)
    if mask is None:
        return number, None
    return canonical(field, number, _mask(field, mask))


def canonical(field: OxmField, value: int, mask: int | None) -> tuple[int, int | None]:
    """The value under its mask; a mask of all ones is none."""
    if mask is None or mask & field.largest == field.largest:
        return value, None
    return value & mask, mask & field.largest


def _parts(written: Condition) -> tuple[Value, Value | None]:
    if isinstance(written, tuple):
        return written
    if isinstance(written, IPv4Network | IPv6Network):
        return written.network_address, written.netmask
    if isinstance(written, str) and "/" in written:
        value, _, mask = written.partition("/")
        return value, mask
    return written, None


def _mask(field: OxmField, written: Value) -> int:
    if field.form in (Form.IPV4, Form.IPV6) and isinstance(written, str) and written.isdecimal():
        prefix = int(written)
        if prefix > field.bits:
            raise LocalProtocolError(f"{field.name}: a prefix has at most {field.bits} bits, not {prefix}")
        return field.largest ^ field.largest >> prefix
    return value_of(field, written)


def _number(field: OxmField, written: Value) -> int:
    if isinstance(written, int):
        return written
    if isinstance(written, bytes):
        if len(written) != field.size:
            raise ValueError
        return int.from_bytes(written)
    if isinstance(written, str):
        return _text(field, written)
    if (field.form is Form.IPV4 and isinstance(written, IPv4Address)) or (
        field.form is Form.IPV6 and isinstance(written, IPv6Address)
    ):
        return int(written)
    raise TypeError


def _text(field: OxmField, text: str) -> int:
    match field.form:
        case Form.ETHERNET:
            return int(EthernetAddress(text))
        case Form.IPV4:
            return int(IPv4Address(text))
        case Form.IPV6:
            return int(IPv6Address(text))
        case _:
            return int(text, 0)


def _article(field: OxmField) -> str:
    name = field.form.value if field.form in (Form.ETHERNET, Form.IPV4, Form.IPV6) else "number"
    return f"{'a' if name == 'number' else 'an'} {name} of {field.bits} bits"
