"""OpenFlow 1.0 in 1.3's terms, both ways, beside what Open vSwitch writes."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.translation import translator
from nox.lib.actions import (
    ALL,
    ANY,
    CONTROLLER,
    FLOOD,
    IN_PORT,
    LOCAL,
    NORMAL,
    PORT,
    TABLE,
    Action,
    DecNwTtl,
    ExperimenterAction,
    Group,
    Output,
    PopVlan,
    PushVlan,
    SetField,
    SetQueue,
)
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.match import Match
from nox.lib.openflow import FlowModCommand, Version, messages
from nox.lib.openflow.actions10 import Enqueue, SetTpDst, SetVlanPcp, SetVlanVid
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.enums import PortConfig, PortFeature, PortState
from nox.lib.openflow.enums10 import PortConfig10, PortFeature10, PortState10
from nox.lib.openflow.match10 import Match10, Wildcard
from tests.lib.openflow import strategies
from tests.lib.openflow.recorded import recorded

V10 = translator(Version.V1_0)
MAC = EthernetAddress("02:00:00:00:00:01")
ADD, DELETE, MODIFY = FlowModCommand.ADD, FlowModCommand.DELETE, FlowModCommand.MODIFY

TCP = FlowSpec(
    match=Match(
        in_port=1,
        eth_src="02:00:00:00:00:01",
        eth_dst="02:00:00:00:00:02",
        eth_type=0x0800,
        vlan_vid=0x1005,
        vlan_pcp=3,
        ip_proto=6,
        ip_dscp=4,
        ipv4_src="10.0.0.0/8",
        ipv4_dst="10.1.2.3",
        tcp_src=1000,
        tcp_dst=80,
    ),
    actions=(
        SetField("eth_src", "02:00:00:00:00:03"),
        SetField("eth_dst", "02:00:00:00:00:04"),
        SetField("ipv4_src", "1.2.3.4"),
        SetField("ipv4_dst", "4.3.2.1"),
        SetField("ip_dscp", 8),
        SetField("tcp_src", 1),
        SetField("tcp_dst", 2),
        PopVlan(),
        Output(2),
        Output(CONTROLLER, max_len=128),
    ),
    priority=100,
    idle_timeout=10,
    hard_timeout=20,
    notify_removed=True,
)
ARP = FlowSpec(
    match=Match(eth_type=0x0806, arp_op=1, arp_spa="10.0.0.1", arp_tpa="10.0.0.0/24"), actions=(Output(FLOOD),)
)


@pytest.mark.parametrize(
    ("flow", "cookie", "words"),
    [(TCP, 0x1234, ["OFPT_FLOW_MOD (xid=0x6)", "dl_vlan=5"]), (ARP, 0, ["OFPT_FLOW_MOD (xid=0x6)", "arp_op=1"])],
    ids=["tcp", "arp"],
)
def test_flow_mod_as_open_vswitch_writes_it(flow: FlowSpec, cookie: int, words: list[str]) -> None:
    """An entry in 1.3's terms becomes, byte for byte, what Open vSwitch's own tool writes for it."""
    assert encode(V10.flow_mod(ADD, flow, cookie=cookie), V10.version, 6) == recorded(*words)


def test_flow_statistics() -> None:
    """What a switch reports of its entries is what was written, in 1.3's terms."""
    reply = decode(recorded("OFPST_FLOW reply (xid"))
    assert isinstance(reply, messages.FlowStatsReply)
    flows = {flow.priority: flow for flow in map(V10.flow_stats, reply.entries) if flow.priority != 0x8000}
    tcp = flows[100]
    assert (tcp.match, tcp.actions, tcp.idle_timeout, tcp.cookie) == (TCP.match, TCP.actions, 10, 0x1234)
    assert (tcp.packet_count, tcp.byte_count) == (0, 0)
    assert 0 < tcp.duration < 60
    assert flows[3].actions == (SetQueue(7), Output(2))
    others = {str(flow.match): flow.actions for flow in map(V10.flow_stats, reply.entries) if flow.priority == 0x8000}
    assert others == {
        "eth_type=0x0806,arp_op=1,arp_spa=10.0.0.1,arp_tpa=10.0.0.0/24": (Output(FLOOD),),
        "eth_type=0x0800,ip_proto=1,icmpv4_type=8,icmpv4_code=0": (
            SetField("vlan_vid", 0x1007),
            SetField("vlan_pcp", 2),
            Output(NORMAL),
        ),
        "eth_type=0x0800,vlan_vid=0x0000,ip_proto=17": (Output(IN_PORT), Output(ALL), Output(LOCAL)),
    }


