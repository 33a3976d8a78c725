"""A third party's component that states many entries of many kinds for every switch."""

from __future__ import annotations

from dataclasses import replace

from nox.api import (
    DENY,
    FLOWS,
    Bucket,
    Component,
    ComponentConfig,
    ComponentPlugin,
    FlowSpec,
    GroupSpec,
    IFlows,
    Match,
    MeterSpec,
    Output,
    SetField,
    requires,
)
from nox.lib.actions import Group
from nox.lib.openflow.enums import GroupType, MeterFlag
from nox.lib.openflow.messages.meters import DropBand

METERED = MeterFlag.KBPS | MeterFlag.BURST | MeterFlag.STATS
TCP, IPV4, IPV6 = 6, 0x0800, 0x86DD


class Stater(Component):
    """Ports 1 and 2 reach each other; the other entries refuse or rewrite what nobody sends."""

    bands = (DENY, FLOWS)
    flows = requires(IFlows)

    class Config(ComponentConfig):
        """`shared`: whether there are groups, a meter, and entries that use them, beside the others."""

        count: int = 1000
        shared: bool = False

    config: Config

    async def start(self) -> None:
        """State them."""
        self.flows.state(
            FlowSpec(match=Match(in_port=port), priority=FLOWS.low, actions=(Output(3 - port),)) for port in (1, 2)
        )
        self.flows.state(self._one(number) for number in range(self.config.count - 2))

        if self.config.shared:
            self._share()

    def _share(self) -> None:
        groups, meter = self._groups(), self.flows.meter_id(1)
        self.flows.state_meters(MeterSpec(meter_id=meter, bands=(DropBand(rate=1000, burst_size=100),), flags=METERED))
        self.flows.state_groups(groups)
        self.flows.state(
            FlowSpec(
                match=Match(in_port=20 + place),
                priority=FLOWS.low,
                actions=(Group(group.group_id),),
                meter=meter,
            )
            for place, group in enumerate(groups)
        )

    def _groups(self) -> list[GroupSpec]:
        """One of each type."""
        one, two = (Bucket(actions=(Output(port),)) for port in (1, 2))
        buckets = {
            GroupType.ALL: (one, two),
            GroupType.SELECT: (replace(one, weight=1), replace(two, weight=2)),
            GroupType.INDIRECT: (one,),
            GroupType.FAST_FAILOVER: (replace(one, watch_port=1), replace(two, watch_port=2)),
        }
        return [GroupSpec(group_id=self.flows.group_id(kind), type=kind, buckets=buckets[kind]) for kind in buckets]

    def _one(self, number: int) -> FlowSpec:
        kinds = (self._refusal, self._network, self._rewriting, self._over_ipv6)
        return kinds[number % len(kinds)](number)

    def _refusal(self, number: int) -> FlowSpec:
        return FlowSpec(
            match=Match(eth_type=IPV4, ip_proto=TCP, tcp_dst=number + 10_000), priority=DENY.low, notify_removed=True
        )

    def _network(self, number: int) -> FlowSpec:
        network = f"172.{16 + number // 1024}.{number // 4 % 256}.{number % 4 * 64}/26"
        match = Match(eth_type=IPV4, ipv4_dst=network, vlan_vid=0x1000 | 5)
        return FlowSpec(match=match, priority=FLOWS.low + 1, actions=(Output(1), Output(2)))

    def _rewriting(self, number: int) -> FlowSpec:
        actions = (SetField("eth_dst", 0x020000000000 | number), SetField("ipv4_dst", "192.0.2.1"), Output(2))
        match = Match(in_port=9, eth_src=0x020000000000 | number, eth_type=IPV4)
        return FlowSpec(match=match, priority=FLOWS.low + 2, actions=actions, idle_timeout=3600)

    def _over_ipv6(self, number: int) -> FlowSpec:
        match = Match(eth_type=IPV6, ipv6_src=f"2001:db8:{number:x}::/48", ipv6_dst=f"2001:db8::{number:x}")
        return FlowSpec(match=match, priority=FLOWS.low + 3, actions=(Output(2),))


stater = ComponentPlugin("stater", "nox.plugins.stater:Stater")
