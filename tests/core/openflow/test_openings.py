"""What stands beside the table miss on Open vSwitch."""

from __future__ import annotations

import pytest

from nox.core.component.plugins import ComponentPlugin
from nox.core.openflow.flows import Flows
from tests.core.component.support import result
from tests.core.openflow.ownership.remembering import entry
from tests.core.openflow.peer import FLOW_MOD, Peer
from tests.netapps.network import Network, sent

HUB = ComponentPlugin("hub", "nox.netapps.hub:Hub", number=18)  # it wants the packets that no entry fits
ADD, DELETE_STRICT = 0, 4
MISS, OPENING = 0, 1  # priorities
SYN_NOT_ACK = bytes.fromhex("ffff5508 4f4e4600 0002 0012")  # tcp_flags, masked, of ONF's experimenter


def openvswitch(network: Network, *entries: bytes, hardware: bytes = b"Open vSwitch", dpid: int = 1) -> Peer:
    """A switch that has joined, with entries that it had before."""
    peer = Peer(network.home, 4, dpid)
    peer.hardware, peer.flows = hardware, list(entries)
    peer.join()
    return peer


def written(peer: Peer) -> list[bytes]:
    """The bodies of the flow-mods that it was sent for its join."""
    return [body for kind, body in peer.others if kind == FLOW_MOD]


def what(body: bytes) -> tuple[int, int]:
    """The command and the priority of a flow-mod."""
    return body[17], int.from_bytes(body[22:24])


def test_a_segment_that_opens_a_connection_has_an_entry_of_its_own() -> None:
    """SYN without ACK, over IPv4 and IPv6, to the controller as the table miss; before the join is announced."""
    bodies = written(openvswitch(Network(HUB)))
    assert [what(body) for body in bodies] == [(ADD, OPENING), (ADD, OPENING), (ADD, MISS)]
    assert [SYN_NOT_ACK in body for body in bodies] == [True, True, False]
    assert all(b"\xff\xff\xff\xfd" in body for body in bodies)


@pytest.mark.parametrize("version", [1, 4], ids=["1.0", "1.3"])
def test_other_switches_are_not_asked_for_what_they_hardly_know(version: int) -> None:
    """They have the table miss alone."""
    assert len(written(Network(HUB).switch(version))) == 1


def test_without_a_table_miss_there_is_none() -> None:
    """Nobody wants packets that no entry fits."""
    assert written(openvswitch(Network())) == []


def test_a_switch_that_returns_has_them_already() -> None:
    """To this controller or to one that has been started anew: nothing is written."""
    network = Network(HUB)
    first = openvswitch(network)
    told = [entry(4, body) for body in written(first)]
    first.lose()
    assert written(openvswitch(network, *told)) == []
    assert written(openvswitch(Network(HUB), *told)) == []


def test_it_goes_with_the_table_miss() -> None:
    """When the last component that wants it has stopped; another switch that has left meanwhile is forgotten."""
    network = Network(HUB)
    openvswitch(network, dpid=2).lose()
    peer = openvswitch(network)
    result(network.kernel.unload("hub"))
    deleted = [what(body) for body in sent(peer)[0]]
    assert sorted(deleted) == [(DELETE_STRICT, MISS), (DELETE_STRICT, OPENING), (DELETE_STRICT, OPENING)]


def test_a_component_that_is_loaded_later_gets_it_at_once() -> None:
    """On switches that have joined before."""
    network = Network(idle=(HUB,))
    peer = openvswitch(network)
    sent(peer)
    result(network.kernel.load("hub"))
    assert sorted(what(body) for body in sent(peer)[0]) == [(ADD, MISS), (ADD, OPENING), (ADD, OPENING)]


def test_a_switch_that_goes_before_it_has_joined_is_forgotten() -> None:
    """Peers that come and go keep no memory."""
    network = Network(HUB)
    peer = Peer(network.home, 4, 7)
    peer.hardware = b"Open vSwitch"
    network.home.before_join.insert(0, lambda datapath: peer.lose())
    peer.join()
    network.home.before_join.pop(0)
    openvswitch(network)
    flows = network.kernel.registry.records["flows"].instance
    assert isinstance(flows, Flows)
    assert [len(list(flows.statements.of(dpid))) for dpid in (1, 7)] == [3, 1]
