"""Nicira's messages, as Open vSwitch and its tools write and read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.openflow import Version, messages
from nox.lib.openflow.actions import Output
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.enums import FlowRemovedReason
from nox.lib.openflow.match13 import Oxm, OxmMatch
from nox.lib.openflow.nicira import controllers, flows, monitors, packets
from tests.lib.openflow.recorded import recorded

LINK_LOCAL = 0xFE80 << 112
COOKIE = 0x77


def test_flow_mod() -> None:
    """A table, IPv6 addresses and masks for 1.0; fields have the names of 1.3's where they mean the same."""
    upper = (1 << 128) - (1 << 64)
    assert decode(recorded("NXT_FLOW_MOD", "ADD table:1 priority=7")) == flows.NxFlowMod(
        cookie=0x12,
        table_id=1,
        command=0,
        priority=7,
        match=OxmMatch(
            (
                Oxm("eth_type", 0x86DD),
                Oxm("ipv6_src", LINK_LOCAL, upper),
                Oxm("ipv6_dst", LINK_LOCAL | 1),
                Oxm("ip_ecn", 1),
                Oxm("ip_ttl", 64),
                Oxm("ipv6_flabel", 0x12345),
                Oxm("ip_proto", 6),
                Oxm("tcp_dst", 443),
                Oxm("tcp_flags", 2, 2),
            )
        ),
        actions=(Output(1, 0),),
    )


def test_cookie_mask() -> None:
    """Entries are chosen by cookie with a match field; it shares its number with MPLS's TTL, which is shorter."""
    deletion = decode(recorded("NXT_FLOW_MOD", "DEL table:255 cookie"))
    assert isinstance(deletion, flows.NxFlowMod)
    assert deletion.match == OxmMatch((Oxm("cookie", 0x12),))
    mpls = decode(recorded("NXT_FLOW_MOD", "mpls_label=5"))
    assert isinstance(mpls, flows.NxFlowMod)
    assert Oxm("mpls_ttl", 3) in mpls.match.fields


def test_flow_statistics() -> None:
    """Entries of 1.0 with all that they match, which 1.0's own statistics widen."""
    reply = decode(recorded("NXST_FLOW reply (xid=0x4)"))
    assert isinstance(reply, flows.NxFlowStatsReply)
    named = [entry for entry in reply.entries if entry.cookie == 0x12]
    [entry] = [entry for entry in reply.entries if Oxm("pkt_mark", 1) in entry.match.fields]
    assert (entry.table_id, entry.priority, entry.actions) == (0, 0x8000, (Output(2, 0),))
    assert Oxm("tunnel_id", 5, 0xFF) in entry.match.fields
    assert not named
    assert not reply.more


def test_requests() -> None:
    """A request names a table, and cookies under a mask; an aggregate counts entries together."""
    assert decode(recorded("NXST_FLOW request (xid=0x8)")) == flows.NxFlowStatsRequest(
        table_id=1, match=OxmMatch((Oxm("cookie", 0x10, 0xF0),))
    )
    assert decode(recorded("NXST_AGGREGATE reply")) == flows.NxAggregateStatsReply(
        packet_count=0, byte_count=0, flow_count=3
    )


def test_flow_removed() -> None:
    """An entry that has gone is named with its IPv6 addresses and its table."""
    removed = decode(recorded("NXT_FLOW_REMOVED", "tcp6"))
    assert isinstance(removed, flows.NxFlowRemoved)
    assert (removed.cookie, removed.table_id_plus_1, removed.reason) == (COOKIE, 4, 2)
    assert Oxm("ipv6_dst", LINK_LOCAL, 0xFFC0 << 112) in removed.match.fields


def test_packet_in() -> None:
    """Both of Nicira's packet-ins carry cookie and registers; the second is a list of properties."""
    first, second = decode(recorded("NXT_PACKET_IN (")), decode(recorded("NXT_PACKET_IN2 ("))
    assert isinstance(first, packets.NxPacketIn)
    assert isinstance(second, packets.NxPacketIn2)
    assert (first.cookie, first.total_len) == (COOKIE, len(first.data))
    assert first.match == OxmMatch((Oxm("nxm_in_port", 2), Oxm("reg1", 5)))
    assert second.properties == (
        packets.NxPacket(first.data),
        packets.NxTableId(0),
        packets.NxCookie(COOKIE),
        packets.NxReason(1),
        packets.NxMetadata(OxmMatch((Oxm("in_port", 2), Oxm("reg1", 5)))),
    )


def test_controllers() -> None:
    """Roles, masks of asynchronous messages and a controller's number for 1.0."""
    assert decode(recorded("NXT_ROLE_REPLY")) == controllers.NxRoleReply(role=controllers.NxRole.MASTER)
    assert decode(recorded("NXT_SET_CONTROLLER_ID")) == controllers.NxSetControllerId(controller_id=3)
    assert decode(recorded("NXT_SET_ASYNC_CONFIG")) == controllers.NxSetAsyncConfig(
        packet_in_mask=7,
        packet_in_mask_slave=0,
        port_status_mask=7,
        port_status_mask_slave=3,
        flow_removed_mask=3,
        flow_removed_mask_slave=15,
    )


