"""What becomes of a switch's entries when it connects."""

from __future__ import annotations

import struct

import pytest

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.ledger import Reconciled
from nox.core.plan import DENY, FLOWS, STATED, cookie, is_stated
from nox.lib.actions import Output
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Match
from tests.core.component.support import result
from tests.core.openflow.ownership.remembering import (
    ADD,
    ALLOWED,
    DELETE_STRICT,
    MODIFY_STRICT,
    STATER,
    Stater,
    entries,
    entry,
    flow_mods,
    read,
)
from tests.core.openflow.peer import ERROR, FLOW_MOD, Peer
from tests.netapps.network import Network, sent

ALTERED = b"\0\0\0\x09"  # a port in the place of ALLOWED's


@pytest.fixture(params=[1, 4], ids=["1.0", "1.3"])
def version(request: pytest.FixtureRequest) -> int:
    """Wire version of the switch."""
    found: int = request.param
    return found


def stater(network: Network) -> Stater:
    """The component of the network."""
    found = network.kernel.registry.records["stater"].instance
    assert isinstance(found, Stater)
    return found


def written(version: int) -> list[bytes]:
    """The entries of a switch after an earlier run of the controller: DENIED, then ALLOWED."""
    found = list(entries(Network(STATER).switch(version)))
    assert len(found) == 2
    return found


def join(version: int, flows: list[bytes], *, toml: str = "", age: int = 0) -> tuple[Network, Peer]:
    """A controller that has just started, and a switch that has these entries already."""
    network = Network(STATER, toml=toml)
    peer = Peer(network.home, version)
    peer.flows, peer.age = flows, age
    peer.join()
    network.clock.advance(0)
    return network, peer


def report(network: Network) -> Reconciled:
    """Of the only switch."""
    [event] = stater(network).reports
    return event.report


def test_missing_entries_are_written_before_the_join_refusals_first(version: int) -> None:
    """Highest priority first, with cookies that say that they are stated."""
    network, peer = join(version, [])
    mods = flow_mods(peer)
    assert [(command, priority) for command, priority, _ in mods] == [(ADD, DENY.low), (ADD, FLOWS.low)]
    assert all(is_stated(cookie) for _, _, cookie in mods)
    assert report(network).added == 2


def test_nothing_is_sent_for_what_is_right(version: int) -> None:
    """Entries of an earlier epoch are as right as those of this one."""
    network, peer = join(version, written(version))
    assert flow_mods(peer) == []
    assert (report(network).right, report(network).added, report(network).mended) == (2, 0, 0)


def test_an_altered_entry_is_changed_back_and_keeps_its_age(version: int) -> None:
    """Other actions: MODIFY_STRICT for it, and nothing for the other."""
    denied, allowed = written(version)
    at = allowed.rindex(b"\0\2" if version == 1 else b"\0\0\0\2")
    altered = allowed[:at] + (b"\0\x09" if version == 1 else ALTERED) + allowed[at + (2 if version == 1 else 4) :]
    network, peer = join(version, [altered, denied])
    assert [(command, priority) for command, priority, _ in flow_mods(peer)] == [(MODIFY_STRICT, FLOWS.low)]
    assert report(network).mended == 1


def test_a_refusal_is_changed_back_before_anything_is_let_pass(version: int) -> None:
    """Whatever has to be done with each: the higher priority comes first."""
    denied, _ = written(version)
    output = struct.pack("!HHHH", 0, 8, 2, 0) if version == 1 else struct.pack("!HH4xHHIH6x", 4, 24, 0, 16, 2, 0)
    altered = struct.pack("!H", len(denied) + len(output)) + denied[2:] + output
    _, peer = join(version, [altered])
    assert [mod[:2] for mod in flow_mods(peer)] == [(MODIFY_STRICT, DENY.low), (ADD, FLOWS.low)]


@pytest.mark.parametrize("change", [{"cookie": 0xABC}, {"idle": 5}])
def test_what_only_writing_can_change_is_written_anew(version: int, change: dict[str, int]) -> None:
    """One that would go after another time; somebody else's in the place of ours, where a change leaves the cookie."""
    network = Network(STATER)
    first = network.switch(version)
    [denied, allowed] = [body for kind, body in first.others if kind == FLOW_MOD]
    _, peer = join(version, [entry(version, denied), entry(version, allowed, **change)])
    command = MODIFY_STRICT if version == 1 and "cookie" in change else ADD
    assert [mod[:2] for mod in flow_mods(peer)] == [(command, FLOWS.low)]


def other(version: int, cookie: int) -> bytes:
    """An entry that is not stated, with this cookie."""
    network = Network(STATER)
    peer = network.switch(version)
    peer.others.clear()
    datapath = network.home.datapaths[1]
    datapath.send(datapath.translator.flow_mod(ADD, FlowSpec(match=Match(in_port=7), priority=7), cookie=cookie))
    [body], _ = sent(peer)
    return entry(version, body)


def test_what_is_stated_no_more_is_removed(version: int) -> None:
    """By its cookie where the version can look at cookies."""
    old = cookie(40, 1, STATED | 9)
    network, peer = join(version, [*written(version), other(version, old)])
    assert flow_mods(peer) == [(DELETE_STRICT, 7, old if version == 4 else 0)]
    assert report(network).removed == 1


