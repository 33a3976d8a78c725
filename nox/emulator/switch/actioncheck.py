"""Whether a switch can do what an entry, a bucket or a packet-out asks for (1.3.5, sections 5.9 to 5.12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from nox.emulator.packets.setting import SETTABLE
from nox.emulator.switch.refusal import Refused
from nox.lib import actions as common
from nox.lib.actions import Action, SetField
from nox.lib.match import Match
from nox.lib.openflow import actions10
from nox.lib.openflow.actions import ExperimenterAction, SetOxm
from nox.lib.openflow.enums import ReservedPort
from nox.lib.openflow.errorcodes import BadAction
from nox.lib.openflow.match13 import Oxm
from nox.lib.openflow.nicira.actions import NxAction
from nox.lib.openflow.oxm import FIELDS, VLAN_PRESENT

_PUSHED: Final = {
    common.PushVlan: (0x8100, 0x88A8),
    common.PushMpls: (0x8847, 0x8848),
    common.PushPbb: (0x88E7,),
}
_IP: Final = (0x0800, 0x86DD)
_MPLS_ALONE: Final = (
    *(common.SetMplsTtl, common.DecMplsTtl, common.PopMpls),
    *(common.CopyTtlIn, common.CopyTtlOut),
)
_IP_ALONE: Final = (common.SetNwTtl, common.DecNwTtl)
_PLAIN: Final = (
    common.SetQueue,
    common.PopPbb,
    actions10.SetDlSrc,
    actions10.SetDlDst,
    actions10.SetNwSrc,
    actions10.SetNwDst,
    actions10.SetNwTos,
    actions10.SetTpSrc,
    actions10.SetTpDst,
    actions10.StripVlan,
)


class ActionCheck:
    """Goes through a list of actions with what is known of the packets.

    :param match: what the packets are; None for a packet-out, whose packet is looked at when it is treated.
    :param has_group: whether there is a group of this number.
    :param packet_out: whether `TABLE` is a port.
    """

    def __init__(self, match: Match | None, has_group: Callable[[int], bool], *, packet_out: bool = False) -> None:
        self._anything = match is None
        self._known = {name: value for name, value, _ in match.items()} if match is not None else {}
        self._has_group, self._packet_out = has_group, packet_out

    def check(self, actions: Iterable[Action]) -> None:
        """:raises Refused: for the first that cannot be done."""
        for action in actions:
            self._one(action)

    def _one(self, action: Action) -> None:
        match action:
            case common.Output(port) | actions10.Enqueue(port):
                self._port(port)
            case common.Group(group_id):
                if not self._has_group(group_id):
                    raise Refused(BadAction.BAD_OUT_GROUP, f"there is no group {group_id}")
            case SetField(name, value):
                self._set(name, value)
            case SetOxm(Oxm(name, mask=None)) if name in SETTABLE:
                raise Refused(BadAction.BAD_SET_ARGUMENT, f"the value is larger than {name}")
            case SetOxm():
                raise Refused(BadAction.BAD_SET_TYPE, "the switch cannot set that field, or not under a mask")
            case common.PushVlan(tag) | common.PushMpls(tag) | common.PushPbb(tag):
                self._push(action, tag)
            case actions10.SetVlanVid(number):
                self._argument(number <= 0xFFF, "a VLAN has twelve bits")
            case actions10.SetVlanPcp(priority):
                self._argument(priority <= 7, "a priority has three bits")
            case ExperimenterAction() | NxAction():
                raise Refused(BadAction.BAD_EXPERIMENTER, "the switch does nothing that experimenters have defined")
            case common.PopVlan():
                self._tagged("to pop a tag")
                self._known.pop("vlan_vid", None)
            case _ if isinstance(action, _IP_ALONE):
                self._typed(_IP, "only IP packets have a TTL: match eth_type")
            case _ if isinstance(action, _MPLS_ALONE):
                self._mpls(action)
            case _ if not isinstance(action, _PLAIN):
                raise Refused(BadAction.BAD_TYPE, "the switch does not know that action")

    @staticmethod
    def _argument(fits: bool, sentence: str) -> None:
        if not fits:
            raise Refused(BadAction.BAD_ARGUMENT, sentence)

    def _port(self, port: int) -> None:
        if port == ReservedPort.TABLE and self._packet_out:
            return
        reserved = ReservedPort.IN_PORT <= port < ReservedPort.LOCAL and port != ReservedPort.TABLE
        if not 0 < port <= ReservedPort.MAX and not reserved:
            raise Refused(BadAction.BAD_OUT_PORT, f"nothing can be sent to port {port:#x}")

    def _set(self, name: str, value: int) -> None:
        if name not in SETTABLE:
            raise Refused(BadAction.BAD_SET_TYPE, f"{name} cannot be set")
        if name == "vlan_vid" and not value & VLAN_PRESENT:
            raise Refused(BadAction.BAD_SET_ARGUMENT, "a tag is taken away by PopVlan")
        if name == "vlan_vid":
            self._tagged("to set its VLAN")
        for needed in FIELDS[name].prerequisites:
            allowed = needed.allows(self._known.get(needed.name, -1))
            self._inconsistent(not allowed, f"setting {name} needs {needed} in the match")
        self._known[name] = value

    def _push(self, action: Action, tag: int) -> None:
        self._argument(tag in _PUSHED[type(action)], f"{tag:#06x} is not pushed so")
        if isinstance(action, common.PushVlan):
            self._known["vlan_vid"] = VLAN_PRESENT
        else:
            self._known |= {"eth_type": tag, "vlan_vid": 0}

    def _inconsistent(self, found: bool, sentence: str) -> None:
        if found and not self._anything:
            raise Refused(BadAction.MATCH_INCONSISTENT, sentence)

    def _tagged(self, why: str) -> None:
        self._inconsistent(not self._known.get("vlan_vid", 0) & VLAN_PRESENT, f"match vlan_vid {why}")

    def _typed(self, types: tuple[int, ...], sentence: str) -> None:
        self._inconsistent(self._known.get("eth_type") not in types, sentence)

    def _mpls(self, action: Action) -> None:
        self._typed(_PUSHED[common.PushMpls], "only MPLS packets have such a header: match eth_type")
        if isinstance(action, common.PopMpls):
            self._known["eth_type"] = action.ethertype
