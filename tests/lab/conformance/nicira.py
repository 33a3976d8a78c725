"""Nicira's messages, which Open vSwitch takes in every version. Flow entries with Nicira's fields are in `flows`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from nox.core.openflow.datapath import Datapath
from nox.lib.openflow import Version, messages
from nox.lib.openflow.messagetable import MESSAGE_NUMBERS
from nox.lib.openflow.nicira import controllers, flows, packets
from tests.lab.conformance.case import Case
from tests.lab.conformance.requests import TOLD

_FROM_SWITCH: Final = (controllers.NxRoleReply, flows.NxFlowRemoved, packets.NxPacketIn, packets.NxPacketIn2)
_SENT: Final[dict[type[messages.Message], messages.Message]] = {
    controllers.NxRoleRequest: controllers.NxRoleRequest(role=controllers.NxRole.OTHER),
    controllers.NxSetAsyncConfig: controllers.NxSetAsyncConfig(**asdict(TOLD)),
    controllers.NxSetControllerId: controllers.NxSetControllerId(controller_id=7),
    controllers.NxCtFlushZone: controllers.NxCtFlushZone(zone_id=7),
    flows.NxSetFlowFormat: flows.NxSetFlowFormat(format=flows.NxFlowFormat.NXM),
    flows.NxFlowModTableId: flows.NxFlowModTableId(set=1),
    flows.NxFlowMod: flows.NxFlowMod(command=0),
    flows.NxFlowAge: flows.NxFlowAge(),
    packets.NxSetPacketInFormat: packets.NxSetPacketInFormat(format=packets.NxPacketInFormat.NXT_PACKET_IN2),
    packets.NxResume: packets.NxResume(),
}


def cases(version: Version) -> Iterator[Case]:
    """Each message that a controller sends."""
    for cls in MESSAGE_NUMBERS.experimental(version).values():
        if cls not in _FROM_SWITCH:
            yield Case(f"message {cls.__name__}", _Sent(_SENT[cls]))


class _Sent:
    """A message that is answered only where it is refused."""

    def __init__(self, message: messages.Message) -> None:
        self._message = message

    async def __call__(self, datapath: Datapath) -> None:
        if isinstance(self._message, controllers.NxRoleRequest):
            await datapath.request_one(self._message, controllers.NxRoleReply)
        else:
            await datapath.confirm(self._message)
