"""Questions for addresses: answered, passed on to one host, or left to everybody."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.emulator import Network
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import RemoteProtocolError
from nox.lib.packet import arp
from nox.lib.packet import neighbours as nd
from nox.lib.packet.arp import Arp
from nox.lib.packet.checksum import Ends
from nox.lib.packet.ethernet import ARP, BROADCAST, IPV6, Ethernet, Tag
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv6 import Ipv6
from nox.netapps.events import HostConflict
from nox.netapps.neighbours.answers import question, reply
from nox.netapps.neighbours.component import Neighbours, Way
from tests.netapps.hosts.hosted import Hosted
from tests.netapps.hosts.test_attacks import says
from tests.netapps.hosts.test_claims import ip4s, ip6s, macs
from tests.netapps.hosts.test_learning import send

H1, H2, H3 = (EthernetAddress(f"02:00:00:00:00:0{number}") for number in (1, 2, 3))
IP1, IP2, IP3 = (IPv4Address(f"10.0.0.{number}") for number in (1, 2, 3))


def asks(mac: EthernetAddress, own: IPv4Address, target: IPv4Address, *tags: Tag) -> bytes:
    """ARP to all: who has this?"""
    return Ethernet(BROADCAST, mac, ARP, Arp(arp.REQUEST, mac, own, arp.NOBODY, target).build(), tags).build()


def solicits(mac: EthernetAddress, own: IPv6Address, target: IPv6Address, *tags: Tag) -> bytes:
    """The same for IPv6."""
    group = nd.solicited_node(target)
    option = () if own.is_unspecified else (nd.link_layer_option(nd.SOURCE_LINK_LAYER, mac),)
    inside = Icmpv6(nd.SOLICITATION, 0, nd.NeighbourSolicitation(target, option).build()).build(Ends(own, group))
    return Ethernet(nd.group_address(group), mac, IPV6, Ipv6(own, group, 58, inside, 255).build(), tags).build()


class Asked(Hosted):
    """Three hosts at one switch, or two; what became of questions since the last look."""

    def __init__(self, toml: str = "", hosts: int = 3) -> None:
        super().__init__(Network.line(1, hosts=hosts), toml, more=("neighbours",))
        self.component = self.net.controller.component(Neighbours)

    def ways(self) -> dict[Way, int]:
        """How many questions went which way."""
        found = {way: count for way, count in self.component.ways.items() if count}
        self.component.ways = dict.fromkeys(Way, 0)
        return found


def test_who_was_heard_just_now_is_answered_for() -> None:
    """Nobody else gets the question, the asker gets the answer, and what it sends then arrives."""
    at = Asked()
    at.known()
    at.ways()
    assert at.net["h1"].ping(at.net["h2"]).received == 1
    assert at.ways() == {Way.ANSWERED: 2}  # h2 has not heard the question of h1, and asks in its turn
    assert [event for event in at.watch.passed if event.values[1] == BROADCAST] == []


def test_who_was_not_heard_lately_is_asked_itself() -> None:
    """The question goes to it alone, and it answers."""
    at = Asked("[neighbours]\nfresh = 5.0\n")
    at.known()
    at.net.run(10)
    at.ways()
    assert at.net["h1"].ping(at.net["h2"]).received == 1
    assert at.ways()[Way.PASSED_ON] == 1
    assert [event for event in at.watch.passed if event.values[1] == BROADCAST] == []


def test_who_does_not_answer_is_looked_for_everywhere() -> None:
    """It may be somewhere else: the second question goes to everybody."""
    at = Asked("[neighbours]\nfresh = 0.0\n")
    at.known()
    at.net["h2"].sleep()
    at.ways()
    send(at, "h1", asks(H1, IP1, IP2))
    assert at.ways() == {Way.PASSED_ON: 1}
    send(at, "h1", asks(H1, IP1, IP2))
    assert at.ways() == {Way.EVERYBODY: 1}
    send(at, "h1", asks(H1, IP1, IP2))
    assert at.ways() == {Way.PASSED_ON: 1}


def test_an_unknown_address_is_asked_of_everybody() -> None:
    """Whoever forwards has the question."""
    at = Asked()
    at.known()
    at.ways()
    frame = asks(H1, IP1, IPv4Address("10.0.0.99"))
    send(at, "h1", frame)
    assert at.ways() == {Way.EVERYBODY: 1}
    assert frame in [event.data for event in at.watch.passed]


@pytest.mark.parametrize(
    "frame",
    [
        asks(H1, IPv4Address(0), IP2),
        says(H1, IP1),
        asks(H1, IP1, IP2).replace(BROADCAST, H2, 1),
        solicits(H1, IPv6Address("::"), nd.link_local(H2)),
    ],
    ids=["probe", "announcement", "to one host", "IPv6 probe"],
)
def test_what_is_for_the_host_itself_is_left_alone(frame: bytes) -> None:
    """Detection of duplicates and announcements work as without a controller."""
    at = Asked()
    at.known()
    at.ways()
    send(at, "h1", frame)
    assert at.ways() == {}
    assert frame in [event.data for event in at.watch.passed]


def test_a_host_at_the_same_port_has_heard_the_question() -> None:
    """Nobody else needs to."""
    at = Asked()
    at.known()
    send(at, "h1", says(EthernetAddress("02:00:00:00:00:99"), IPv4Address("10.0.0.99")))
    at.ways()
    send(at, "h1", asks(H1, IP1, IPv4Address("10.0.0.99")))
    assert at.ways() == {Way.SPARED: 1}


def test_ipv6_is_answered_once_it_is_known_whether_the_host_is_a_router() -> None:
    """An answer that does not say so would make others forget a router: until then the host is asked itself."""
    at = Asked()
    at.known("h1")
    at.net["h2"].ping(at.net["h1"])
    target = nd.link_local(H2)
    send(at, "h2", solicits(H2, target, IPv6Address("fe80::99")))
    at.ways()
    send(at, "h1", solicits(H1, nd.link_local(H1), target))
    assert at.ways() == {Way.PASSED_ON: 1}
    ping = at.net["h1"].ping(target)
    assert ping.received == 1
    assert at.ways()[Way.ANSWERED] >= 1


def test_a_question_from_a_liar_is_not_answered() -> None:
    """Who is not believed gets nothing."""
    at = Asked()
    at.known()
    at.ways()
    send(at, "h2", asks(H2, IP1, IP3))
    assert at.ways() == {}
    assert len(at.told(HostConflict)) == 1


def test_many_questions_without_an_answer_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is forgotten."""
    monkeypatch.setattr("nox.netapps.neighbours.component.MOST_OPEN", 2)
    at = Asked("[neighbours]\nfresh = 0.0\n")
    for number in range(10, 20):
        send(at, "h2", says(H2, IPv4Address(f"10.0.0.{number}")))
        send(at, "h1", asks(H1, IP1, IPv4Address(f"10.0.0.{number}")))
    assert len(at.component._open) == 2


