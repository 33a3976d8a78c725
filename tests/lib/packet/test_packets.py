"""What holds for every protocol: what is built is read as the same, and bytes from anyone raise one error alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nox.lib.errors import RemoteProtocolError
from tests.lib.packet.parsers import PROTOCOLS, Protocol

EACH = pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)


def attempt(protocol: Protocol, data: bytes) -> None:
    """Parse; a refusal says where and why. What was accepted can be built, and is read as the same."""
    refusal = None
    try:
        value = protocol.parse(data)
    except RemoteProtocolError as error:
        refusal = error
    if refusal is None:
        assert protocol.parse(protocol.build(value)) == value
    else:
        assert str(refusal)
        assert 0 <= refusal.offset <= len(data)


@EACH
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_what_is_built_is_read_as_the_same(protocol: Protocol, data: st.DataObject) -> None:
    """Every field survives the wire, and building is a function of the value alone."""
    value = data.draw(protocol.values)
    built = protocol.build(value)
    assert protocol.parse(built) == value
    assert protocol.build(value) == built


@EACH
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_a_packet_is_cut_at_every_byte(protocol: Protocol, data: st.DataObject) -> None:
    """It is refused or is a shorter packet, and nothing else is raised, the checksum wrong or right."""
    built = protocol.build(data.draw(protocol.values))
    for end in range(len(built)):
        attempt(protocol, built[:end])
        attempt(protocol, protocol.mended(built[:end]))


@EACH
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_changed_bytes_are_refused_or_read(protocol: Protocol, data: st.DataObject) -> None:
    """Lengths, counts, pointers and types that are wrong, under a checksum that is right."""
    built = bytearray(protocol.build(data.draw(protocol.values)))
    chance = random.Random(data.draw(st.integers(0, 1 << 32)))
    for _ in range(8):
        built[chance.randrange(len(built))] = chance.choice((0, 1, 0x7F, 0x80, 0xC0, 0xFF, chance.randrange(256)))
        attempt(protocol, protocol.mended(bytes(built)))


@EACH
@given(raw=st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_any_bytes(protocol: Protocol, raw: bytes) -> None:
    """Bytes of no packet at all."""
    attempt(protocol, raw)
