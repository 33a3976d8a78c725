"""Frames of every protocol of `nox.lib.packet`, and what tshark must read in each."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nox.lib import flowkey
from nox.lib.addresses import EthernetAddress
from nox.lib.packet import arp, dhcp, dns, eapol, ethernet, grouprecord, icmp, icmpv6, igmp, lldp, mld, tcp
from nox.lib.packet import neighbours as nd
from nox.lib.packet.dnsname import Name
from nox.lib.packet.ethernet import Ethernet, Llc, Tag
from nox.lib.packet.grouprecord import GroupRecord
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.ipv6 import DESTINATION, HOP_BY_HOP, Extension, Ipv6
from nox.lib.packet.options import NOP, Option
from nox.lib.packet.udp import Udp

A, B = EthernetAddress("02:00:00:00:00:01"), EthernetAddress("02:00:00:00:00:02")
A4, B4 = IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2")
A6, B6 = IPv6Address("fe80::ff:fe00:1"), IPv6Address("2001:db8::2")
GROUP4, GROUP6 = IPv4Address("239.1.2.3"), IPv6Address("ff05::1:3")
IGMP: Final = 2
ROUTER_ALERT4: Final = Option(0x94, b"\0\0")  # RFC 2113
ROUTER_ALERT6: Final = Extension(HOP_BY_HOP, bytes.fromhex("0502 0000 0100"))  # RFC 2711


@dataclass(frozen=True)
class Case:
    """One frame.

    :ivar fields: what tshark must print, by its names for fields; a list where there are several.
    """

    name: str
    frame: bytes
    fields: dict[str, str | list[str]]


def v4(protocol: int, payload: bytes, dst: IPv4Address = B4, ttl: int = 64, options: tuple[Option, ...] = ()) -> bytes:
    """A frame of IPv4."""
    packet = Ipv4(A4, dst, protocol, payload, ttl=ttl, identification=7, options=options)
    return Ethernet(B, A, ethernet.IPV4, packet.build()).build()


def v6(payload: Udp | icmpv6.Icmpv6 | tcp.Tcp, dst: IPv6Address = B6, hops: int = 64, *extensions: Extension) -> bytes:
    """A frame of IPv6."""
    protocols = {Udp: flowkey.UDP, icmpv6.Icmpv6: flowkey.ICMPV6, tcp.Tcp: flowkey.TCP}
    bare = Ipv6(A6, dst, protocols[type(payload)], b"")
    inside = payload.build(bare.ends)
    packet = Ipv6(A6, dst, bare.protocol, inside, hops, flow_label=0x12345, extensions=extensions)
    return Ethernet(B, A, ethernet.IPV6, packet.build()).build()


def _icmp6(kind: int, body: bytes, dst: IPv6Address = B6, hops: int = nd.HOP_LIMIT, *more: Extension) -> bytes:
    return v6(icmpv6.Icmpv6(kind, 0, body), dst, hops, *more)


def _links() -> list[Case]:
    question = arp.Arp(arp.REQUEST, A, A4, arp.NOBODY, B4).build()
    says = lldp.Lldp(
        lldp.Id(lldp.CHASSIS_MAC, bytes(A)),
        lldp.Id(lldp.PORT_LOCAL, b"7"),
        120,
        (lldp.Tlv(lldp.SYSTEM_NAME, b"s1"), lldp.Organisational(b"\0\x26\xe1", 1, b"secret")),
    )
    name = eapol.Eap(eapol.RESPONSE, 7, bytes((eapol.IDENTITY,)) + b"alice")
    return [
        Case(
            "EAPOL start",
            Ethernet(eapol.PAE_GROUP, A, ethernet.EAPOL, eapol.Eapol(eapol.START).build()).build(),
            {"eapol.version": "2", "eapol.type": "1", "eapol.len": "0"},
        ),
        Case(
            "EAP identity",
            Ethernet(eapol.PAE_GROUP, A, ethernet.EAPOL, eapol.Eapol(eapol.EAP_PACKET, name.build()).build()).build(),
            {"eapol.len": "10", "eap.code": "2", "eap.id": "7", "eap.len": "10", "eap.identity": "alice"},
        ),
        Case(
            "two tags",
            Ethernet(B, A, ethernet.ARP, question, (Tag(100, 5, tpid=ethernet.QINQ), Tag(7, dei=True))).build(),
            {"ieee8021ad.id": "100", "ieee8021ad.priority": "5", "vlan.id": "7", "vlan.dei": "1"},
        ),
        Case(
            "SNAP",
            Ethernet(B, A, ethernet.ARP, question, llc=Llc()).build(),
            {"eth.len": "36", "llc.dsap": "0xaa", "llc.type": "0x0806", "arp.opcode": "1"},
        ),
        Case(
            "ARP",
            Ethernet(ethernet.BROADCAST, A, ethernet.ARP, question).build(),
            {
                "eth.dst": "ff:ff:ff:ff:ff:ff",
                "arp.opcode": "1",
                "arp.src.hw_mac": str(A),
                "arp.src.proto_ipv4": str(A4),
                "arp.dst.proto_ipv4": str(B4),
            },
        ),
        Case(
            "LLDP",
            Ethernet(lldp.NEAREST_BRIDGE, A, ethernet.LLDP, says.build()).build(),
            {
                "lldp.chassis.id.mac": str(A),
                "lldp.port.id": "7",
                "lldp.time_to_live": "120",
                "lldp.tlv.system.name": "s1",
                "lldp.orgtlv.oui": "9953",
            },
        ),
    ]


def _transports() -> list[Case]:
    options = (Option(tcp.MSS, (1460).to_bytes(2)), Option(NOP), Option(3, b"\x07"), Option(4))
    syn = tcp.Tcp(40000, 80, 1000, 0, tcp.SYN, 1024, options=options)
    ends = Ipv4(A4, B4, flowkey.TCP, b"").ends
    datagram, big = Udp(40000, 9, b"odd"), Udp(1, 9, b"more")
    destination = Extension(DESTINATION, bytes.fromhex("0104 00000000"))
    return [
        Case(
            "UDP",
            v4(flowkey.UDP, datagram.build(ends), ttl=33),
            {"ip.ttl": "33", "ip.id": "0x0007", "udp.srcport": "40000", "udp.length": "11", "udp.payload": "6f:64:64"},
        ),
        Case(
            "TCP with options",
            v4(flowkey.TCP, syn.build(ends), options=(Option(NOP), ROUTER_ALERT4)),
            {
                "ip.hdr_len": "28",
                "tcp.dstport": "80",
                "tcp.flags": "0x0002",
                "tcp.seq_raw": "1000",
                "tcp.window_size_value": "1024",
                "tcp.options.mss_val": "1460",
                "tcp.options.wscale.shift": "7",
                "tcp.hdr_len": "32",
            },
        ),
        Case(
            "UDP over IPv6",
            v6(big, B6, 9, destination),
            {"ipv6.flow": "0x012345", "ipv6.hlim": "9", "ipv6.dst": str(B6), "udp.payload": "6d:6f:72:65"},
        ),
        Case("TCP over IPv6", v6(syn), {"tcp.srcport": "40000", "tcp.options.mss_val": "1460"}),
    ]


def _control() -> list[Case]:
    echo = icmp.Icmp(icmp.ECHO_REQUEST, identifier=9, sequence=3, data=b"0123456789")
    own = nd.link_layer_option(nd.SOURCE_LINK_LAYER, A)
    theirs = nd.link_layer_option(nd.TARGET_LINK_LAYER, A)
    prefix = nd.Prefix(64, 0xC0, 3600, 1800, IPv6Address("2001:db8::"))
    advertisement = nd.RouterAdvertisement(64, 0, 1800, 0, 0, (own, nd.NdOption(nd.PREFIX, prefix.build())))
    return [
        Case("ICMP echo", v4(flowkey.ICMP, echo.build()), {"icmp.type": "8", "icmp.ident": "9", "icmp.seq": "3"}),
        Case(
            "ICMPv6 echo",
            _icmp6(icmpv6.ECHO_REQUEST, icmpv6.Echo(9, 3, b"abc").build()),
            {"icmpv6.type": "128", "icmpv6.echo.identifier": "0x0009", "icmpv6.echo.sequence_number": "3"},
        ),
        Case(
            "NS",
            _icmp6(nd.SOLICITATION, nd.NeighbourSolicitation(B6, (own,)).build(), nd.solicited_node(B6)),
            {"icmpv6.nd.ns.target_address": str(B6), "icmpv6.opt.linkaddr": str(A)},
        ),
        Case(
            "NA",
            _icmp6(nd.ADVERTISEMENT, nd.NeighbourAdvertisement(A6, nd.SOLICITED | nd.OVERRIDE, (theirs,)).build()),
            {"icmpv6.nd.na.target_address": str(A6), "icmpv6.nd.na.flag.s": "1", "icmpv6.nd.na.flag.r": "0"},
        ),
        Case(
            "RS",
            _icmp6(nd.ROUTER_SOLICITATION, nd.RouterSolicitation((own,)).build(), IPv6Address("ff02::2")),
            {"icmpv6.opt.linkaddr": str(A)},
        ),
        Case(
            "RA",
            _icmp6(nd.ROUTER_ADVERTISEMENT, advertisement.build(), IPv6Address("ff02::1")),
            {
                "icmpv6.nd.ra.cur_hop_limit": "64",
                "icmpv6.nd.ra.router_lifetime": "1800",
                "icmpv6.opt.prefix": "2001:db8::",
                "icmpv6.opt.prefix.valid_lifetime": "3600",
                "icmpv6.opt.prefix.preferred_lifetime": "1800",
            },
        ),
    ]


def _groups() -> list[Case]:
    def igmp_frame(message: igmp.Igmp | igmp.IgmpQuery | igmp.IgmpReport, dst: IPv4Address) -> bytes:
        return v4(IGMP, message.build(), dst, 1, (ROUTER_ALERT4,))

    record4 = GroupRecord(grouprecord.TO_EXCLUDE, GROUP4, (A4, B4))
    record6 = GroupRecord(grouprecord.ALLOW, GROUP6, (B6,))
    query6 = mld.MldQuery(GROUP6, 1000, 2, 125, (B6,)).build()
    return [
        Case(
            "IGMPv2",
            igmp_frame(igmp.Igmp(igmp.REPORT_V2, GROUP4), GROUP4),
            {"igmp.type": "0x16", "igmp.maddr": str(GROUP4)},
        ),
        Case(
            "IGMPv3 query",
            igmp_frame(igmp.IgmpQuery(GROUP4, sources=(A4,)), GROUP4),
            {"igmp.type": "0x11", "igmp.version": "3", "igmp.qqic": "125", "igmp.saddr": str(A4)},
        ),
        Case(
            "IGMPv3 report",
            igmp_frame(igmp.IgmpReport((record4,)), IPv4Address("224.0.0.22")),
            {"igmp.record_type": "4", "igmp.maddr": str(GROUP4), "igmp.saddr": [str(A4), str(B4)]},
        ),
        Case(
            "MLDv1",
            _icmp6(mld.REPORT_V1, mld.Mld(GROUP6).build(), GROUP6, mld.HOP_LIMIT, ROUTER_ALERT6),
            {"icmpv6.type": "131", "icmpv6.mld.multicast_address": str(GROUP6)},
        ),
        Case(
            "MLDv2 query",
            _icmp6(mld.QUERY, query6, GROUP6, mld.HOP_LIMIT, ROUTER_ALERT6),
            {"icmpv6.mld.flag.qrv": "2", "icmpv6.mld.source_address": str(B6)},
        ),
        Case(
            "MLDv2 report",
            _icmp6(mld.REPORT_V2, mld.MldReport((record6,)).build(), IPv6Address("ff02::16"), 1, ROUTER_ALERT6),
            {"icmpv6.mldr.mar.record_type": "5", "icmpv6.mldr.mar.source_address": str(B6)},
        ),
    ]


def _applications() -> list[Case]:
    ends = Ipv4(A4, B4, flowkey.UDP, b"").ends
    www, other = Name.of("www.example.net"), Name.of("other.example.net")
    answer = dns.Dns(
        7,
        dns.RESPONSE | dns.RECURSION_AVAILABLE,
        (dns.Question(www),),
        (
            dns.Record(www, dns.CNAME, other, 60),
            dns.Record(other, dns.A, B4, 60),
            dns.Record(other, dns.AAAA, B6, 60),
            dns.Record(other, dns.TXT, (b"one", b"two"), 60),
            dns.Record(Name.of("2.0.0.10.in-addr.arpa"), dns.PTR, other, 60),
            dns.Record(other, dns.SRV, bytes.fromhex("0001 0002 0050 00"), 60),
        ),
    )
    ask = dhcp.Dhcp(
        dhcp.REQUEST,
        0x1234,
        A,
        {
            dhcp.MESSAGE_TYPE: bytes((dhcp.ASK,)),
            dhcp.ADDRESS: B4.packed,
            dhcp.HOST_NAME: b"laptop",
            dhcp.CLASS: b"c" * 255,
        },
        secs=2,
        flags=dhcp.BROADCAST,
    )
    return [
        Case(
            "DNS",
            v4(flowkey.UDP, Udp(dns.PORT, 40000, answer.build()).build(ends)),
            {
                "dns.id": "0x0007",
                "dns.count.answers": "6",
                "dns.cname": "other.example.net",
                "dns.a": str(B4),
                "dns.aaaa": str(B6),
                "dns.txt": ["one", "two"],
                "dns.ptr.domain_name": "other.example.net",
                "dns.srv.port": "80",
            },
        ),
        Case(
            "DHCP",
            v4(flowkey.UDP, Udp(dhcp.CLIENT_PORT, dhcp.SERVER_PORT, ask.build()).build(ends)),
            {
                "dhcp.id": "0x00001234",
                "dhcp.hw.mac_addr": str(A),
                "dhcp.option.dhcp": "3",
                "dhcp.option.requested_ip_address": str(B4),
                "dhcp.option.hostname": "laptop",
                "dhcp.flags.bc": "1",
                "dhcp.secs": "2",
            },
        ),
    ]


CASES: Final = (*_links(), *_transports(), *_control(), *_groups(), *_applications())
