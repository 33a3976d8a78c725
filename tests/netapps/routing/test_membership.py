"""Who wants which group: bounded, for each port and for all."""

from __future__ import annotations

from ipaddress import IPv4Address

from nox.lib.addresses import EthernetAddress
from nox.lib.flowkey import headers
from nox.lib.packet import ethernet
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.grouprecord import TO_EXCLUDE, TO_INCLUDE, GroupRecord
from nox.lib.packet.igmp import IgmpReport
from nox.lib.packet.ipv4 import Ipv4
from nox.netapps.decision import Place
from nox.netapps.routing.membership import MOST_HERE, Group, Members

GREEDY, OTHER = Place(1, 1), Place(1, 2)
REPORTS = EthernetAddress("01:00:5e:00:00:16")


def says(members: Members, place: Place, groups: range, *, leaves: bool = False) -> None:
    """Have a host report groups of 239.0.0.0/8, as many in a packet as it can hold."""
    kind = TO_INCLUDE if leaves else TO_EXCLUDE
    for first in range(groups.start, groups.stop, 100):
        part = range(first, min(first + 100, groups.stop))
        records = tuple(GroupRecord(kind, IPv4Address(239 << 24 | number)) for number in part)
        packet = Ipv4(IPv4Address("10.0.0.1"), IPv4Address("224.0.0.22"), 2, IgmpReport(records).build())
        frame = Ethernet(REPORTS, EthernetAddress("02:00:00:00:00:01"), ethernet.IPV4, packet.build()).build()
        assert members.hear(*headers(frame, place.port), frame, place, 0) is False


def group(number: int) -> Group:
    """Its Ethernet address, in no VLAN."""
    return b"\x01\x00\x5e" + number.to_bytes(3), 0


def test_who_wants_everything_takes_nobody_s_place() -> None:
    """A port has so many groups at most; others join as ever, and what is left again makes room."""
    members = Members(lambda: 0.0, lambda group: None)
    says(members, GREEDY, range(20_000))
    says(members, OTHER, range(19_999, 20_001))
    assert members.of(group(19_999)) == {OTHER}
    assert members.of(group(MOST_HERE - 1)) == {GREEDY}
    assert members.of(group(MOST_HERE)) == set()
    says(members, GREEDY, range(1), leaves=True)
    says(members, GREEDY, range(30_000, 30_002))
    assert (members.of(group(30_000)), members.of(group(30_001))) == ({GREEDY}, set())
    members.left(GREEDY)
    says(members, GREEDY, range(MOST_HERE))
    assert members.of(group(MOST_HERE - 1)) == {GREEDY}
