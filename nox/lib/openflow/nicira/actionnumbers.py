"""Which subtype each of Nicira's actions has (``NXAST_*``), by version. Some ended where the standard has its own.

The debugging actions have no class: they stay as they come.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nox.lib.openflow.actions import Action
from nox.lib.openflow.nicira import actions, controlling, tracking
from nox.lib.openflow.numbers import Column
from nox.lib.openflow.versions import Version

_1_0, _1_1, _1_3, _1_5 = Version.V1_0, Version.V1_1, Version.V1_3, Version.V1_5

ACTIONS: Final[Mapping[type[Action], Column]] = {
    actions.NxResubmit: {_1_0: 1},
    actions.NxSetTunnel: {_1_0: 2},
    actions.NxSetQueue: {_1_0: 4, _1_1: None},
    actions.NxPopQueue: {_1_0: 5},
    actions.NxRegMove: {_1_0: 6, _1_5: None},
    actions.NxRegLoad: {_1_0: 7, _1_5: None},
    actions.NxNote: {_1_0: 8},
    actions.NxSetTunnel64: {_1_0: 9},
    actions.NxMultipath: {_1_0: 10},
    actions.NxBundle: {_1_0: 12},
    actions.NxBundleLoad: {_1_0: 13},
    actions.NxResubmitTable: {_1_0: 14},
    actions.NxOutputReg: {_1_0: 15},
    tracking.NxLearn: {_1_0: 16},
    actions.NxExit: {_1_0: 17},
    actions.NxDecTtl: {_1_0: 18, _1_1: None},
    actions.NxFinTimeout: {_1_0: 19},
    controlling.NxController: {_1_0: 20},
    actions.NxDecTtlCntIds: {_1_0: 21},
    actions.NxWriteMetadata: {_1_0: 22},
    actions.NxPushMpls: {_1_0: 23, _1_1: None},
    actions.NxPopMpls: {_1_0: 24, _1_1: None},
    actions.NxSetMplsTtl: {_1_0: 25, _1_1: None},
    actions.NxDecMplsTtl: {_1_0: 26, _1_1: None},
    actions.NxStackPush: {_1_0: 27},
    actions.NxStackPop: {_1_0: 28},
    actions.NxSample: {_1_0: 29},
    actions.NxSetMplsLabel: {_1_0: 30, _1_1: None},
    actions.NxSetMplsTc: {_1_0: 31, _1_1: None},
    actions.NxOutputReg2: {_1_0: 32},
    actions.NxRegLoad2: {_1_0: 33, _1_5: None},
    actions.NxConjunction: {_1_0: 34},
    tracking.NxConntrack: {_1_0: 35},
    tracking.NxNat: {_1_0: 36},
    controlling.NxController2: {_1_0: 37},
    actions.NxSample2: {_1_0: 38},
    actions.NxOutputTrunc: {_1_0: 39},
    actions.NxGroup: {_1_0: 40, _1_1: None},
    actions.NxSample3: {_1_0: 41},
    tracking.NxClone: {_1_0: 42},
    tracking.NxCtClear: {_1_0: 43},
    actions.NxResubmitTableCt: {_1_0: 44},
    tracking.NxLearn2: {_1_0: 45},
    actions.NxEncap: {_1_3: 46},
    actions.NxDecap: {_1_3: 47},
    actions.NxDecNshTtl: {_1_3: 48},
    actions.NxCheckPktLarger: {_1_0: 49},
    actions.NxDeleteField: {_1_0: 50},
}