@pytest.mark.parametrize(
    "match",
    [
        Match(),
        TCP.match,
        ARP.match,
        Match(vlan_vid=0),
        Match(vlan_vid=0x1000),
        Match(in_port=LOCAL),
        Match(eth_type=0x88CC),
        Match(eth_type=0x0800, ip_proto=17, udp_src=53),
        Match(eth_type=0x0800, ip_proto=1, icmpv4_type=8, icmpv4_code=0),
        Match(eth_type=0x0800, ipv4_src="0.0.0.0/1", ipv4_dst="1.2.3.4/31"),
    ],
    ids=str,
)
def test_match_both_ways(match: Match) -> None:
    """What 1.0 can match on survives its wire."""
    assert V10.match_from_wire(V10.match_to_wire(match)) == match


def test_match_places() -> None:
    """ARP's fields lie where IP's do, ICMP's where ports do, and no tag is a number of its own."""
    arp = V10.match_to_wire(ARP.match)
    assert arp == Match10(
        wildcards=Wildcard.ALL & ~(Wildcard.DL_TYPE | Wildcard.NW_PROTO | Wildcard.NW_SRC | Wildcard.NW_DST) | 8 << 14,
        dl_type=0x0806,
        nw_proto=1,
        nw_src=0x0A000001,
        nw_dst=0x0A000000,
    )
    icmp = V10.match_to_wire(Match(eth_type=0x0800, ip_proto=1, icmpv4_type=8, icmpv4_code=3, vlan_vid=0))
    assert isinstance(icmp, Match10)
    assert (icmp.tp_src, icmp.tp_dst, icmp.dl_vlan) == (8, 3, 0xFFFF)


@pytest.mark.parametrize(
    ("match", "sentence"),
    [
        (Match(metadata=1), "cannot match metadata"),
        (Match(eth_type=0x86DD, ipv6_src="fe80::1"), "cannot match ipv6_src"),
        (Match(eth_type=0x86DD, ip_proto=6), "looks at ip_proto in IPv4 alone"),
        (Match(eth_type=0x0800, ip_proto=132, sctp_dst=1), "cannot match sctp_dst"),
        (Match(eth_type=0x0800, ip_ecn=1), "cannot match ip_ecn"),
        (Match(eth_type=0x0806, arp_op=256), "eight bits for arp_op"),
        (Match(eth_type=0x0806, arp_sha=1), "cannot match arp_sha"),
        (Match(vlan_vid=(0x1000, 0x1000)), "masks nothing but IPv4 addresses"),
        (Match(eth_dst=(1 << 40, 1 << 40)), "masks nothing but IPv4 addresses"),
        (Match(eth_type=0x0800, ipv4_src=("10.0.0.1", "255.0.0.255")), "by prefix: not ipv4_src"),
        (Match(in_port=0xFF01), "no port 65281: its ports end at 0xff00"),
        (Match.of([], [b"\0\1\0\4abcd"]), "no OXM fields"),
        (Match(tcp_dst=80), "tcp_dst needs ip_proto=6"),
        (Match(ip_proto=6, tcp_dst=80), "ip_proto needs eth_type=0x0800 or 0x86dd"),
        (Match(eth_type=0x0806, ipv4_src=1), "ipv4_src needs eth_type=0x0800"),
        (Match(vlan_vid=0, vlan_pcp=1), "vlan_pcp needs vlan_vid with bit 0x1000"),
        (Match(vlan_vid=5), "VLAN 5 is vlan_vid=0x1005"),
    ],
    ids=lambda case: str(case),
)
def test_match_refused(match: Match, sentence: str) -> None:
    """What 1.0 would not look at is refused: the entry would match more than was asked for."""
    with pytest.raises(LocalProtocolError) as refused:
        V10.match_to_wire(match)
    assert sentence in str(refused.value)


