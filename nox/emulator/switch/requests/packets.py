"""Packet-outs (1.3.5, section 7.3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.packets.packet import Packet
from nox.emulator.switch.actioncheck import ActionCheck
from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests.answering import Handlers, dialect_of, may_change
from nox.lib.actions import ANY, CONTROLLER, LOCAL, NO_BUFFER
from nox.lib.openflow import messages
from nox.lib.openflow.enums import ReservedPort
from nox.lib.openflow.errorcodes import BadRequest
from nox.lib.openflow.versions import Version

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch

_SHORTEST: Final = 14  # an Ethernet header


def _packet_out(switch: Switch, connection: Connection, message: messages.PacketOut, xid: int) -> None:
    may_change(connection)
    dialect = dialect_of(connection)
    in_port = dialect.port_in(message.in_port)
    _check_port(switch, in_port, dialect.version)
    actions = dialect.actions_in(message.actions)
    ActionCheck(None, switch.groups.__contains__, packet_out=True).check(actions)
    if message.buffer_id != NO_BUFFER:
        packet = switch.buffers.take(message.buffer_id)
        packet.in_port = in_port
        packet.changed()
    else:
        if len(message.data) < _SHORTEST:
            raise Refused(BadRequest.BAD_PACKET, f"{len(message.data)} bytes are no frame")
        packet = Packet(message.data, in_port)
    switch.act(actions, packet)


def _check_port(switch: Switch, port: int, version: Version) -> None:
    """1.3 asks for a port that there is or `CONTROLLER` (1.3.5, section 7.3.7); 1.0 for any, or none."""
    if version == Version.V1_0:
        known = port in (CONTROLLER, LOCAL, ANY) or 0 < port <= ReservedPort.MAX
    else:
        known = port in (CONTROLLER, LOCAL) or port in switch.ports
    if not known:
        raise Refused(BadRequest.BAD_PORT, f"nothing comes from port {port:#x}")


HANDLERS: Final[Handlers] = {messages.PacketOut: _packet_out}
