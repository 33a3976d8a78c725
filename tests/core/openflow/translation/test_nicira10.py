"""OpenFlow 1.0 with Nicira's extensions, from and into what components see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.translation import NICIRA
from nox.lib.actions import ANY, CONTROLLER, Output, PopVlan
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow import FlowModCommand, Version
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.match13 import Oxm, OxmMatch
from nox.lib.openflow.nicira.actions import NxRegLoad, NxResubmitTable
from nox.lib.openflow.nicira.flows import NxFlowMod, NxFlowRemoved, NxFlowStatsReply, NxFlowStatsRequest
from nox.lib.openflow.nicira.subfields import Bits, FieldId
from tests.lib.openflow.recorded import RECORDED, recorded

IPV6 = {"eth_type": 0x86DD, "ip_proto": 6}
ADD, MODIFY, DELETE = FlowModCommand.ADD, FlowModCommand.MODIFY, FlowModCommand.DELETE


def sent(flow: FlowSpec, command: int = ADD, **selection: int) -> NxFlowMod:
    """The flow-mod for an entry."""
    message = NICIRA.flow_mod(command, flow, **selection)
    assert isinstance(message, NxFlowMod)
    assert decode(encode(message, Version.V1_0)) == message
    return message


@pytest.mark.parametrize(
    "match",
    [
        Match(),
        Match(in_port=3),
        Match(in_port=CONTROLLER),
        Match(ipv6_src="fe80::/64", ipv6_dst="fe80::1", tcp_dst=443, **IPV6),
        Match(eth_src="02:00:00:00:00:00/ff:00:00:00:00:00", vlan_vid=0),
        Match(vlan_vid=0x1005),
        Match(vlan_vid=(0x1000, 0x1000)),
        Match(vlan_vid=(0x1004, 0x1004), vlan_pcp=3),
        Match(vlan_vid=0x1005, vlan_pcp=7),
        Match(eth_type=0x0800, ip_dscp=10, ip_ecn=1, ipv4_src="10.0.0.1/255.0.0.255"),
        Match(eth_type=0x0806, arp_op=0x1234, arp_sha="02:00:00:00:00:01"),
        Match(eth_type=0x0800, ip_proto=132, sctp_dst=5, metadata=(1, 3), tunnel_id=7),
        Match(eth_type=0x8847, mpls_label=5, mpls_ttl=3),
        Match(reg0=5, ct_state=(0x22, 0x22), tun_ipv4_src="1.2.3.4", eth_type=0x0800, ip_proto=6, tcp_flags=(2, 2)),
    ],
    ids=str,
)
def test_matches_survive(match: Match) -> None:
    """What 1.0 alone refuses or widens is said exactly, and means the same when it is read again."""
    written = sent(FlowSpec(match=match)).match
    assert NICIRA.match_from_wire(written) == match
    assert NICIRA.as_reported(FlowSpec(match=match)).match == match


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_tags(value: int, mask: int) -> None:
    """Whatever a switch matches of tag, priority and number, reading it and writing it again looks at the same bits."""
    match = NICIRA.match_from_wire(OxmMatch((Oxm("vlan_tci", value & mask, mask),)))
    again = Match.of(match.items())
    assert again == match
    seen = sum({"vlan_vid": 0x1FFF, "vlan_pcp": 7 << 13}[name] for name, _, under in match.items() if under is None)
    for name, _, under in match.items():
        seen += 0 if under is None else under << {"vlan_vid": 0, "vlan_pcp": 13}[name]
    assert seen == (0x1FFF if (value & mask, mask) == (0, 0xFFFF) else mask)


def test_flow_mod() -> None:
    """A table, and all that 1.0 says as well."""
    flow = FlowSpec(
        match=Match(in_port=1),
        actions=(PopVlan(), Output(2)),
        priority=9,
        table_id=3,
        idle_timeout=5,
        hard_timeout=6,
        notify_removed=True,
    )
    message = sent(flow, cookie=7)
    assert (message.table_id, message.command, message.cookie, message.flags) == (3, ADD, 7, 1)
    assert (message.priority, message.idle_timeout, message.hard_timeout, message.out_port) == (9, 5, 6, 0xFFFF)
    assert NICIRA.as_reported(flow).table_id == 3


def test_nicira_actions() -> None:
    """Nicira's actions pass through as they are, both ways."""
    actions = (NxRegLoad(Bits(0, 32), FieldId("reg0"), 5), NxResubmitTable(table=2))
    assert sent(FlowSpec(actions=actions)).actions == actions
    assert NICIRA.as_reported(FlowSpec(actions=actions)).actions == actions