@given(strategies.structures(Match10, Version.V1_0))
def test_any_match(wire: Match10) -> None:
    """Whatever a switch says of its matches has one meaning, or none; written again it means the same."""
    try:
        match = V10.match_from_wire(wire)
        again = V10.match_to_wire(match)
    except (RemoteProtocolError, LocalProtocolError):
        return
    assert V10.match_from_wire(again) == match


def test_match_that_makes_no_sense() -> None:
    """A priority that a tag cannot have is the switch's fault: BAD_MATCH, BAD_VALUE."""
    wire = Match10(wildcards=Wildcard.ALL & ~(Wildcard.DL_VLAN | Wildcard.DL_VLAN_PCP), dl_vlan=1, dl_vlan_pcp=8)
    with pytest.raises(RemoteProtocolError, match="vlan_pcp cannot be 0x8") as refused:
        V10.match_from_wire(wire)
    assert (refused.value.error_type, refused.value.error_code) == (4, 7)


@pytest.mark.parametrize(
    ("actions", "wire"),
    [
        ((PushVlan(), SetField("vlan_vid", 0x1005)), (SetVlanVid(5),)),
        ((SetField("vlan_vid", 0x1005), SetField("vlan_pcp", 7)), (SetVlanVid(5), SetVlanPcp(7))),
        ((SetQueue(7), Output(2), Output(IN_PORT)), (Enqueue(2, 7), Enqueue(0xFFF8, 7))),
        ((Output(1), SetQueue(7), Output(2)), (Output(1, 0), Enqueue(2, 7))),
        ((SetField("udp_dst", 53),), (SetTpDst(53),)),
        ((Output(CONTROLLER, 128), Output(TABLE)), (Output(0xFFFD, 128), Output(0xFFF9, 0))),
        ((ExperimenterAction(0x2320, bytes(8)),), (ExperimenterAction(0x2320, bytes(8)),)),
    ],
)
def test_actions_to_wire(actions: tuple[Action, ...], wire: tuple[Action, ...]) -> None:
    """Actions in 1.3's terms as 1.0 says them: a tag is pushed by setting its VLAN, a queue is part of an output."""
    assert V10.actions_to_wire(actions) == wire


@pytest.mark.parametrize(
    ("actions", "sentence"),
    [
        ((PushVlan(),), "let SetField(vlan_vid) follow PushVlan"),
        ((PushVlan(), SetField("vlan_pcp", 1)), "let SetField(vlan_vid) follow PushVlan"),
        ((PushVlan(0x88A8), SetField("vlan_vid", 0x1001)), "pushes no tags of Ethernet type 0x88a8"),
        ((SetField("vlan_vid", 5),), "is no VLAN: VLAN 5 is 0x1005"),
        ((SetField("ipv6_src", "::1"),), "cannot set ipv6_src"),
        ((SetField("ip_ecn", 1),), "cannot set ip_ecn"),
        ((DecNwTtl(), Output(1)), "no action DecNwTtl"),
        ((Group(1),), "no action Group"),
        ((SetQueue(1),), "no output follows it"),
        ((Output(1), SetQueue(1), PopVlan()), "no output follows it"),
        ((Output(70000),), "no port 70000"),
        ((Output(PORT),), "no port PORT"),
    ],
    ids=lambda case: str(case),
)
def test_actions_refused(actions: tuple[Action, ...], sentence: str) -> None:
    """What 1.0 cannot do is refused with a sentence."""
    with pytest.raises(LocalProtocolError) as refused:
        V10.actions_to_wire(actions)
    assert sentence in str(refused.value)


