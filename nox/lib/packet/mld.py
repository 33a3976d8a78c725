"""MLD, versions 1 and 2: bodies of ICMPv6 messages (RFC 2710 and 3810).

A receiver ignores them unless they come with hop limit 1 from a link-local address (RFC 3810, section 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U8, U16
from nox.lib.openflow.structure import Field, Layout, pad
from nox.lib.packet.grouprecord import GroupRecord
from nox.lib.packet.grouprecord import records as _records
from nox.lib.packet.layout import IPV6, Counted, Ignored, One, Packet

QUERY: Final = 130
REPORT_V1: Final = 131
DONE: Final = 132
REPORT_V2: Final = 143
HOP_LIMIT: Final = 1


@dataclass(frozen=True, slots=True)
class Mld(Packet):
    """Version 1's query, report or done (RFC 2710, section 3).

    :ivar time: in which to answer, milliseconds.
    """

    group: IPv6Address
    time: int = 0
    padding: None = None
    LAYOUT: ClassVar[Layout] = (Field("time", U16), pad(2), Field("group", IPV6), Field("padding", Ignored()))


@dataclass(frozen=True, slots=True)
class MldQuery(Packet):
    """Version 2's query (RFC 3810, section 5.1).

    :ivar time: in which to answer, coded (section 5.1.3).
    :ivar robustness: of the querier, three bits; 8 more tells others not to reckon with this query.
    :ivar interval: of the querier, coded.
    """

    group: IPv6Address
    time: int = 10000
    robustness: int = 2
    interval: int = 125
    sources: tuple[IPv6Address, ...] = ()
    padding: None = None
    LAYOUT: ClassVar[Layout] = (
        Field("time", U16),
        pad(2),
        Field("group", IPV6),
        Field("robustness", U8),
        Field("interval", U8),
        Field("sources", Counted(One(IPV6))),
        Field("padding", Ignored()),
    )


@dataclass(frozen=True, slots=True)
class MldReport(Packet):
    """Version 2's report (RFC 3810, section 5.2)."""

    records: tuple[GroupRecord[IPv6Address], ...]
    padding: None = None
    LAYOUT: ClassVar[Layout] = (
        pad(2),
        Field("records", _records(IPV6)),
        Field("padding", Ignored()),
    )


def parse(icmp_type: int, body: bytes) -> Mld | MldQuery | MldReport:
    """What the body of an MLD message says, told by type and size (RFC 3810, section 8.1).

    :raises RemoteProtocolError: when it is cut short.
    """
    if icmp_type == REPORT_V2:
        return MldReport.parse(body)
    if icmp_type == QUERY and len(body) >= 24:
        return MldQuery.parse(body)
    return Mld.parse(body)
