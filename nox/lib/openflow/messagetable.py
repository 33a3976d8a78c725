"""Which number each message has in each version (``ofp_type``, ``ofp_multipart_type``)."""

from __future__ import annotations

from typing import Final

from nox.lib.openflow import messages
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.multipart import MultipartReply, MultipartRequest
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.versions import Version

_1_0, _1_1, _1_3 = Version.V1_0, Version.V1_1, Version.V1_3

MESSAGE_NUMBERS: Final = Numbers[Message](
    "message",
    messages.UnknownMessage,
    {
        messages.Hello: {_1_0: 0},
        messages.Error: {_1_0: 1},
        messages.EchoRequest: {_1_0: 2},
        messages.EchoReply: {_1_0: 3},
        messages.Experimenter: {_1_0: 4},
        messages.FeaturesRequest: {_1_0: 5},
        messages.FeaturesReply: {_1_0: 6},
        messages.GetConfigRequest: {_1_0: 7},
        messages.GetConfigReply: {_1_0: 8},
        messages.SetConfig: {_1_0: 9},
        messages.PacketIn: {_1_0: 10},
        messages.FlowRemoved: {_1_0: 11},
        messages.PortStatus: {_1_0: 12},
        messages.PacketOut: {_1_0: 13},
        messages.FlowMod: {_1_0: 14},
        messages.PortMod: {_1_0: 15, _1_1: 16},
        messages.MultipartRequest: {_1_0: 16, _1_1: 18},
        messages.MultipartReply: {_1_0: 17, _1_1: 19},
        messages.BarrierRequest: {_1_0: 18, _1_1: 20},
        messages.BarrierReply: {_1_0: 19, _1_1: 21},
    },
)

REQUEST_NUMBERS: Final = Numbers[MultipartRequest](
    "statistics request",
    messages.UnknownMultipartRequest,
    {
        messages.DescriptionRequest: {_1_0: 0},
        messages.FlowStatsRequest: {_1_0: 1},
        messages.PortStatsRequest: {_1_0: 4},
        messages.PortDescriptionRequest: {_1_3: 13},
        messages.ExperimenterRequest: {_1_0: 0xFFFF},
    },
)

REPLY_NUMBERS: Final = Numbers[MultipartReply](
    "statistics reply",
    messages.UnknownMultipartReply,
    {
        messages.DescriptionReply: {_1_0: 0},
        messages.FlowStatsReply: {_1_0: 1},
        messages.PortStatsReply: {_1_0: 4},
        messages.PortDescriptionReply: {_1_3: 13},
        messages.ExperimenterReply: {_1_0: 0xFFFF},
    },
)