def test_ports_belong_to_the_matched_protocol() -> None:
    """1.0 sets "the port": read, it is the protocol's that the entry matches; written, the match must say which."""
    udp = Match(eth_type=0x0800, ip_proto=17)
    assert V10.actions_from_wire((SetTpDst(53),), udp) == (SetField("udp_dst", 53),)
    assert V10.actions_from_wire((SetTpDst(53),)) == (SetField("tcp_dst", 53),)
    with pytest.raises(LocalProtocolError, match="the match must fix ip_proto"):
        V10.flow_mod(ADD, FlowSpec(match=udp, actions=(SetField("tcp_dst", 1),)))


def test_output_without_queue_after_one_with() -> None:
    """1.3 cannot take a queue back, so such an output by a queue stays 1.0's own action, and survives."""
    wire = (Enqueue(2, 7), Output(1, 0))
    read = V10.actions_from_wire(wire)
    assert read == (Enqueue(2, 7), Output(1))
    assert V10.actions_to_wire(read) == wire


@pytest.mark.parametrize(
    ("flow", "named"),
    [
        (FlowSpec(goto_table=1), "goto_table"),
        (FlowSpec(meter=1), "meter"),
        (FlowSpec(metadata=(1, 1)), "metadata"),
        (FlowSpec(write_actions=(Output(1),)), "write_actions"),
        (FlowSpec(clear_actions=True), "clear_actions"),
        (FlowSpec(count_bytes=False), "count_bytes=False"),
        (FlowSpec(table_id=1), "cannot choose a table"),
    ],
    ids=lambda case: str(case)[:20],
)
def test_entries_refused(flow: FlowSpec, named: str) -> None:
    """What later versions added to entries is refused by name."""
    with pytest.raises(LocalProtocolError, match=named):
        V10.flow_mod(ADD, flow)


def test_selection_refused() -> None:
    """A deletion by cookie or group would delete others' entries too, since 1.0 looks at neither."""
    with pytest.raises(LocalProtocolError, match="cannot choose entries by cookie"):
        V10.flow_mod(DELETE, FlowSpec(), cookie=1, cookie_mask=0xFF)
    with pytest.raises(LocalProtocolError, match="no groups"):
        V10.flow_mod(DELETE, FlowSpec(), out_group=1)
    with pytest.raises(LocalProtocolError, match="reset_counts"):
        V10.flow_mod(MODIFY, FlowSpec(reset_counts=True))
    with pytest.raises(LocalProtocolError, match="cannot choose entries by cookie"):
        V10.flow_stats_request(Match(), cookie_mask=1)


def test_deletion_and_requests() -> None:
    """ANY becomes 1.0's NONE, all tables its only one."""
    deletion = V10.flow_mod(DELETE, FlowSpec(table_id=0xFF), out_port=ANY)
    assert (deletion.out_port, deletion.command) == (0xFFFF, 3)
    request = V10.flow_stats_request(Match())
    assert isinstance(request, messages.FlowStatsRequest)
    assert (request.out_port, request.table_id, request.match) == (0xFFFF, 0xFF, Match10())
    assert encode(V10.port_stats_request(), V10.version, 2) == recorded("OFPST_PORT request (xid", "ANY")


def test_packet_out() -> None:
    """A packet-out, byte for byte; one that comes from no port comes from 1.0's NONE."""
    expected = recorded("OFPT_PACKET_OUT (xid")
    packet_out = V10.packet_out(1, (Output(2),), expected[-18:])
    assert encode(packet_out, V10.version, 6) == expected
    assert V10.packet_out(None, ()).in_port == 0xFFFF


