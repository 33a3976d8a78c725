"""``/v1/hosts``: where hosts are."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from zope.interface.verify import verifyObject

from nox.core.view.rows import Address, Evidence, Host, Location, Switch
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS, SWITCHES
from nox.lib.addresses import EthernetAddress
from nox.netapps.interfaces import IHosts
from nox.webapps.rest.answers import NotFound
from nox.webapps.rest.resources.hosts import Hosts
from tests.core.component.support import result
from tests.core.view.support import Viewed
from tests.webapps.rest.support import OwnHosts, Server

H1, H2 = EthernetAddress("02:00:00:00:00:01"), EthernetAddress("02:00:00:00:00:02")


def fill(server: Server) -> None:
    """Two hosts, one of them on two VLANs."""
    view = server.view
    view.put(SWITCHES, Switch(dpid=2, name="cellar"))
    view.put(HOSTS, Host(mac=H2, vlan=7))
    view.put(HOSTS, Host(mac=H1, name="printer"))
    view.put(HOSTS, Host(mac=H1, vlan=7))
    view.put(LOCATIONS, Location(mac=H1, dpid=1, port=3))
    view.put(LOCATIONS, Location(mac=H1, dpid=2, port=4))
    for ip, evidence in (("fe80::1", Evidence.ND), ("10.0.0.10", Evidence.DHCP), ("10.0.0.9", Evidence.ARP)):
        view.put(ADDRESSES, Address(ip=ip, mac=H1, evidence=evidence))
    view.put(ADDRESSES, Address(ip="10.0.0.9", mac=H2, vlan=7))


def test_nobody_is_known(server: Server) -> None:
    """An empty list, also while nothing provides a view."""
    assert server.ask("GET", "/v1/hosts") == (200, [])
    assert result(Deferred.fromCoroutine(Hosts(None, None, Clock()).hosts())) == []


@pytest.mark.parametrize("name", ["room 12/3", "50%", "%2F"])
def test_a_name_may_have_slashes(server: Server, name: str) -> None:
    """The client quotes it; without that it is two parts of a path."""
    server.view.put(HOSTS, Host(mac=H1, name=name))
    status, answer = server.ask("GET", f"/v1/hosts/{quote(name, safe='')}")
    assert (status, [one["name"] for one in answer]) == (200, [name])
    assert server.ask("GET", "/v1/hosts/room 12/3".replace(" ", "%20"))[0] == 404


def test_what_is_known(server: Server) -> None:
    """By address and VLAN; each host's addresses in their order, and its places with the switch's name."""
    fill(server)
    status, (first, second, third) = server.ask("GET", "/v1/hosts")
    assert status == 200
    assert first == {
        "mac": "02:00:00:00:00:01",
        "vlan": 0,
        "name": "printer",
        "since": 0.0,
        "last_heard": 1.7e9,
        "addresses": [
            {"ip": "10.0.0.9", "evidence": "arp", "since": 0.0},
            {"ip": "10.0.0.10", "evidence": "dhcp", "since": 0.0},
            {"ip": "fe80::1", "evidence": "nd", "since": 0.0},
        ],
        "locations": [
            {"dpid": "0000000000000001", "port": 3, "switch": "", "since": 0.0},
            {"dpid": "0000000000000002", "port": 4, "switch": "cellar", "since": 0.0},
        ],
    }
    assert [(one["mac"], one["vlan"], one["last_heard"]) for one in (second, third)] == [
        ("02:00:00:00:00:01", 7, None),
        ("02:00:00:00:00:02", 7, None),
    ]


@pytest.mark.parametrize(
    ("which", "found"),
    [
        ("printer", [("02:00:00:00:00:01", 0)]),
        ("02-0-0-0-0-1", [("02:00:00:00:00:01", 0), ("02:00:00:00:00:01", 7)]),
        ("10.0.0.9", [("02:00:00:00:00:01", 0), ("02:00:00:00:00:02", 7)]),
        ("FE80:0::1", [("02:00:00:00:00:01", 0)]),
    ],
)
def test_some_of_them(server: Server, which: str, found: list[tuple[str, int]]) -> None:
    """Of a name, an Ethernet address or an IP address, however it is written."""
    fill(server)
    status, answer = server.ask("GET", f"/v1/hosts/{which}")
    assert (status, [(one["mac"], one["vlan"]) for one in answer]) == (200, found)


def test_one_that_nobody_knows(server: Server) -> None:
    """404, with a sentence."""
    fill(server)
    for which in ("nobody", "10.0.0.1", "02:00:00:00:00:03"):
        assert server.ask("GET", f"/v1/hosts/{which}") == (404, {"error": f"no host {which} is known"})
    with pytest.raises(NotFound):
        result(Deferred.fromCoroutine(Hosts(None, None, Clock()).which("printer")))


def test_very_many_do_not_keep_everything_waiting() -> None:
    """The answer is made in several turns of the reactor."""
    viewed, clock = Viewed(), Clock()
    for start in range(0, 1200, 100):
        transaction = viewed.view.transaction()
        for number in range(start, start + 100):
            transaction.put(HOSTS, Host(mac=EthernetAddress(0x020000000000 + number)))
        transaction.commit()
    answer = Deferred.fromCoroutine(Hosts(viewed.view, None, clock).hosts())
    assert not answer.called
    clock.advance(0)
    told = result(answer)
    assert isinstance(told, list)
    assert len(told) == 1200


def test_the_tests_own_hosts_keep_the_contract() -> None:
    """As the component does."""
    assert verifyObject(IHosts, OwnHosts())
