"""What a switch counts and says of itself: free of OpenFlow versions. A counter that it does not keep is None."""

from __future__ import annotations

from dataclasses import dataclass

from nox.core.openflow.flowspec import FlowSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Who made a switch: printable; what it sent otherwise is escaped. Still hostile text."""

    manufacturer: str
    hardware: str
    software: str
    serial_number: str
    datapath: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStats(FlowSpec):
    """A flow entry that a switch has.

    :ivar duration: seconds since it was written.
    """

    cookie: int
    duration: float
    packet_count: int | None
    byte_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateStats:
    """What several flow entries count together."""

    packet_count: int | None
    byte_count: int | None
    flow_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PortStats:
    """The counters of one port.

    :ivar duration: seconds since the port is there; 1.0 does not say.
    """

    number: int
    rx_packets: int | None
    tx_packets: int | None
    rx_bytes: int | None
    tx_bytes: int | None
    rx_dropped: int | None
    tx_dropped: int | None
    rx_errors: int | None
    tx_errors: int | None
    rx_frame_err: int | None
    rx_over_err: int | None
    rx_crc_err: int | None
    collisions: int | None
    duration: float | None
