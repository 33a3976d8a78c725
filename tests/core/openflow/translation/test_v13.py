"""OpenFlow 1.3: little is translated, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.translation import translator
from nox.lib.actions import (
    CONTROLLER,
    FLOOD,
    LOCAL,
    DecNwTtl,
    Output,
    PushVlan,
    SetField,
    SetQueue,
)
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.match import Match
from nox.lib.openflow import FlowModCommand, Version, messages
from nox.lib.openflow.actions import SetOxm
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.instructions import ExperimenterInstruction
from nox.lib.openflow.match13 import Oxm, OxmMatch, UnknownOxm
from nox.lib.openflow.nicira.actions import NxResubmitTable
from nox.lib.openflow.oxm import FIELDS
from tests.lib.openflow.recorded import recorded

V13 = translator(Version.V1_3)
ADD = FlowModCommand.ADD

ARP = FlowSpec(
    match=Match(eth_type=0x0806, arp_op=1, arp_spa="10.0.0.1", arp_tpa="10.0.0.0/24"), actions=(Output(FLOOD),)
)
SCTP = FlowSpec(
    match=Match(eth_type=0x0800, vlan_vid=(0x1000, 0x1000), ip_ecn=1, ip_proto=132, sctp_src=5),
    actions=(Output(CONTROLLER),),
    table_id=1,
)


@pytest.mark.parametrize(("flow", "word"), [(ARP, "arp_op=1"), (SCTP, "sctp")], ids=["arp", "sctp"])
def test_flow_mod_as_open_vswitch_writes_it(flow: FlowSpec, word: str) -> None:
    """An entry becomes, byte for byte, what Open vSwitch's own tool writes for it."""
    assert encode(V13.flow_mod(ADD, flow), V13.version, 6) == recorded("OFPT_FLOW_MOD (OF1.3)", word)


def test_flow_statistics() -> None:
    """What a switch reports of its entries, every instruction of them, is in one value."""
    reply = decode(recorded("OFPST_FLOW reply (OF1.3)"))
    assert isinstance(reply, messages.FlowStatsReply)
    flows = {str(flow.match): flow for flow in map(V13.flow_stats, reply.entries)}
    ipv6 = flows[
        "metadata=0x0001/0x00ff,eth_type=0x86dd,ip_proto=6,tcp_dst=443,"
        "ipv6_src=fe80::/64,ipv6_dst=fe80::1,ipv6_flabel=0x12345,tunnel_id=0x0005"
    ]
    assert ipv6.actions == (PushVlan(), SetField("vlan_vid", 0x1005), DecNwTtl(), SetQueue(3))
    assert (ipv6.write_actions, ipv6.metadata, ipv6.goto_table) == ((Output(1),), (0x10, 0xF0), 1)
    assert (ipv6.priority, ipv6.table_id, ipv6.packet_count) == (9, 0, 0)
    registers = flows[
        "eth_type=0x0806,arp_sha=02:00:00:00:00:01,arp_tha=02:00:00:00:00:00/ff:ff:00:00:00:00,reg0=0x0005"
    ]
    assert [type(action) for action in registers.actions] == [NxResubmitTable]
    tcp = next(flow for flow in flows.values() if flow.cookie == 0x1234)
    assert (tcp.notify_removed, tcp.idle_timeout, tcp.hard_timeout) == (True, 10, 20)
    assert tcp.actions[-2:] == (Output(2), Output(CONTROLLER, 128))


def test_statistics_written_again() -> None:
    """Every entry that Open vSwitch reports, written as a flow-mod, reads back as the same entry."""
    reply = decode(recorded("OFPST_FLOW reply (OF1.3)"))
    assert isinstance(reply, messages.FlowStatsReply)
    for flow in map(V13.flow_stats, reply.entries):
        flow_mod = V13.flow_mod(ADD, flow)
        assert V13.match_from_wire(flow_mod.match) == flow.match
        assert decode(encode(flow_mod, V13.version)) == flow_mod


