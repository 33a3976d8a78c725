"""Messages: a header, and sets of templates or of the records that they describe (RFC 7011, section 3)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.ipfix.elements import VARIABLE, Element, Value

VERSION: Final = 10
HEADER: Final = struct.Struct("!HHIII")  # version, length, export time, sequence number, observation domain
SET: Final = struct.Struct("!HH")  # its number, its length with this
TEMPLATES: Final = 2  # the number of a template set
FIRST: Final = 256  # the first number of a template, and of its data sets
ENTERPRISE: Final = 0x8000  # the bit of a field's number that says that it is not IANA's
MOST: Final = 0xFFFF  # bytes of a message


@dataclass(frozen=True, slots=True)
class FieldSpecifier:
    """A field of a template (section 3.2). :ivar enterprise: whose element it is; 0 for IANA's."""

    number: int
    length: int
    enterprise: int = 0

    @classmethod
    def of(cls, element: Element) -> FieldSpecifier:
        """One of IANA's."""
        return cls(element.number, element.length)


@dataclass(frozen=True, slots=True)
class Template:
    """What the records of its number are made of (section 3.4.1)."""

    template_id: int
    fields: tuple[FieldSpecifier, ...]

    @classmethod
    def of(cls, template_id: int, elements: Sequence[Element]) -> Template:
        """A template of IANA's elements."""
        return cls(template_id, tuple(map(FieldSpecifier.of, elements)))

    @property
    def shortest(self) -> int:
        """Bytes that a record has at least."""
        return sum(1 if field.length == VARIABLE else field.length for field in self.fields)


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """Templates."""

    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class DataSet:
    """Records of one template; each is the bytes of its fields, in order, without the lengths of variable ones."""

    template_id: int
    records: tuple[tuple[bytes, ...], ...]


Sets = tuple[TemplateSet | DataSet, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message.

    :ivar time: seconds since 1970. :ivar sequence: data records that were sent before it, modulo 2 to the 32nd.
    :ivar domain: the observation domain, 32 bits.
    """

    time: int
    sequence: int
    domain: int
    sets: Sets


def message(time: int, sequence: int, domain: int, sets: bytes) -> bytes:
    """A message of sets that are encoded already.

    :raises LocalProtocolError: when it is too long.
    """
    size = HEADER.size + len(sets)
    if size > MOST:
        raise LocalProtocolError(f"an IPFIX message has at most {MOST} bytes, not {size}")
    return HEADER.pack(VERSION, size, time & 0xFFFFFFFF, sequence & 0xFFFFFFFF, domain) + sets


def template_set(templates: Sequence[Template]) -> bytes:
    """Templates, as a set."""
    return _set(TEMPLATES, b"".join(map(_template, templates)))


def _template(template: Template) -> bytes:
    head = struct.pack("!HH", template.template_id, len(template.fields))
    return head + b"".join(map(_specifier, template.fields))


def _specifier(field: FieldSpecifier) -> bytes:
    if field.enterprise:
        return struct.pack("!HHI", field.number | ENTERPRISE, field.length, field.enterprise)
    return struct.pack("!HH", field.number, field.length)


def data_set(template_id: int, records: Sequence[bytes]) -> bytes:
    """Records that are encoded already, as a set."""
    return _set(template_id, b"".join(records))


def record(elements: Sequence[Element], values: Sequence[Value]) -> bytes:
    """One record: a value for each element.

    :raises LocalProtocolError: when an element cannot have its value.
    """
    return b"".join(element.pack(value) for element, value in zip(elements, values, strict=True))


def _set(number: int, body: bytes) -> bytes:
    return SET.pack(number, SET.size + len(body)) + body