def test_names_are_shared() -> None:
    """One field has NXM's header in 1.0 and OXM's in 1.3; in the class of the other version it keeps it."""
    match = OxmMatch((Oxm("eth_type", 0x86DD),))
    packet_in = packets.NxPacketIn(total_len=0, reason=0, match=match)
    sent = {v: encode(packet_in, v).hex() for v in (Version.V1_0, Version.V1_3)}
    assert "0000060286dd" in sent[Version.V1_0]
    assert "80000a0286dd" in sent[Version.V1_3]
    mixed = bytes.fromhex(sent[Version.V1_0].replace("00000602", "80000a02"))
    read = decode(mixed)
    assert isinstance(read, packets.NxPacketIn)
    assert read.match == OxmMatch((Oxm("eth_type", 0x86DD, oxm_class=0x8000),))
    assert encode(read, Version.V1_0) == mixed


def test_versions() -> None:
    """What a version does not have of Nicira's stays as it came there, and cannot be encoded."""
    with pytest.raises(LocalProtocolError, match=r"OpenFlow 1\.3 has no message NxSetFlowFormat"):
        encode(flows.NxSetFlowFormat(format=2), Version.V1_3)
    old = encode(flows.NxSetFlowFormat(format=2), Version.V1_0)
    assert decode(b"\4" + old[1:]) == messages.Experimenter(experimenter=0x2320, data=old[12:])


def test_unknown_type() -> None:
    """A message of Nicira's that no table knows stays as it came, however short; so does another experimenter's."""
    for body in ("00002320000000ff01", "0000232000", "000023210000000d"):
        data = bytes.fromhex(f"0104{8 + len(body) // 2:04x}00000000{body}")
        assert isinstance(decode(data), messages.Experimenter)
        assert encode(decode(data), Version.V1_0) == data


@pytest.mark.parametrize("length", [0, 11, 0xFFFF])
def test_match_length(length: int) -> None:
    """The match's length must be that of its fields; what is cut off is read as an action."""
    data = recorded("NXT_FLOW_MOD", "ADD table:1 priority=7")
    with pytest.raises(RemoteProtocolError):
        decode(data[:40] + length.to_bytes(2) + data[42:])


def test_flow_monitor() -> None:
    """A monitor is asked for, what is there is told, then each change; the controller's own as a transaction."""
    asked = decode(recorded("NXST_FLOW_MONITOR request", "own table=0"))
    assert asked == monitors.NxFlowMonitorRequest(monitors=(monitors.NxFlowMonitor(id=0, flags=63, table_id=0),))
    udp = OxmMatch((Oxm("eth_type", 0x0800), Oxm("ip_proto", 17)))
    changed = monitors.NxFlowChange(
        event=monitors.MonitorEvent.MODIFIED,
        priority=8,
        idle_timeout=9,
        hard_timeout=0,
        table_id=0,
        cookie=0,
        match=udp,
    )
    assert decode(recorded("NXST_FLOW_MONITOR reply", "event=MODIFIED")) == monitors.NxFlowMonitorReply(
        updates=(changed,)
    )
    gone = replace(changed, event=monitors.MonitorEvent.DELETED, reason=FlowRemovedReason.DELETE)
    assert decode(recorded("NXST_FLOW_MONITOR reply", "event=DELETED")) == monitors.NxFlowMonitorReply(updates=(gone,))
    own = decode(recorded("NXST_FLOW_MONITOR reply", "event=ABBREV"))
    assert own == monitors.NxFlowMonitorReply(updates=(monitors.NxOwnChange(xid=0x77),))


@pytest.mark.parametrize(
    ("updates", "sentence"),
    [
        ("0003 0009", "an update cannot be 3 bytes long"),
        ("0004 0003", "NxOwnChange"),
        ("0008", "2 bytes left where 4 are needed"),
    ],
)
def test_flow_updates_that_are_none(updates: str, sentence: str) -> None:
    """Lengths that are too short, and an end within one."""
    body = bytes.fromhex("ffff0000 00002320 00000002 00000000" + updates)
    with pytest.raises(RemoteProtocolError, match=sentence):
        decode(bytes.fromhex("0111") + (8 + len(body)).to_bytes(2) + bytes(4) + body)


def test_an_event_that_is_not_known() -> None:
    """It is kept as it came, and one that is known may not be written as such."""
    unknown = monitors.NxFlowMonitorReply(updates=(monitors.NxUnknownUpdate(9, b"abcd"), monitors.NxOwnChange(xid=1)))
    assert decode(encode(unknown, Version.V1_0)) == unknown
    for wrong in (monitors.NxUnknownUpdate(3, b""), monitors.NxOwnChange(event=1, xid=1)):
        with pytest.raises(LocalProtocolError, match="its event is another's"):
            encode(monitors.NxFlowMonitorReply(updates=(wrong,)), Version.V1_0)
