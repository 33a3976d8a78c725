"""Frames that ask one host whether it is there. They disturb nobody's table of neighbours.

IPv4: ARP with the sender 0.0.0.0, which a host answers and does not remember (RFC 5227, section 2.1). IPv6: a
solicitation from a link-local address of ours; from ``::`` it would say that somebody else is about to take the address
(RFC 4862, section 5.4.3). Both are sent to the host's own Ethernet address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address
from itertools import islice

from nox.lib.addresses import EthernetAddress
from nox.lib.flowkey import ETH_ARP, ETH_IPV6, ICMPV6
from nox.lib.packet import arp
from nox.lib.packet import neighbours as nd
from nox.lib.packet.arp import Arp
from nox.lib.packet.ethernet import Ethernet, Tag
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv6 import Ipv6
from nox.netapps.hosts.values import Host, Ip

_MOST_OF_A_KIND = 2  # of a host's addresses that are asked for at once


def probes(host: Host, ips: Iterable[Ip], asker: EthernetAddress) -> Iterator[bytes]:
    """The frames that ask a host.

    :param ips: addresses that it has; without any, it is asked for the link-local one made of its Ethernet address.
    :param asker: where it shall answer to.
    """
    known = list(ips) or [nd.link_local(EthernetAddress(host[0])).packed]
    yield from (arp_probe(host, ip, asker) for ip in islice((i for i in known if isinstance(i, int)), _MOST_OF_A_KIND))
    yield from (nd_probe(host, ip, asker) for ip in islice((i for i in known if isinstance(i, bytes)), _MOST_OF_A_KIND))


def arp_probe(host: Host, ip: int, asker: EthernetAddress) -> bytes:
    """Asks whether a host has an IPv4 address."""
    question = Arp(arp.REQUEST, asker, IPv4Address(0), arp.NOBODY, IPv4Address(ip))
    return _frame(host, asker, ETH_ARP, question.build())


def nd_probe(host: Host, ip: bytes, asker: EthernetAddress) -> bytes:
    """Asks whether a host has an IPv6 address."""
    target = IPv6Address(ip)
    own = nd.link_layer_option(nd.SOURCE_LINK_LAYER, asker)
    question = Icmpv6(nd.SOLICITATION, 0, nd.NeighbourSolicitation(target, (own,)).build())
    packet = Ipv6(nd.link_local(asker), target, ICMPV6, b"", nd.HOP_LIMIT)
    packet = Ipv6(packet.src, target, ICMPV6, question.build(packet.ends), nd.HOP_LIMIT)
    return _frame(host, asker, ETH_IPV6, packet.build())


def _frame(host: Host, asker: EthernetAddress, eth_type: int, payload: bytes) -> bytes:
    mac, vlan = host
    tags = (Tag(vlan),) if vlan else ()
    return Ethernet(EthernetAddress(mac), asker, eth_type, payload, tags).build()
