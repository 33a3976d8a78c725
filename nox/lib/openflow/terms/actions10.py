"""Actions of OpenFlow 1.0 (1.0.0, section 5.2.4), from and into 1.3's terms.

Two things 1.0 says with one action where 1.3 needs two: a tag is pushed by setting its VLAN, and a queue is
chosen by the output that uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from nox.lib.actions import (
    CONTROLLER,
    Action,
    ExperimenterAction,
    Output,
    PopVlan,
    PushVlan,
    SetField,
    SetQueue,
)
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow import actions10 as wire
from nox.lib.openflow.actions import UnknownAction
from nox.lib.openflow.nicira.actions import NxAction
from nox.lib.openflow.oxm import VLAN_PRESENT
from nox.lib.openflow.terms.checks import check_tag
from nox.lib.openflow.terms.ports10 import port_from_wire, port_to_wire

_VLAN: Final = 0x8100
_WHOLE: Final = 0xFFFF
_UDP: Final = 17


def _vlan_vid(vid: int) -> Action:
    check_tag(vid)
    return wire.SetVlanVid(vid & ~VLAN_PRESENT)


_SET: Final[Mapping[str, Callable[[int], Action]]] = {
    "eth_src": lambda value: wire.SetDlSrc(EthernetAddress(value)),
    "eth_dst": lambda value: wire.SetDlDst(EthernetAddress(value)),
    "vlan_vid": _vlan_vid,
    "vlan_pcp": wire.SetVlanPcp,
    "ipv4_src": wire.SetNwSrc,
    "ipv4_dst": wire.SetNwDst,
    "ip_dscp": lambda value: wire.SetNwTos(value << 2),
    "tcp_src": wire.SetTpSrc,
    "udp_src": wire.SetTpSrc,
    "tcp_dst": wire.SetTpDst,
    "udp_dst": wire.SetTpDst,
}

_OWN: Final = (  # what has no other name here, or came from a switch
    ExperimenterAction,
    UnknownAction,
    wire.Enqueue,
    wire.SetVlanVid,
    wire.SetVlanPcp,
    NxAction,
)


def actions_to_wire(actions: Sequence[Action]) -> tuple[Action, ...]:
    """The actions as 1.0 writes them.

    :raises LocalProtocolError: when 1.0 cannot.
    """
    return tuple(_to_wire(actions))


def _to_wire(actions: Sequence[Action]) -> Iterator[Action]:
    queue: SetQueue | None = None
    used = True
    for place, action in enumerate(actions):
        match action:
            case SetQueue():
                queue, used = action, False
            case Output():
                yield _output(action, queue)
                used = True
            case PushVlan():
                _check_push(action, actions[place + 1 :])
            case _:
                yield _single(action)
    if not used:
        raise LocalProtocolError(f"{queue} has no effect in OpenFlow 1.0: no output follows it")


def _output(action: Output, queue: SetQueue | None) -> Action:
    port = port_to_wire(action.port)
    if queue is not None:
        return wire.Enqueue(port, queue.queue_id)
    return Output(port, action.max_len if action.port == CONTROLLER else 0)


def _check_push(push: PushVlan, following: Sequence[Action]) -> None:
    """1.0 pushes a tag where there is none when its VLAN is set, so that must be what comes next."""
    if push.ethertype != _VLAN:
        raise LocalProtocolError(f"OpenFlow 1.0 pushes no tags of Ethernet type {push.ethertype:#06x}")
    if not following or not isinstance(following[0], SetField) or following[0].name != "vlan_vid":
        raise LocalProtocolError(
            "OpenFlow 1.0 pushes a tag by setting its VLAN: let SetField(vlan_vid) follow PushVlan"
        )


def _single(action: Action) -> Action:
    if isinstance(action, _OWN):
        return action
    if isinstance(action, PopVlan):
        return wire.StripVlan()
    if isinstance(action, SetField):
        if action.name not in _SET:
            raise LocalProtocolError(f"OpenFlow 1.0 cannot set {action.name}")
        return _SET[action.name](action.value)
    raise LocalProtocolError(f"OpenFlow 1.0 has no action {type(action).__name__}")


def actions_from_wire(actions: Sequence[Action], match: Match | None = None) -> tuple[Action, ...]:
    """What the actions mean.

    1.3 cannot say "without a queue again": an output by a queue that one without follows stays as it is on the wire.

    :param match: what the packets are; it says whether ports are TCP's or UDP's.
    """
    udp = match is not None and match.get("ip_proto") == _UDP
    read: list[Action] = []
    for place, action in enumerate(actions):
        if isinstance(action, wire.Enqueue) and not any(isinstance(later, Output) for later in actions[place + 1 :]):
            read += [SetQueue(action.queue_id), Output(port_from_wire(action.port))]
        else:
            read.append(_from_wire(action, udp))
    return tuple(read)


def _from_wire(action: Action, udp: bool) -> Action:
    match action:
        case Output(port, max_len):
            number = port_from_wire(port)
            return Output(number, max_len if number == CONTROLLER else _WHOLE)
        case wire.StripVlan():
            return PopVlan()
        case wire.SetVlanVid(vid):
            return SetField("vlan_vid", VLAN_PRESENT | vid) if vid < VLAN_PRESENT else action
        case wire.SetVlanPcp(pcp):
            return SetField("vlan_pcp", pcp) if pcp < 8 else action
        case wire.SetDlSrc(address):
            return SetField("eth_src", address)
        case wire.SetDlDst(address):
            return SetField("eth_dst", address)
        case wire.SetNwSrc(address):
            return SetField("ipv4_src", address)
        case wire.SetNwDst(address):
            return SetField("ipv4_dst", address)
        case wire.SetNwTos(tos):
            return SetField("ip_dscp", tos >> 2)
        case wire.SetTpSrc(port):
            return SetField("udp_src" if udp else "tcp_src", port)
        case wire.SetTpDst(port):
            return SetField("udp_dst" if udp else "tcp_dst", port)
    return action
