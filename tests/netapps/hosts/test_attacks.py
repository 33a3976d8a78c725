"""Hosts that lie: nothing of what the view says changes, an event says so, and nobody forwards what they sent."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address

import pytest

from nox.core.view.rows import Address, Evidence
from nox.core.view.tables import ADDRESSES, HOSTS
from nox.emulator import Network
from nox.emulator.hosts.host import Host
from nox.lib.addresses import EthernetAddress
from nox.lib.packet import arp
from nox.lib.packet import neighbours as nd
from nox.lib.packet.arp import Arp
from nox.lib.packet.checksum import Ends
from nox.lib.packet.ethernet import BROADCAST, Ethernet, Tag
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.ipv6 import Ipv6
from nox.netapps.events import HostConflict, SourceRefused
from nox.netapps.hosts.component import Hosts
from tests.netapps.hosts.hosted import Hosted
from tests.netapps.hosts.test_learning import datagram, send

H1, H2 = EthernetAddress("02:00:00:00:00:01"), EthernetAddress("02:00:00:00:00:02")
IP1 = IPv4Address("10.0.0.1")
FE80 = IPv6Address("fe80::ff:fe00:1")


def says(sha: EthernetAddress, spa: IPv4Address, *, src: EthernetAddress | None = None, operation: int = 1) -> bytes:
    """An ARP packet to all, from an Ethernet address that may be another than the one that it names."""
    packet = Arp(operation, sha, spa, arp.NOBODY, spa)
    return Ethernet(BROADCAST, src or sha, 0x0806, packet.build()).build()


def advertises(
    mac: EthernetAddress, target: IPv6Address, *, hops: int = 255, option: EthernetAddress | None = None
) -> bytes:
    """A neighbour advertisement to all."""
    link = nd.link_layer_option(nd.TARGET_LINK_LAYER, option or mac)
    everybody = IPv6Address("ff02::1")
    source = nd.link_local(mac)
    inside = Icmpv6(nd.ADVERTISEMENT, 0, nd.NeighbourAdvertisement(target, nd.OVERRIDE, (link,)).build())
    packet = Ipv6(source, everybody, 58, inside.build(Ends(source, everybody)), hops)
    return Ethernet(nd.group_address(everybody), mac, 0x86DD, packet.build()).build()


def from_6(mac: EthernetAddress, source: IPv6Address) -> bytes:
    """An IPv6 packet."""
    return Ethernet(H2, mac, 0x86DD, Ipv6(source, IPv6Address("2001:db8::1"), 59, b"").build()).build()


def from_4(mac: EthernetAddress, source: str) -> bytes:
    """An IPv4 packet of a protocol that nobody knows."""
    return Ethernet(H2, mac, 0x0800, Ipv4(IPv4Address(source), IP1, 253, b"").build()).build()


REFUSED = {
    "broadcast source": datagram(BROADCAST, "10.0.0.2"),
    "group source": datagram(EthernetAddress("01:00:5e:00:00:01"), "10.0.0.2"),
    "zero source": datagram(EthernetAddress(bytes(6)), "10.0.0.2"),
    "VLAN 4095": datagram(H2, "10.0.0.2", Tag(4095)),
    "0.0.0.0": from_4(H2, "0.0.0.0"),
    "0.1.2.3": from_4(H2, "0.1.2.3"),
    "loopback": from_4(H2, "127.0.0.1"),
    "IPv4 group": from_4(H2, "224.0.0.1"),
    "IPv4 broadcast": from_4(H2, "255.255.255.255"),
    "::": from_6(H2, IPv6Address("::")),
    "::1": from_6(H2, IPv6Address("::1")),
    "IPv6 group": from_6(H2, IPv6Address("ff02::1")),
    "IPv4 in IPv6": from_6(H2, IPv6Address("::ffff:10.0.0.2")),
    "ARP of another": says(H1, IP1, src=H2),
    "ARP for a group": says(H2, IPv4Address("224.0.0.5")),
    "ARP that answers for 0.0.0.0": says(H2, IPv4Address(0), operation=arp.REPLY),
    "advertisement of another": advertises(H2, FE80, option=H1),
    "advertisement from beyond a router": advertises(H2, IPv6Address("fe80::2"), hops=254),
    "advertisement for a group": advertises(H2, IPv6Address("ff02::5")),
    "advertisement that is cut short": advertises(H2, IPv6Address("fe80::2"))[:-20],
}


@pytest.mark.parametrize("frame", REFUSED.values(), ids=REFUSED)
def test_what_nobody_may_send(frame: bytes) -> None:
    """Refused with an event of its own; the view stays as it was, and nobody who forwards gets the frame."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    before = hosted.everything()
    send(hosted, "h2", frame)
    assert hosted.everything() == before
    [told] = hosted.told(SourceRefused)
    assert isinstance(told, SourceRefused)
    assert (told.mac, told.dpid, told.port) == (frame[6:12], 1, 2)
    assert not hosted.told(HostConflict)
    assert hosted.watch.passed == []


