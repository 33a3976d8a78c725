"""The rows of the network view: switches, ports, links, hosts, locations, addresses, and what the operator names.

They hold no traffic, and nothing that changes with every packet: last seen and counters are no part of the view.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from nox.core.view.row import Row
from nox.lib.addresses import EthernetAddress

Dpid: TypeAlias = Annotated[int, "dpid"]  # written as 16 hexadecimal digits: JSON's readers lose integers above 2 ** 53
NO_VLAN = 0  # of a host whose frames have no tag; others are 1 to 4094


class LinkKind(enum.StrEnum):
    """How a link is known."""

    DIRECT = "direct"  # LLDP was heard: a cable
    BROADCAST = "broadcast"  # only BDDP was heard: there is a switch between that OpenFlow does not control
    STATIC = "static"  # the operator says so


class Evidence(enum.StrEnum):
    """What a binding of an address rests on, weakest first."""

    PACKET = "packet"  # the source of an IP packet
    ARP = "arp"
    ND = "nd"
    DHCP = "dhcp"
    STATIC = "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Row):
    """A switch that has ever joined, or that the operator has named.

    :ivar name: the operator's; empty for none. :ivar connected: whether it has joined now.
    :ivar manufacturer: what it says of itself, hostile text; `hardware`, `software`, `serial` too.
    """

    dpid: Dpid
    name: str = ""
    connected: bool = False
    manufacturer: str = ""
    hardware: str = ""
    software: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Row):
    """A port of a switch; 1.0's local port and other reserved ones are not in the view.

    :ivar hw_addr: the port's own address, from which no host may send.
    :ivar name: what the switch calls it, hostile text. :ivar up: configured up, and with a link.
    :ivar speed: kbit/s; 0 where unknown. :ivar carried_host: whether a host was seen there since it was last down.
    """

    dpid: Dpid
    number: int
    hw_addr: EthernetAddress
    name: str = ""
    up: bool = False
    speed: int = 0
    carried_host: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Row):
    """One direction of a link: what leaves the source port arrives at the destination port.

    It is used by nobody unless the other direction is in the view as well.
    """

    src_dpid: Dpid
    src_port: int
    dst_dpid: Dpid
    dst_port: int
    kind: LinkKind = LinkKind.DIRECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Host(Row):
    """An Ethernet address on a VLAN.

    :ivar name: the operator's; empty for none.
    """

    mac: EthernetAddress
    vlan: int = NO_VLAN
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Row):
    """Where a host is: one of its attachments. A host has several where it is attached by several cables."""

    mac: EthernetAddress
    vlan: int = NO_VLAN
    dpid: Dpid
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Row):
    """An IP address that a host has.

    :ivar ip: as text, in its canonical form (RFC 5952 for IPv6). :ivar evidence: what the binding rests on.
    """

    ip: str
    mac: EthernetAddress
    vlan: int = NO_VLAN
    evidence: Evidence = Evidence.PACKET


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Row):
    """A user who is logged in at a host; `name` and the host are the key."""

    name: str
    mac: EthernetAddress
    vlan: int = NO_VLAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Row):
    """A service that a host offers.

    :ivar protocol: ``tcp`` or ``udp``. :ivar port: of that protocol.
    """

    name: str
    mac: EthernetAddress
    vlan: int = NO_VLAN
    protocol: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Middlebox(Row):
    """An element that traffic is led through, attached to the network at one or two ports.

    :ivar kind: what it does, in the operator's word. :ivar out_dpid: where what it has treated comes back; the same
        port where it has one alone.
    """

    name: str
    kind: str
    dpid: Dpid
    port: int
    out_dpid: Dpid
    out_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName(Row):
    """What the operator calls a port of a switch: a room, a socket in the wall."""

    dpid: Dpid
    port: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Row):
    """That something is in a group.

    :ivar kind: what the member is: ``host``, ``user``, ``switch``, ``location``, ``service`` or ``group``.
    """

    group: str
    kind: str
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret(Row):
    """A key that the instances of NOX share. It is never shown, dumped or logged.

    :ivar value: hexadecimal.
    """

    name: str
    value: str


class Declarer(enum.StrEnum):
    """Who has declared something."""

    FILE = "file"  # the configuration
    COMMAND = "command"  # `noxctl inventory`


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration(Row):
    """Something that the operator has named: what it says is in other rows, and goes from there with this row.

    :ivar kind: ``host``, ``switch``, ``link``, ``middlebox`` or ``location``. :ivar key: which one, of its kind.
    :ivar entry: what was declared, as a JSON object.
    """

    kind: str
    key: str
    by: Declarer
    entry: str
