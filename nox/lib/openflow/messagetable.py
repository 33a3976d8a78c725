"""Which number each message has in each version (``ofp_type``, ``ofp_multipart_type``)."""

from __future__ import annotations

from struct import Struct
from typing import Final

from nox.lib.openflow import messages
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.multipart import MultipartReply, MultipartRequest
from nox.lib.openflow.nicira import NICIRA
from nox.lib.openflow.nicira import numbers as nicira
from nox.lib.openflow.numbers import Experiments, Numbers
from nox.lib.openflow.versions import Version

_TYPE: Final = Struct("!II")  # experimenter, and its type of message or statistics
_STATS_AT: Final = {Version.V1_0: 4, Version.V1_1: 8}  # behind type, flags and, since 1.1, four zeros

_1_0, _1_1, _1_2, _1_3 = Version.V1_0, Version.V1_1, Version.V1_2, Version.V1_3

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
        messages.GroupMod: {_1_1: 15},
        messages.PortMod: {_1_0: 15, _1_1: 16},
        messages.TableMod: {_1_1: 17},
        messages.MultipartRequest: {_1_0: 16, _1_1: 18},
        messages.MultipartReply: {_1_0: 17, _1_1: 19},
        messages.BarrierRequest: {_1_0: 18, _1_1: 20},
        messages.BarrierReply: {_1_0: 19, _1_1: 21},
        messages.QueueGetConfigRequest: {_1_0: 20, _1_1: 22},
        messages.QueueGetConfigReply: {_1_0: 21, _1_1: 23},
        messages.RoleRequest: {_1_2: 24},
        messages.RoleReply: {_1_2: 25},
        messages.GetAsyncRequest: {_1_3: 26},
        messages.GetAsyncReply: {_1_3: 27},
        messages.SetAsync: {_1_3: 28},
        messages.MeterMod: {_1_3: 29},
    },
    Experiments(messages.Experimenter, _TYPE, {NICIRA: nicira.MESSAGES}),
)

REQUEST_NUMBERS: Final = Numbers[MultipartRequest](
    "statistics request",
    messages.UnknownMultipartRequest,
    {
        messages.DescriptionRequest: {_1_0: 0},
        messages.FlowStatsRequest: {_1_0: 1},
        messages.AggregateStatsRequest: {_1_0: 2},
        messages.TableStatsRequest: {_1_0: 3},
        messages.PortStatsRequest: {_1_0: 4},
        messages.QueueStatsRequest: {_1_0: 5},
        messages.GroupStatsRequest: {_1_1: 6},
        messages.GroupDescriptionRequest: {_1_1: 7},
        messages.GroupFeaturesRequest: {_1_2: 8},
        messages.MeterStatsRequest: {_1_3: 9},
        messages.MeterConfigRequest: {_1_3: 10},
        messages.MeterFeaturesRequest: {_1_3: 11},
        messages.TableFeaturesRequest: {_1_3: 12},
        messages.PortDescriptionRequest: {_1_3: 13},
        messages.ExperimenterRequest: {_1_0: 0xFFFF},
    },
    Experiments(messages.ExperimenterRequest, _TYPE, {NICIRA: nicira.REQUESTS}, _STATS_AT),
)

REPLY_NUMBERS: Final = Numbers[MultipartReply](
    "statistics reply",
    messages.UnknownMultipartReply,
    {
        messages.DescriptionReply: {_1_0: 0},
        messages.FlowStatsReply: {_1_0: 1},
        messages.AggregateStatsReply: {_1_0: 2},
        messages.TableStatsReply: {_1_0: 3},
        messages.PortStatsReply: {_1_0: 4},
        messages.QueueStatsReply: {_1_0: 5},
        messages.GroupStatsReply: {_1_1: 6},
        messages.GroupDescriptionReply: {_1_1: 7},
        messages.GroupFeaturesReply: {_1_2: 8},
        messages.MeterStatsReply: {_1_3: 9},
        messages.MeterConfigReply: {_1_3: 10},
        messages.MeterFeaturesReply: {_1_3: 11},
        messages.TableFeaturesReply: {_1_3: 12},
        messages.PortDescriptionReply: {_1_3: 13},
        messages.ExperimenterReply: {_1_0: 0xFFFF},
    },
    Experiments(messages.ExperimenterReply, _TYPE, {NICIRA: nicira.REPLIES}, _STATS_AT),
)
