"""Rows of links, ports and switches that others have written: the view says what is so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nox.core.view.component import View
from nox.core.view.interfaces import INetworkView
from nox.core.view.owned import OwnedView
from nox.core.view.rows import Link, LinkKind, Port
from nox.core.view.tables import LINKS, PORTS, SWITCHES
from nox.emulator.tested import TestedNetwork
from nox.lib.addresses import EthernetAddress
from tests.netapps.discovery.watching import built, links


@pytest.fixture
def net(nox_network: type[TestedNetwork]) -> TestedNetwork:
    """Three switches in a row, whose links are known."""
    made = nox_network.line(3)
    made.start("discovery,interval=1")
    made.run(1)
    assert set(links(made)) == built(made)
    return made


def another(net: TestedNetwork, name: str = "inventory") -> INetworkView:
    """The view of another component, or of a dump that is restored."""
    return OwnedView(net.controller.component(View), name)


def test_a_link_that_the_operator_names_no_more_is_what_is_heard(net: TestedNetwork) -> None:
    """While he names it, it is his; after that it is a cable again, and does not have to go and come for that."""
    view = another(net)
    for ends in built(net):
        view.put(LINKS, Link(**ends._asdict(), kind=LinkKind.STATIC))
    net.run(5)
    assert set(links(net).values()) == {"static"}
    for ends in built(net):
        view.delete(LINKS, tuple(ends))
    net.run(0.01)
    assert (set(links(net)), set(links(net).values())) == (built(net), {"direct"})


def test_links_of_a_dump_are_there_when_they_are_heard_alone(net: TestedNetwork) -> None:
    """A dump is older than the network: no path may lead where no cable is any more."""
    view = another(net, "discovery")
    for src, dst in ((1, 3), (3, 1)):
        view.put(LINKS, Link(src_dpid=src, src_port=9, dst_dpid=dst, dst_port=9))
    for ends in built(net):
        view.put(LINKS, Link(**ends._asdict(), kind=LinkKind.BROADCAST))
    net.run(0.3)
    assert (set(links(net)), set(links(net).values())) == (built(net), {"direct"})


def test_ports_and_switches_of_a_dump_are_as_they_are(net: TestedNetwork) -> None:
    """Whatever it says of them; what the operator has named keeps its name."""
    view = another(net, "discovery")
    before = set(view.rows(PORTS))
    for row in view.rows(PORTS):
        view.put(PORTS, replace(row, up=False, name="old"))
    view.put(PORTS, Port(dpid=1, number=9, hw_addr=EthernetAddress("06:00:00:00:00:09"), up=True))
    for switch in view.rows(SWITCHES):
        view.put(SWITCHES, replace(switch, connected=False, name="named"))
    net.run(0.01)
    assert set(view.rows(PORTS)) == before
    assert [(row.name, row.connected) for row in view.rows(SWITCHES)] == [("named", True)] * 3


def test_what_is_as_it_should_be_is_not_written_again(net: TestedNetwork) -> None:
    """Neither what others have put right, nor what discovery itself has written."""
    view = another(net)
    revision = view.revision
    view.put(LINKS, Link(**next(iter(built(net)))._asdict(), kind=LinkKind.STATIC))
    net.run(3)
    assert view.revision == revision + 1


def test_a_host_that_another_instance_has_seen_is_seen(net: TestedNetwork) -> None:
    """Two that know different things of a port do not write it to and fro."""
    view = another(net, "discovery")
    row = next(row for row in view.rows(PORTS) if not row.carried_host)
    view.put(PORTS, replace(row, carried_host=True))
    revision = view.revision
    net.run(3)
    assert (view.get(PORTS, row.dpid, row.number), view.revision) == (replace(row, carried_host=True), revision)
