"""Who is where, from what hosts send."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest

from nox.core.view.row import Row
from nox.core.view.rows import Address, Evidence, Host, Location
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS
from nox.emulator import Network
from nox.lib.addresses import EthernetAddress
from nox.lib.packet.ethernet import Ethernet, Tag
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.udp import Udp
from nox.netapps.interfaces import Role
from tests.netapps.hosts.hosted import Hosted
from tests.netapps.hosts.roles import Roles

H1 = EthernetAddress("02:00:00:00:00:01")
ROUTER = EthernetAddress("02:00:00:00:00:fe")


def datagram(src: EthernetAddress, ip: str, *tags: Tag, port: int = 9) -> bytes:
    """A UDP packet to nobody."""
    packet = Ipv4(IPv4Address(ip), IPv4Address("192.0.2.99"), 17, b"")
    whole = Ipv4(packet.src, packet.dst, 17, Udp(port, port, b"").build(packet.ends))
    return Ethernet(EthernetAddress("02:00:00:00:ff:ff"), src, 0x0800, whole.build(), tags).build()


def send(hosted: Hosted, host: str, *frames: bytes) -> None:
    """Have a host send frames, and let a tenth of a second go by."""
    for frame in frames:
        hosted.net[host].do(lambda sender, now, frame=frame: sender.send_raw(frame))  # type: ignore[misc]
    hosted.net.run(0.1)


def test_hosts_are_where_they_are_plugged_in() -> None:
    """On every switch, at edge ports alone, though their packets cross the links between."""
    hosted = Hosted(Network.line(3, hosts=2))
    assert hosted.net.pingall().lost == []
    for host in hosted.net.hosts:
        name, port = host.switch
        assert hosted.places(host) == [(hosted.net.switch(name).dpid, port)]
        assert hosted.holders(str(host.ipv4)) == [str(host.mac)]
    assert hosted.watch.view.count(HOSTS) == 6
    assert not hosted.watch.told


def test_an_announcement_binds_both_addresses() -> None:
    """ARP for IPv4, neighbour discovery for IPv6, each as what it is known by."""
    hosted = Hosted(Network.line(1, hosts=1))
    hosted.known()
    rows = set(hosted.watch.view.rows(ADDRESSES))
    assert rows == {
        Address(ip="10.0.0.1", mac=H1, evidence=Evidence.ARP),
        Address(ip="fe80::ff:fe00:1", mac=H1, evidence=Evidence.ND),
    }


def test_a_packet_alone_is_weak_evidence_and_only_for_the_first_address() -> None:
    """A router sends others' packets: these addresses are not its own. ARP replaces what a packet had bound."""
    hosted = Hosted(Network.line(1, hosts=1))
    send(hosted, "h1", datagram(ROUTER, "198.51.100.7"), datagram(ROUTER, "203.0.113.8"))
    assert set(hosted.watch.view.rows(ADDRESSES)) == {Address(ip="198.51.100.7", mac=ROUTER, evidence=Evidence.PACKET)}
    hosted.net["h1"].lie(mac=ROUTER, ipv4=IPv4Address("10.0.0.254"))
    hosted.net["h1"].do(lambda host, now: host.announce())
    hosted.net.run(0.1)
    assert hosted.holders("10.0.0.254") == [str(ROUTER)]
    assert hosted.holders("198.51.100.7") == []


def test_vlans_are_different_hosts() -> None:
    """One Ethernet address on two VLANs is two hosts; a tag of VLAN 0 is a priority alone."""
    hosted = Hosted(Network.line(1, hosts=1))
    tags = [(), (Tag(0, pcp=5),), (Tag(5),), (Tag(7, pcp=1),)]
    send(hosted, "h1", *(datagram(H1, "10.0.0.1", *tag) for tag in tags))
    assert {row.vlan for row in hosted.watch.view.rows(HOSTS)} == {0, 5, 7}
    assert {(row.vlan, row.evidence) for row in hosted.watch.view.find(ADDRESSES, "ip", "10.0.0.1")} == {
        (0, Evidence.PACKET),
        (5, Evidence.PACKET),
        (7, Evidence.PACKET),
    }
    assert not hosted.watch.told


