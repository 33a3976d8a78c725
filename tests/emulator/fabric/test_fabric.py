"""Frames over links that delay, lose, are cut and miswired; and what is wrong with a network on paper."""

from __future__ import annotations

import pytest

from nox.emulator.fabric.fabric import Fabric
from nox.emulator.fabric.link import DELAY, MOST_IN_FLIGHT, Link
from nox.emulator.fabric.node import Bridge, Station
from nox.emulator.hosts.echo import Ping
from nox.emulator.hosts.host import Host
from nox.emulator.switch.settings import FailMode, Settings
from nox.lib.errors import ConfigError

STANDALONE = Settings(fail_mode=FailMode.STANDALONE)


class World:
    """Hosts with standalone switches: frames get through without any controller."""

    def __init__(self, switches: int = 2, seed: int = 0) -> None:
        self.fabric = Fabric(seed)
        for number in range(1, switches + 1):
            self.fabric.add_switch(f"s{number}", number, STANDALONE)
        self.count = 0

    def host(self, switch: str, port: int | None = None) -> Station:
        """One more host, at a switch."""
        self.count += 1
        name = f"h{self.count}"
        station = self.fabric.add_host(Host.of(name, f"02:00:00:00:00:{self.count:02x}", f"10.0.0.{self.count}/24"))
        self.fabric.connect(name, switch, None, port)
        return station

    def pings(self, one: Station, other: Station, count: int = 1) -> Ping:
        """Ping, ten times a second, and wait."""
        assert other.host.ipv4 is not None
        ping = one.host.ping(other.host.ipv4.address, self.fabric.queue.now, count=count, interval=0.1)
        self.fabric.moved(one)
        self.fabric.queue.run(self.fabric.queue.now + 2 + count / 10)
        return ping


def pair(*, delay: float = DELAY) -> tuple[World, Station, Station, Link]:
    """Two hosts at two switches, with a link between them."""
    world = World()
    link = world.fabric.connect("s1", "s2", delay=delay)
    return world, world.host("s1"), world.host("s2"), link


def port(world: World, switch: str, number: int) -> bool:
    """Whether a port's link is up, as the switch knows it."""
    node = world.fabric.node(switch)
    assert isinstance(node, Bridge)
    return node.switch.ports[number].link


def test_delay() -> None:
    """A ping takes the delay of each link twice, and for the question by ARP as much before."""
    world, one, other, link = pair(delay=0.1)
    assert world.pings(one, other).times == [pytest.approx(4 * (0.1 + 0.0002))]
    assert world.pings(one, other).times == [pytest.approx(2 * (0.1 + 0.0002))]
    link.set(delay=0.2)
    assert world.pings(one, other).times == [pytest.approx(2 * (0.2 + 0.0002))]


def test_none_overtakes() -> None:
    """A link that becomes faster does not turn the order of frames around."""
    *_, link = pair(delay=1.0)
    first = link.depart(0, 0.0)
    link.set(delay=0.1)
    assert first == link.depart(0, 0.5) == 1.0
    assert link.depart(0, 2.0) == 2.1


def test_loss() -> None:
    """So large a share is lost, the same frames each time; another seed loses others."""
    received = []
    for seed in (1, 1, 2):
        world = World(seed=seed)
        world.fabric.connect("s1", "s2", loss=0.3)
        received.append(world.pings(world.host("s1"), world.host("s2"), count=400).times)
    assert 120 < len(received[0]) < 240  # 0.7 * 0.7 of those after the answer by ARP
    assert received[0] == received[1] != received[2]


def test_cut() -> None:
    """A link that is cut carries nothing, and both ports say so; when it is mended all is as before."""
    world, one, other, link = pair()
    assert world.pings(one, other).received == 1
    world.fabric.cut(link)
    assert not port(world, "s1", 1)
    assert not port(world, "s2", 1)
    assert world.pings(one, other).received == 0
    world.fabric.cut(link, False)
    assert port(world, "s1", 1)
    assert world.pings(one, other).received == 1


def test_cut_while_a_frame_is_on_its_way() -> None:
    """It is lost, also when the link is mended before it would have arrived."""
    world, one, other, link = pair(delay=0.5)
    assert world.pings(one, other).received == 0  # its timeout is a second
    ping = one.host.ping(other.host.own4, world.fabric.queue.now, timeout=5)
    world.fabric.moved(one)
    world.fabric.queue.run(world.fabric.queue.now + 0.3)
    world.fabric.cut(link)
    world.fabric.cut(link, False)
    world.fabric.queue.run(world.fabric.queue.now + 6)
    assert ping.received == 0
    assert link.lost == 1


