"""IPFIX: what is written is read as the same; what is cut or wrong is refused, and nothing else is raised."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.ipfix import elements, messages
from nox.lib.ipfix.elements import VARIABLE, Element
from nox.lib.ipfix.messages import DataSet, FieldSpecifier, Message, Template, TemplateSet
from nox.lib.ipfix.reading import decode

ALL = [value for value in vars(elements).values() if isinstance(value, Element)]

FIELDS = st.builds(
    FieldSpecifier, st.integers(1, 0x7FFF), st.one_of(st.integers(1, 32), st.just(VARIABLE)), st.integers(0, 1 << 31)
)
TEMPLATE = st.builds(Template, st.integers(256, 0xFFFF), st.lists(FIELDS, min_size=1, max_size=10).map(tuple))


def encoded(message: Message, templates: dict[int, Template]) -> bytes:
    """A message as bytes, with our own encoder of sets."""
    sets = b""
    for one in message.sets:
        if isinstance(one, TemplateSet):
            sets += messages.template_set(one.templates)
        else:
            template = templates[one.template_id]
            sets += messages.data_set(one.template_id, [row(record, template) for record in one.records])
    return messages.message(message.time, message.sequence, message.domain, sets)


def row(record: tuple[bytes, ...], template: Template) -> bytes:
    """A record's bytes."""
    pairs = zip(record, template.fields, strict=True)
    return b"".join(elements.with_length(value) if field.length == VARIABLE else value for value, field in pairs)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Message, dict[int, Template]]:
    """A message with templates and records of theirs."""
    found = draw(st.lists(TEMPLATE, min_size=1, max_size=3, unique_by=lambda one: one.template_id))
    templates = {one.template_id: one for one in found}
    sets: list[TemplateSet | DataSet] = [TemplateSet(tuple(found))]
    for template in found:
        values = [
            st.binary(max_size=300)
            if field.length == VARIABLE
            else st.binary(min_size=field.length, max_size=field.length)
            for field in template.fields
        ]
        records = draw(st.lists(st.tuples(*values), max_size=3))
        sets.append(DataSet(template.template_id, tuple(records)))
    word = st.integers(0, 0xFFFFFFFF)
    return Message(draw(word), draw(word), draw(word), tuple(sets)), templates


@given(conversations())
def test_what_is_written_is_read(conversation: tuple[Message, dict[int, Template]]) -> None:
    """Any templates, and any records of theirs."""
    message, templates = conversation
    known: dict[int, Template] = {}
    assert decode(encoded(message, templates), known) == message
    assert known == templates


@given(conversations(), st.data())
def test_what_is_cut_is_refused(conversation: tuple[Message, dict[int, Template]], data: st.DataObject) -> None:
    """A message that ends early, wherever that is."""
    whole = encoded(*conversation)
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(RemoteProtocolError):
        decode(whole[:end], {})


@given(conversations(), st.data())
def test_what_is_changed_is_read_or_refused(
    conversation: tuple[Message, dict[int, Template]], data: st.DataObject
) -> None:
    """Some bytes are others: no error but `RemoteProtocolError` comes of it."""
    whole = bytearray(encoded(*conversation))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(RemoteProtocolError):
        decode(bytes(whole), {})


@given(st.binary(max_size=200))
def test_garbage(data: bytes) -> None:
    """Whatever comes: read, or refused."""
    head = messages.HEADER.pack(messages.VERSION, messages.HEADER.size + len(data), 0, 0, 0)
    with suppress(RemoteProtocolError):
        decode(head + data, {})


def test_golden() -> None:
    """Bytes by hand: a template of two fields, one of them variable, and a record (RFC 7011, sections 3 and 7)."""
    template = Template.of(256, [elements.OCTETS, elements.USER])
    sets = messages.template_set([template]) + messages.data_set(
        256, [messages.record([elements.OCTETS, elements.USER], [1500, "ada"])]
    )
    assert messages.message(0x60000000, 7, 1, sets) == bytes.fromhex(
        "000a 0030 60000000 00000007 00000001"  # version, length, time, sequence, domain
        "0002 0010 0100 0002 0001 0008 0173 ffff"  # a template set: 256 has two fields
        "0100 0010 00000000000005dc 03 616461"  # a data set
    )


def test_values() -> None:
    """Each element takes what its length holds, and refuses the rest."""
    for element in ALL:
        if element.length == VARIABLE:
            assert element.pack("é") == b"\x02\xc3\xa9"
            assert element.pack("x" * 300)[:3] == b"\xff\x01\x2c"
            continue
        assert element.pack(1) == (1).to_bytes(element.length)
        assert element.pack(bytes(element.length)) == bytes(element.length)
        for wrong in (1 << 8 * element.length, -1, bytes(element.length + 1), "1"):
            with pytest.raises(LocalProtocolError):
                element.pack(wrong)


def test_too_long() -> None:
    """A message of more than 65,535 bytes, and a text of more, are refused."""
    with pytest.raises(LocalProtocolError):
        messages.message(0, 0, 0, bytes(65_530))
    with pytest.raises(LocalProtocolError):
        elements.with_length(bytes(65_536))
