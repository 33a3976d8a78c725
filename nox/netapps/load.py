"""What `IMonitoring` tells: how much goes through ports, hosts and flows, and how full tables are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nox.netapps.decision import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PortLoad:
    """What goes through a port, on average since the reading before the last. A rate that is not known is None.

    :ivar rx_bytes: a second, as all rates. :ivar utilisation: what leaves, as a part of the port's speed, 0 to 1.
    :ivar name: what the switch calls it: hostile text, printable. :ivar switch: the operator's name; empty for none.
    """

    dpid: int
    port: int
    name: str
    switch: str
    rx_bytes: float | None
    tx_bytes: float | None
    rx_packets: float | None
    tx_packets: float | None
    dropped: float | None
    errors: float | None
    utilisation: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLoad:
    """What a host sends and receives.

    :ivar host: its Ethernet address. :ivar name: how people call it: its name, an IP address, or the address again.
    :ivar tx_bytes: a second, what it sends; `rx_bytes`: what it receives.
    :ivar basis: ``port`` where the port's counters say it, because no other host is there; ``flows`` where flow
        entries do, which lack what no entry of the host's counts.
    """

    host: str
    name: str
    place: Place | None
    tx_bytes: float
    rx_bytes: float
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLoad:
    """What goes through the entries of a flow, at the switch where most does: what it crosses is counted once.

    :ivar owner: the component whose entry it is; empty for a foreign one.
    :ivar match: the entry's, as text, without `in_port`. :ivar source: names of hosts; empty where the match has none.
    """

    dpid: int
    owner: str
    match: str
    source: str
    destination: str
    bytes: float
    packets: float


class Span(NamedTuple):
    """When a switch was read, seconds of the clock: somewhere between these two its counters were so.

    :ivar asked: the question was sent; `answered`: the whole answer was here.
    """

    asked: float
    answered: float


class PortPackets(NamedTuple):
    """What a port receives and sends, packets a second; None where it is not known."""

    received: float | None
    sent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableUse:
    """How full a flow table is.

    :ivar size: how many entries it can have; None where the switch does not say.
    """

    table_id: int
    entries: int
    size: int | None
