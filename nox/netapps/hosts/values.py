"""What hosts are made of here: raw, as packets have them, so that a packet is looked up without making objects."""

from __future__ import annotations

import enum
from ipaddress import IPv4Address, IPv6Address

from nox.core.view.rows import Evidence
from nox.lib.addresses import EthernetAddress

Place = tuple[int, int]  # dpid, port
Host = tuple[bytes, int]  # Ethernet address, VLAN
Ip = int | bytes  # IPv4: the number; IPv6: sixteen bytes

LEAST_FIXED = Evidence.DHCP  # what is as good as this is changed by whoever wrote it, and by no packet
_RANK = {evidence: rank for rank, evidence in enumerate(Evidence)}


def rank(evidence: Evidence) -> int:
    """The stronger, the larger."""
    return _RANK[evidence]


def ip_text(ip: Ip) -> str:
    """An address as the view has it."""
    return str(IPv4Address(ip) if isinstance(ip, int) else IPv6Address(ip))


def ip_of(text: str) -> Ip:
    """The address that a row of the view has."""
    return IPv6Address(text).packed if ":" in text else int(IPv4Address(text))


def host_text(host: Host) -> str:
    """A host, for people."""
    mac, vlan = host
    return f"{EthernetAddress(mac)} on VLAN {vlan}" if vlan else str(EthernetAddress(mac))


def place_text(place: Place) -> str:
    """A place, for people."""
    return f"port {place[1]} of switch {place[0]:016x}"


class Verdict(enum.Enum):
    """What becomes of a packet."""

    PASS = "pass"  # whoever forwards may have it
    REFUSE = "refuse"  # nobody gets it
    WAIT = "wait"  # until a question is answered