@pytest.mark.parametrize(
    ("value", "what"),
    [(0xABC, "foreign"), (cookie(999, 1, 1), "foreign"), (cookie(41, 1, STATED | 1), "orphans")],
    ids=["no cookie of ours", "nobody's number", "a component that does not run"],
)
def test_strangers_are_reported_and_left_unless_configured(version: int, value: int, what: str) -> None:
    """`[flows] foreign` and `orphans` say otherwise, each for its own."""
    network, peer = lone(version, value, "")
    assert flow_mods(peer) == []
    assert (report(network).foreign, report(network).orphans) == ((1, 0) if what == "foreign" else (0, 1))
    assert [one.cookie for one in report(network).strangers] == [value]
    for configured in ("foreign", "orphans"):
        _, peer = lone(version, value, f'[flows]\n{configured} = "remove"\n')
        assert len(flow_mods(peer)) == (configured == what)


def lone(version: int, value: int, toml: str) -> tuple[Network, Peer]:
    """A switch with all that is stated, and one more entry; `idle` is installed and does not run."""
    idle = type(STATER)("idle", STATER.path, number=41)
    network = Network(STATER, toml=toml, idle=(idle,))
    peer = Peer(network.home, version)
    peer.flows = [*written(version), other(version, value)]
    peer.join()
    network.clock.advance(0)
    return network, peer


@pytest.mark.parametrize(("decide", "removed"), [("", 0), ("keep", 0), ("remove", 1), ("fail", 1)])
def test_reactive_entries_are_decided_again(version: int, decide: str, removed: int) -> None:
    """A decision that fails is no permission to forward; without any, an entry stays."""
    toml = f'[stater]\ndecide = "{decide}"\n'
    network, peer = join(version, [*written(version), other(version, cookie(40, 1, 5))], toml=toml)
    peer.answer()
    assert [command for command, _, _ in flow_mods(peer)] == [DELETE_STRICT] * removed
    assert len(stater(network).asked) == (decide != "")


def test_decisions_are_made_at_a_bounded_rate() -> None:
    """Fifty at once, and fifty more every twentieth of a second."""
    many = [other(4, cookie(40, 1, 5))] * 120
    network, peer = join(4, many, toml='[stater]\ndecide = "keep"\n')
    network.clock.pump([0] * 3)  # they are compared
    peer.answer()  # and the switch joins
    counts = [len(stater(network).asked)]
    for _ in range(3):
        network.clock.advance(0.05)
        counts.append(len(stater(network).asked))
    assert counts == [50, 100, 120, 120]


def test_a_refused_entry_is_told_once_and_tried_again_at_the_next_join(version: int) -> None:
    """The others are written; `refused` names it."""
    network = Network(STATER)
    peer = network.switch(version)
    [_, body] = [body for kind, body in peer.others if kind == FLOW_MOD]
    peer.others.clear()
    refused = struct.pack("!BBHI", version, FLOW_MOD, 8 + len(body), 7) + body
    peer.send(ERROR, struct.pack("!HH", 3 if version == 1 else 5, 1) + refused[:72], 7)
    peer.answer()
    assert flow_mods(peer) == []
    [(dpid, spec, error)] = stater(network).flows.refused()
    assert (dpid, spec) == (1, ALLOWED)
    assert error.startswith("FLOW_MOD_FAILED/")
    peer.lose()
    assert [mod[:2] for mod in flow_mods(network.switch(version))] == [(ADD, DENY.low), (ADD, FLOWS.low)]


def test_what_a_version_cannot_say_comes_back_without_being_sent() -> None:
    """1.0 has no IPv6 addresses: the owner is told, and the switch joins."""
    network = Network(STATER)
    stater(network).flows.state(FlowSpec(match=Match(eth_type=0x86DD, ipv6_dst="2001:db8::1"), priority=FLOWS.low))
    peer = network.switch(1)
    network.clock.advance(0)
    assert len(flow_mods(peer)) == 2
    [refusal] = stater(network).refusals
    assert (refusal.owner, refusal.dpid) == ("stater", 1)
    assert "ipv6_dst" in refusal.error


def test_a_switch_that_refuses_to_tell_gets_all_and_loses_nothing(version: int) -> None:
    """What is stated must hold; what may be left over is said."""
    network = Network(STATER)
    peer = Peer(network.home, version)
    answer = peer._answer_stats

    def refuse(xid: int, body: bytes) -> None:
        if body[:2] == b"\0\1":
            peer.send(ERROR, struct.pack("!HH", 1, 2) + bytes(8), xid)
        else:
            answer(xid, body)

    peer._answer_stats = refuse  # type: ignore[method-assign]
    peer.join()
    network.clock.advance(0)
    assert [command for command, _, _ in flow_mods(peer)] == [ADD, ADD]
    assert "refused" in report(network).error
    assert 1 in network.home.datapaths