def test_only_changes_are_written() -> None:
    """What is known already costs no transaction, however often it is heard."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    hosted.net["h1"].ping(hosted.net["h2"])
    revision = hosted.watch.view.revision
    hosted.net["h1"].ping(hosted.net["h2"], count=10, interval=20)
    assert hosted.watch.view.revision == revision


def test_nobody_is_learned_at_a_link() -> None:
    """Packets that cross a link tell nothing about where their sender is."""
    hosted = Hosted(Network.line(1, hosts=1), decides=Roles)
    hosted.roles.said[1, 1] = Role.CORE
    hosted.net["h1"].do(lambda host, now: host.announce())
    hosted.net.run(0.1)
    assert hosted.everything() == []
    assert hosted.watch.passed  # whoever forwards has them
    assert hosted.roles.carried == []


def test_packets_wait_until_it_is_decided_what_their_port_is_for() -> None:
    """At an edge port their sender is learned then, and they go on: none is lost. A few at each port."""
    hosted = Hosted(Network.line(1, hosts=1), decides=Roles)
    hosted.roles.said[1, 1] = Role.UNKNOWN
    send(hosted, "h1", *[datagram(H1, "10.0.0.1")] * 30)
    assert (hosted.everything(), hosted.watch.passed) == ([], [])
    hosted.roles.say(1, 1, Role.EDGE)
    hosted.net.run(0.1)
    assert hosted.places("h1") == [(1, 1)]
    assert len(hosted.watch.passed) == 16
    assert hosted.net.controller.kernel.registry.records["hosts"].holdings() != []
    assert hosted.roles.carried == [(1, 1)]


def test_a_known_host_that_is_nowhere_is_believed_before_that_is_decided() -> None:
    """Its cable was plugged in there; its packets wait all the same. Where it turns out to be a link, it is undone."""
    hosted = Hosted(Network.line(1, hosts=2), decides=Roles)
    hosted.known()
    hosted.roles.said[1, 9] = Role.UNKNOWN
    hosted.net["h1"].move("s1", port=9)
    hosted.net.run(0.01)
    assert hosted.places("h1") == [(1, 9)]
    assert hosted.watch.passed == []
    hosted.roles.say(1, 9, Role.CORE)
    hosted.net.run(0.01)
    assert hosted.places("h1") == []


@pytest.mark.parametrize("lie", [False, True], ids=["somebody new", "somebody who is elsewhere"])
def test_nobody_else_is_believed_before_that_is_decided(lie: bool) -> None:
    """Neither a host that is new, nor one that is at a port that is up."""
    hosted = Hosted(Network.line(1, hosts=2), decides=Roles)
    hosted.known("h2")
    hosted.roles.said[1, 1] = Role.UNKNOWN
    before = hosted.everything()
    send(hosted, "h1", datagram(hosted.net["h2"].mac if lie else H1, "10.0.0.2"))
    assert (hosted.everything(), hosted.watch.passed) == (before, [])


def test_packets_that_waited_at_what_becomes_a_link_are_dropped() -> None:
    """They crossed it before anybody knew of it."""
    hosted = Hosted(Network.line(1, hosts=1), decides=Roles)
    hosted.roles.said[1, 1] = Role.UNKNOWN
    send(hosted, "h1", datagram(H1, "10.0.0.1"))
    hosted.roles.say(1, 1, Role.CORE)
    hosted.net.run(20)
    assert (hosted.everything(), hosted.watch.passed) == ([], [])


def test_packets_do_not_wait_for_ever() -> None:
    """A port whose role nobody decides: they are dropped, before the dispatcher would warn of them."""
    hosted = Hosted(Network.line(1, hosts=1), decides=Roles)
    hosted.roles.said[1, 1] = Role.UNKNOWN
    send(hosted, "h1", datagram(H1, "10.0.0.1"))
    hosted.net.run(20)
    dispatcher = hosted.hosts.record.dispatcher
    assert (hosted.watch.passed, dispatcher.expired) == ([], 0)


def test_a_port_that_becomes_a_link_loses_its_hosts() -> None:
    """They were beyond it."""
    hosted = Hosted(Network.line(1, hosts=2), decides=Roles)
    hosted.known()
    hosted.roles.say(1, 1, Role.CORE)
    hosted.net.run(0.1)
    assert hosted.places("h1") == []
    assert hosted.places("h2") == [(1, 2)]


def test_discovery_is_told_where_hosts_were_seen() -> None:
    """Once for each port, and again after the port was down."""
    hosted = Hosted(Network.line(1, hosts=1), decides=Roles)
    hosted.known()
    hosted.known()
    assert hosted.roles.carried == [(1, 1)]
    hosted.net.link("h1", "s1").down()
    hosted.net.run(0.1)
    hosted.net.link("h1", "s1").up()
    hosted.known()
    assert hosted.roles.carried == [(1, 1), (1, 1)]


def test_a_host_that_asks_for_an_address_has_none_yet() -> None:
    """DHCP is sent from 0.0.0.0: who asks is somewhere, and that is all."""
    hosted = Hosted(Network.line(1, hosts=1))
    hosted.net["h1"].do(lambda host, now: host.dhcp(now))
    hosted.net.run(0.1)
    assert hosted.places("h1") == [(1, 1)]
    assert hosted.watch.view.count(ADDRESSES) == 0
    assert not hosted.watch.told


def test_a_host_has_many_addresses() -> None:
    """Each that it announces, none of them instead of another."""
    hosted = Hosted(Network.line(1, hosts=1))
    hosted.known()
    for number in range(3):
        ip6 = IPv6Address(f"2001:db8::{number + 1}")
        hosted.net["h1"].lie(ipv4=IPv4Address(f"10.0.1.{number + 1}"), ipv6=ip6)
        hosted.net["h1"].do(lambda host, now: host.announce())
    hosted.net.run(0.1)
    assert {row.ip for row in hosted.watch.view.find(ADDRESSES, "host", H1, 0)} == {
        "10.0.0.1", "10.0.1.1", "10.0.1.2", "10.0.1.3",
        "2001:db8::1", "2001:db8::2", "2001:db8::3", "fe80::ff:fe00:1",
    }  # fmt: skip


def test_what_the_operator_has_named_keeps_its_name() -> None:
    """A host's row of somebody else is not written again; where the host is and what it has is learned all the same."""
    hosted = Hosted(Network.line(1, hosts=1))
    hosted.watch.view.put(HOSTS, Host(mac=H1, name="printer"))
    hosted.net.run(0.1)
    hosted.known()
    row = hosted.watch.view.get(HOSTS, H1, 0)
    assert row is not None
    assert (row.name, row.meta.source) == ("printer", "watch")
    assert hosted.places("h1") == [(1, 1)]


def test_rows_of_an_earlier_run_are_known() -> None:
    """A host that is in the view is not new: its packets change nothing."""
    hosted = Hosted(Network.line(1, hosts=1))
    transaction = hosted.watch.view.transaction()
    transaction.put(HOSTS, Host(mac=H1))
    transaction.put(LOCATIONS, Location(mac=H1, dpid=1, port=1))
    transaction.put(ADDRESSES, Address(ip="10.0.0.1", mac=H1, evidence=Evidence.ARP))
    transaction.put(ADDRESSES, Address(ip="fe80::ff:fe00:1", mac=H1, evidence=Evidence.ND))
    transaction.commit()
    hosted.net.run(0.1)
    before = [(row, row.meta.revision) for row in _rows(hosted)]
    hosted.known()
    assert [(row, row.meta.revision) for row in _rows(hosted)] == before


def _rows(hosted: Hosted) -> list[Row]:
    view = hosted.watch.view
    return [*view.rows(HOSTS), *view.rows(LOCATIONS), *view.rows(ADDRESSES)]
