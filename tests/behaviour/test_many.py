"""Many entries and many packets at random: which entry fits is worked out here by going through all of them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from random import Random

import pytest

from nox.lib.actions import Output
from nox.lib.match import Match
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import Trial
from tests.behaviour.control import Control
from tests.behaviour.frames import eth, ipv4, tcp, udp
from tests.behaviour.saying import BOTH, V1_3, delete, entries, flow_mod

_NEEDED = {
    **dict.fromkeys(("ip_proto", "ipv4_src", "ipv4_dst"), "eth_type"),
    **{f"{protocol}_{end}": "ip_proto" for protocol in ("tcp", "udp") for end in ("src", "dst")},
    "vlan_pcp": "vlan_vid",
}
_ENTRIES, _PACKETS = 200, 60
_MACS = [0x020000000000 | low for low in (0x0A, 0x0B, 0x1A, 0xFF0A)]
_ADDRESSES = [0x0A000001, 0x0A000002, 0x0A010001, 0x0AFF0001]


@dataclass(frozen=True)
class _Packet:
    """A packet that comes in on port 1, with the fields that it is made of."""

    fields: dict[str, int]

    @property
    def frame(self) -> bytes:
        """Its bytes."""
        has = self.fields
        src, dst = str(IPv4Address(has["ipv4_src"])), str(IPv4Address(has["ipv4_dst"]))
        ports = (has.get("tcp_src", 0) or has.get("udp_src", 0), has.get("tcp_dst", 0) or has.get("udp_dst", 0))
        body = (tcp if has["ip_proto"] == 6 else udp)(*ports, src=src, dst=dst)
        tags = ((0x8100, has["vlan_pcp"] << 13 | has["vlan_vid"] & 0xFFF),) if has["vlan_vid"] else ()
        macs = (":".join(f"{has[name]:012x}"[at : at + 2] for at in range(0, 12, 2)) for name in ("eth_src", "eth_dst"))
        return eth(0x0800, ipv4(has["ip_proto"], body, src=src, dst=dst), src=next(macs), dst=next(macs), tags=tags)


@dataclass(frozen=True)
class _Entry:
    """Conditions: value and mask of each field."""

    priority: int
    conditions: dict[str, tuple[int, int | None]]
    port: int

    def fits(self, packet: _Packet) -> bool:
        """Whether each condition holds."""
        for name, (value, mask) in self.conditions.items():
            has = packet.fields.get(name)
            if has is None or (has if mask is None else has & mask) != value:
                return False
        return True

    @property
    def match(self) -> Match:
        """As the switch is told it."""
        return Match.of((name, value, mask) for name, (value, mask) in self.conditions.items())


def _packet(random: Random) -> _Packet:
    protocol = random.choice((6, 17))
    name = "tcp" if protocol == 6 else "udp"
    fields = {
        "in_port": 1,
        "eth_type": 0x0800,
        "eth_src": random.choice(_MACS),
        "eth_dst": random.choice(_MACS),
        "vlan_vid": random.choice((0, 0x1005, 0x1006)),
        "ip_proto": protocol,
        "ipv4_src": random.choice(_ADDRESSES),
        "ipv4_dst": random.choice(_ADDRESSES),
        f"{name}_src": random.choice((1000, 2000)),
        f"{name}_dst": random.choice((53, 80, 81)),
    }
    return _Packet(fields | ({"vlan_pcp": random.choice((0, 5))} if fields["vlan_vid"] else {}))


def _entry(random: Random, number: int, version: Version) -> _Entry:
    """Some of a packet's fields; of addresses a prefix at times, in 1.3 any bits. The more conditions the higher."""
    packet = _packet(random).fields
    conditions: dict[str, tuple[int, int | None]] = {}
    for name, value in packet.items():
        if random.random() < 0.4 and _NEEDED.get(name, "") in ("", *conditions):
            conditions[name] = _masked(random, name, value, version)
    return _Entry(5000 * len(conditions) + number, conditions, random.choice((2, 3, 4)))


def _masked(random: Random, name: str, value: int, version: Version) -> tuple[int, int | None]:
    mask: int | None = None
    if name.startswith("ipv4") and random.random() < 0.5:
        mask = (0xFFFFFFFF << random.choice((8, 16, 24))) & 0xFFFFFFFF
    elif name.startswith("eth_") and name != "eth_type" and version == V1_3 and random.random() < 0.5:
        mask = random.choice((0xFF, 0xFFFFFFFFFF00, 0x0F))
    return (value if mask is None else value & mask), mask


def _written(random: Random, control: Control) -> list[_Entry]:
    """Entries of different priorities, the first of all last; a third of them is deleted again."""
    made = [_entry(random, number, control.version) for number in random.sample(range(1, 5000), _ENTRIES)]
    control.do(*(flow_mod(control.version, one.match, Output(one.port), priority=one.priority) for one in made))
    for one in made[::3]:
        delete(control, one.match, command=4, priority=one.priority)
    return [one for place, one in enumerate(made) if place % 3]


@BOTH
@pytest.mark.parametrize("seed", range(4))
def test_many_entries_and_packets(trial: Trial, version: Version, seed: int) -> None:
    """Of those that fit the one of the highest priority is used, and counts."""
    random = Random(seed)
    control = trial.controller(version)
    made = sorted(_written(random, control), key=lambda one: -one.priority)
    counts = dict.fromkeys((one.priority for one in made), 0)
    for _ in range(_PACKETS):
        packet = _packet(random)
        used = next((one for one in made if one.fits(packet)), None)
        assert trial.through(1, packet.frame) == ({used.port: [packet.frame]} if used else {}), packet
        if used:
            counts[used.priority] += 1
    assert {entry.priority: entry.packet_count for entry in entries(control)} == counts
    assert sum(counts.values()) > _PACKETS // 3
    assert sum(count > 0 for count in counts.values()) > 5
