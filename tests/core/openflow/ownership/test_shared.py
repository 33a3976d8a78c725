"""Groups and meters that components state."""

from __future__ import annotations

import struct

import pytest

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IFlows
from nox.core.openflow.events import SharedRefused
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.groupspec import Bucket, GroupSpec
from nox.core.openflow.ledger import Reconciled
from nox.core.openflow.meterspec import MeterSpec
from nox.core.plan import FLOWS
from nox.lib.actions import Group, Output
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow.enums import GroupType
from nox.lib.openflow.messages.meters import DropBand
from tests.core.component.support import plugin
from tests.core.openflow.peer import ERROR, FLOW_MOD, Peer
from tests.netapps.network import Network, sent

GROUP_MOD, METER_MOD = 15, 29
ADD, MODIFY, DELETE = 0, 1, 2


class Spreader(Component):
    """An entry that uses a group and a meter."""

    bands = (FLOWS,)
    flows = requires(IFlows)

    async def start(self) -> None:
        """State all three."""
        self.refusals: list[SharedRefused] = []
        self.register(SharedRefused, self.refused)
        self.flows.state_groups(self.group(2))
        self.flows.state_meters(MeterSpec(meter_id=self.flows.meter_id(1), bands=(DropBand(rate=1000, burst_size=0),)))
        number, meter = self.flows.group_id(1), self.flows.meter_id(1)
        self.flows.state(FlowSpec(match=Match(in_port=1), priority=FLOWS.low, actions=(Group(number),), meter=meter))

    def group(self, port: int) -> GroupSpec:
        """To one port."""
        buckets = (Bucket(actions=(Output(port),)),)
        return GroupSpec(group_id=self.flows.group_id(1), type=GroupType.INDIRECT, buckets=buckets)

    def refused(self, event: SharedRefused) -> Outcome:
        """Note it."""
        self.refusals.append(event)
        return CONTINUE


class Other(Spreader):
    """Has the same range of meters."""


SPREADER = plugin(Spreader, number=40)


def spreader(network: Network) -> Spreader:
    """The component of the network."""
    found = network.kernel.registry.records["spreader"].instance
    assert isinstance(found, Spreader)
    return found


def described(body: bytes) -> bytes:
    """What a group-mod makes, as ``ofp_group_desc`` (1.3.5, sections 7.3.4.4 and 7.3.5.8)."""
    _, kind, number = struct.unpack_from("!HBxI", body)
    return struct.pack("!HBxI", len(body), kind, number) + body[8:]


def configured(body: bytes) -> bytes:
    """What a meter-mod makes, as ``ofp_meter_config`` (1.3.5, sections 7.3.4.5 and 7.3.5.12)."""
    return struct.pack("!H", len(body)) + body[2:]


def mods(peer: Peer) -> list[tuple[int, int]]:
    """Type and command of what a switch was sent since the last time: groups, meters, entries."""
    kinds = {GROUP_MOD: 1, METER_MOD: 1, FLOW_MOD: 17}
    found = [(kind, body[kinds[kind]]) for kind, body in peer.others if kind in kinds]
    peer.others.clear()
    return found


def bodies(kind: int) -> list[bytes]:
    """The messages of one type that a new switch is sent."""
    peer = Network(SPREADER).switch(4)
    return [body for sent_kind, body in peer.others if sent_kind == kind]


def join(groups: list[bytes], meters: list[bytes], toml: str = "") -> tuple[Network, Peer, Reconciled]:
    """A controller that has just started, and a switch that has these already."""
    network = Network(SPREADER, toml=toml)
    peer = Peer(network.home, 4)
    peer.groups, peer.meters = groups, meters
    peer.join()
    network.clock.advance(0)
    report = network.home.datapaths[1].ledger.reconciled
    assert report is not None
    return network, peer, report


def test_what_is_used_comes_before_what_uses_it() -> None:
    """Meter, group, entry."""
    assert mods(Network(SPREADER).switch(4)) == [(METER_MOD, ADD), (GROUP_MOD, ADD), (FLOW_MOD, ADD)]


def test_what_is_right_is_not_touched() -> None:
    """Neither the group nor the meter."""
    _, peer, report = join(
        [described(one) for one in bodies(GROUP_MOD)], [configured(one) for one in bodies(METER_MOD)]
    )
    assert mods(peer) == [(FLOW_MOD, ADD)]
    assert report.groups is not None
    assert report.meters is not None
    assert (report.groups.right, report.meters.right) == (1, 1)


