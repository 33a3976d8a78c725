"""What a switch keeps for the whole of itself or for one controller: free of OpenFlow versions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchConfig:
    """A switch's configuration (1.3.5, section 7.3.2).

    :ivar flags: `ConfigFlag`: what is done with IP fragments.
    :ivar miss_send_len: bytes of a packet that it sends while it keeps the packet itself; 0xffff for all of it.
    """

    flags: int
    miss_send_len: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleState:
    """A controller's role (1.3.5, section 7.3.9).

    :ivar role: `Role`.
    :ivar generation_id: of the election that the switch has heard of last; None where it has heard of none, and in 1.0.
    """

    role: int
    generation_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncConfig:
    """What a controller is told without asking: a bit, 1 << reason, for each reason (1.3.5, section 7.3.10).

    :ivar packet_in_mask: `PacketInReason`, as master or equal; `packet_in_mask_slave` as slave.
    :ivar port_status_mask: `PortReason`. :ivar flow_removed_mask: `FlowRemovedReason`.
    """

    packet_in_mask: int
    packet_in_mask_slave: int
    port_status_mask: int
    port_status_mask_slave: int
    flow_removed_mask: int
    flow_removed_mask_slave: int
