"""Nicira's messages, which Open vSwitch takes in every version. Flow entries with Nicira's fields are in `flows`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.flowspec import FlowSpec
from nox.lib.actions import Output
from nox.lib.match import Match
from nox.lib.openflow import Version, messages
from nox.lib.openflow.enums import FlowModCommand
from nox.lib.openflow.messagetable import MESSAGE_NUMBERS
from nox.lib.openflow.nicira import controllers, flows, monitors, packets
from tests.lab.conformance.case import Case, same
from tests.lab.conformance.requests import TOLD

_FROM_SWITCH: Final = (
    *(controllers.NxRoleReply, flows.NxFlowRemoved, packets.NxPacketIn, packets.NxPacketIn2),
    *(monitors.NxFlowMonitorPaused, monitors.NxFlowMonitorResumed),
)
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
    monitors.NxFlowMonitorCancel: monitors.NxFlowMonitorCancel(id=7),
    packets.NxResume: packets.NxResume(),
}


def cases(version: Version) -> Iterator[Case]:
    """Each message that a controller sends."""
    for cls in MESSAGE_NUMBERS.experimental(version).values():
        if cls not in _FROM_SWITCH:
            yield Case(f"message {cls.__name__}", _Sent(_SENT[cls]))
    if version == Version.V1_0:
        yield Case("flow monitor", _monitors)


async def _monitors(datapath: Datapath) -> None:
    """What is there is told as what was added; afterwards the monitor can be ended."""
    flow = FlowSpec(match=Match(in_port=1), priority=7, actions=(Output(2),))
    await datapath.confirm(datapath.translator.flow_mod(FlowModCommand.ADD, flow))
    told = monitors.MonitorFlag.INITIAL | monitors.MonitorFlag.ADD | monitors.MonitorFlag.ACTIONS
    one = monitors.NxFlowMonitor(id=7, flags=told)
    answer = await datapath.request_one(monitors.NxFlowMonitorRequest(monitors=(one,)), monitors.NxFlowMonitorReply)
    found = [(one.event, one.priority) for one in answer.updates if isinstance(one, monitors.NxFlowChange)]
    same("what is told of", True, (monitors.MonitorEvent.ADDED, 7) in found)
    await datapath.confirm(monitors.NxFlowMonitorCancel(id=7))
    await datapath.confirm(datapath.translator.flow_mod(FlowModCommand.DELETE, FlowSpec()))


class _Sent:
    """A message that is answered only where it is refused."""

    def __init__(self, message: messages.Message) -> None:
        self._message = message

    async def __call__(self, datapath: Datapath) -> None:
        if isinstance(self._message, controllers.NxRoleRequest):
            await datapath.request_one(self._message, controllers.NxRoleReply)
        else:
            await datapath.confirm(self._message)