def test_what_was_altered_is_changed_back() -> None:
    """By MODIFY: the entries that use it stay."""
    [group], [meter] = bodies(GROUP_MOD), bodies(METER_MOD)
    group = group.replace(b"\0\0\0\2", b"\0\0\0\7")
    meter = meter.replace((1000).to_bytes(4), (999).to_bytes(4))
    _, peer, _ = join([described(group)], [configured(meter)])
    assert mods(peer) == [(METER_MOD, MODIFY), (GROUP_MOD, MODIFY), (FLOW_MOD, ADD)]


@pytest.mark.parametrize(("toml", "removed"), [("", 1), ('[flows]\nforeign = "remove"\n', 3)])
def test_what_is_stated_no_more_goes_last_and_strangers_stay(toml: str, removed: int) -> None:
    """A number in the component's range that it does not state; one in nobody's; one of a component that has none."""
    [group], [meter] = bodies(GROUP_MOD), bodies(METER_MOD)
    runs_without = 2 << 16 | 1  # `flows` states no group
    numbers: tuple[int, ...] = 40 << 16 | 1, 40 << 16 | 9, 5, runs_without
    groups = [described(group[:4] + struct.pack("!I", one) + group[8:]) for one in numbers]
    numbers = 40 << 12 | 1, 40 << 12 | 9, 5, 6
    meters = [configured(meter[:4] + struct.pack("!I", one) + meter[8:]) for one in numbers]
    _, peer, report = join(groups, meters, toml)
    deleted = [(GROUP_MOD, DELETE)] * removed + [(METER_MOD, DELETE)] * removed
    assert mods(peer) == [(FLOW_MOD, ADD), *deleted]
    assert report.groups is not None
    assert report.meters is not None
    assert (report.groups.strangers, report.meters.strangers) == ((5, runs_without), (5, 6))


def test_a_refused_group_is_told_to_its_owner() -> None:
    """The switch joins all the same; what uses the group is refused by the switch itself."""
    network = Network(SPREADER)
    peer = Peer(network.home, 4)
    answer = peer.answer_one

    def refuse(kind: int, xid: int, body: bytes) -> None:
        if kind == GROUP_MOD:
            peer.send(ERROR, struct.pack("!HH", 6, 3) + bytes(8), xid)  # GROUP_MOD_FAILED, OUT_OF_GROUPS
        else:
            answer(kind, xid, body)

    peer.answer_one = refuse  # type: ignore[method-assign]
    peer.join()
    network.clock.advance(0)
    [refusal] = spreader(network).refusals
    assert (refusal.owner, refusal.dpid) == ("spreader", 1)
    assert "OUT_OF_GROUPS" in refusal.error
    assert 1 in network.home.datapaths


def test_a_1_0_switch_has_neither() -> None:
    """Their owner is told; the entry that needs them is refused too."""
    network = Network(SPREADER)
    peer = network.switch(1)
    network.clock.advance(0)
    assert mods(peer) == []
    assert {type(event.spec) for event in spreader(network).refusals} == {GroupSpec, MeterSpec}
    assert len(spreader(network).flows.refused()) == 1


def test_stating_anew_changes_and_withdrawing_deletes() -> None:
    """While the switch is connected; the same once more sends nothing."""
    network = Network(SPREADER)
    peer = network.switch(4)
    sent(peer)
    component = spreader(network)
    component.flows.state_groups(component.group(2))
    component.flows.state_groups(component.group(3))
    component.flows.withdraw_groups([component.flows.group_id(1)])
    component.flows.withdraw_meters([component.flows.meter_id(1)])
    peer.answer()
    assert mods(peer) == [(GROUP_MOD, MODIFY), (GROUP_MOD, DELETE), (METER_MOD, DELETE)]


def test_two_components_do_not_share_a_range() -> None:
    """64 ranges of meters are fewer than components: the second one is refused with what to do."""
    network = Network(SPREADER, idle=(plugin(Other, number=40 + 64),))
    with pytest.raises(LocalProtocolError, match=r"meter \d+ is in the range of component 40"):
        network.kernel.registry.records["flows"].instance.meters.claim(104, 40 << 12 | 3)  # type: ignore[union-attr]


@pytest.mark.parametrize("index", [0, 0x1000])
def test_a_number_out_of_range_is_refused(index: int) -> None:
    """It would be another component's."""
    with pytest.raises(LocalProtocolError, match=f"a component has no meter {index}: count from 1 to 4095"):
        spreader(Network(SPREADER)).flows.meter_id(index)
