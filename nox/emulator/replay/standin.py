"""An emulated switch that answers what a recorded one was not asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from nox.emulator.replay.recording import RecordedConnection
from nox.emulator.switch.settings import Settings
from nox.emulator.switch.switch import Switch
from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow import messages
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.messages import Message
from nox.lib.openflow.messages.ports import Port
from nox.lib.openflow.nicira.controllers import NxRoleRequest

_SETTINGS: Final = Settings(hardware="recorded switch")
_MOST_PORTS: Final = 0xFF00  # in every version
_ASKING: Final = (
    messages.EchoRequest,
    messages.BarrierRequest,
    messages.FeaturesRequest,
    messages.GetConfigRequest,
    messages.MultipartRequest,
    messages.QueueGetConfigRequest,
    messages.RoleRequest,
    messages.GetAsyncRequest,
    NxRoleRequest,
)


class StandIn:
    """A switch with the dpid and the ports of the recorded one, as far as it told of them, and without entries."""

    def __init__(self, connection: RecordedConnection) -> None:
        switch = Switch(connection.dpid, _SETTINGS)
        for port in _ports(connection):
            if 0 < port.port_no < _MOST_PORTS and port.port_no not in switch.ports:
                switch.add_port(port.port_no, port.hw_addr, port.name)
        self._connection = switch.connect(0.0, (connection.version,))
        self._connection.receive(encode(messages.Hello(), connection.version), 0.0)
        self._connection.take()

    def answer(self, data: bytes, message: Message, now: float) -> bytes:
        """What it answers; nothing to what asks for no answer.

        :param data: the message, header included.
        """
        if not isinstance(message, _ASKING):
            return b""
        self._connection.receive(data, now)
        return self._connection.take()


def _ports(connection: RecordedConnection) -> Iterator[Port]:
    for said in connection.said:
        if said.message is None:
            with suppress(RemoteProtocolError):  # the controller will find it
                told = decode(said.data)
                if isinstance(told, messages.FeaturesReply | messages.PortDescriptionReply):
                    yield from told.ports
