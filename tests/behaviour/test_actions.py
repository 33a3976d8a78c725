"""Tags and labels, TTLs, queues, 1.0's own actions, and which actions do not fit what an entry matches."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from nox.lib import actions as new
from nox.lib.actions import Action, Output, SetField
from nox.lib.addresses import EthernetAddress
from nox.lib.match import Match
from nox.lib.openflow import actions10 as old
from nox.lib.openflow import messages
from nox.lib.openflow.enums import PacketInReason
from nox.lib.openflow.instructions import GotoTable
from tests.behaviour.bench import Trial
from tests.behaviour.control import ACCEPTED
from tests.behaviour.frames import (
    A6,
    B6,
    A,
    B,
    eth,
    ipv4,
    ipv6,
    label,
    mac,
    mpls,
    over4,
    over6,
    plain,
    tagged,
    tcp,
    udp,
)
from tests.behaviour.saying import V1_0, V1_3, add, flow_mod

_IP, _IP6, _MPLS = Match(eth_type=0x0800), Match(eth_type=0x86DD), Match(eth_type=0x8847)
_TAGGED = Match(vlan_vid=(0x1000, 0x1000))
_UDP = udp(1000, 53)
_CUSTOMER: Final = plain()


def _labelled(*entries: int, ttl: int = 64) -> bytes:
    """An IPv4 packet behind labels, in as many bytes as it takes."""
    return mpls(*entries, payload=ipv4(17, _UDP, ttl=ttl))


_BODY = ipv4(17, udp(1000, 53, data=bytes(40)), ttl=33)
_BODY6 = ipv6(17, udp(1000, 53, src=A6, dst=B6, data=bytes(40)), limit=34)
_CASES: Final[dict[str, tuple[Match, tuple[Action, ...], bytes, bytes]]] = {
    "push a tag": (
        Match(vlan_vid=0),
        (new.PushVlan(), SetField("vlan_vid", 0x1007), SetField("vlan_pcp", 3)),
        plain(),
        plain()[:12] + b"\x81\x00\x60\x07" + plain()[12:],
    ),
    "push a tag with nothing in it": (
        Match(vlan_vid=0),
        (new.PushVlan(),),
        plain(),
        plain()[:12] + b"\x81\x00\0\0" + plain()[12:],
    ),
    "push a provider's tag": (
        Match(vlan_vid=0),
        (new.PushVlan(0x88A8), SetField("vlan_vid", 0x1007)),
        plain(),
        plain()[:12] + b"\x88\xa8\x00\x07" + plain()[12:],
    ),
    "push a tag in front of another": (
        _TAGGED,
        (new.PushVlan(), SetField("vlan_vid", 0x1007)),
        tagged(3 << 13 | 5),
        tagged(0)[:12] + b"\x81\x00\x60\x07" + tagged(3 << 13 | 5)[12:],
    ),
    "pop a tag": (_TAGGED, (new.PopVlan(),), tagged(5), tagged(5)[:12] + tagged(5)[16:]),
    "pop the outer tag": (
        _TAGGED,
        (new.PopVlan(),),
        eth(0x88B5, bytes(50), tags=((0x8100, 5), (0x8100, 6))),
        eth(0x88B5, bytes(50), tags=((0x8100, 6),)),
    ),
    "push a label onto IPv4": (
        _IP,
        (new.PushMpls(), SetField("mpls_label", 77)),
        eth(0x0800, _BODY),
        mpls(label(77, ttl=33), payload=_BODY),
    ),
    "push a label onto IPv6": (
        _IP6,
        (new.PushMpls(), SetField("mpls_label", 77), SetField("mpls_tc", 2)),
        eth(0x86DD, _BODY6),
        mpls(label(77, tc=2, ttl=34), payload=_BODY6),
    ),
    "push a label onto others": (
        _MPLS,
        (new.PushMpls(), SetField("mpls_label", 88)),
        mpls(label(77, tc=3, ttl=9), payload=_BODY),
        mpls(label(88, tc=3, bottom=0, ttl=9), label(77, tc=3, ttl=9), payload=_BODY),
    ),
    "push a multicast label": (
        _IP,
        (new.PushMpls(0x8848), SetField("mpls_label", 77)),
        eth(0x0800, _BODY),
        mpls(label(77, ttl=33), payload=_BODY, kind=0x8848),
    ),
    "push a label in front of a tag": (
        _TAGGED,
        (new.PushMpls(), SetField("mpls_label", 77)),
        eth(0x0800, _BODY, tags=((0x8100, 5),)),
        eth(0x8847, label(77, ttl=33).to_bytes(4) + b"\x00\x05\x08\x00" + _BODY),
    ),
    "pop the label in front of a tag": (
        _MPLS,
        (new.PopMpls(0x8100),),
        eth(0x8847, label(77, ttl=33).to_bytes(4) + b"\x00\x05\x08\x00" + _BODY),
        eth(0x0800, _BODY, tags=((0x8100, 5),)),
    ),
    "pop the last label": (
        _MPLS,
        (new.PopMpls(0x0800),),
        mpls(label(77, ttl=9), payload=_BODY),
        eth(0x0800, _BODY),
    ),
    "pop the outer label": (
        _MPLS,
        (new.PopMpls(0x8847),),
        mpls(label(88, bottom=0), label(77, ttl=9), payload=_BODY),
        mpls(label(77, ttl=9), payload=_BODY),
    ),
    "pop a label and change what was behind it": (
        Match(eth_type=0x8847, mpls_bos=1),
        (new.PopMpls(0x0800), new.DecNwTtl()),
        mpls(label(77), payload=ipv4(17, _UDP, ttl=7) + bytes(20)),
        eth(0x0800, ipv4(17, _UDP, ttl=6) + bytes(20)),
    ),
    "count IPv4's TTL down": (_IP, (new.DecNwTtl(),), over4(17, _UDP, ttl=7), over4(17, _UDP, ttl=6)),
    "count IPv6's limit down": (
        _IP6,
        (new.DecNwTtl(),),
        over6(17, udp(1, 2, src=A6, dst=B6), limit=7),
        over6(17, udp(1, 2, src=A6, dst=B6), limit=6),
    ),
    "set IPv4's TTL": (_IP, (new.SetNwTtl(200),), over4(6, tcp(1, 2), ttl=7), over4(6, tcp(1, 2), ttl=200)),
    "set a label's TTL": (_MPLS, (new.SetMplsTtl(3),), _labelled(label(77, ttl=9)), _labelled(label(77, ttl=3))),
    "count a label's TTL down": (_MPLS, (new.DecMplsTtl(),), _labelled(label(77, ttl=9)), _labelled(label(77, ttl=8))),
    "copy the TTL outwards": (
        Match(eth_type=0x8847, mpls_bos=1),
        (new.CopyTtlOut(),),
        _labelled(label(77, ttl=9), ttl=33),
        _labelled(label(77, ttl=33), ttl=33),
    ),
    "copy the TTL inwards": (
        Match(eth_type=0x8847, mpls_bos=1),
        (new.CopyTtlIn(),),
        _labelled(label(77, ttl=9), ttl=33),
        _labelled(label(77, ttl=9), ttl=9),
    ),
    "copy the TTL between labels": (
        _MPLS,
        (new.CopyTtlIn(),),
        mpls(label(88, bottom=0, ttl=5), label(77, ttl=9), payload=_BODY),
        mpls(label(88, bottom=0, ttl=5), label(77, ttl=5), payload=_BODY),
    ),
    "push a backbone's tag": (
        Match(),
        (new.PushPbb(), SetField("pbb_isid", 0x123456), SetField("eth_dst", A)),
        _CUSTOMER,
        mac(A) + mac(A) + b"\x88\xe7\0\x12\x34\x56" + _CUSTOMER[:12] + _CUSTOMER[12:],
    ),
    "pop a backbone's tag": (
        Match(eth_type=0x88E7),
        (new.PopPbb(),),
        mac(A) + mac(A) + b"\x88\xe7\0\x12\x34\x56" + _CUSTOMER,
        _CUSTOMER,
    ),
    "set a queue": (Match(), (new.SetQueue(0),), plain(), plain()),
}


@pytest.mark.parametrize("name", _CASES)
def test_action(trial: Trial, name: str) -> None:
    """What the packet becomes."""
    match, actions, before, after = _CASES[name]
    control = trial.controller()
    outcome = control.outcome(flow_mod(V1_3, match, *actions, Output(2)))
    assert outcome == trial.expected(name, ACCEPTED)
    specified = trial.expected(f"{name}: the packet", after)
    if outcome == ACCEPTED:
        assert trial.through(1, before) == {2: [specified]}


@pytest.mark.parametrize(
    ("match", "action", "frame"),
    [
        (_IP, new.DecNwTtl(), over4(17, _UDP, ttl=1)),
        (_IP6, new.DecNwTtl(), over6(17, udp(1, 2, src=A6, dst=B6), limit=1)),
        (_MPLS, new.DecMplsTtl(), _labelled(label(77, ttl=1))),
    ],
    ids=["IPv4", "IPv6", "MPLS"],
)
def test_the_end_of_a_ttl(trial: Trial, match: Match, action: Action, frame: bytes) -> None:
    """The packet goes no further; a controller that has asked for it gets it."""
    silent, asking = trial.controllers(V1_3, V1_3)
    asking.do(
        messages.SetConfig(flags=0, miss_send_len=0xFFFF),
        messages.SetAsync(
            packet_in_mask=1 << PacketInReason.INVALID_TTL,
            packet_in_mask_slave=0,
            port_status_mask=0,
            port_status_mask_slave=0,
            flow_removed_mask=0,
            flow_removed_mask_slave=0,
        ),
    )
    add(asking, match, Output(3), action, Output(2), cookie=6)
    assert trial.through(1, frame) == {3: [frame]}
    (told,) = asking.events(messages.PacketIn, 1)
    assert (told.reason, told.data, told.cookie) == (PacketInReason.INVALID_TTL, frame, 6)
    assert silent.events(messages.PacketIn) == []


def test_what_was_pushed_is_what_later_tables_see(trial: Trial) -> None:
    """The next table matches the tag, and the label in front of it."""
    control = trial.controller()
    pushed = (new.PushVlan(), SetField("vlan_vid", 0x1007))
    add(control, Match(in_port=1), *pushed, instructions=(GotoTable(1),))
    add(control, Match(in_port=2), new.PushMpls(), SetField("mpls_label", 5), instructions=(GotoTable(1),))
    add(control, Match(vlan_vid=0x1007), Output(3), table_id=1)
    add(control, Match(eth_type=0x8847, mpls_label=5), Output(4), table_id=1)
    assert list(trial.through(1, plain())) == [3]
    assert list(trial.through(2, eth(0x0800, _BODY))) == [4]


_OLD: Final[dict[str, tuple[Action, bytes, bytes]]] = {
    "set_vlan_vid, no tag": (old.SetVlanVid(7), plain(), plain()[:12] + b"\x81\x00\0\7" + plain()[12:]),
    "set_vlan_vid": (old.SetVlanVid(7), tagged(3 << 13 | 5), tagged(3 << 13 | 7)),
    "set_vlan_pcp, no tag": (old.SetVlanPcp(3), plain(), plain()[:12] + b"\x81\x00\x60\0" + plain()[12:]),
    "set_vlan_pcp": (old.SetVlanPcp(6), tagged(3 << 13 | 5), tagged(6 << 13 | 5)),
    "set_vlan_pcp, the highest": (old.SetVlanPcp(7), tagged(5), tagged(7 << 13 | 5)),
    "strip_vlan": (old.StripVlan(), tagged(5), tagged(5)[:12] + tagged(5)[16:]),
    "strip_vlan, no tag": (old.StripVlan(), plain(), plain()),
    "set_dl_src": (old.SetDlSrc(EthernetAddress(B)), plain(), plain(src=B)),
    "set_dl_dst": (old.SetDlDst(EthernetAddress(A)), plain(), plain(dst=A)),
    "set_nw_src": (old.SetNwSrc(0x0A090003), over4(17, _UDP), over4(17, udp(1000, 53, src="10.9.0.3"), src="10.9.0.3")),
    "set_nw_dst": (old.SetNwDst(0x0A090003), over4(6, tcp(1, 2)), over4(6, tcp(1, 2, dst="10.9.0.3"), dst="10.9.0.3")),
    "set_nw_src, not IPv4": (old.SetNwSrc(0x0A090003), plain(), plain()),
    "set_nw_tos": (old.SetNwTos(46 << 2), over4(17, _UDP, tos=1), over4(17, _UDP, tos=46 << 2 | 1)),
    "set_tp_src, UDP": (old.SetTpSrc(9), over4(17, _UDP), over4(17, udp(9, 53))),
    "set_tp_dst, TCP": (old.SetTpDst(9), over4(6, tcp(1, 2)), over4(6, tcp(1, 9))),
    "set_tp_dst, neither": (old.SetTpDst(9), plain(), plain()),
}


@pytest.mark.parametrize("name", _OLD)
def test_action_of_1_0(trial: Trial, name: str) -> None:
    """What the packet becomes; one that lacks the field goes on as it is."""
    action, before, after = _OLD[name]
    control = trial.controller(V1_0)
    control.do(replace(flow_mod(V1_0, Match()), actions=(action, Output(2))))
    assert trial.through(1, before) == {2: [after]}


def test_enqueue(trial: Trial) -> None:
    """An output by a queue is an output, where there are no queues too."""
    control = trial.controller(V1_0)
    control.do(replace(flow_mod(V1_0, Match()), actions=(old.Enqueue(2, 0),)))
    assert trial.through(1, plain()) == {2: [plain()]}


_INCONSISTENT: Final = "BAD_ACTION/MATCH_INCONSISTENT"
_BAD: Final[dict[str, tuple[Match, Action, str]]] = {
    "setting a port of anything": (Match(), SetField("tcp_dst", 1), _INCONSISTENT),
    "setting TCP's port in UDP": (Match(eth_type=0x0800, ip_proto=17), SetField("tcp_dst", 1), _INCONSISTENT),
    "setting an IPv6 address in IPv4": (_IP, SetField("ipv6_src", 1), _INCONSISTENT),
    "setting a VLAN where there is no tag": (Match(vlan_vid=0), SetField("vlan_vid", 0x1001), _INCONSISTENT),
    "setting a label without labels": (_IP, SetField("mpls_label", 1), _INCONSISTENT),
    "popping a label that is not there": (_IP, new.PopMpls(0x0800), _INCONSISTENT),
    "popping a tag that is not there": (Match(vlan_vid=0), new.PopVlan(), _INCONSISTENT),
    "counting down without a TTL": (Match(eth_type=0x0806), new.DecNwTtl(), _INCONSISTENT),
    "setting the TTL of ARP": (Match(eth_type=0x0806), new.SetNwTtl(1), _INCONSISTENT),
    "a label's TTL without labels": (_IP, new.SetMplsTtl(1), _INCONSISTENT),
    "counting a label's TTL down without labels": (_IP, new.DecMplsTtl(), _INCONSISTENT),
    "pushing a tag of an unknown type": (Match(vlan_vid=0), new.PushVlan(0x9100), "BAD_ACTION/BAD_ARGUMENT"),
    "pushing a label of an unknown type": (_IP, new.PushMpls(0x0800), "BAD_ACTION/BAD_ARGUMENT"),
}


@pytest.mark.parametrize("name", _BAD)
def test_what_does_not_fit_the_match(trial: Trial, name: str) -> None:
    """The error that the specification names (1.3.5, section 6.4)."""
    match, action, error = _BAD[name]
    control = trial.controller()
    assert control.outcome(flow_mod(V1_3, match, action, Output(2))) == trial.expected(name, error)


@pytest.mark.parametrize(
    ("action", "error"),
    [(old.SetVlanVid(0x1001), "BAD_ACTION/BAD_ARGUMENT"), (old.SetVlanPcp(8), "BAD_ACTION/BAD_ARGUMENT")],
    ids=["VLAN 4097", "priority 8"],
)
def test_arguments_of_1_0(trial: Trial, action: Action, error: str) -> None:
    """A number that does not fit its field."""
    assert trial.controller(V1_0).outcome(replace(flow_mod(V1_0, Match()), actions=(action,))) == error
