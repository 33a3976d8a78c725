"""What frames say of their senders: whatever bytes come, it is a claim or a refusal."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from nox.core.view.rows import Evidence
from nox.lib.addresses import EthernetAddress
from nox.lib.flowkey import flow_key
from nox.lib.packet import arp
from nox.lib.packet import neighbours as nd
from nox.lib.packet.arp import Arp
from nox.lib.packet.ethernet import Ethernet, Tag
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv6 import Ipv6
from nox.netapps.hosts.claims import Claim, Refused, claim_of
from nox.netapps.hosts.probes import probes
from nox.netapps.hosts.values import ip_of, ip_text
from tests.netapps.hosts.test_attacks import FE80, H1, H2, IP1, advertises, says

macs = st.integers(0, (1 << 46) - 1).map(lambda n: EthernetAddress((n >> 40 << 42) | (2 << 40) | n & (1 << 40) - 1))
vlans = st.integers(0, 4094)
ip4s = st.integers(1 << 24, (127 << 24) - 1)
ip6s = st.binary(min_size=15, max_size=15).map(lambda rest: b"\x20" + rest)


def heard(frame: bytes) -> Claim | str:
    """The claim, or why there is none."""
    try:
        return claim_of(flow_key(frame, 1), frame)
    except Refused as refused:
        return refused.kind


def tags(vlan: int) -> tuple[Tag, ...]:
    """Of a frame on that VLAN."""
    return (Tag(vlan),) if vlan else ()


@given(macs, vlans, ip4s, st.sampled_from([arp.REQUEST, arp.REPLY]))
def test_arp_is_a_claim(mac: EthernetAddress, vlan: int, ip: int, operation: int) -> None:
    """Of the sender's address, whoever is asked."""
    packet = Arp(operation, mac, IPv4Address(ip), H2, IP1)
    assert heard(Ethernet(H2, mac, 0x0806, packet.build(), tags(vlan)).build()) == Claim(ip, Evidence.ARP)


@given(macs, vlans, ip6s, st.integers(0, 7).map(lambda bits: bits << 5))
def test_an_advertisement_is_a_claim(mac: EthernetAddress, vlan: int, ip: bytes, flags: int) -> None:
    """Of its target; the flags say whether it is a router's."""
    target = IPv6Address(ip)
    body = nd.NeighbourAdvertisement(target, flags, (nd.link_layer_option(nd.TARGET_LINK_LAYER, mac),)).build()
    packet = Ipv6(nd.link_local(mac), FE80, 58, b"", nd.HOP_LIMIT)
    inside = Icmpv6(nd.ADVERTISEMENT, 0, body).build(packet.ends)
    frame = Ethernet(H2, mac, 0x86DD, Ipv6(packet.src, FE80, 58, inside, nd.HOP_LIMIT).build(), tags(vlan)).build()
    assert heard(frame) == Claim(ip, Evidence.ND, bool(flags & nd.ROUTER))


@given(macs, vlans, st.lists(ip4s | ip6s, max_size=5))
def test_a_question_claims_no_address_of_its_host(mac: EthernetAddress, vlan: int, ips: list[int | bytes]) -> None:
    """It is for that host alone, on its VLAN, asks for addresses that it has, and is well formed."""
    asker = EthernetAddress("02:ff:ff:ff:ff:01")
    frames = list(probes((mac, vlan), ips, asker))
    assert 1 <= len(frames) <= 4
    for frame in frames:
        parsed = Ethernet.parse(frame)
        assert (parsed.dst, parsed.src, parsed.tags) == (mac, asker, tags(vlan))
        assert heard(frame) in (Claim(), Claim(nd.link_local(asker).packed, Evidence.ND))
        if parsed.eth_type == 0x0806:
            assert int(Arp.parse(parsed.payload).tpa) in ips
        elif ips:
            message = Icmpv6.parse((packet := Ipv6.parse(parsed.payload)).payload, packet.ends)
            assert nd.NeighbourSolicitation.parse(message.body).target.packed in ips


@given(ip4s | ip6s)
def test_addresses_are_written_as_they_are_read(ip: int | bytes) -> None:
    """Raw, as packets have them, and as the view has them."""
    assert ip_of(ip_text(ip)) == ip


@given(st.binary(max_size=120))
def test_whatever_comes(frame: bytes) -> None:
    """Nothing else is raised."""
    heard(frame)


@given(st.sampled_from([says(H1, IP1), advertises(H1, FE80)]), st.integers(0, 90), st.binary(min_size=1, max_size=8))
def test_what_is_almost_right(frame: bytes, at: int, change: bytes) -> None:
    """Nothing else is raised, and the claim names no address that the frame does not have."""
    changed = frame[:at] + change + frame[at + len(change) :]
    claim = heard(changed)
    if isinstance(claim, Claim) and claim.ip is not None:
        raw = claim.ip if isinstance(claim.ip, bytes) else claim.ip.to_bytes(4)
        assert raw in changed


@given(st.sampled_from([says(H1, IP1), advertises(H1, FE80)]), st.integers(0, 90))
def test_what_is_cut_short(frame: bytes, size: int) -> None:
    """It is no ARP and no neighbour discovery any more; an IP header that is whole has a source."""
    if size < len(frame):
        claim = heard(frame[:size])
        assert isinstance(claim, str) or claim in (Claim(), Claim(nd.link_local(H1).packed))
