"""Matches: what can be written, what is equal, what covers what."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow.fieldvalue import Condition
from nox.lib.openflow.oxm import FIELDS, ORDER


@pytest.mark.parametrize(
    ("name", "spellings", "value"),
    [
        (
            "eth_src",
            ["02:00:00:00:00:01", "02-00-00-00-00-01", 0x020000000001, EthernetAddress(0x020000000001)],
            0x020000000001,
        ),
        ("eth_src", [b"\x02\0\0\0\0\1", (b"\x02\0\0\0\0\1", "ff:ff:ff:ff:ff:ff")], 0x020000000001),
        (
            "ipv4_dst",
            ["10.0.0.1", "10.0.0.1/32", IPv4Address("10.0.0.1"), b"\x0a\0\0\1", IPv4Network("10.0.0.1")],
            0x0A000001,
        ),
        ("ipv6_dst", ["fe80::1", "fe80:0::1/128", IPv6Address("fe80::1"), IPv6Network("fe80::1")], 0xFE80 << 112 | 1),
        ("tcp_dst", [80, "80", "0x50"], 80),
        ("eth_type", [0x0800, "0x0800", "2048"], 0x0800),
    ],
)
def test_spellings(name: str, spellings: list[Condition], value: int) -> None:
    """However a value is written, the match is the same value, with the same hash."""
    matches = [Match(**{name: written}) for written in spellings]
    assert [list(match.items()) for match in matches] == [[(name, value, None)]] * len(spellings)
    assert len(set(matches)) == 1


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ({"arp_op": 1, "eth_type": 0x0806}, "eth_type=0x0806,arp_op=1"),
        ({"ipv4_dst": "10.1.2.3/8"}, "ipv4_dst=10.0.0.0/8"),
        ({"ipv4_dst": IPv4Network("10.0.0.0/8")}, "ipv4_dst=10.0.0.0/8"),
        ({"ipv4_dst": ("10.0.0.1", "255.0.0.255")}, "ipv4_dst=10.0.0.1/255.0.0.255"),
        ({"ipv6_src": "fe80::1/64"}, "ipv6_src=fe80::/64"),
        ({"eth_dst": "01:00:00:00:00:00/01:00:00:00:00:00"}, "eth_dst=01:00:00:00:00:00/01:00:00:00:00:00"),
        ({"vlan_vid": (0x1000, 0x1000)}, "vlan_vid=0x1000/0x1000"),
        ({"vlan_vid": 0}, "vlan_vid=0x0000"),
        ({"tcp_dst": 80, "in_port": 1}, "in_port=1,tcp_dst=80"),
        ({"ipv4_src": "0.0.0.0/0"}, ""),
        ({}, ""),
    ],
)
def test_text(written: dict[str, Condition], text: str) -> None:
    """A match prints its conditions in OXM's order, addresses in their usual text, and nothing else."""
    assert str(Match(**written)) == text


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"ipv4_sr": 1}, 'there is no match field "ipv4_sr"; did you mean "ipv4_src"?'),
        ({"ipv4_src": "10.0.0"}, "ipv4_src cannot be '10.0.0': it is an IPv4 address of 32 bits"),
        ({"ipv4_src": "10.0.0.0/33"}, "a prefix has at most 32 bits, not 33"),
        ({"ipv4_src": IPv6Address(1)}, "it is an IPv4 address"),
        ({"eth_src": b"short"}, "it is an Ethernet address of 48 bits"),
        ({"vlan_pcp": 8}, "vlan_pcp cannot be 8: it has 3 bits"),
        ({"in_port": -1}, "in_port cannot be -1"),
        ({"tcp_dst": "http"}, "tcp_dst cannot be 'http': it is a number of 16 bits"),
        ({"tcp_dst": (80, 0xFFF0)}, "tcp_dst cannot be masked"),
        ({"tcp_dst": None}, "tcp_dst cannot be None"),
    ],
)
def test_wrong(written: dict[str, Condition], sentence: str) -> None:
    """A name or value that there is not is refused with a sentence that says what would do."""
    with pytest.raises(LocalProtocolError) as refused:
        Match(**written)
    assert sentence in str(refused.value)


def test_never_changes() -> None:
    """A match cannot be altered, so that it can be a key."""
    match = Match(in_port=1)
    with pytest.raises(AttributeError):
        match.in_port = 2
    assert match == Match(in_port=1)


def test_get() -> None:
    """A condition's value is found by name; there is none for what is not looked at."""
    match = Match(ipv4_dst="10.0.0.0/8")
    assert (match.get("ipv4_dst"), match.get("ipv4_src")) == (0x0A000000, None)
    assert "ipv4_dst" in match
    assert "ipv4_src" not in match


def test_what_a_switch_says() -> None:
    """A switch may mask what the specification does not let it, and have fields that have no name here."""
    match = Match.of([("tcp_dst", 0x50, 0xFFF0)], [bytes.fromhex("0001000400000005")])
    assert str(match) == "tcp_dst=80/65520,oxm=0001000400000005"
    assert match != Match.of([("tcp_dst", 0x50, 0xFFF0)])
    with pytest.raises(LocalProtocolError, match="tcp_dst stands twice"):
        Match.of([("tcp_dst", 1, None), ("tcp_dst", 2, None)])


@pytest.mark.parametrize(
    ("wide", "narrow", "covers"),
    [
        (Match(), Match(in_port=1), True),
        (Match(in_port=1), Match(), False),
        (Match(in_port=1), Match(in_port=2), False),
        (Match(ipv4_dst="10.0.0.0/8"), Match(ipv4_dst="10.1.0.0/16"), True),
        (Match(ipv4_dst="10.1.0.0/16"), Match(ipv4_dst="10.0.0.0/8"), False),
        (Match(ipv4_dst="10.0.0.0/8"), Match(ipv4_dst="11.0.0.0/16"), False),
        (Match(vlan_vid=(0x1000, 0x1000)), Match(vlan_vid=0x1005), True),
        (Match(vlan_vid=(0x1000, 0x1000)), Match(vlan_vid=0), False),
        (Match.of([], [b"x"]), Match(), False),
        (Match(), Match.of([], [b"x"]), True),
    ],
)
def test_covers(wide: Match, narrow: Match, covers: bool) -> None:
    """One match covers another when it asks for nothing that the other does not."""
    assert wide.covers(narrow) is covers


@given(st.sampled_from(["metadata", "vlan_vid"]), *[st.tuples(st.integers(0, 7), st.integers(0, 7))] * 2)
def test_covers_means_all_packets(name: str, one: tuple[int, int], two: tuple[int, int]) -> None:
    """Covering is what it says: every value that fits the one fits the other."""
    wide, narrow = Match(**{name: one}), Match(**{name: two})
    fits = [{v for v in range(16) if v & mask == value & mask} for value, mask in (one, two)]
    assert wide.covers(narrow) == (fits[1] <= fits[0])


@given(st.permutations(list(FIELDS)))
def test_order_of_writing(names: list[str]) -> None:
    """Conditions stand in OXM's order however they were written."""
    match = Match(**dict.fromkeys(names[:8], 1))
    assert [name for name, _, _ in match.items()] == sorted(names[:8], key=ORDER.__getitem__)
