"""Hosts that fall silent."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from nox.core.view.rows import Address, Evidence, Host, Location
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS
from nox.emulator import Network
from nox.lib.addresses import EthernetAddress
from tests.netapps.hosts.hosted import Hosted
from tests.netapps.hosts.test_attacks import H1, H2

SHORT = "[hosts]\nsilence = 30.0\n"


def test_who_answers_stays() -> None:
    """A host that has nothing to say is asked before its time is over, by a packet that is for it alone."""
    hosted = Hosted(Network.line(1, hosts=2), toml=SHORT)
    hosted.known()
    before = set(hosted.everything())
    hosted.net.run(300)
    assert set(hosted.everything()) == before
    assert 10 <= hosted.hosts.tools.asker.sent <= 100
    assert not hosted.watch.told
    assert hosted.watch.passed == []  # nobody else has seen the answers


def test_who_does_not_answer_is_forgotten() -> None:
    """Its place, its addresses and its row, soon after its time is over; nobody else is."""
    hosted = Hosted(Network.line(1, hosts=2), toml=SHORT)
    hosted.known()
    hosted.net["h1"].sleep()
    hosted.net.run(29)
    assert hosted.places("h1") == [(1, 1)]
    hosted.net.run(12)
    assert {row.mac for row in hosted.watch.view.rows(HOSTS)} == {H2}
    assert hosted.places("h1") == []
    assert hosted.watch.view.find(ADDRESSES, "host", H1, 0) == ()
    assert hosted.places("h2") == [(1, 2)]
    assert len(hosted.hosts.tools.memory) == 1


def test_one_that_wakes_is_learned_anew() -> None:
    """By its next packet."""
    hosted = Hosted(Network.line(1, hosts=1), toml=SHORT)
    hosted.known()
    hosted.net["h1"].sleep()
    hosted.net.run(60)
    assert hosted.everything() == []
    hosted.net["h1"].wake()
    hosted.known()
    assert hosted.places("h1") == [(1, 1)]


def test_an_address_that_a_host_has_no_more_is_forgotten() -> None:
    """Each is asked for: the host is there, and answers for those that it has."""
    hosted = Hosted(Network.line(1, hosts=1), toml=SHORT)
    hosted.net["h1"].lie(ipv4=IPv4Address("10.0.0.77"))
    hosted.known()
    hosted.net["h1"].lie()
    hosted.known()
    assert hosted.holders("10.0.0.77") == [str(H1)]
    hosted.net.run(60)
    assert hosted.holders("10.0.0.77") == []
    assert hosted.holders("10.0.0.1") == [str(H1)]


def test_one_that_is_unplugged_is_nowhere_and_forgotten_later() -> None:
    """Its addresses stay as long as it may be silent."""
    hosted = Hosted(Network.line(1, hosts=1), toml=SHORT)
    hosted.net.run(100)
    hosted.known()
    hosted.net.link("h1", "s1").down()
    hosted.net.run(20)
    assert hosted.places("h1") == []
    assert hosted.holders("10.0.0.1") == [str(H1)]
    hosted.net.run(30)
    assert hosted.everything() == []


def test_hosts_of_a_switch_that_is_not_connected_are_kept_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """They cannot be asked. The test's day has half an hour."""
    monkeypatch.setattr("nox.netapps.hosts.silence.DAY", 1800.0)
    hosted = Hosted(Network.line(2, hosts=1), toml=SHORT)
    hosted.known()
    hosted.net.switch("s1").disconnect()
    hosted.net.run(1700)
    assert hosted.places("h1") == [(1, 2)]
    assert hosted.holders("10.0.0.1") == [str(H1)]
    hosted.net.run(300)
    assert hosted.places("h1") == []


def test_what_somebody_else_has_written_is_not_forgotten() -> None:
    """A named host, its place and its lease are theirs."""
    mac = EthernetAddress("02:00:00:00:00:aa")
    hosted = Hosted(Network.line(1, hosts=1), toml=SHORT)
    view = hosted.watch.view
    view.put(HOSTS, Host(mac=mac, name="printer"))
    view.put(LOCATIONS, Location(mac=mac, dpid=1, port=1))
    view.put(ADDRESSES, Address(ip="10.0.0.9", mac=mac, evidence=Evidence.STATIC))
    hosted.net.run(120)
    assert view.get(HOSTS, mac, 0) is not None
    assert hosted.places_of(mac) == [(1, 1)]
    assert hosted.holders("10.0.0.9") == [str(mac)]


def test_many_hosts_are_not_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are gone through in turn, however many an earlier run has left; here a hundred at a time."""
    monkeypatch.setattr("nox.netapps.hosts.silence.MOST", 100)
    hosted = Hosted(Network.line(1, hosts=1), toml="[hosts]\nsilence = 100.0\n")
    for start in range(0, 600, 50):
        transaction = hosted.hosts.view.transaction()
        for number in range(start, start + 50):
            mac = EthernetAddress((2 << 40) + 0x10000 + number)
            transaction.put(HOSTS, Host(mac=mac))
            transaction.put(LOCATIONS, Location(mac=mac, dpid=1, port=1))
        transaction.commit()
    hosted.net.run(1)
    most, before = 0, 0
    for _ in range(150):
        hosted.net.run(1)
        sent = hosted.hosts.tools.asker.sent
        most, before = max(most, sent - before), sent
    assert 0 < most <= 3 * 100
    assert hosted.everything() == []