def test_the_address_of_a_switch() -> None:
    """No host may have it, whether the switch is connected or not."""
    hosted = Hosted(Network.line(2, hosts=1))
    hosted.known()
    before = hosted.everything()
    port = next(iter(hosted.net.controller.home.datapaths[2].ports.values()))
    send(hosted, "h1", datagram(port.hw_addr, "10.0.0.9"))
    assert hosted.everything() == before
    assert [str(event.mac) for event in hosted.told(SourceRefused) if isinstance(event, SourceRefused)] == [
        str(port.hw_addr)
    ]


def test_a_host_with_the_address_of_its_own_port() -> None:
    """So it is behind an internal port of Open vSwitch. Elsewhere it is a switch's, and so is what two ports have."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    ports = hosted.net.controller.home.datapaths[1].ports
    own = ports[1].hw_addr
    send(hosted, "h2", datagram(own, "10.0.0.9"))
    assert (hosted.places_of(own), len(hosted.told(SourceRefused))) == ([], 1)
    send(hosted, "h1", datagram(own, "10.0.0.9"))
    assert (hosted.places_of(own), len(hosted.told(SourceRefused))) == ([(1, 1)], 1)
    hosted.net.run(1)
    hosted.hosts._ports[bytes(ports[2].hw_addr)].add((1, 0xFFFFFFFE))
    send(hosted, "h2", datagram(ports[2].hw_addr, "10.0.0.8"))
    assert (hosted.places_of(ports[2].hw_addr), len(hosted.told(SourceRefused))) == ([], 2)


def test_the_address_that_questions_come_from() -> None:
    """It is told to hosts that are asked; nobody is believed to have it."""
    hosted = Hosted(Network.line(1, hosts=1))
    send(hosted, "h1", datagram(hosted.hosts.tools.asker.mac, "10.0.0.9"))
    assert hosted.everything() == []
    assert len(hosted.told(SourceRefused)) == 1


STEALS: dict[str, Callable[[Host, float], object]] = {
    "ARP announcement": lambda host, now: host.send_raw(says(H2, IP1)),
    "ARP reply": lambda host, now: host.send_raw(says(H2, IP1, operation=arp.REPLY)),
    "neighbour advertisement": lambda host, now: host.send_raw(advertises(H2, FE80)),
    "IP packet": lambda host, now: host.send_raw(from_4(H2, "10.0.0.1")),
    "IPv6 packet": lambda host, now: host.send_raw(from_6(H2, FE80)),
}


@pytest.mark.parametrize("steal", STEALS.values(), ids=STEALS)
def test_another_hosts_ip_address(steal: Callable[[Host, float], object]) -> None:
    """Who has it is asked, and keeps it. An IP packet is no evidence against ARP: nobody is even asked."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    before = hosted.everything()
    hosted.net["h2"].do(steal)
    hosted.net.run(3)
    assert hosted.everything() == before
    [told] = hosted.told(HostConflict)
    assert isinstance(told, HostConflict)
    assert (told.mac, told.dpid, told.port) == (H2, 1, 2)
    assert str(H1) in told.reason
    assert not hosted.told(SourceRefused)
    assert [event for event in hosted.watch.passed if event.in_port == 2] == []


def test_theft_that_goes_on_does_not_succeed() -> None:
    """Thousands of claims of all kinds, while the host answers: nothing changes, and one event a second says so."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    before = hosted.everything()
    frames = [says(H2, IP1), advertises(H2, FE80), from_4(H2, "10.0.0.1"), datagram(H1, "10.0.0.1")]
    hosted.net["h2"].flood(per_second=1000, total=5000, make=lambda number: frames[number % 4])
    hosted.net.run(6)
    assert hosted.everything() == before
    assert 5 <= len(hosted.watch.told) <= 25


def test_what_dhcp_has_bound_is_nobody_elses_though_its_host_is_silent() -> None:
    """A lease is better evidence than any packet."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known("h2")
    hosted.watch.view.put(ADDRESSES, Address(ip="10.0.0.1", mac=H1, evidence=Evidence.DHCP))
    hosted.net.run(0.1)
    send(hosted, "h2", says(H2, IP1))
    assert hosted.holders("10.0.0.1") == [str(H1)]
    assert len(hosted.told(HostConflict)) == 1


