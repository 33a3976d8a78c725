"""What is sent to groups goes to those who want it, once, and without the controller."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address, IPv6Address

import pytest

from nox.core.plan import FLOWS
from nox.emulator.handles import NetworkHost
from nox.emulator.hosts.host import Host
from nox.emulator.network import Network
from nox.lib.addresses import EthernetAddress
from nox.lib.flowkey import ICMPV6, UDP
from nox.lib.openflow.enums import FlowRemovedReason
from nox.lib.openflow.versions import Version
from nox.lib.packet import ethernet, igmp, mld
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.grouprecord import TO_EXCLUDE, TO_INCLUDE, GroupRecord
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.igmp import Igmp, IgmpReport
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.ipv6 import Ipv6
from nox.lib.packet.mld import MldReport
from nox.lib.packet.udp import Udp
from nox.netapps.attribution.component import Attribution
from tests.netapps.routing.conftest import MEMORY, start

GROUP, MAC = IPv4Address("239.1.2.3"), EthernetAddress("01:00:5e:01:02:03")
GROUP6, MAC6 = IPv6Address("ff15::1:2:3"), EthernetAddress("33:33:00:02:00:03")
ROUTERS6 = EthernetAddress("33:33:00:00:00:16")
_IGMP = 2


def send(host: NetworkHost, frame: bytes) -> None:
    """Have a host send a frame."""
    host.do(partial(_send, frame))


def _send(frame: bytes, host: Host, now: float) -> None:
    host.send_raw(frame)


def says(host: NetworkHost, message: bytes, mac: EthernetAddress = MAC) -> None:
    """Have a host say something by IGMP."""
    packet = Ipv4(host.ipv4, GROUP, _IGMP, message)
    send(host, Ethernet(mac, host.mac, ethernet.IPV4, packet.build()).build())


def joins(host: NetworkHost, *, leaves: bool = False) -> None:
    """Have a host want the group, or not any more: IGMPv3."""
    record = GroupRecord(TO_INCLUDE if leaves else TO_EXCLUDE, GROUP)
    says(host, IgmpReport((record,)).build(), EthernetAddress("01:00:5e:00:00:16"))


def stream(host: NetworkHost, group: IPv4Address = GROUP, mac: EthernetAddress = MAC) -> bytes:
    """A datagram to the group."""
    packet = Ipv4(host.ipv4, group, UDP, b"")
    whole = replace(packet, payload=Udp(5000, 5001, b"picture").build(packet.ends))
    return Ethernet(mac, host.mac, ethernet.IPV4, whole.build()).build()


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, bytes]]:
    """How often each host has heard which frame; it hears them as ever."""
    found: Counter[tuple[str, bytes]] = Counter()
    receive = Host.receive

    def noted(self: Host, frame: bytes, now: float) -> None:
        found[self.name, frame] += 1
        receive(self, frame, now)

    monkeypatch.setattr(Host, "receive", noted)
    monkeypatch.setattr("tests.netapps.routing.test_groups.HEARD", found)
    return found


HEARD: Counter[tuple[str, bytes]] = Counter()


def hear(net: Network, frame: bytes, one: NetworkHost, count: int = 1) -> dict[str, int]:
    """Who is sent how many, of so many of the same frame."""
    HEARD.clear()
    for _ in range(count):
        send(one, frame)
        net.run(0.01)
    net.run(0.1)
    return {name: times for (name, what), times in sorted(HEARD.items()) if what == frame}


def streams(net: Network) -> int:
    """Entries for the group, on all switches."""
    text = f"eth_dst={MAC}"
    tables = (switch.node.switch.flows.tables[0] for switch in net.switches)
    return sum(text in str(entry.match) for table in tables for entry in table if entry.priority == FLOWS.low)


@pytest.fixture
def ring(versions: tuple[Version, ...]) -> Network:
    """Four switches with two hosts each: h1 and h2 at s1, h3 and h4 at s2, and so on."""
    return Network.ring(4, hosts=2, versions=versions)


def test_members_get_each_packet_once_and_others_none(ring: Network) -> None:
    """From the second on by entries; who joins later gets what comes then, who leaves nothing more."""
    with ring as net:
        start(net)
        h1, h2, h3, _, h5, *_ = net.hosts
        joins(h3)
        joins(h5)
        net.run(0.1)
        frame = stream(h1)
        assert hear(net, frame, h1, 20) == {"h3": 20, "h5": 20}
        assert streams(net) == 3
        attributed = net.controller.component(Attribution)
        asked = attributed.flows
        assert hear(net, frame, h1, 20) == {"h3": 20, "h5": 20}
        assert attributed.flows - asked < 5
        joins(h2)
        net.run(0.1)
        assert hear(net, frame, h1, 5) == {"h2": 5, "h3": 5, "h5": 5}
        joins(h5, leaves=True)
        net.run(0.1)
        assert hear(net, frame, h1, 5) == {"h2": 5, "h3": 5}
        assert net.controller.errors == []


def test_a_link_that_goes_takes_no_member_along(ring: Network) -> None:
    """The tree is another one with the next packet."""
    with ring as net:
        start(net)
        h1, _, h3, *_ = net.hosts
        joins(h3)
        net.run(0.1)
        assert hear(net, stream(h1), h1, 5) == {"h3": 5}
        net.link("s1", "s2").down()
        net.run(0.05)
        assert hear(net, stream(h1), h1, 5) == {"h3": 5}


@pytest.mark.parametrize("fault", ["is full", "loses it"])
def test_a_switch_without_its_entry_of_a_tree(ring: Network, fault: str) -> None:
    """It has refused its entry, or lost it, and those before it send on: each packet arrives once, and the entry is
    written again."""
    with ring as net:
        start(net)
        h1, _, h3, *_ = net.hosts
        joins(h3)
        net.run(0.1)
        flows = net.switch("s2").node.switch.flows
        if fault == "is full":
            flows.most = len(flows.tables[0])
        frame = stream(h1)
        assert hear(net, frame, h1, 5) == {"h3": 5}
        if fault == "loses it":
            [entry] = [entry for entry in flows.tables[0] if f"eth_dst={MAC}" in str(entry.match)]
            flows.remove(entry, FlowRemovedReason.DELETE)
        flows.most = 1000
        net.run(1.5)
        assert hear(net, frame, h1, 200) == {"h3": 200}
        assert streams(net) == 2
        assert net.controller.errors == []


def test_members_are_known_again_after_a_restart(ring: Network) -> None:
    """By where the entries lead: they go on, and who joins later gets what comes then."""
    with ring as net:
        start(net)
        h1, _, h3, _, h5, _, h7, _ = net.hosts
        joins(h3)
        joins(h5)
        net.run(0.1)
        frame = stream(h1)
        assert hear(net, frame, h1, 5) == {"h3": 5, "h5": 5}
        net.stop()
        net.start("routing", "allow_all", toml=MEMORY)
        assert hear(net, frame, h1, 100) == {"h3": 100, "h5": 100}
        joins(h7)
        assert hear(net, frame, h1, 600) | {"h7": 0} == {"h3": 600, "h5": 600, "h7": 0}
        assert hear(net, frame, h1, 5) == {"h3": 5, "h5": 5, "h7": 5}
        assert net.controller.errors == []


def test_a_group_that_nobody_is_known_to_want_is_for_everybody(ring: Network) -> None:
    """As long as nobody asks: those who want it may have said so before this controller began."""
    with ring as net:
        start(net)
        h1, *others = net.hosts
        assert hear(net, stream(h1), h1) == {host.name: 1 for host in others}
        says(others[0], Igmp(igmp.QUERY, IPv4Address(0), 100).build(), EthernetAddress("01:00:5e:00:00:01"))
        net.run(0.1)
        assert hear(net, stream(h1), h1) == {others[0].name: 1}  # it asks, so that it is a router


def test_reports_are_for_routers_alone(ring: Network) -> None:
    """A host that hears another's would not send its own."""
    with ring as net:
        start(net)
        h1, h2, *_ = net.hosts
        says(h2, Igmp(igmp.QUERY, IPv4Address(0), 100).build(), EthernetAddress("01:00:5e:00:00:01"))
        net.run(0.1)
        report = Ipv4(h1.ipv4, GROUP, _IGMP, Igmp(igmp.REPORT_V2, GROUP).build())
        assert hear(net, Ethernet(MAC, h1.mac, ethernet.IPV4, report.build()).build(), h1) == {"h2": 1}


