"""IGMP, versions 1 to 3 (RFC 2236 and 3376)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U8
from nox.lib.openflow.structure import Field, Layout, pad
from nox.lib.packet.grouprecord import GroupRecord
from nox.lib.packet.grouprecord import records as _records
from nox.lib.packet.layout import IPV4, Counted, Ignored, One, Summed

QUERY: Final = 0x11
REPORT_V1: Final = 0x12
REPORT_V2: Final = 0x16
LEAVE: Final = 0x17
REPORT_V3: Final = 0x22


@dataclass(frozen=True, slots=True)
class Igmp(Summed):
    """A message of eight bytes: a query, a report or a leave of versions 1 and 2.

    :ivar time: in which to answer, tenths of a second.
    """

    type: int
    group: IPv4Address
    time: int = 0
    padding: None = None
    LAYOUT: ClassVar[Layout] = (
        Field("type", U8),
        Field("time", U8),
        pad(2),
        Field("group", IPV4),
        Field("padding", Ignored()),
    )


@dataclass(frozen=True, slots=True)
class IgmpQuery(Summed):
    """Version 3's query (RFC 3376, section 4.1): it has at least twelve bytes.

    :ivar time: in which to answer, coded (section 4.1.1).
    :ivar robustness: of the querier, three bits; 8 more tells others not to reckon with this query.
    :ivar interval: of the querier, coded.
    """

    group: IPv4Address
    time: int = 100
    robustness: int = 2
    interval: int = 125
    sources: tuple[IPv4Address, ...] = ()
    type: int = QUERY
    padding: None = None
    LAYOUT: ClassVar[Layout] = (
        Field("type", U8),
        Field("time", U8),
        pad(2),
        Field("group", IPV4),
        Field("robustness", U8),
        Field("interval", U8),
        Field("sources", Counted(One(IPV4))),
        Field("padding", Ignored()),
    )


@dataclass(frozen=True, slots=True)
class IgmpReport(Summed):
    """Version 3's report (RFC 3376, section 4.2)."""

    records: tuple[GroupRecord[IPv4Address], ...]
    type: int = REPORT_V3
    padding: None = None
    LAYOUT: ClassVar[Layout] = (
        Field("type", U8),
        pad(5),
        Field("records", _records(IPV4)),
        Field("padding", Ignored()),
    )


def parse(data: bytes) -> Igmp | IgmpQuery | IgmpReport:
    """The message that these bytes are, told by type and size (RFC 3376, section 7.1).

    :raises RemoteProtocolError: when they are none.
    """
    if data[:1] == bytes((REPORT_V3,)):
        return IgmpReport.parse(data)
    if data[:1] == bytes((QUERY,)) and len(data) >= 12:
        return IgmpQuery.parse(data)
    return Igmp.parse(data)