def test_every_part_of_an_entry() -> None:
    """Flags and instructions of an entry, in the order in which a switch does them."""
    flow = FlowSpec(
        actions=(Output(1),),
        notify_removed=True,
        check_overlap=True,
        reset_counts=True,
        count_packets=False,
        count_bytes=False,
        meter=1,
        clear_actions=True,
        write_actions=(Output(2),),
        metadata=(1, 2),
        goto_table=3,
        other_instructions=(ExperimenterInstruction(5, bytes(8)),),
    )
    flow_mod = V13.flow_mod(ADD, flow, cookie=1, cookie_mask=2, buffer_id=3, out_port=4, out_group=5)
    assert isinstance(flow_mod, messages.FlowMod)
    assert flow_mod.flags == 0b11111
    assert [type(instruction).__name__ for instruction in flow_mod.instructions] == [
        "Meter",
        "ApplyActions",
        "ClearActions",
        "WriteActions",
        "WriteMetadata",
        "GotoTable",
        "ExperimenterInstruction",
    ]
    entry = messages.FlowStatsEntry(
        table_id=0,
        match=flow_mod.match,
        duration_sec=1,
        duration_nsec=500_000_000,
        priority=flow_mod.priority,
        idle_timeout=0,
        hard_timeout=0,
        flags=flow_mod.flags,
        cookie=1,
        packet_count=(1 << 64) - 1,
        byte_count=0,
        instructions=flow_mod.instructions,
    )
    stats = V13.flow_stats(entry)
    assert (stats.duration, stats.packet_count, stats.byte_count) == (1.5, None, 0)
    assert V13.flow_mod(ADD, stats, cookie=1, cookie_mask=2, buffer_id=3, out_port=4, out_group=5) == flow_mod


VALUES = {name: st.integers(0, field.largest) for name, field in FIELDS.items()}


@given(
    st.lists(st.sampled_from(list(FIELDS)), unique=True, max_size=8).flatmap(
        lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
    )
)
def test_match_from_wire(values: dict[str, int]) -> None:
    """Every field is read by its name, whatever the order in which a switch writes it."""
    wire = OxmMatch(tuple(Oxm(name, value) for name, value in reversed(values.items())))
    assert V13.match_from_wire(wire) == Match(**values)


def test_fields_of_others() -> None:
    """A match field that somebody else defined is kept, and written again."""
    register = UnknownOxm(bytes.fromhex("0001000400000005"))
    match = V13.match_from_wire(OxmMatch((register, Oxm("in_port", 1))))
    assert match != Match(in_port=1)
    assert V13.match_to_wire(match) == OxmMatch((Oxm("in_port", 1), register))


@pytest.mark.parametrize(
    "fields",
    [(Oxm("in_port", 1), Oxm("in_port", 2)), (Oxm("vlan_pcp", 8),), (Oxm("ip_dscp", 0x40),)],
)
def test_match_that_makes_no_sense(fields: tuple[Oxm, ...]) -> None:
    """A field that comes twice, or has a value that does not fit, is the switch's fault."""
    with pytest.raises(RemoteProtocolError) as refused:
        V13.match_from_wire(OxmMatch(fields))
    assert refused.value.error_type == 4


@pytest.mark.parametrize(
    ("match", "sentence"),
    [
        (Match(tcp_dst=80), "tcp_dst needs ip_proto=6"),
        (Match(in_phy_port=1), "in_phy_port needs in_port"),
        (Match(eth_type=0x86DD, ip_proto=58, icmpv6_type=136, ipv6_nd_sll=1), "ipv6_nd_sll needs icmpv6_type=135"),
        (Match(vlan_pcp=1), "vlan_pcp needs vlan_vid with bit 0x1000"),
        (Match(vlan_vid=5), "VLAN 5 is vlan_vid=0x1005"),
        (Match(mpls_label=5), "mpls_label needs eth_type=0x8847 or 0x8848"),
    ],
    ids=str,
)
def test_match_refused(match: Match, sentence: str) -> None:
    """A field without what it needs is refused here, with what to add, and not by the switch later."""
    with pytest.raises(LocalProtocolError) as refused:
        V13.match_to_wire(match)
    assert sentence in str(refused.value)