tags = st.sampled_from([(), (Tag(5, pcp=3),)])


@given(macs, ip4s, ip4s, tags, macs)
def test_an_arp_reply_answers_the_question(
    mac: EthernetAddress, own: int, target: int, tag: tuple[Tag, ...], holder: EthernetAddress
) -> None:
    """To the asker alone, on its VLAN."""
    one, other = IPv4Address(own), IPv4Address(target)
    asked = question(asks(mac, one, other, *tag))
    if own == target:
        assert asked is None
        return
    assert asked is not None
    answer = Ethernet.parse(reply(asked, holder, False))
    assert (answer.dst, answer.src, answer.tags) == (mac, holder, tag)
    assert Arp.parse(answer.payload) == Arp(arp.REPLY, holder, other, mac, one)


@given(macs, ip6s, ip6s, tags, macs, st.booleans())
def test_an_advertisement_answers_the_question(
    mac: EthernetAddress, own: bytes, target: bytes, tag: tuple[Tag, ...], holder: EthernetAddress, is_router: bool
) -> None:
    """To the asker alone; it says whether the host is a router, and overrides nothing."""
    asked = question(solicits(mac, IPv6Address(own), IPv6Address(target), *tag))
    assert asked is not None
    assert asked.vlan == (5 if tag else 0)
    answer = Ethernet.parse(reply(asked, holder, is_router))
    assert (answer.dst, answer.src, answer.tags) == (mac, holder, tag)
    packet = Ipv6.parse(answer.payload)
    assert (packet.src.packed, packet.dst.packed, packet.hop_limit) == (target, own, 255)
    said = nd.NeighbourAdvertisement.parse(Icmpv6.parse(packet.payload, packet.ends).body)
    assert said.target.packed == target
    assert said.flags == nd.SOLICITED | (nd.ROUTER if is_router else 0)
    assert nd.link_layer(said.options, nd.TARGET_LINK_LAYER) == holder


@given(st.binary(max_size=100))
def test_whatever_comes(frame: bytes) -> None:
    """A question, none, or a packet that is malformed."""
    try:
        question(frame)
    except RemoteProtocolError:
        return
