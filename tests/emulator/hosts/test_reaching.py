"""ARP, neighbour discovery, ping and UDP between hosts."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest

from nox.emulator.hosts import Host
from nox.emulator.hosts.echo import Ping
from nox.emulator.hosts.neighbours import MOST_WAITING, TRIES
from nox.emulator.hosts.udp import Datagram
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError, LocalProtocolError
from nox.lib.packet import arp, ethernet
from nox.lib.packet.arp import Arp
from nox.lib.packet.checksum import Address
from nox.lib.packet.ethernet import Ethernet
from tests.emulator.hosts.wire import DELAY, Wire, pair

A, B, NOBODY = IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2"), IPv4Address("10.0.0.9")
A6, B6 = IPv6Address("2001:db8::1"), IPv6Address("2001:db8::2")


def arps(wire: Wire) -> list[Arp]:
    """The ARP messages that went over the wire."""
    frames = [Ethernet.parse(frame) for _, frame in wire.frames]
    return [Arp.parse(frame.payload) for frame in frames if frame.eth_type == ethernet.ARP]


@pytest.mark.parametrize("target", [B, B6, IPv6Address("fe80::ff:fe00:2")])
def test_ping_resolves_and_is_answered(target: Address) -> None:
    """The first round trip has a question before it: it takes twice as long as the others."""
    one, _, wire = pair()
    ping = one.ping(target, wire.now, count=3, interval=0.1)
    wire.run(2)
    assert (ping.sent, ping.received, ping.lost, ping.done) == (3, 3, 0, True)
    assert ping.times == pytest.approx([4 * DELAY, 2 * DELAY, 2 * DELAY])


def test_who_does_not_answer_is_asked_three_times() -> None:
    """Then the packets that wait are lost, and the ping ends by its own timeout."""
    one, _, wire = pair()
    done: list[Ping] = []
    ping = one.ping(NOBODY, wire.now, timeout=2, when_done=done.append)
    wire.run(10)
    assert (ping.received, ping.lost, ping.done, done) == (0, 1, True, [ping])
    assert [message.tpa for message in arps(wire)] == [NOBODY] * TRIES


def test_packets_that_wait_are_bounded() -> None:
    """A burst for a neighbour that is not known yet costs one question and MOST_WAITING packets."""
    one, two, wire = pair()
    socket, heard = one.udp(), two.udp(9)
    for number in range(MOST_WAITING + 5):
        socket.send(B, 9, bytes((number,)), wire.now)
    wire.run(1)
    assert [datagram.data[0] for datagram in heard.received] == list(range(MOST_WAITING))
    assert len(arps(wire)) == 2


def test_another_network_is_reached_over_the_gateway() -> None:
    """The frame goes to the gateway's Ethernet address; without a gateway nothing leaves."""
    one, two, wire = pair()
    away = IPv4Address("192.0.2.1")
    assert not one.udp().send(away, 9, b"x", wire.now)
    routed = Host.of("h3", "02:00:00:00:00:03", "10.0.0.3/24", gateway4="10.0.0.2")
    wire.hosts.append(routed)
    assert routed.udp().send(away, 9, b"x", wire.now)
    wire.run(1)
    assert wire.frames[-1][1][:6] == two.mac


def test_a_port_that_nobody_has_is_unreachable() -> None:
    """It is answered with ICMP, but not what was sent to all."""
    one, _, wire = pair()
    one.udp().send(IPv4Address("10.0.0.255"), 9, b"x", wire.now)
    wire.run(1)
    assert len(wire.frames) == 1
    for target, frames in ((B, 5), (B6, 9)):
        one.udp().send(target, 9, b"x", wire.now)
        wire.run(1)
        assert len(wire.frames) == frames


def test_a_datagram_says_who_has_sent_it_and_can_be_answered() -> None:
    """Over both families."""
    one, two, wire = pair()
    echo = two.udp(7)

    def answer(datagram: Datagram) -> None:
        echo.send(datagram.src, datagram.src_port, datagram.data.upper(), datagram.when)

    echo.hear = answer
    for target in (B, B6):
        socket = one.udp()
        socket.send(target, 7, b"abc", wire.now)
        wire.run(1)
        assert [(d.src, d.src_port, d.data) for d in socket.received] == [(target, 7, b"ABC")]