@pytest.mark.parametrize(
    ("group", "mac"), [("224.0.0.251", "01:00:5e:00:00:fb"), ("255.255.255.255", "ff:ff:ff:ff:ff:ff")]
)
def test_mdns_and_broadcasts_are_for_everybody(ring: Network, group: str, mac: str) -> None:
    """Whatever was asked for."""
    with ring as net:
        start(net)
        h1, h2, *others = net.hosts
        says(h2, Igmp(igmp.QUERY, IPv4Address(0), 100).build(), EthernetAddress("01:00:5e:00:00:01"))
        joins(h2)
        net.run(0.1)
        frame = stream(h1, IPv4Address(group), EthernetAddress(mac))
        assert hear(net, frame, h1, 3) == {host.name: 3 for host in (h2, *others)}


def test_mld(ring: Network) -> None:
    """IPv6's groups are wanted by MLD."""
    with ring as net:
        start(net)
        h1, _, h3, *_ = net.hosts
        local = IPv6Address("fe80::3")
        report = MldReport((GroupRecord(TO_EXCLUDE, GROUP6),)).build()
        outer = Ipv6(local, IPv6Address("ff02::16"), ICMPV6, b"", hop_limit=1)
        whole = replace(outer, payload=Icmpv6(mld.REPORT_V2, 0, report).build(outer.ends))
        send(h3, Ethernet(ROUTERS6, h3.mac, ethernet.IPV6, whole.build()).build())
        net.run(0.1)
        data = Ipv6(IPv6Address("fe80::1"), GROUP6, UDP, b"")
        filled = replace(data, payload=Udp(5000, 5001, b"picture").build(data.ends))
        frame = Ethernet(MAC6, h1.mac, ethernet.IPV6, filled.build()).build()
        assert hear(net, frame, h1, 5) == {"h3": 5}
