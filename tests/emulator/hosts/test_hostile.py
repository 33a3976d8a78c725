"""Frames from anyone: a host raises nothing, answers little and stays small, whatever arrives."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nox.emulator.hosts import Host
from nox.emulator.hosts.neighbours import MOST
from nox.lib import flowkey
from nox.lib.addresses import EthernetAddress
from nox.lib.packet import arp, dhcp, dns, ethernet
from nox.lib.packet.arp import Arp
from nox.lib.packet.ethernet import BROADCAST, Ethernet
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.ipv6 import Ipv6
from nox.lib.packet.tcp import Tcp
from nox.lib.packet.udp import Udp
from tests.lib.packet import parsers

MAC, OTHER = EthernetAddress("02:00:00:00:00:01"), EthernetAddress("02:00:00:00:00:02")
OWN4, OTHER4 = IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2")
OWN6, OTHER6 = IPv6Address("2001:db8::1"), IPv6Address("2001:db8::2")
ND = st.builds(Icmpv6, st.integers(133, 136), st.just(0), st.binary(max_size=60))
INSIDE6 = st.one_of(parsers.TCP, parsers.UDP, ND, st.builds(Icmpv6, parsers.U8, parsers.U8, parsers.DATA))
SEGMENT = st.builds(
    Tcp, st.just(4000), st.just(80), st.integers(0, 20), parsers.U32, parsers.U8, parsers.U16, parsers.DATA
)


def frame(payload: Any) -> bytes:
    """A frame with this packet for the host."""
    if isinstance(payload, Icmpv6):
        bare6 = Ipv6(OTHER6, OWN6, flowkey.ICMPV6, b"", hop_limit=255)
        return Ethernet(MAC, OTHER, ethernet.IPV6, replace(bare6, payload=payload.build(bare6.ends)).build()).build()
    bare = Ipv4(OTHER4, OWN4, flowkey.TCP if isinstance(payload, Tcp) else flowkey.UDP, b"")
    return Ethernet(MAC, OTHER, ethernet.IPV4, replace(bare, payload=payload.build(bare.ends)).build()).build()


def busy() -> Host:
    """A host with something of everything under way."""
    host = Host.of("h1", str(MAC), f"{OWN4}/24", f"{OWN6}/64")
    host.serve(lambda _path: (200, b"x" * 5000))
    host.ping(OTHER4, 0)
    host.connect(OTHER4, 4000, 0)
    host.dhcp(0)
    host.servers = (OTHER4,)
    host.resolve("a.example", 0)
    return host


@given(st.lists(st.one_of(INSIDE6, SEGMENT, SEGMENT, parsers.UDP), max_size=30))
@settings(max_examples=150, deadline=None)
def test_packets_that_are_well_formed_and_make_no_sense(payloads: list[Any]) -> None:
    """Segments of connections in every state, neighbour discovery cut short, datagrams for every port."""
    host = busy()
    for number, payload in enumerate(payloads):
        host.receive(frame(payload), number * 0.5)
        host.run(number * 0.5)
    host.run(1000.0)


@given(st.lists(parsers.ETHERNET.map(Ethernet.build), max_size=20), st.binary(max_size=100))
@settings(max_examples=100, deadline=None)
def test_frames_of_any_kind(frames: list[bytes], raw: bytes) -> None:
    """Broadcast, tagged, cut, too long, or no frame at all."""
    host = busy()
    for one in [*frames, raw, bytes(3000), b"", MAC + bytes(5000)]:
        host.receive(BROADCAST + one[6:], 1.0)
        host.receive(MAC + one[6:], 1.0)


@given(st.integers(0, 5), st.binary(max_size=300), st.booleans())
@settings(max_examples=100, deadline=None)
def test_servers_that_send_nonsense(kind: int, data: bytes, named: bool) -> None:
    """DHCP and DNS answers that are none, to the ports where these wait."""
    host = busy()
    asked = [Ethernet.parse(one) for one in host.take()]
    packets = [Ipv4.parse(one.payload) for one in asked if one.eth_type == ethernet.IPV4]
    xid = dhcp.Dhcp.parse(Udp.parse(packets[0].payload, packets[0].ends).payload).xid
    answer = dhcp.Dhcp(dhcp.REPLY, xid, MAC, {53: bytes((kind,)), 54: data[:4], 1: data, 51: data[:4]}, yiaddr=OTHER4)
    host.receive(frame(Udp(dhcp.SERVER_PORT, dhcp.CLIENT_PORT, answer.build() if named else data)), 1.0)
    host.receive(frame(Udp(dns.PORT, dhcp.CLIENT_PORT, data)), 1.0)
    host.run(1e6)


def test_neighbours_are_bounded() -> None:
    """Many that ask for us are remembered up to a limit, and each is answered once."""
    host = Host.of("h1", str(MAC), "10.0.0.1/8")
    for number in range(2 * MOST):
        question = Arp(arp.REQUEST, OTHER, IPv4Address(0x0A000100 + number), arp.NOBODY, OWN4)
        host.receive(Ethernet(BROADCAST, OTHER, ethernet.ARP, question.build()).build(), 1.0)
    assert len(host.take()) == 2 * MOST
    assert host._neighbours is not None
    assert len(host._neighbours._known) == MOST
