"""Doing actions to a packet: those that change it. Outputs and groups are the pipeline's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from nox.emulator.packets import tags
from nox.emulator.packets.packet import Packet
from nox.emulator.packets.setting import set_field, set_ttl, ttl
from nox.lib import actions as common
from nox.lib.actions import Action
from nox.lib.openflow import actions10

_VLAN: Final = 0x8100


class TtlExceeded(Exception):
    """A TTL has come to its end: the packet goes no further."""


def _tag(packet: Packet) -> None:
    """1.0 gives a tag to a frame without one."""
    if not packet.fields["vlan_vid"]:
        tags.push_vlan(packet, _VLAN)


def _vlan_vid(packet: Packet, action: actions10.SetVlanVid) -> None:
    _tag(packet)
    set_field(packet, "vlan_vid", action.vlan_vid)


def _vlan_pcp(packet: Packet, action: actions10.SetVlanPcp) -> None:
    _tag(packet)
    set_field(packet, "vlan_pcp", action.vlan_pcp)


def _ports(which: str) -> Callable[[Packet, Any], None]:
    def act(packet: Packet, action: actions10.SetTpSrc | actions10.SetTpDst) -> None:
        for protocol in ("tcp", "udp"):
            set_field(packet, f"{protocol}_{which}", action.tp_port)

    return act


def _dec_ttl(packet: Packet, action: Action) -> None:
    now = ttl(packet)
    if now is None:
        return
    if now <= 1:
        raise TtlExceeded
    set_ttl(packet, now - 1)


def _dec_mpls_ttl(packet: Packet, action: Action) -> None:
    now = tags.mpls_ttl(packet)
    if now is None:
        return
    if now <= 1:
        raise TtlExceeded
    tags.set_mpls_ttl(packet, now - 1)


def _queue(packet: Packet, action: common.SetQueue) -> None:
    packet.queue_id = action.queue_id


_DOING: Final[dict[type[Action], Callable[[Packet, Any], None]]] = {
    common.SetField: lambda packet, action: set_field(packet, action.name, action.value),
    common.SetQueue: _queue,
    common.PushVlan: lambda packet, action: tags.push_vlan(packet, action.ethertype),
    common.PopVlan: lambda packet, action: tags.pop_vlan(packet),
    common.PushMpls: lambda packet, action: tags.push_mpls(packet, action.ethertype),
    common.PopMpls: lambda packet, action: tags.pop_mpls(packet, action.ethertype),
    common.PushPbb: lambda packet, action: tags.push_pbb(packet, action.ethertype),
    common.PopPbb: lambda packet, action: tags.pop_pbb(packet),
    common.SetNwTtl: lambda packet, action: set_ttl(packet, action.ttl),
    common.DecNwTtl: _dec_ttl,
    common.SetMplsTtl: lambda packet, action: tags.set_mpls_ttl(packet, action.ttl),
    common.DecMplsTtl: _dec_mpls_ttl,
    common.CopyTtlOut: lambda packet, action: tags.copy_ttl_out(packet),
    common.CopyTtlIn: lambda packet, action: tags.copy_ttl_in(packet),
    actions10.SetVlanVid: _vlan_vid,
    actions10.SetVlanPcp: _vlan_pcp,
    actions10.StripVlan: lambda packet, action: tags.pop_vlan(packet),
    actions10.SetDlSrc: lambda packet, action: set_field(packet, "eth_src", int(action.dl_addr)),
    actions10.SetDlDst: lambda packet, action: set_field(packet, "eth_dst", int(action.dl_addr)),
    actions10.SetNwSrc: lambda packet, action: set_field(packet, "ipv4_src", action.nw_addr),
    actions10.SetNwDst: lambda packet, action: set_field(packet, "ipv4_dst", action.nw_addr),
    actions10.SetNwTos: lambda packet, action: set_field(packet, "ip_dscp", action.nw_tos >> 2),
    actions10.SetTpSrc: _ports("src"),
    actions10.SetTpDst: _ports("dst"),
}


def change(packet: Packet, action: Action) -> None:
    """Do an action that changes the packet.

    :raises TtlExceeded: when that ends its way.
    """
    _DOING[type(action)](packet, action)


# The order in which an action set is done (1.3.5, section 5.10); set-fields stand for themselves, by name.
_SET_ORDER: Final[tuple[type[Action], ...]] = (
    common.CopyTtlIn,
    common.PopVlan,
    common.PopMpls,
    common.PopPbb,
    common.PushMpls,
    common.PushPbb,
    common.PushVlan,
    common.CopyTtlOut,
    common.DecNwTtl,
    common.DecMplsTtl,
    common.SetNwTtl,
    common.SetMplsTtl,
    common.SetField,
    common.SetQueue,
    common.Group,
    common.Output,
)
_PLACE: Final = {cls: place for place, cls in enumerate(_SET_ORDER)}


class ActionSet:
    """At most one action of each type, one set-field of each field; done at the end of the pipeline."""

    __slots__ = ("_actions",)

    def __init__(self) -> None:
        self._actions: dict[tuple[int, str], Action] = {}

    def write(self, actions: tuple[Action, ...]) -> None:
        """Put actions into it; each takes the place of one of its type."""
        for action in actions:
            self._actions[_PLACE[type(action)], getattr(action, "name", "")] = action

    def clear(self) -> None:
        """Empty it."""
        self._actions.clear()

    def ordered(self) -> tuple[Action, ...]:
        """Its actions as they are done: where there is a group, its output is not (section 5.10)."""
        actions = [self._actions[key] for key in sorted(self._actions)]
        if any(isinstance(action, common.Group) for action in actions):
            actions = [action for action in actions if not isinstance(action, common.Output)]
        return tuple(actions)