def test_actions() -> None:
    """SetField is one OXM field on the wire; max_len has a meaning for the controller alone."""
    actions = (SetField("eth_src", 5), Output(1), Output(CONTROLLER, 128))
    wire = V13.actions_to_wire(actions)
    assert wire == (SetOxm(Oxm("eth_src", 5)), Output(1, 0), Output(CONTROLLER, 128))
    assert V13.actions_from_wire(wire) == actions
    foreign = (SetOxm(UnknownOxm(bytes.fromhex("0001000400000005"))),)
    assert V13.actions_from_wire(foreign) == V13.actions_to_wire(foreign) == foreign


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (SetField("in_port", 1), "in_port can be matched, but not set"),
        (SetField("metadata", 1), "metadata can be matched, but not set"),
        (SetField("vlan_vid", 5), "VLAN 5 is 0x1005"),
    ],
    ids=str,
)
def test_actions_refused(action: SetField, sentence: str) -> None:
    """What every switch would refuse is refused here."""
    with pytest.raises(LocalProtocolError) as refused:
        V13.actions_to_wire((action,))
    assert sentence in str(refused.value)


def test_packet_out() -> None:
    """A packet-out that comes from no port comes from the controller."""
    data = recorded("OFPT_PACKET_OUT (OF1.3)")[-18:]
    packet_out = decode(encode(V13.packet_out(1, (Output(2),), data), V13.version))
    assert packet_out == messages.PacketOut(in_port=1, actions=(Output(2, 0),), data=data)
    assert V13.packet_out(None, ()).in_port == CONTROLLER


def test_ports() -> None:
    """A port as it is described, and a change of it, byte for byte."""
    reply = decode(recorded("OFPST_PORT_DESC reply (OF1.3) (xid=0x3)"))
    assert isinstance(reply, messages.PortDescriptionReply)
    local, port, _ = map(V13.port_info, reply.ports)
    assert (local.number, local.name, local.is_up) == (LOCAL, "br0", True)
    assert port.hw_addr == EthernetAddress("aa:55:aa:55:00:0f")
    change = V13.port_mod(port, config=0x40, mask=0x40)
    assert encode(change, V13.version, 4) == recorded("PORT_MOD (OF1.3)", "config: NO_PACKET_IN")
    with pytest.raises(LocalProtocolError, match="no port configuration 0x10"):
        V13.port_mod(PortInfo(number=1, hw_addr=port.hw_addr, name=""), config=0x10, mask=0x10)


def test_port_statistics() -> None:
    """Counters that a switch does not keep are None."""
    reply = decode(recorded("OFPST_PORT reply (OF1.3)"))
    assert isinstance(reply, messages.PortStatsReply)
    stats = V13.port_stats(reply.entries[0])
    assert (stats.number, stats.tx_bytes, stats.rx_dropped) == (LOCAL, 72, None)
    assert stats.duration is not None


def test_description_is_hostile() -> None:
    """What a switch says of itself cannot disturb a terminal or a log."""
    reply = messages.DescriptionReply(mfr_desc="a\nb", hw_desc="\x1b[31m", sw_desc="é", serial_num="\udcff", dp_desc="")
    text = V13.description(reply)
    assert (text.manufacturer, text.hardware, text.software, text.serial_number) == (
        r"a\nb",
        r"\x1b[31m",
        "é",
        r"\udcff",
    )


def test_requests() -> None:
    """Requests for everything, byte for byte."""
    assert encode(V13.flow_stats_request(Match()), V13.version, 2) == recorded("OFPST_FLOW request (OF1.3)")
    assert encode(V13.port_stats_request(), V13.version, 2) == recorded("OFPST_PORT request (OF1.3)")


def test_errors() -> None:
    """An error by its names, and the message that it is about."""
    error = decode(recorded("switch: OFPT_ERROR (OF1.3)"))
    assert isinstance(error, messages.Error)
    assert V13.error_text(error) == "BAD_ACTION/BAD_OUT_GROUP"
    assert V13.refused(error)[:2] == bytes([4, 14])
    sent = V13.error_message(RemoteProtocolError("bad", error_type=4, error_code=1), b"frame")
    assert sent == messages.Error(type=4, code=1, data=b"frame")
