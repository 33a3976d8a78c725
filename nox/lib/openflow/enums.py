"""The numbers of OpenFlow 1.3 that are no layouts: ports, reasons, commands, flags (1.3.5). 1.0's own: `enums10`."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class ReservedPort(IntEnum):
    """``ofp_port_no`` (section 7.2.1)."""

    MAX = 0xFFFFFF00  # the largest number of an ordinary port
    IN_PORT = 0xFFFFFFF8
    TABLE = 0xFFFFFFF9
    NORMAL = 0xFFFFFFFA
    FLOOD = 0xFFFFFFFB
    ALL = 0xFFFFFFFC
    CONTROLLER = 0xFFFFFFFD
    LOCAL = 0xFFFFFFFE
    ANY = 0xFFFFFFFF


class PortConfig(IntFlag):
    """``ofp_port_config`` (section 7.2.1)."""

    PORT_DOWN = 1 << 0
    NO_RECV = 1 << 2
    NO_FWD = 1 << 5
    NO_PACKET_IN = 1 << 6


class PortState(IntFlag):
    """``ofp_port_state`` (section 7.2.1)."""

    LINK_DOWN = 1 << 0
    BLOCKED = 1 << 1
    LIVE = 1 << 2


class PortFeature(IntFlag):
    """``ofp_port_features`` (section 7.2.1)."""

    HD_10MB = 1 << 0
    FD_10MB = 1 << 1
    HD_100MB = 1 << 2
    FD_100MB = 1 << 3
    HD_1GB = 1 << 4
    FD_1GB = 1 << 5
    FD_10GB = 1 << 6
    FD_40GB = 1 << 7
    FD_100GB = 1 << 8
    FD_1TB = 1 << 9
    OTHER = 1 << 10
    COPPER = 1 << 11
    FIBER = 1 << 12
    AUTONEG = 1 << 13
    PAUSE = 1 << 14
    PAUSE_ASYM = 1 << 15


class Capability(IntFlag):
    """``ofp_capabilities`` (section 7.3.1)."""

    FLOW_STATS = 1 << 0
    TABLE_STATS = 1 << 1
    PORT_STATS = 1 << 2
    GROUP_STATS = 1 << 3
    IP_REASM = 1 << 5
    QUEUE_STATS = 1 << 6
    PORT_BLOCKED = 1 << 8


class ConfigFlag(IntEnum):
    """``ofp_config_flags``: what is done with IP fragments (section 7.3.2)."""

    FRAG_NORMAL = 0
    FRAG_DROP = 1
    FRAG_REASM = 2


class FlowModCommand(IntEnum):
    """``ofp_flow_mod_command`` (section 7.3.4.2)."""

    ADD = 0
    MODIFY = 1
    MODIFY_STRICT = 2
    DELETE = 3
    DELETE_STRICT = 4


class FlowModFlag(IntFlag):
    """``ofp_flow_mod_flags`` (section 7.3.4.2)."""

    SEND_FLOW_REM = 1 << 0
    CHECK_OVERLAP = 1 << 1
    RESET_COUNTS = 1 << 2
    NO_PKT_COUNTS = 1 << 3
    NO_BYT_COUNTS = 1 << 4


class PacketInReason(IntEnum):
    """``ofp_packet_in_reason`` (section 7.4.1)."""

    NO_MATCH = 0
    ACTION = 1
    INVALID_TTL = 2


class FlowRemovedReason(IntEnum):
    """``ofp_flow_removed_reason`` (section 7.4.2)."""

    IDLE_TIMEOUT = 0
    HARD_TIMEOUT = 1
    DELETE = 2
    GROUP_DELETE = 3


class PortReason(IntEnum):
    """``ofp_port_reason`` (section 7.4.3)."""

    ADD = 0
    DELETE = 1
    MODIFY = 2


class GroupCommand(IntEnum):
    """``ofp_group_mod_command`` (section 7.3.4.4)."""

    ADD = 0
    MODIFY = 1
    DELETE = 2


class GroupType(IntEnum):
    """``ofp_group_type`` (section 7.3.4.4)."""

    ALL = 0
    SELECT = 1
    INDIRECT = 2
    FAST_FAILOVER = 3


class GroupCapability(IntFlag):
    """``ofp_group_capabilities`` (section 7.3.5.9)."""

    SELECT_WEIGHT = 1 << 0
    SELECT_LIVENESS = 1 << 1
    CHAINING = 1 << 2
    CHAINING_CHECKS = 1 << 3


class ReservedGroup(IntEnum):
    """``ofp_group`` (section 7.3.4.4)."""

    MAX = 0xFFFFFF00
    ALL = 0xFFFFFFFC
    ANY = 0xFFFFFFFF


class MeterCommand(IntEnum):
    """``ofp_meter_mod_command`` (section 7.3.4.5)."""

    ADD = 0
    MODIFY = 1
    DELETE = 2


class MeterFlag(IntFlag):
    """``ofp_meter_flags`` (section 7.3.4.5)."""

    KBPS = 1 << 0
    PKTPS = 1 << 1
    BURST = 1 << 2
    STATS = 1 << 3


class ReservedMeter(IntEnum):
    """``ofp_meter`` (section 7.3.4.5)."""

    MAX = 0xFFFF0000
    SLOWPATH = 0xFFFFFFFD
    CONTROLLER = 0xFFFFFFFE
    ALL = 0xFFFFFFFF


class Role(IntEnum):
    """``ofp_controller_role`` (section 7.3.9)."""

    NOCHANGE = 0
    EQUAL = 1
    MASTER = 2
    SLAVE = 3


ALL_TABLES = 0xFF  # OFPTT_ALL
