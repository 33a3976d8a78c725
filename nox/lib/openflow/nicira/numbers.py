"""Which type each of Nicira's messages has (``NXT_*`` and ``NXST_*``), by version. They kept their types throughout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.multipart import MultipartReply, MultipartRequest
from nox.lib.openflow.nicira import controllers, flows, monitors, packets
from nox.lib.openflow.numbers import Column
from nox.lib.openflow.versions import Version

_1_0, _1_1, _1_4 = Version.V1_0, Version.V1_1, Version.V1_4

MESSAGES: Final[Mapping[type[Message], Column]] = {
    controllers.NxRoleRequest: {_1_0: 10},
    controllers.NxRoleReply: {_1_0: 11},
    flows.NxSetFlowFormat: {_1_0: 12, _1_1: None},
    flows.NxFlowMod: {_1_0: 13, _1_1: None},
    flows.NxFlowRemoved: {_1_0: 14},
    flows.NxFlowModTableId: {_1_0: 15},
    packets.NxSetPacketInFormat: {_1_0: 16},
    packets.NxPacketIn: {_1_0: 17},
    flows.NxFlowAge: {_1_0: 18},
    controllers.NxSetAsyncConfig: {_1_0: 19},
    controllers.NxSetControllerId: {_1_0: 20},
    monitors.NxFlowMonitorCancel: {_1_0: 21, _1_1: None},
    monitors.NxFlowMonitorPaused: {_1_0: 22, _1_1: None},
    monitors.NxFlowMonitorResumed: {_1_0: 23, _1_1: None},
    packets.NxResume: {_1_0: 28},
    controllers.NxCtFlushZone: {_1_0: 29},
    packets.NxPacketIn2: {_1_0: 30},
}

REQUESTS: Final[Mapping[type[MultipartRequest], Column]] = {
    flows.NxFlowStatsRequest: {_1_0: 0, _1_1: None},
    flows.NxAggregateStatsRequest: {_1_0: 1, _1_1: None},
    monitors.NxFlowMonitorRequest: {_1_0: 2, _1_1: None},
}

REPLIES: Final[Mapping[type[MultipartReply], Column]] = {
    flows.NxFlowStatsReply: {_1_0: 0, _1_1: None},
    flows.NxAggregateStatsReply: {_1_0: 1, _1_1: None},
    monitors.NxFlowMonitorReply: {_1_0: 2, _1_1: None},
}