def test_cookies_choose() -> None:
    """Deletions and changes look at cookies under a mask; a change that does leaves them as they are."""
    deletion = sent(FlowSpec(table_id=0xFF), DELETE, cookie=0x50, cookie_mask=0xF0, out_port=4)
    assert deletion.match == OxmMatch((Oxm("cookie", 0x50, 0xF0),))
    assert (deletion.table_id, deletion.out_port) == (0xFF, 4)
    assert sent(FlowSpec(), MODIFY, cookie=5, cookie_mask=7).cookie == (1 << 64) - 1
    assert sent(FlowSpec(), MODIFY, cookie=5).cookie == 5
    request = NICIRA.flow_stats_request(Match(), table_id=1, cookie=0x10, cookie_mask=0xF0)
    assert request == decode(recorded("NXST_FLOW request (xid=0x8)"))
    assert isinstance(request, NxFlowStatsRequest)


def test_what_it_refuses() -> None:
    """What the extensions cannot say either is refused with a sentence."""
    for flow, selection, sentence in (
        (FlowSpec(), {"cookie": 1, "cookie_mask": 1}, "an addition cannot have one"),
        (FlowSpec(goto_table=1), {}, "OpenFlow 1.0 has no goto_table"),
        (FlowSpec(), {"out_group": 1}, "no groups"),
        (FlowSpec(match=Match(cookie=1)), {}, "a cookie is no field of a packet"),
        (FlowSpec(match=Match(tcp_dst=80)), {}, "needs ip_proto"),
        (FlowSpec(match=Match(in_port=0x10000)), {}, "no port"),
    ):
        with pytest.raises(LocalProtocolError, match=sentence):
            NICIRA.flow_mod(ADD, flow, **selection)
    with pytest.raises(LocalProtocolError, match="bits that its mask"):
        NICIRA.flow_mod(DELETE, FlowSpec(), cookie=3, cookie_mask=1)


def test_statistics() -> None:
    """What Open vSwitch reports means what was written."""
    reply = decode(recorded("NXST_FLOW reply (xid=0x4)"))
    assert isinstance(reply, NxFlowStatsReply)
    flows = [NICIRA.flow_stats(entry) for entry in reply.entries]
    wanted = Match(eth_type=0x0806, arp_op=1, arp_spa="10.0.0.0/8", arp_tpa="10.0.0.1", in_port=1)
    [arp] = [flow for flow in flows if wanted.covers(flow.match)]
    assert (arp.match.get("vlan_vid"), arp.match.get("vlan_pcp"), arp.table_id) == (0x1005, 3, 2)
    assert arp.actions == ()
    [icmp] = [flow for flow in flows if flow.match.get("ipv6_nd_target")]
    assert icmp.actions == (Output(2),)


def test_flow_removed() -> None:
    """An entry that goes is told with its table."""
    message = decode(recorded("NXT_FLOW_REMOVED", "tcp6"))
    assert isinstance(message, NxFlowRemoved)
    gone = NICIRA.flow_removed(message)
    assert (gone.cookie, gone.table_id, gone.priority, gone.reason) == (0x77, 3, 9, 2)
    assert gone.match == Match(ipv6_dst="fe80::/10", **IPV6)


def test_cookie_of_what_comes_back() -> None:
    """The cookie of a refused flow-mod is found in either form, and in nothing else."""
    message = sent(FlowSpec(), cookie=0x1234)
    assert NICIRA.cookie_of(encode(message, Version.V1_0)[:64]) == 0x1234
    assert NICIRA.cookie_of(recorded("OFPT_FLOW_MOD (xid=0x6)", "dl_vlan=5")[:64]) == 0x1234
    others = [data for data, what in RECORDED.items() if data[0] == 1 and "FLOW_MOD (" not in what]
    assert others
    assert {NICIRA.cookie_of(data) for data in others} == {None}


def test_any_port_is_none() -> None:
    """ANY becomes 1.0's NONE."""
    assert sent(FlowSpec(), DELETE, out_port=ANY).out_port == 0xFFFF
