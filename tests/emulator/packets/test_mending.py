"""Checksums after a change, of packets of any content."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.emulator.packets.packet import Packet
from nox.emulator.packets.setting import set_field, set_ttl
from tests.behaviour.frames import over4, over6, tcp, udp

_PORTS = st.integers(0, 0xFFFF)
_DATA = st.binary(max_size=50)  # of odd lengths too
_FOUR = st.integers(0, (1 << 32) - 1).map(lambda number: str(IPv4Address(number)))
_SIX = st.integers(0, (1 << 128) - 1).map(lambda number: str(IPv6Address(number)))


def _set(frame: bytes, name: str, value: int) -> bytes:
    packet = Packet(frame, 1)
    set_field(packet, name, value)
    return bytes(packet.data)


@given(old=_FOUR, new=_FOUR, data=_DATA, ttl=st.integers(1, 255))
def test_ipv4_addresses(old: str, new: str, data: bytes, ttl: int) -> None:
    """The header's checksum and the transport's are those of a packet that was made so."""
    value = int(IPv4Address(new))
    for make, protocol in ((tcp, 6), (udp, 17)):
        before = over4(protocol, make(1, 2, src=old, data=data), src=old, ttl=ttl)
        after = over4(protocol, make(1, 2, src=new, data=data), src=new, ttl=ttl)
        assert _set(before, "ipv4_src", value) == _no_other_zero(after, before)


def _no_other_zero(after: bytes, before: bytes) -> bytes:
    """UDP writes 0xffff for a sum of 0; nothing else has two ways to write it here."""
    return after if after[40:42] != b"\0\0" or before[23] != 17 else after[:40] + b"\xff\xff" + after[42:]


@given(old=_SIX, new=_SIX, data=_DATA)
def test_ipv6_addresses(old: str, new: str, data: bytes) -> None:
    """So with IPv6, which has no checksum of its own."""
    before = over6(6, tcp(1, 2, src="2001:db8::1", dst=old, data=data), dst=old)
    after = over6(6, tcp(1, 2, src="2001:db8::1", dst=new, data=data), dst=new)
    assert _set(before, "ipv6_dst", int(IPv6Address(new))) == after


@given(old=_PORTS, new=_PORTS, data=_DATA)
def test_ports(old: int, new: int, data: bytes) -> None:
    """And with ports."""
    assert _set(over4(6, tcp(old, 2, data=data)), "tcp_src", new) == over4(6, tcp(new, 2, data=data))


@given(damage=st.integers(1, 0xFFFE), new=_PORTS)
def test_damage_stays(damage: int, new: int) -> None:
    """A checksum that was wrong is wrong by as much afterwards."""
    frame = bytearray(over4(6, tcp(1, 2)))
    frame[50:52] = ((int.from_bytes(frame[50:52]) + damage) % 0xFFFF).to_bytes(2)
    changed, right = _set(bytes(frame), "tcp_dst", new), over4(6, tcp(1, new))
    difference = int.from_bytes(changed[50:52]) - int.from_bytes(right[50:52])
    assert difference % 0xFFFF == damage


@pytest.mark.parametrize("size", [14, 20, 33, 34, 37, 41, 50])
def test_what_is_cut_short(size: int) -> None:
    """Nothing is written beyond the end, or where no checksum is."""
    frame = over4(6, tcp(1, 2))[:size]
    packet = Packet(frame, 1)
    for name in ("ipv4_dst", "tcp_dst", "ip_dscp"):
        set_field(packet, name, 1)
    set_ttl(packet, 9)
    assert len(packet.data) == size
    assert packet.data[:14] == frame[:14]
