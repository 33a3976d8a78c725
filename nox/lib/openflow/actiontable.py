"""Which number each action has in each version (``ofp_action_type``)."""

from __future__ import annotations

from struct import Struct
from typing import Final

from nox.lib.openflow import actions, actions10
from nox.lib.openflow.actions import Action
from nox.lib.openflow.kinds import Many, Tagged
from nox.lib.openflow.nicira import NICIRA
from nox.lib.openflow.nicira import actionnumbers as nicira
from nox.lib.openflow.numbers import Experiments, Numbers
from nox.lib.openflow.versions import Version

_V1_0, _V1_1, _V1_2, _V1_3 = Version.V1_0, Version.V1_1, Version.V1_2, Version.V1_3

ACTION_NUMBERS: Final = Numbers[Action](
    "action",
    actions.UnknownAction,
    {
        actions.Output: {_V1_0: 0},
        actions10.SetVlanVid: {_V1_0: 1, _V1_1: None},
        actions10.SetVlanPcp: {_V1_0: 2, _V1_1: None},
        actions10.StripVlan: {_V1_0: 3, _V1_1: None},
        actions10.SetDlSrc: {_V1_0: 4, _V1_1: None},
        actions10.SetDlDst: {_V1_0: 5, _V1_1: None},
        actions10.SetNwSrc: {_V1_0: 6, _V1_1: None},
        actions10.SetNwDst: {_V1_0: 7, _V1_1: None},
        actions10.SetNwTos: {_V1_0: 8, _V1_1: None},
        actions10.SetTpSrc: {_V1_0: 9, _V1_1: None},
        actions10.SetTpDst: {_V1_0: 10, _V1_1: None},
        actions10.Enqueue: {_V1_0: 11, _V1_1: None},
        actions.CopyTtlOut: {_V1_1: 11},
        actions.CopyTtlIn: {_V1_1: 12},
        actions.SetMplsTtl: {_V1_1: 15},
        actions.DecMplsTtl: {_V1_1: 16},
        actions.PushVlan: {_V1_1: 17},
        actions.PopVlan: {_V1_1: 18},
        actions.PushMpls: {_V1_1: 19},
        actions.PopMpls: {_V1_1: 20},
        actions.SetQueue: {_V1_1: 21},
        actions.Group: {_V1_1: 22},
        actions.SetNwTtl: {_V1_1: 23},
        actions.DecNwTtl: {_V1_1: 24},
        actions.SetOxm: {_V1_2: 25},
        actions.PushPbb: {_V1_3: 26},
        actions.PopPbb: {_V1_3: 27},
        actions.ExperimenterAction: {_V1_0: 0xFFFF},
    },
    Experiments(actions.ExperimenterAction, Struct("!IH"), {NICIRA: nicira.ACTIONS}),
)

BAD_LEN: Final = (2, 1)  # OFPET_BAD_ACTION, OFPBAC_BAD_LEN
ACTIONS: Final = Many[Action](Tagged(ACTION_NUMBERS, BAD_LEN))
actions.ACTIONS_INSIDE.define(ACTIONS)
