"""Messages from bytes. Whatever comes is hostile: every length is checked."""

from __future__ import annotations

import struct
from collections.abc import Iterator, MutableMapping

from nox.lib.errors import RemoteProtocolError
from nox.lib.ipfix.elements import VARIABLE
from nox.lib.ipfix.messages import (
    ENTERPRISE,
    FIRST,
    HEADER,
    SET,
    TEMPLATES,
    VERSION,
    DataSet,
    FieldSpecifier,
    Message,
    Template,
    TemplateSet,
)

_RESERVED = range(3, FIRST)  # numbers of sets; 3 is for templates of options


def decode(data: bytes, templates: MutableMapping[int, Template]) -> Message:
    """A whole message. What it has no template for, and sets of templates of options, are left out.

    :param templates: those that are known, by number; those of the message are added.
    :raises RemoteProtocolError: when it is none.
    """
    if len(data) < HEADER.size:
        raise RemoteProtocolError(f"an IPFIX message of {len(data)} bytes is shorter than its header")
    version, size, time, sequence, domain = HEADER.unpack_from(data)
    if version != VERSION or size != len(data):
        raise RemoteProtocolError(f"no IPFIX message: version {version}, length {size} of {len(data)} bytes")
    return Message(time, sequence, domain, tuple(_sets(data, templates)))


def _sets(data: bytes, templates: MutableMapping[int, Template]) -> Iterator[TemplateSet | DataSet]:
    at = HEADER.size
    while at < len(data):
        if len(data) - at < SET.size:
            raise RemoteProtocolError("a set is cut off", offset=at)
        number, size = SET.unpack_from(data, at)
        if not SET.size <= size <= len(data) - at:
            raise RemoteProtocolError(f"a set has a length of {size}, and {len(data) - at} bytes are left", offset=at)
        body = data[at + SET.size : at + size]
        if number == TEMPLATES:
            found = tuple(_templates(body, at))
            templates.update((one.template_id, one) for one in found)
            yield TemplateSet(found)
        elif number < TEMPLATES:
            raise RemoteProtocolError(f"there is no set {number}", offset=at)
        elif number not in _RESERVED and number in templates:
            yield DataSet(number, tuple(_records(body, templates[number], at)))
        at += size


def _templates(body: bytes, offset: int) -> Iterator[Template]:
    """Those of one set; zeroes that fill it up are no template."""
    at = 0
    while len(body) - at >= 4:
        template_id, count = struct.unpack_from("!HH", body, at)
        if not template_id:
            return
        if template_id < FIRST or not count:
            raise RemoteProtocolError(f"a template {template_id} of {count} fields", offset=offset)
        at += 4
        fields = []
        for _ in range(count):
            field, at = _specifier(body, at, offset)
            fields.append(field)
        yield Template(template_id, tuple(fields))


def _specifier(body: bytes, at: int, offset: int) -> tuple[FieldSpecifier, int]:
    size = 8 if at < len(body) and body[at] & 0x80 else 4
    if len(body) - at < size:
        raise RemoteProtocolError("a field of a template is cut off", offset=offset)
    number, length = struct.unpack_from("!HH", body, at)
    enterprise = int.from_bytes(body[at + 4 : at + size])
    if not length:
        raise RemoteProtocolError("a field of a template has no bytes", offset=offset)
    return FieldSpecifier(number & ~ENTERPRISE, length, enterprise), at + size


def _records(body: bytes, template: Template, offset: int) -> Iterator[tuple[bytes, ...]]:
    """Records; fewer bytes than one has are filling."""
    at = 0
    while len(body) - at >= template.shortest:
        values = []
        for field in template.fields:
            value, at = _value(body, at, field.length, offset)
            values.append(value)
        yield tuple(values)


def _value(body: bytes, at: int, length: int, offset: int) -> tuple[bytes, int]:
    if length == VARIABLE:
        length, at = _length(body, at, offset)
    if length > len(body) - at:
        raise RemoteProtocolError("a value is cut off", offset=offset)
    return body[at : at + length], at + length


def _length(body: bytes, at: int, offset: int) -> tuple[int, int]:
    if at < len(body) and body[at] < 255:
        return body[at], at + 1
    if len(body) - at < 3:
        raise RemoteProtocolError("the length of a value is cut off", offset=offset)
    return int.from_bytes(body[at + 1 : at + 3]), at + 3
