"""Which flow a packet is of."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zope.interface import implementer

from nox.lib.flowkey import SHAPES, headers
from nox.netapps.interfaces import ILoad
from nox.netapps.load import PortPackets
from nox.netapps.routing.costs import cost
from nox.netapps.routing.identity import OWN_SHAPES, answer, choice, identity, is_question

A, B = b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"
ONE, OTHER = b"\x0a\0\0\1", b"\x0a\0\0\2"


def ipv4(protocol: int, payload: bytes, *, fragment: int = 0, version: int = 0x45) -> bytes:
    """A frame from A to B."""
    head = struct.pack("!BBHHHBBH", version, 0, 20 + len(payload), 0, fragment, 64, protocol, 0)
    return B + A + b"\x08\0" + head + ONE + OTHER + payload


def arp(operation: int, *, back: bool = False) -> bytes:
    """A question from A to B, or what B says."""
    ends = [(A, ONE), (B, OTHER)]
    (src, spa), (dst, tpa) = reversed(ends) if back else ends
    return dst + src + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + src + spa + dst + tpa


def ipv6(protocol: int, payload: bytes) -> bytes:
    """A frame from A to B, fe80::1 to fe80::2."""
    addresses = (b"\xfe\x80" + bytes(13) + bytes([number]) for number in (1, 2))
    return (
        B + A + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(payload), protocol, 255) + b"".join(addresses) + payload
    )


def of(frame: bytes, in_port: int = 1, *, is_1_0: bool = False) -> object:
    """The identity of a frame."""
    return identity(*headers(frame, in_port), is_1_0=is_1_0)


def test_the_port_where_it_comes_in_makes_no_difference() -> None:
    """A flow is the same at each of its hops; other fields make another flow."""
    frame = ipv4(17, struct.pack("!HHHH", 1, 2, 8, 0))
    assert of(frame, 1) == of(frame, 7)
    assert of(frame) != of(ipv4(17, struct.pack("!HHHH", 1, 3, 8, 0)))


def test_a_fragment_is_of_the_flow_with_ports_0() -> None:
    """An entry without ports would fit every packet between the two."""
    fragment = of(ipv4(17, bytes(16), fragment=0x2000))
    assert fragment == of(ipv4(17, struct.pack("!HHHH", 0, 0, 8, 0)))
    assert fragment != of(ipv4(6, bytes(20), fragment=0x2000))


def test_what_is_cut_short_is_of_no_flow() -> None:
    """An entry for it would fit all IPv4, or all ARP, between the two."""
    assert of(ipv4(17, b"", version=0x41)) is None
    assert of(arp(1)[:30]) is None
    assert of(B + A + b"\x88\xb5" + bytes(46)) is not None


def test_arp_of_two_hosts_is_one_flow_each_way() -> None:
    """Questions and answers; the other way is its answer."""
    there, back = of(arp(1)), of(arp(2, back=True))
    assert there == of(arp(2))
    assert there != back
    assert answer(there) == back  # type: ignore[arg-type] # it is one
    assert is_question(there)  # type: ignore[arg-type]


def test_the_answers_of_tcp_are_sure_and_of_udp_are_not() -> None:
    """Ends change places."""
    there = identity(*headers(ipv4(6, struct.pack("!HH", 1111, 80) + bytes(16)), 1))
    assert there is not None
    back = answer(there)
    assert back is not None
    assert dict(zip(back[0].fields[1:], back[1], strict=True))["tcp_src"] == 80
    assert answer(back) == there
    udp = identity(*headers(ipv4(17, struct.pack("!HHHH", 1, 2, 8, 0)), 1))
    assert udp is not None
    assert answer(udp) is None


def test_a_solicitation_is_answered_by_an_advertisement() -> None:
    """IPv6's neighbours, as ARP."""
    asks = identity(*headers(ipv6(58, bytes([135, 0]) + bytes(22)), 1))
    assert asks is not None
    told = answer(asks)
    assert told is not None
    assert told[1][-2] == 136
    assert answer(told) == asks


def test_where_1_0_is_spoken_all_ipv6_of_two_hosts_is_one_flow() -> None:
    """It cannot say the addresses."""
    one, other = ipv6(17, struct.pack("!HHHH", 1, 2, 8, 0)), ipv6(6, bytes(20))
    assert of(one) != of(other)
    assert of(one, is_1_0=True) == of(other, is_1_0=True)


@given(st.binary(max_size=80))
def test_any_bytes_have_a_known_shape_or_none(frame: bytes) -> None:
    """Frames are hostile: whatever they are, entries have a shape that is prepared, with a value for each field."""
    found = identity(*headers(frame, 1))
    if found is not None:
        assert found[0] in OWN_SHAPES
        assert len(found[1]) == len(found[0].fields) - 1
        assert 0 <= choice(found) < 1 << 32
    assert set(SHAPES) < set(OWN_SHAPES)


@pytest.mark.parametrize(
    ("kind", "speed", "expected"),
    [("hops", 10, 1), ("bandwidth", 100_000_000, 1), ("bandwidth", 1_000_000, 100), ("bandwidth", 0, 100)],
)
def test_the_cost_of_a_link(kind: str, speed: int, expected: int) -> None:
    """By the configuration; an unknown speed counts as a gigabit."""
    assert cost(kind, 1, 1, speed, None) == expected


@implementer(ILoad)
class Load:
    """Three ports that are idle, half used and full."""

    def utilisation(self, dpid: int, port: int) -> float | None:
        """What leaves by a port."""
        return {1: 0.0, 2: 0.5, 3: 1.0}.get(port)

    def packets(self, dpid: int, port: int) -> PortPackets | None:
        """Nobody asks."""
        return None


def test_a_busy_link_costs_more() -> None:
    """Up to four times as much; what nobody knows is idle."""
    costs = [cost("load", 1, port, 1_000_000, Load()) for port in (1, 2, 3, 4)]
    assert costs == [800, 800 + 1200, 3200, 800]
