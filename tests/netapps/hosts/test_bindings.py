"""Addresses that change hands, when the one who had them is silent."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest

from nox.core.view.component import View
from nox.core.view.owned import OwnedView
from nox.core.view.rows import Address, Evidence
from nox.core.view.tables import ADDRESSES
from nox.emulator import Network
from nox.lib.packet.ethernet import Tag
from nox.netapps.events import HostConflict
from tests.netapps.hosts.hosted import Hosted
from tests.netapps.hosts.test_attacks import H1, H2, IP1, advertises, from_4, says
from tests.netapps.hosts.test_learning import ROUTER, datagram, send


def test_an_address_goes_to_who_announces_it_when_the_other_is_silent() -> None:
    """As when a service fails over to another machine: the announcement waits, and then goes on to all."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    hosted.net["h1"].sleep()
    send(hosted, "h2", says(H2, IP1))
    assert hosted.holders("10.0.0.1") == [str(H2)]
    assert [event.in_port for event in hosted.watch.passed] == [2]
    assert not hosted.watch.told


def test_the_address_of_a_host_that_is_unplugged_is_free_at_once() -> None:
    """There is nobody to ask."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    hosted.net.link("h1", "s1").down()
    hosted.net.run(0.1)
    began = hosted.net.now
    send(hosted, "h2", says(H2, IP1))
    assert hosted.holders("10.0.0.1") == [str(H2)]
    times = [at for at, change in hosted.watch.changes if change.table is ADDRESSES and change.after is not None]
    assert max(times) - began < 0.005


def test_one_that_answers_late_gets_its_address_back() -> None:
    """And has a second from then on: the address goes to and fro once and not again."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    hosted.net.link("h1", "s1").set(delay=0.05)
    send(hosted, "h2", says(H2, IP1))
    hosted.net.run(1)
    assert hosted.holders("10.0.0.1") == [str(H1)]
    assert len(hosted.told(HostConflict)) == 1
    revision = hosted.watch.view.revision
    for _ in range(3):
        hosted.net.run(2)
        send(hosted, "h2", says(H2, IP1))
    hosted.net.run(2)
    assert hosted.watch.view.revision == revision
    assert len(hosted.told(HostConflict)) == 4


def test_the_one_who_had_it_and_says_so_gets_it_back() -> None:
    """Its own announcement in that second is as good as an answer."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    hosted.net["h1"].sleep()
    send(hosted, "h2", says(H2, IP1))
    hosted.net["h1"].wake()
    send(hosted, "h1", says(H1, IP1))
    assert hosted.holders("10.0.0.1") == [str(H1)]
    assert len(hosted.told(HostConflict)) == 1


def test_a_probe_for_an_address_claims_nothing() -> None:
    """Detection of duplicate addresses: the question reaches who has it, and nobody loses anything (RFC 5227)."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    before = hosted.everything()
    question = says(H2, IP1).replace(H2 + IP1.packed, H2 + bytes(4), 1)
    send(hosted, "h2", question)
    assert (hosted.everything(), hosted.watch.told) == (before, [])
    assert [event.data for event in hosted.watch.passed if event.in_port == 2] == [question]


def test_better_evidence_is_noted() -> None:
    """What a packet had bound is then bound by ARP; what ARP has bound is not made less by a packet."""
    hosted = Hosted(Network.line(1, hosts=1))
    for frame, evidence in (
        (from_4(H1, "10.0.0.1"), Evidence.PACKET),
        (says(H1, IP1), Evidence.ARP),
        (from_4(H1, "10.0.0.1"), Evidence.ARP),
    ):
        send(hosted, "h1", frame)
        assert hosted.watch.view.get(ADDRESSES, "10.0.0.1", H1, 0) == Address(ip="10.0.0.1", mac=H1, evidence=evidence)


def test_an_advertisement_says_whether_its_sender_is_a_router() -> None:
    """It is kept in memory: it is no part of the view."""
    hosted = Hosted(Network.line(1, hosts=1))
    assert hosted.hosts.is_router(H1, 0) is None
    hosted.known()
    assert hosted.hosts.is_router(H1, 0) is False
    assert hosted.hosts.last_heard(H1, 0) is not None
    assert hosted.hosts.last_heard(H2, 0) is None


def test_the_same_address_on_two_vlans_is_no_conflict() -> None:
    """Each VLAN has its own."""
    hosted = Hosted(Network.line(1, hosts=2))
    send(hosted, "h1", datagram(H1, "10.0.0.1", Tag(5)))
    send(hosted, "h2", datagram(H2, "10.0.0.1", Tag(6)))
    assert sorted(hosted.holders("10.0.0.1")) == [str(H1), str(H2)]
    assert not hosted.watch.told


def test_ipv6_addresses_change_hands_as_ipv4_ones_do() -> None:
    """By an advertisement, when the one who had it is silent."""
    ip = IPv6Address("2001:db8::7")
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    send(hosted, "h1", advertises(H1, ip))
    assert hosted.holders(str(ip)) == [str(H1)]
    send(hosted, "h2", advertises(H2, ip))  # h1 does not know this address, and does not answer for it
    assert hosted.holders(str(ip)) == [str(H2)]
    assert not hosted.watch.told
    assert IPv4Address(hosted.net["h1"].ipv4) == IP1


@pytest.mark.parametrize("evidence", [Evidence.STATIC, Evidence.DHCP])
def test_an_address_that_somebody_is_given_is_nobody_elses(evidence: Evidence) -> None:
    """Who had it by its own word has it no more, and does not get it back."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    hosted.watch.view.put(ADDRESSES, Address(ip="10.0.0.1", mac=H2, evidence=evidence))
    hosted.net.run(0.1)
    assert hosted.holders("10.0.0.1") == [str(H2)]
    for claim in (says(H1, IP1), from_4(H1, "10.0.0.1")):
        send(hosted, "h1", claim)
    assert hosted.holders("10.0.0.1") == [str(H2)]
    assert hosted.told(HostConflict)


def test_an_address_that_was_given_before_the_start() -> None:
    """What an earlier run had believed of somebody else is taken back then."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.net.controller.kernel.unload("hosts")
    hosted.net.run(0.1)
    earlier = OwnedView(hosted.net.controller.component(View), "hosts")
    earlier.put(ADDRESSES, Address(ip="10.0.0.1", mac=H1, evidence=Evidence.ARP))
    hosted.watch.view.put(ADDRESSES, Address(ip="10.0.0.1", mac=H2, evidence=Evidence.STATIC))
    assert hosted.holders("10.0.0.1") == [str(H1), str(H2)]
    hosted.net.controller.kernel.load("hosts")
    hosted.net.run(0.1)
    assert hosted.holders("10.0.0.1") == [str(H2)]


def test_an_address_that_is_given_while_its_holder_is_asked() -> None:
    """The answer does not matter any more."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    hosted.net["h1"].sleep()
    hosted.net["h2"].do(lambda host, now: host.send_raw(says(H2, IP1)))
    hosted.net.run(0.002)
    hosted.watch.view.put(ADDRESSES, Address(ip="10.0.0.1", mac=ROUTER, evidence=Evidence.STATIC))
    hosted.net.run(2)
    assert hosted.holders("10.0.0.1") == [str(ROUTER)]
    assert hosted.told(HostConflict)
