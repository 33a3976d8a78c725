"""The match fields of OpenFlow 1.3: the registry of OXM (1.3.5, section 7.2.3.7, table 12).

`FIELDS` has them by name, in the order of their numbers, which puts every field after those that it depends on. The
bytes of a field in a match are ``field.header(masked=…)``, the value in ``field.size`` bytes and, if it is masked, the
mask in as many.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nox.lib.addresses import EthernetAddress

OPENFLOW_BASIC: Final = 0x8000  # the OXM class of all fields that the specification defines
VLAN_PRESENT: Final = 0x1000  # OFPVID_PRESENT: the bit of vlan_vid that says that there is a tag
VLAN_NONE: Final = 0  # OFPVID_NONE: the vlan_vid of a frame without a tag

_LABEL: Final = 20  # bits of MPLS labels and IPv6 flow labels


class Form(Enum):
    """How a value is written as text."""

    NUMBER = "number"
    HEX = "hexadecimal number"
    ETHERNET = "Ethernet address"
    IPV4 = "IPv4 address"
    IPV6 = "IPv6 address"


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """What must be in a match for another field to have a meaning.

    :ivar name: the field that must be there.
    :ivar values: which value it must have; empty for any.
    :ivar bits: bits that its value must have.
    """

    name: str
    values: tuple[int, ...] = ()
    bits: int = 0

    def allows(self, value: int) -> bool:
        """Whether that value of the field will do."""
        return (not self.values or value in self.values) and value & self.bits == self.bits

    def __str__(self) -> str:
        if self.bits:
            return f"{self.name} with bit {self.bits:#x}"
        if not self.values:
            return self.name
        return f"{self.name}=" + " or ".join(FIELDS[self.name].text(value) for value in self.values)


@dataclass(frozen=True, slots=True)
class OxmField:
    """One match field.

    :ivar name: as in the specification, in lower case: ``eth_src``.
    :ivar number: its number in its class.
    :ivar bits: of its value; in a message it takes whole bytes (`size`).
    :ivar maskable: whether the specification lets it be masked.
    """

    name: str
    number: int
    bits: int
    form: Form = Form.NUMBER
    maskable: bool = False
    prerequisites: tuple[Prerequisite, ...] = ()
    oxm_class: int = OPENFLOW_BASIC

    @property
    def size(self) -> int:
        """Bytes of its value; labels of 20 bits take four."""
        return 4 if self.bits == _LABEL else (self.bits + 7) // 8

    @property
    def largest(self) -> int:
        """The largest value; as a mask, the one that means all of it."""
        return (1 << self.bits) - 1

    def header_number(self, *, masked: bool) -> int:
        """Class, number, mask flag and length as one int of 32 bits."""
        return self.oxm_class << 16 | self.number << 9 | masked << 8 | self.size << masked

    def header(self, *, masked: bool) -> bytes:
        """The four bytes before its value."""
        return self.header_number(masked=masked).to_bytes(4)

    def text(self, value: int, mask: int | None = None) -> str:
        """The value, and its mask, in their usual text; the mask of an IP address as its prefix, where it is one."""
        if mask is None:
            return self._text(value)
        if self.form in (Form.IPV4, Form.IPV6) and (prefix := self.prefix(mask)) is not None:
            return f"{self._text(value)}/{prefix}"
        return f"{self._text(value)}/{self._text(mask)}"

    def prefix(self, mask: int) -> int | None:
        """How many leading ones the mask consists of; None where it is no prefix."""
        inverse = ~mask & self.largest
        return None if inverse & (inverse + 1) else self.bits - inverse.bit_length()

    def _text(self, value: int) -> str:
        match self.form:
            case Form.ETHERNET:
                return str(EthernetAddress(value))
            case Form.IPV4:
                return str(IPv4Address(value))
            case Form.IPV6:
                return str(IPv6Address(value))
            case Form.HEX:
                return f"{value:#06x}"
            case Form.NUMBER:
                return str(value)


def _needs(name: str, *values: int) -> tuple[Prerequisite, ...]:
    return (Prerequisite(name, values),)


_ETH, _IP4, _IP6, _HEX = Form.ETHERNET, Form.IPV4, Form.IPV6, Form.HEX
_VLAN = (Prerequisite("vlan_vid", bits=VLAN_PRESENT),)
_IP = _needs("eth_type", 0x0800, 0x86DD)
_IPV4, _IPV6, _ARP = _needs("eth_type", 0x0800), _needs("eth_type", 0x86DD), _needs("eth_type", 0x0806)
_MPLS, _PBB = _needs("eth_type", 0x8847, 0x8848), _needs("eth_type", 0x88E7)
_TCP, _UDP, _SCTP = _needs("ip_proto", 6), _needs("ip_proto", 17), _needs("ip_proto", 132)
_ICMPV4, _ICMPV6 = (*_IPV4, *_needs("ip_proto", 1)), (*_IPV6, *_needs("ip_proto", 58))

_TABLE = (
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

FIELDS: Final = {field.name: field for field in _TABLE}
BY_NUMBER: Final = {(field.oxm_class, field.number): field for field in _TABLE}
ORDER: Final = {field.name: place for place, field in enumerate(_TABLE)}
