"""Every parser of `nox.lib.packet`, as a function of bytes alone, and packets that each of them can build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from hypothesis import strategies as st

from nox.lib import flowkey
from nox.lib.addresses import EthernetAddress
from nox.lib.packet import arp, dns, igmp, mld
from nox.lib.packet import neighbours as nd
from nox.lib.packet.arp import Arp
from nox.lib.packet.checksum import Ends, checksum
from nox.lib.packet.dhcp import Dhcp
from nox.lib.packet.dns import Dns, Question, Record
from nox.lib.packet.dnsname import Name
from nox.lib.packet.eapol import Eap, Eapol
from nox.lib.packet.ethernet import QINQ, VLAN, Ethernet, Llc, Tag
from nox.lib.packet.grouprecord import GroupRecord
from nox.lib.packet.icmp import Icmp
from nox.lib.packet.icmpv6 import Echo, Icmpv6
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.ipv6 import AUTHENTICATION, DESTINATION, FRAGMENT, HOP_BY_HOP, ROUTING, Extension, Ipv6
from nox.lib.packet.lldp import Id, Lldp, Organisational, Tlv
from nox.lib.packet.options import NOP, Option
from nox.lib.packet.tcp import Tcp
from nox.lib.packet.udp import Udp

ENDS4 = Ends(IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2"))
ENDS6 = Ends(IPv6Address("fe80::1"), IPv6Address("ff02::1:ff00:2"))


@dataclass(frozen=True)
class Protocol:
    """One parser.

    :ivar values: any packet that can be built, for hypothesis.
    """

    name: str
    parse: Callable[[bytes], Any]
    build: Callable[[Any], bytes]
    values: st.SearchStrategy[Any]
    checksum_at: int | None = None
    ends: Ends | None = None
    number: int = 0

    def mended(self, data: bytes) -> bytes:
        """These bytes with the right checksum, so that a parser looks beyond it."""
        at = self.checksum_at
        if at is None or len(data) < at + 2:
            return data
        out = bytearray(data)
        out[at : at + 2] = bytes(2)
        if self.number == flowkey.UDP:
            return bytes(out)  # none
        covered = out[: (out[0] & 15) * 4] if self.name == "Ipv4" else out
        pseudo = self.ends.pseudo(self.number, len(out)) if self.ends else b""
        out[at : at + 2] = checksum(pseudo + covered).to_bytes(2)
        return bytes(out)


def number(bits: int) -> st.SearchStrategy[int]:
    """An unsigned integer."""
    return st.integers(0, (1 << bits) - 1)


U8, U16, U32 = number(8), number(16), number(32)
DATA = st.binary(max_size=100)
MAC = st.binary(min_size=6, max_size=6).map(EthernetAddress)
V4 = U32.map(IPv4Address)
V6 = number(128).map(IPv6Address)


def tuples(one: st.SearchStrategy[Any], most: int = 4) -> st.SearchStrategy[tuple[Any, ...]]:
    """Some of them."""
    return st.lists(one, max_size=most).map(tuple)


TAG = st.builds(Tag, number(12), number(3), st.booleans(), st.sampled_from([VLAN, QINQ]))
ETH_TYPE = st.integers(0x600, 0xFFFF).filter(lambda value: value not in (VLAN, QINQ))
SNAP = st.builds(Llc, oui=st.binary(min_size=3, max_size=3))
PLAIN_LLC = st.builds(Llc, U8, U8, st.sampled_from([0xE3, 0xF3]), st.just(b""))
ETHERNET = st.one_of(
    st.builds(Ethernet, MAC, MAC, ETH_TYPE, DATA, tuples(TAG)),
    st.builds(Ethernet, MAC, MAC, U16, DATA, tuples(TAG), SNAP),
    st.builds(Ethernet, MAC, MAC, st.just(0), DATA, tuples(TAG), PLAIN_LLC),
)
OPTION = st.one_of(st.just(Option(NOP)), st.builds(Option, st.integers(2, 255), st.binary(max_size=8)))
OPTIONS = tuples(OPTION)
OFFSET = number(13).map(lambda units: units * 8)
IPV4 = st.builds(Ipv4, V4, V4, U8, DATA, U8, U8, U16, st.booleans(), st.booleans(), OFFSET, OPTIONS)


def extension(protocol: int, unit: int = 8, least: int = 1) -> st.SearchStrategy[Extension]:
    """An extension header of one or two more units than it must have."""
    sizes = st.integers(least, least + 2).map(lambda units: units * unit - 2)
    return sizes.flatmap(lambda size: st.builds(Extension, st.just(protocol), st.binary(min_size=size, max_size=size)))


EXTENSION = st.one_of(
    extension(HOP_BY_HOP),
    extension(ROUTING),
    extension(DESTINATION),
    extension(AUTHENTICATION, 4, 2),
    st.builds(Extension, st.just(FRAGMENT), st.binary(min_size=6, max_size=6)),
)
UPPER = U8.filter(lambda protocol: protocol not in (0, 43, 44, 51, 60))
IPV6 = st.builds(Ipv6, V6, V6, UPPER, DATA, U8, U8, number(20), tuples(EXTENSION))
ND_OPTION = st.integers(1, 3).flatmap(
    lambda n: st.builds(nd.NdOption, U8, st.binary(min_size=n * 8 - 2, max_size=n * 8 - 2))
)
ND_OPTIONS = tuples(ND_OPTION)
LABEL = st.binary(min_size=1, max_size=20)
NAME = tuples(LABEL).map(Name)
RECORD = st.one_of(
    st.builds(Record, NAME, st.just(dns.A), V4, U32),
    st.builds(Record, NAME, st.just(dns.AAAA), V6, U32),
    st.builds(Record, NAME, st.sampled_from([dns.CNAME, dns.PTR, dns.NS]), NAME, U32, U16),
    st.builds(Record, NAME, st.just(dns.TXT), tuples(DATA), U32),
    st.builds(Record, NAME, st.just(dns.SRV), DATA, U32),
)
DNS = st.builds(
    Dns, U16, U16, tuples(st.builds(Question, NAME, U16, U16)), tuples(RECORD), tuples(RECORD), tuples(RECORD)
)
PADLESS = st.binary(max_size=64).filter(lambda raw: not raw.endswith(b"\0"))
DHCP_OPTIONS = st.dictionaries(st.integers(1, 254), st.binary(max_size=600), max_size=4)
DHCP = st.builds(Dhcp, U8, U32, MAC, DHCP_OPTIONS, V4, V4, V4, V4, U16, U16, U8, PADLESS, PADLESS)
ID = st.builds(Id, U8, st.binary(min_size=1, max_size=255))
TLV = st.builds(Tlv, st.integers(4, 126), st.binary(max_size=511))
ORGANISATIONAL = st.builds(Organisational, st.binary(min_size=3, max_size=3), U8, st.binary(max_size=507))
LLDP = st.builds(Lldp, ID, ID, U16, tuples(st.one_of(TLV, ORGANISATIONAL)))
UDP = st.builds(Udp, U16, U16, DATA)
TCP = st.builds(Tcp, U16, U16, U32, U32, U8, U16, DATA, U16, OPTIONS)


def plain(cls: Any, values: st.SearchStrategy[Any]) -> Protocol:
    """A packet whose bytes say all."""
    at = 10 if cls is Ipv4 else getattr(cls, "CHECKSUM_AT", None)
    return Protocol(cls.__name__, cls.parse, cls.build, values, at)


def addressed(cls: Any, ends: Ends, values: st.SearchStrategy[Any]) -> Protocol:
    """A packet whose checksum covers its addresses."""
    name = f"{cls.__name__} over IPv{ends.src.version}"
    at, number = {Icmpv6: (2, flowkey.ICMPV6), Udp: (6, flowkey.UDP), Tcp: (16, flowkey.TCP)}[cls]
    return Protocol(name, lambda data: cls.parse(data, ends), lambda value: value.build(ends), values, at, ends, number)


PROTOCOLS = (
    plain(Ethernet, ETHERNET),
    plain(Arp, st.builds(Arp, st.sampled_from([arp.REQUEST, arp.REPLY]), MAC, V4, MAC, V4)),
    plain(Ipv4, IPV4),
    plain(Ipv6, IPV6),
    plain(Icmp, st.builds(Icmp, U8, U8, U16, U16, DATA)),
    addressed(Icmpv6, ENDS6, st.builds(Icmpv6, U8, U8, DATA)),
    plain(Echo, st.builds(Echo, U16, U16, DATA)),
    addressed(Udp, ENDS4, UDP),
    addressed(Udp, ENDS6, UDP),
    addressed(Tcp, ENDS4, TCP),
    addressed(Tcp, ENDS6, TCP),
    plain(Dhcp, DHCP),
    plain(Dns, DNS),
    plain(Lldp, LLDP),
    plain(Eapol, st.builds(Eapol, U8, DATA, U8)),
    plain(Eap, st.builds(Eap, U8, U8, DATA)),
    plain(nd.RouterSolicitation, st.builds(nd.RouterSolicitation, ND_OPTIONS)),
    plain(nd.RouterAdvertisement, st.builds(nd.RouterAdvertisement, U8, U8, U16, U32, U32, ND_OPTIONS)),
    plain(nd.NeighbourSolicitation, st.builds(nd.NeighbourSolicitation, V6, ND_OPTIONS)),
    plain(nd.NeighbourAdvertisement, st.builds(nd.NeighbourAdvertisement, V6, U8, ND_OPTIONS)),
    plain(nd.Prefix, st.builds(nd.Prefix, U8, U8, U32, U32, V6)),
    plain(igmp.Igmp, st.builds(igmp.Igmp, U8, V4, U8)),
    plain(igmp.IgmpQuery, st.builds(igmp.IgmpQuery, V4, U8, U8, U8, tuples(V4))),
    plain(igmp.IgmpReport, st.builds(igmp.IgmpReport, tuples(st.builds(GroupRecord, U8, V4, tuples(V4))))),
    plain(mld.Mld, st.builds(mld.Mld, V6, U16)),
    plain(mld.MldQuery, st.builds(mld.MldQuery, V6, U16, U8, U8, tuples(V6))),
    plain(mld.MldReport, st.builds(mld.MldReport, tuples(st.builds(GroupRecord, U8, V6, tuples(V6))))),
)
