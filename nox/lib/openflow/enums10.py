"""The numbers of OpenFlow 1.0 that differ from 1.3's (1.0.0)."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class ReservedPort10(IntEnum):
    """``ofp_port`` (section 5.2.1): 16 bits."""

    MAX = 0xFF00  # the largest number of an ordinary port
    IN_PORT = 0xFFF8
    TABLE = 0xFFF9
    NORMAL = 0xFFFA
    FLOOD = 0xFFFB
    ALL = 0xFFFC
    CONTROLLER = 0xFFFD
    LOCAL = 0xFFFE
    NONE = 0xFFFF


class PortConfig10(IntFlag):
    """``ofp_port_config`` (section 5.2.1)."""

    PORT_DOWN = 1 << 0
    NO_STP = 1 << 1
    NO_RECV = 1 << 2
    NO_RECV_STP = 1 << 3
    NO_FLOOD = 1 << 4
    NO_FWD = 1 << 5
    NO_PACKET_IN = 1 << 6


class PortState10(IntFlag):
    """``ofp_port_state`` (section 5.2.1). The spanning tree's state is a number of two bits and not a flag."""

    LINK_DOWN = 1 << 0
    STP_LEARN = 1 << 8
    STP_FORWARD = 2 << 8
    STP_BLOCK = 3 << 8
    STP_MASK = 3 << 8


class PortFeature10(IntFlag):
    """``ofp_port_features`` (section 5.2.1)."""

    HD_10MB = 1 << 0
    FD_10MB = 1 << 1
    HD_100MB = 1 << 2
    FD_100MB = 1 << 3
    HD_1GB = 1 << 4
    FD_1GB = 1 << 5
    FD_10GB = 1 << 6
    COPPER = 1 << 7
    FIBER = 1 << 8
    AUTONEG = 1 << 9
    PAUSE = 1 << 10
    PAUSE_ASYM = 1 << 11


class Capability10(IntFlag):
    """``ofp_capabilities`` (section 5.3.1)."""

    FLOW_STATS = 1 << 0
    TABLE_STATS = 1 << 1
    PORT_STATS = 1 << 2
    STP = 1 << 3
    RESERVED = 1 << 4
    IP_REASM = 1 << 5
    QUEUE_STATS = 1 << 6
    ARP_MATCH_IP = 1 << 7


class FlowModFlag10(IntFlag):
    """``ofp_flow_mod_flags`` (section 5.3.3)."""

    SEND_FLOW_REM = 1 << 0
    CHECK_OVERLAP = 1 << 1
    EMERG = 1 << 2