def test_a_forwarding_host_that_is_named_may_send_others_packets() -> None:
    """A router within a VLAN: its packets pass, and bind nothing. What it says by ARP is looked at as anybody's is."""
    hosted = Hosted(Network.line(1, hosts=2), toml=f'[hosts]\nrouters = ["{H2}"]\n')
    hosted.known()
    before = hosted.everything()
    send(hosted, "h2", from_4(H2, "10.0.0.1"))
    assert (hosted.everything(), hosted.watch.told) == (before, [])
    assert len(hosted.watch.passed) == 1
    send(hosted, "h2", says(H2, IP1))
    assert len(hosted.told(HostConflict)) == 1


def many(seed: int) -> Iterator[bytes]:
    """Announcements, each from an address of its own."""
    chance = random.Random(seed)
    while True:
        yield says(EthernetAddress(b"\x02" + chance.randbytes(5)), IPv4Address(10 << 24 | chance.getrandbits(24)))


def test_a_flood_of_addresses_fills_its_own_port_alone() -> None:
    """So many hosts are learned there, and no more; whoever is at other ports is learned as ever."""
    net = Network()
    net.add_switch("s1", dpid=1)
    for number in (1, 2, 3):
        net.add_host(f"h{number}", "s1", port=number, ipv4=f"10.0.0.{number}/8")
    hosted = Hosted(net, toml="[hosts]\nmost_per_port = 50\n")
    hosted.known("h1", "h2")
    frames = many(1)
    net["h2"].flood(per_second=5000, total=10_000, make=lambda number: next(frames))
    net.run(1)
    hosted.known("h3")
    net.run(2)
    assert hosted.places("h3") == [(1, 3)]
    assert hosted.watch.view.count(HOSTS) == 2 + 50
    assert len(hosted.hosts.tools.memory) == 2 + 50
    assert hosted.hosts.tools.teller.counts["crowd"] == 10_000 - 49
    assert net["h1"].ping(net["h3"]).received == 1


def test_a_host_that_claims_every_address() -> None:
    """So many, and no more."""
    hosted = Hosted(Network.line(1, hosts=1), toml="[hosts]\nmost_addresses = 8\n")
    send(hosted, "h1", *(says(H1, IPv4Address((10 << 24) + number)) for number in range(1, 30)))
    assert hosted.watch.view.count(ADDRESSES) == 8
    assert len(hosted.told(SourceRefused)) >= 1


def test_a_host_that_claims_to_be_everybody() -> None:
    """Who is asked at once for the sake of one port is bounded; all who are there keep their places."""
    hosted = Hosted(Network.tree(3, fanout=4, hosts=4))
    hosted.known()
    before = hosted.everything()
    assert len(hosted.net.hosts) == 64
    liar, victims = hosted.net.hosts[0], hosted.net.hosts[1:]
    for victim in victims:
        liar.do(lambda host, now, v=victim: host.send_raw(datagram(v.mac, str(v.ipv4))))  # type: ignore[misc]
    hosted.net.run(3)
    assert hosted.everything() == before
    assert len(hosted.told(HostConflict)) == 16  # of one port in a second
    assert hosted.hosts.tools.teller.counts["conflict"] == 32
    assert hosted.hosts.tools.teller.counts["contests"] == 31
    assert len(hosted.hosts.tools.contests) == 0


def test_nothing_is_left_of_an_attack() -> None:
    """Questions, contests and held packets end; what is remembered is bounded."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    timers = len(hosted.hosts.record.holdings())
    hosted.net["h2"].do(lambda host, now: host.send_raw(datagram(H1, "10.0.0.1")))
    hosted.net["h2"].do(lambda host, now: host.send_raw(says(H2, IP1)))
    hosted.net.run(20)
    assert len(hosted.hosts.record.holdings()) == timers
    assert list(hosted.hosts.tools.asker.own) == [hosted.hosts.tools.asker.mac]
    assert hosted.hosts.record.dispatcher.expired == 0
    assert isinstance(hosted.hosts, Hosts)