def test_full() -> None:
    """So many frames are on their way in each direction at most."""
    *_, link = pair()
    assert all(link.depart(0, 0.0) is not None for _ in range(MOST_IN_FLIGHT))
    assert link.depart(0, 0.0) is None
    assert link.depart(1, 0.0) is not None
    assert link.arrive(0, link.era)
    assert link.depart(0, 0.0) is not None


def test_miswired() -> None:
    """The second ends of two links change places; doing it again puts them right."""
    world = World(4)
    one = world.fabric.connect("s1", "s2")
    other = world.fabric.connect("s3", "s4")
    hosts = [world.host(f"s{number}") for number in range(1, 5)]
    assert world.pings(hosts[0], hosts[1]).received == 1
    world.fabric.swap(one, other)
    assert [str(end) for end in one.ends] == ["port 1 of s1", "port 1 of s4"]
    assert world.pings(hosts[0], hosts[1]).received == 0
    assert world.pings(hosts[0], hosts[3]).received == 1
    world.fabric.swap(one, other)
    world.fabric.queue.run(400)  # the switches forget after five minutes where addresses were
    assert world.pings(hosts[0], hosts[1]).received == 1


def test_moved_host() -> None:
    """A host that is plugged in elsewhere says so, and is reached; its old port is down."""
    world, one, other, _ = pair()
    assert world.pings(one, other).received == 1
    (link, side) = other.wires()[0]
    world.fabric.move(link, 1 - side, world.fabric.node("s1"), 7)
    assert not port(world, "s2", 2)
    assert port(world, "s1", 7)
    assert world.pings(one, other).received == 1


def test_crash() -> None:
    """A switch without power takes its links down; it begins again with empty tables and the same ports."""
    world, one, other, link = pair()
    bridge = world.fabric.node("s2")
    assert isinstance(bridge, Bridge)
    address = bridge.switch.ports[1].hw_addr
    assert world.pings(one, other).received == 1
    before = bridge.switch
    world.fabric.crash(bridge)
    assert not port(world, "s1", 1)
    assert not link.up
    assert world.pings(one, other).received == 0
    world.fabric.restart(bridge)
    assert bridge.switch is not before
    assert bridge.switch.ports[1].hw_addr == address
    assert port(world, "s1", 1)
    assert port(world, "s2", 1)
    assert world.pings(one, other).received == 1


def test_crash_of_both_ends() -> None:
    """A link is up again when both of its ends are."""
    world, _, _, link = pair()
    ends = world.fabric.bridges()
    for bridge in ends:
        world.fabric.crash(bridge)
    world.fabric.restart(ends[0])
    assert not link.up
    assert not port(world, "s1", 1)
    world.fabric.restart(ends[1])
    assert link.up
    assert port(world, "s1", 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda fabric: fabric.connect("s1", "s3", 1), "link s1-s3: port 1 of s1 is used by link s1-s2; name another"),
        (lambda fabric: fabric.connect("s1", "s9"), 'link s1-s9 leads nowhere: there is no host or switch "s9"'),
        (lambda fabric: fabric.connect("s1", "s1"), "link s1-s1 leads back to where it comes from"),
        (lambda fabric: fabric.connect("s1", "s3", 0), "link s1-s3: 0 is no port of s1; ports go from 1 to 65279"),
        (lambda fabric: fabric.connect("h1", "s3"), "host h1 has one port, and link h1-s1 is plugged in there"),
        (lambda fabric: fabric.connect("s1", "s3", delay=-1), "link s1-s3: a delay of -1 s"),
        (lambda fabric: fabric.connect("s1", "s3", loss=2), "link s1-s3: a loss of 2; say a share, from 0 to 1"),
        (lambda fabric: fabric.add_switch("", 7), "a host or switch has no name"),
        (lambda fabric: fabric.add_switch("h1", 7), 'there are two of the name "h1"'),
        (lambda fabric: fabric.add_switch("s7", 0), "switch s7: 0 is no dpid"),
        (lambda fabric: fabric.node("s11"), 'there is no host or switch "s11"; did you mean "s1"?'),
    ],
)
def test_wrong(wrong: object, sentence: str) -> None:
    """A network that cannot be is refused with a sentence."""
    world = World(3)
    world.fabric.connect("s1", "s2")
    world.host("s1")
    links = len(world.fabric.links)
    assert callable(wrong)
    with pytest.raises(ConfigError) as refused:
        wrong(world.fabric)
    assert sentence in str(refused.value)
    assert len(world.fabric.links) == links