def test_a_switch_that_keeps_silent_does_not_join(version: int) -> None:
    """Neither is anything written into it: the next connection begins anew."""
    network = Network(STATER)
    peer = Peer(network.home, version)
    answer = peer._answer_stats
    peer._answer_stats = lambda xid, body: None if body[:2] == b"\0\1" else answer(xid, body)  # type: ignore[method-assign]
    peer.join()
    network.clock.pump([1] * 12)
    assert flow_mods(peer) == []
    assert peer.transport.disconnecting
    assert network.home.datapaths == {}


@pytest.mark.parametrize(("flows", "age", "lost"), [(0, 15, True), (0, 14, False), (1, 15, False)])
def test_an_old_switch_without_any_entry_is_reported(flows: int, age: int, *, lost: bool) -> None:
    """It is new to controllers, or flushed its entries as a bridge in mode `standalone` does."""
    network, _ = join(4, [other(4, 0xABC)] * flows, age=age)
    assert report(network).is_lost == lost


def test_many_entries_are_compared_in_short_turns() -> None:
    """A hundred in each: others' packets do not wait for all of them."""
    network = Network(STATER)
    peer = Peer(network.home, 4)
    peer.flows = [*written(4), *[other(4, 0xABC)] * 400]
    peer.join()
    assert 1 not in network.home.datapaths
    network.clock.pump([0] * 3)
    assert 1 not in network.home.datapaths
    network.clock.pump([0] * 3)
    peer.answer()
    assert 1 in network.home.datapaths


# While a switch is connected


@pytest.fixture
def running(version: int) -> tuple[Network, Stater, Peer]:
    """A switch that has joined."""
    network = Network(STATER)
    peer = network.switch(version)
    peer.others.clear()
    return network, stater(network), peer


NEW = FlowSpec(match=Match(in_port=2), priority=FLOWS.low, actions=(Output(1),))


def test_stating_writes_and_withdrawing_removes(running: tuple[Network, Stater, Peer]) -> None:
    """Stating the same once more sends nothing; other actions change the entry."""
    _, component, peer = running
    component.flows.state(NEW)
    component.flows.state(NEW)
    component.flows.state(FlowSpec(match=NEW.match, priority=NEW.priority, actions=(Output(3),)))
    component.flows.withdraw(NEW)
    component.flows.withdraw(NEW)
    peer.answer()
    assert [command for command, _, _ in flow_mods(peer)] == [ADD, MODIFY_STRICT, DELETE_STRICT]


def test_what_is_stated_for_one_switch_is_in_no_other(running: tuple[Network, Stater, Peer], version: int) -> None:
    """Connected or not when it is stated."""
    network, component, peer = running
    component.flows.state(NEW, dpid=2)
    peer.answer()
    assert flow_mods(peer) == []
    assert len(flow_mods(network.switch(version, dpid=2))) == 3
    assert len(flow_mods(network.switch(version, dpid=3))) == 2


def test_one_entry_is_not_stated_twice(running: tuple[Network, Stater, Peer]) -> None:
    """For every switch and for one: which of them would hold there?"""
    with pytest.raises(LocalProtocolError, match=r"stated already, by component 40 for every switch: state it once"):
        running[1].flows.state(ALLOWED, dpid=2)


def test_removing_reactive_entries_leaves_the_stated_ones(running: tuple[Network, Stater, Peer], version: int) -> None:
    """Where cookies can be looked at, the mask says so; else each is named."""
    network, component, peer = running
    peer.flows = [*written(version), other(version, cookie(40, component.flows._base >> 32 & 0xFFFF, 5))]  # type: ignore[attr-defined]
    datapath: Datapath = network.home.datapaths[1]
    component.spawn(component.flows.remove(datapath))
    peer.answer()
    [body] = [body for kind, body in peer.others if kind == FLOW_MOD]
    if version == 1:
        assert read(version, body)[:2] == (DELETE_STRICT, 7)
    else:
        assert struct.unpack_from("!QQ", body) == (cookie(40, 0, 0), 0xFFFF << 48 | STATED)


def test_a_restarted_component_finds_its_entries_right(running: tuple[Network, Stater, Peer], version: int) -> None:
    """They stayed while it was stopped, and nothing is sent for them when it states them again."""
    network, _, peer = running
    peer.flows = written(version)
    result(network.kernel.restart("stater"))
    network.clock.advance(0)
    peer.answer()
    assert flow_mods(peer) == []


def test_entries_of_a_component_that_starts_are_left(version: int) -> None:
    """A switch that joins before the component runs is compared again then: nothing is removed in between."""
    network = Network(STATER)
    peer = Peer(network.home, version)
    peer.flows = written(version)
    record = network.kernel.registry.records["stater"]
    stater(network).flows.withdraw(ALLOWED)
    record.enter(type(record.state).STARTING)
    peer.join()
    assert flow_mods(peer) == []
    record.enter(type(record.state).RUNNING)


def test_a_switch_that_leaves_takes_its_table_along(running: tuple[Network, Stater, Peer]) -> None:
    """What is stated later is not sent to it."""
    network, component, peer = running
    peer.lose()
    component.flows.state(NEW)
    assert peer.take() == []
    assert network.home.datapaths == {}
