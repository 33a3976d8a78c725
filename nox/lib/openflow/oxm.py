"""The match fields of OpenFlow 1.3: the registry of OXM (1.3.5, section 7.2.3.7, table 12), and Nicira's after them.

`FIELDS` has them by name, in the order of their numbers, which puts every field after those that it depends on. The
bytes of a field in a match are ``field.header(masked=…)``, the value in ``field.size`` bytes and, if it is masked, the
mask in as many.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from nox.lib.openflow.nicira.fields import NICIRA_FIELDS, NXM
from nox.lib.openflow.oxmfield import Form, OxmField, OxmId, Prerequisite

VLAN_PRESENT: Final = 0x1000  # OFPVID_PRESENT: the bit of vlan_vid that says that there is a tag
VLAN_NONE: Final = 0  # OFPVID_NONE: the vlan_vid of a frame without a tag


def _needs(name: str, *values: int) -> tuple[Prerequisite, ...]:
    return (Prerequisite(name, values),)


_ETH, _IP4, _IP6, _HEX = Form.ETHERNET, Form.IPV4, Form.IPV6, Form.HEX
_VLAN = (Prerequisite("vlan_vid", bits=VLAN_PRESENT),)
_IP = _needs("eth_type", 0x0800, 0x86DD)
_IPV4, _IPV6, _ARP = _needs("eth_type", 0x0800), _needs("eth_type", 0x86DD), _needs("eth_type", 0x0806)
_MPLS, _PBB = _needs("eth_type", 0x8847, 0x8848), _needs("eth_type", 0x88E7)
_TCP, _UDP, _SCTP = _needs("ip_proto", 6), _needs("ip_proto", 17), _needs("ip_proto", 132)
_ICMPV4, _ICMPV6 = (*_IPV4, *_needs("ip_proto", 1)), (*_IPV6, *_needs("ip_proto", 58))

_OPENFLOW = (
    OxmField("in_port", 0, 32),
    OxmField("in_phy_port", 1, 32, prerequisites=_needs("in_port")),
    OxmField("metadata", 2, 64, _HEX, True),
    OxmField("eth_dst", 3, 48, _ETH, True),
    OxmField("eth_src", 4, 48, _ETH, True),
    OxmField("eth_type", 5, 16, _HEX),
    OxmField("vlan_vid", 6, 13, _HEX, True),
    OxmField("vlan_pcp", 7, 3, prerequisites=_VLAN),
    OxmField("ip_dscp", 8, 6, prerequisites=_IP),
    OxmField("ip_ecn", 9, 2, prerequisites=_IP),
    OxmField("ip_proto", 10, 8, prerequisites=_IP),
    OxmField("ipv4_src", 11, 32, _IP4, True, _IPV4),
    OxmField("ipv4_dst", 12, 32, _IP4, True, _IPV4),
    OxmField("tcp_src", 13, 16, prerequisites=_TCP),
    OxmField("tcp_dst", 14, 16, prerequisites=_TCP),
    OxmField("udp_src", 15, 16, prerequisites=_UDP),
    OxmField("udp_dst", 16, 16, prerequisites=_UDP),
    OxmField("sctp_src", 17, 16, prerequisites=_SCTP),
    OxmField("sctp_dst", 18, 16, prerequisites=_SCTP),
    OxmField("icmpv4_type", 19, 8, prerequisites=_ICMPV4),
    OxmField("icmpv4_code", 20, 8, prerequisites=_ICMPV4),
    OxmField("arp_op", 21, 16, prerequisites=_ARP),
    OxmField("arp_spa", 22, 32, _IP4, True, _ARP),
    OxmField("arp_tpa", 23, 32, _IP4, True, _ARP),
    OxmField("arp_sha", 24, 48, _ETH, True, _ARP),
    OxmField("arp_tha", 25, 48, _ETH, True, _ARP),
    OxmField("ipv6_src", 26, 128, _IP6, True, _IPV6),
    OxmField("ipv6_dst", 27, 128, _IP6, True, _IPV6),
    OxmField("ipv6_flabel", 28, 20, _HEX, True, _IPV6),
    OxmField("icmpv6_type", 29, 8, prerequisites=_ICMPV6),
    OxmField("icmpv6_code", 30, 8, prerequisites=_ICMPV6),
    OxmField("ipv6_nd_target", 31, 128, _IP6, prerequisites=_needs("icmpv6_type", 135, 136)),
    OxmField("ipv6_nd_sll", 32, 48, _ETH, prerequisites=_needs("icmpv6_type", 135)),
    OxmField("ipv6_nd_tll", 33, 48, _ETH, prerequisites=_needs("icmpv6_type", 136)),
    OxmField("mpls_label", 34, 20, prerequisites=_MPLS),
    OxmField("mpls_tc", 35, 3, prerequisites=_MPLS),
    OxmField("mpls_bos", 36, 1, prerequisites=_MPLS),
    OxmField("pbb_isid", 37, 24, _HEX, True, _PBB),
    OxmField("tunnel_id", 38, 64, _HEX, True),
    OxmField("ipv6_exthdr", 39, 9, _HEX, True, _IPV6),
)

_TABLE: Final = (*(replace(field, nxm=NXM.get(field.name)) for field in _OPENFLOW), *NICIRA_FIELDS)

FIELDS: Final = {field.name: field for field in _TABLE}
ORDER: Final = {field.name: place for place, field in enumerate(_TABLE)}
_BY_ID: Final[dict[OxmId, tuple[OxmField, ...]]] = {}
for _field in _TABLE:
    for _id in _field.ids():
        _BY_ID[_id] = (*_BY_ID.get(_id, ()), _field)


def with_id(number: OxmId, size: int) -> OxmField | None:
    """The field with this number; None for one that no table knows.

    NXM_NX_COOKIE and NXM_NX_MPLS_TTL share a number: their sizes tell them apart.

    :param size: bytes of its value.
    """
    known = _BY_ID.get(number, ())
    return next((field for field in known if field.size == size), known[0] if known else None)