def test_ports_are_bound_once() -> None:
    """Until they are let go; what is larger than a frame is refused."""
    one, _, wire = pair()
    socket = one.udp(7)
    with pytest.raises(LocalProtocolError, match="bound already"):
        one.udp(7)
    with pytest.raises(LocalProtocolError, match="up to 1500"):
        socket.send(B, 7, bytes(1473), wire.now)
    socket.close()
    one.udp(7)


def test_sleep() -> None:
    """A host that sleeps hears and sends nothing; awake it goes on."""
    one, two, wire = pair()
    two.sleep()
    assert one.ping(B, wire.now).sent == 1
    wire.run(5)
    two.awake(wire.now)
    ping = one.ping(B, wire.now)
    wire.run(2)
    assert ping.received == 1


def test_a_moved_host_announces_itself() -> None:
    """To everybody, over ARP and neighbour discovery."""
    one, two, wire = pair()
    one.ping(B, wire.now)
    wire.run(1)
    two.mac = EthernetAddress("02:00:00:00:00:99")
    two.announce()
    wire.run(2 * DELAY)
    ping = one.ping(B, wire.now)
    wire.run(2)
    assert ping.times == pytest.approx([2 * DELAY])
    assert [frame[6:12] for _, frame in wire.frames if frame[:6] == b"\xff" * 6][-1] == two.mac


def test_a_liar_is_believed() -> None:
    """It answers for another's address; packets for that one then reach the liar, which answers them too."""
    one, two, wire = pair()
    liar = Host.of("h3", "02:00:00:00:00:03", "10.0.0.3/24")
    wire.hosts.append(liar)
    two.sleep()
    liar.lies(ipv4=B, mac=EthernetAddress("02:00:00:00:00:66"))
    ping = one.ping(B, wire.now)
    wire.run(2)
    assert ping.received == 1
    assert {bytes(frame[6:12]) for _, frame in wire.frames} == {one.mac, bytes.fromhex("020000000066")}
    liar.lies()
    assert liar.own4 == IPv4Address("10.0.0.3")


def test_a_flood_has_its_rate_and_its_sources() -> None:
    """As many frames as were asked for, each from another address, the same for the same seed."""
    one, _, wire = pair()
    flood = one.flood(wire.now, per_second=1000, total=500, seed=7)
    wire.run(0.25)
    assert flood.sent == pytest.approx(250, abs=15)
    wire.run(1)
    assert flood.sent == 500
    assert len({frame[6:12] for _, frame in wire.frames}) == 500
    again = Host.of("h1", "02:00:00:00:00:01")
    again.flood(0, per_second=1000, total=1, seed=7)
    assert again.take() == [wire.frames[0][1]]


@pytest.mark.parametrize("name", ["", "h1"])
def test_a_host_needs_a_name_and_an_address_of_its_own(name: str) -> None:
    """A group's address is nobody's."""
    mac = "02:00:00:00:00:01" if not name else "01:00:00:00:00:01"
    with pytest.raises(ConfigError, match="needs a name"):
        Host.of(name, mac)
    with pytest.raises(ConfigError, match=r"10\.0\.0\.1/24"):
        Host.of("h1", "02:00:00:00:00:01", "10.0.0.300/24")


def test_an_idle_host_has_nothing_to_do() -> None:
    """Nothing is due, and nothing is sent."""
    one, _, wire = pair()
    one.ping(ip_address("10.0.0.2"), wire.now)
    wire.run(100)
    assert (one.next_wake, one.take()) == (None, [])


def test_a_question_to_somebody_else_is_not_answered() -> None:
    """ARP for another's address; and a probe for our own is defended."""
    one, _, _ = pair()
    stranger = EthernetAddress("02:00:00:00:00:09")
    for target, answers in ((NOBODY, 0), (A, 1)):
        question = Arp(arp.REQUEST, stranger, IPv4Address(0), arp.NOBODY, target)
        one.receive(Ethernet(ethernet.BROADCAST, stranger, ethernet.ARP, question.build()).build(), 1)
        assert len(one.take()) == answers