def test_ports() -> None:
    """Ports have 32 bits on our side; their features other places, their speed comes from these."""
    port = messages.Port(
        port_no=0xFFFE,
        hw_addr=MAC,
        name="evil\x1b[2J\udcff",
        config=PortConfig10.PORT_DOWN | PortConfig10.NO_FLOOD,
        state=PortState10.LINK_DOWN | PortState10.STP_BLOCK,
        curr=PortFeature10.FD_1GB | PortFeature10.COPPER | PortFeature10.PAUSE_ASYM,
        supported=PortFeature10.FD_10GB | PortFeature10.AUTONEG,
    )
    info = V10.port_info(port)
    assert info == PortInfo(
        number=LOCAL,
        hw_addr=MAC,
        name=r"evil\x1b[2J\udcff",
        config=PortConfig.PORT_DOWN | PortConfig10.NO_FLOOD,
        state=PortState.LINK_DOWN | PortState.BLOCKED,
        current=PortFeature.FD_1GB | PortFeature.COPPER | PortFeature.PAUSE_ASYM,
        supported=PortFeature.FD_10GB | PortFeature.AUTONEG,
        current_speed=1_000_000,
        max_speed=10_000_000,
    )
    assert not info.is_up


def test_port_mod() -> None:
    """A change of a port, byte for byte; what 1.0 has no bit for is refused."""
    port = PortInfo(number=1, hw_addr=EthernetAddress("aa:55:aa:55:00:0f"), name="p1")
    bits = PortConfig10.NO_FLOOD
    assert encode(V10.port_mod(port, config=bits, mask=bits), V10.version, 4) == recorded("PORT_MOD (xid", "NO_FLOOD")
    advertise = PortFeature.FD_1GB | PortFeature.AUTONEG
    assert V10.port_mod(port, config=0, mask=0, advertise=advertise).advertise == 1 << 5 | 1 << 9
    with pytest.raises(LocalProtocolError, match="no port feature 0x80"):
        V10.port_mod(port, config=0, mask=0, advertise=PortFeature.FD_40GB)
    with pytest.raises(LocalProtocolError, match="no port configuration 0x80"):
        V10.port_mod(port, config=0x80, mask=0x80)


def test_port_statistics() -> None:
    """Counters that a switch does not keep are None; 1.0 says no duration."""
    reply = decode(recorded("OFPST_PORT reply (xid"))
    assert isinstance(reply, messages.PortStatsReply)
    local = V10.port_stats(reply.entries[0])
    assert (local.number, local.rx_packets, local.rx_dropped, local.duration) == (LOCAL, 0, None, None)


def test_errors() -> None:
    """1.0's codes are named in 1.3's terms; Open vSwitch's own error wraps the refused message."""
    assert V10.error_text(messages.Error(type=3, code=0)) == "FLOW_MOD_FAILED/TABLE_FULL"
    assert V10.error_text(messages.Error(type=3, code=9)) == "error type 3, code 9 of OpenFlow 1.0"
    error = decode(recorded("switch: OFPT_ERROR (xid"))
    assert isinstance(error, messages.Error)
    assert V10.error_text(error) == "Nicira's error type 2, code 9"
    assert V10.refused(error)[:2] == bytes([1, 14])  # the flow-mod
    assert V10.refused(messages.Error(type=3, code=0, data=b"x")) == b"x"
    assert V10.error_numbers(error) is None
    wrapped = messages.Error(type=0xB0C2, code=0, data=struct.pack("!IHH", 0x2320, 1, 260))
    assert V10.error_text(wrapped) == "BAD_MATCH/BAD_PREREQ"
    assert V10.error_numbers(wrapped) == (4, 9)


def test_errors_that_we_send() -> None:
    """The peer's fault in 1.3's terms becomes 1.0's nearest error."""
    error = V10.error_message(RemoteProtocolError("too short", error_type=1, error_code=6), b"frame")
    assert error == messages.Error(type=1, code=6, data=b"frame")
    assert V10.error_message(RemoteProtocolError("no match", error_type=4, error_code=0)).type == 1
