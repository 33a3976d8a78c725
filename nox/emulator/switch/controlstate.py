"""What a switch knows of one controller: its role and what it wants to be told (1.3.5, sections 6.3.6, 7.3.10)."""

from __future__ import annotations

from nox.lib.openflow.enums import PacketInReason, Role
from nox.lib.openflow.messages import GetAsyncReply, SetAsync
from nox.lib.openflow.nicira.controllers import NxSetAsyncConfig

_PACKET_INS = 1 << PacketInReason.NO_MATCH | 1 << PacketInReason.ACTION
_ALL_PORTS = 0b111
_ALL_REMOVED = 0b1111


class ControlState:
    """One controller's; a new connection begins anew.

    :ivar miss_send_len: bytes of a packet that misses; 0xffff for the whole, without keeping it.
    :ivar masks: of packet-ins, port status, flow-removed: as master or equal, and as slave.
    """

    __slots__ = ("masks", "miss_send_len", "role")

    def __init__(self) -> None:
        self.role = Role.EQUAL
        self.miss_send_len = 128
        self.masks = [(_PACKET_INS, 0), (_ALL_PORTS, _ALL_PORTS), (_ALL_REMOVED, 0)]

    def set_masks(self, wanted: SetAsync | NxSetAsyncConfig) -> None:
        """What a controller wants to be told."""
        self.masks = [
            (wanted.packet_in_mask, wanted.packet_in_mask_slave),
            (wanted.port_status_mask, wanted.port_status_mask_slave),
            (wanted.flow_removed_mask, wanted.flow_removed_mask_slave),
        ]

    def told(self) -> GetAsyncReply:
        """What it is told."""
        packet_in, port_status, flow_removed = self.masks
        return GetAsyncReply(
            packet_in_mask=packet_in[0],
            packet_in_mask_slave=packet_in[1],
            port_status_mask=port_status[0],
            port_status_mask_slave=port_status[1],
            flow_removed_mask=flow_removed[0],
            flow_removed_mask_slave=flow_removed[1],
        )

    def _wants(self, kind: int, reason: int) -> bool:
        return bool(self.masks[kind][self.role == Role.SLAVE] >> reason & 1)

    def wants_packet_in(self, reason: int) -> bool:
        """Whether it is told of a packet."""
        return self._wants(0, reason)

    def wants_port_status(self, reason: int) -> bool:
        """Whether it is told of a port."""
        return self._wants(1, reason)

    def wants_flow_removed(self, reason: int) -> bool:
        """Whether it is told of an entry that has gone."""
        return self._wants(2, reason)
