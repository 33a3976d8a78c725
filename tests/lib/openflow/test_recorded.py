"""What Open vSwitch and its tools wrote, read and written again."""

from __future__ import annotations

import pytest

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow import Version, messages
from nox.lib.openflow import actions as a
from nox.lib.openflow import actions10 as a10
from nox.lib.openflow import instructions as i
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.enums import GroupCommand, GroupType, MeterCommand, MeterFlag, Role
from nox.lib.openflow.match10 import Match10, Wildcard
from nox.lib.openflow.match13 import Oxm, OxmMatch
from nox.lib.openflow.nicira.actions import NxResubmitTable
from nox.lib.openflow.versions import HEADER
from tests.lib.openflow.recorded import RECORDED, recorded


@pytest.mark.parametrize("data", RECORDED, ids=lambda data: RECORDED[data][:60])
def test_identity(data: bytes) -> None:
    """A recorded message, decoded and encoded anew, is the same bytes."""
    version, _, _, xid = HEADER.unpack_from(data)
    assert encode(decode(data), Version(version), xid) == data


@pytest.mark.parametrize("version", ["1.0", "1.3"])
def test_description(version: str) -> None:
    """The texts of a description end where they end."""
    [data] = [
        d
        for d, m in RECORDED.items()
        if "DESC reply" in m and "Manufacturer" in m and ("1.3" in m) == (version == "1.3")
    ]
    assert decode(data) == messages.DescriptionReply(
        mfr_desc="Nicira, Inc.", hw_desc="Open vSwitch", sw_desc="3.1.0", serial_num="None", dp_desc="None"
    )


def test_features_10() -> None:
    """1.0's features carry the ports, whose numbers have 16 bits."""
    reply = decode(recorded("OFPT_FEATURES_REPLY (xid=0x4)"))
    assert isinstance(reply, messages.FeaturesReply)
    assert (reply.datapath_id, reply.n_tables, reply.capabilities) == (0xAB, 254, 0xC7)
    assert [(port.port_no, port.name) for port in reply.ports] == [(0xFFFE, "br0"), (1, "p1"), (2, "p2")]


def test_flow_mod_10() -> None:
    """Every field of 1.0's match, and its actions that set fields."""
    flow_mod = decode(recorded("OFPT_FLOW_MOD (xid=0x6)", "dl_vlan=5"))
    address = EthernetAddress
    assert flow_mod == messages.FlowMod(
        match=Match10(
            wildcards=24 << 8,
            in_port=1,
            dl_src=address("02:00:00:00:00:01"),
            dl_dst=address("02:00:00:00:00:02"),
            dl_vlan=5,
            dl_vlan_pcp=3,
            dl_type=0x0800,
            nw_tos=16,
            nw_proto=6,
            nw_src=0x0A000000,
            nw_dst=0x0A010203,
            tp_src=1000,
            tp_dst=80,
        ),
        cookie=0x1234,
        command=0,
        idle_timeout=10,
        hard_timeout=20,
        priority=100,
        out_port=0xFFFF,
        flags=1,
        actions=(
            a10.SetDlSrc(address("02:00:00:00:00:03")),
            a10.SetDlDst(address("02:00:00:00:00:04")),
            a10.SetNwSrc(0x01020304),
            a10.SetNwDst(0x04030201),
            a10.SetNwTos(32),
            a10.SetTpSrc(1),
            a10.SetTpDst(2),
            a10.StripVlan(),
            a.Output(2, 0),
            a.Output(0xFFFD, 128),
        ),
    )


def test_enqueue_10() -> None:
    """1.0's action for queues."""
    flow_mod = decode(recorded("OFPT_FLOW_MOD (xid=0x6)", "enqueue:2:7"))
    assert isinstance(flow_mod, messages.FlowMod)
    assert flow_mod.actions == (a10.Enqueue(2, 7),)
    assert isinstance(flow_mod.match, Match10)
    assert flow_mod.match.wildcards & Wildcard.IN_PORT


def test_flow_mod_13() -> None:
    """IPv6, metadata and tunnel with masks; every instruction that Open vSwitch combines."""
    flow_mod = decode(recorded("OF1.3", "tcp6", "FLOW_MOD"))
    assert isinstance(flow_mod, messages.FlowMod)
    link_local, whole = 0xFE80 << 112, (1 << 64) - 1
    assert isinstance(flow_mod.match, OxmMatch)
    assert set(flow_mod.match.fields) == {
        Oxm("eth_type", 0x86DD),
        Oxm("ip_proto", 6),
        Oxm("ipv6_src", link_local, whole << 64),
        Oxm("ipv6_dst", link_local | 1),
        Oxm("ipv6_flabel", 0x12345),
        Oxm("tcp_dst", 443),
        Oxm("metadata", 1, 0xFF),
        Oxm("tunnel_id", 5),
    }
    assert flow_mod.instructions == (
        i.ApplyActions(
            (a.PushVlan(0x8100), a.SetOxm(Oxm("vlan_vid", 0x1005)), a.DecNwTtl(), a.SetQueue(3)),
        ),
        i.WriteActions((a.Output(1, 0),)),
        i.WriteMetadata(0x10, 0xF0),
        i.GotoTable(1),
    )


def test_foreign_13() -> None:
    """Nicira's registers and actions have names in 1.3 too."""
    flow_mod = decode(recorded("OF1.3", "reg0=0x5", "FLOW_MOD"))
    assert isinstance(flow_mod, messages.FlowMod)
    assert isinstance(flow_mod.match, OxmMatch)
    assert Oxm("reg0", 5) in flow_mod.match.fields
    [apply_actions] = flow_mod.instructions
    assert isinstance(apply_actions, i.ApplyActions)
    assert [type(action) for action in apply_actions.actions] == [NxResubmitTable]


def test_packet_in() -> None:
    """A packet-in: 1.0 has its port in a field, 1.3 in a match."""
    old, new = decode(recorded("OFPT_PACKET_IN (xid")), decode(recorded("OFPT_PACKET_IN (OF1.3)"))
    assert isinstance(old, messages.PacketIn)
    assert isinstance(new, messages.PacketIn)
    assert (old.in_port, old.reason, old.total_len) == (2, 1, 36)
    assert new.match == OxmMatch((Oxm("in_port", 2),))
    assert old.data == new.data
    assert old.data[:6] == EthernetAddress("02:00:00:00:00:02")


def test_port_statistics() -> None:
    """Counters of each port; what the switch does not count is all ones."""
    reply = decode(recorded("OFPST_PORT reply (OF1.3)"))
    assert isinstance(reply, messages.PortStatsReply)
    assert [entry.port_no for entry in reply.entries] == [0xFFFFFFFE, 1, 2]
    assert reply.entries[0].tx_bytes == 72
    assert reply.entries[0].rx_dropped == (1 << 64) - 1
    assert not reply.more


def test_groups() -> None:
    """A group's buckets with what they watch, their weights and their actions."""
    failover, select = decode(recorded("GROUP_MOD", "type=ff")), decode(recorded("GROUP_MOD", "type=select"))
    any_ = 0xFFFFFFFF
    assert failover == messages.GroupMod(
        command=GroupCommand.ADD,
        type=GroupType.FAST_FAILOVER,
        group_id=2,
        buckets=(
            messages.Bucket(watch_port=1, watch_group=any_, actions=(a.Output(1, 0),)),
            messages.Bucket(watch_port=any_, watch_group=1, actions=(a.Group(1),)),
        ),
    )
    assert isinstance(select, messages.GroupMod)
    assert [bucket.weight for bucket in select.buckets] == [3, 5]
    described = decode(recorded("OFPST_GROUP_DESC reply"))
    assert isinstance(described, messages.GroupDescriptionReply)
    assert {entry.group_id: entry.buckets for entry in described.entries}[2] == failover.buckets


def test_meters() -> None:
    """A meter's bands, by their types."""
    meter_mod = decode(recorded("METER_MOD", "dscp_remark"))
    assert meter_mod == messages.MeterMod(
        command=MeterCommand.ADD,
        flags=MeterFlag.PKTPS,
        meter_id=2,
        bands=(messages.DscpRemarkBand(rate=10, prec_level=1),),
    )
    config = decode(recorded("OFPST_METER_CONFIG reply"))
    drop = messages.DropBand(rate=1000, burst_size=100)
    entry = messages.MeterConfigEntry(flags=13, meter_id=1, bands=(drop,))
    assert config == messages.MeterConfigReply(entries=(entry,))


def test_queues() -> None:
    """Queues of a port: 1.0 and 1.3 lay them out differently."""
    replies = [decode(recorded(f"QUEUE_GET_CONFIG_REPLY {words}")) for words in ("(xid", "(OF1.3)")]
    assert replies == [
        messages.QueueGetConfigReply(port=1, queues=(messages.Queue(queue_id=0),)),
        messages.QueueGetConfigReply(port=1, queues=(messages.Queue(queue_id=0, port=1),)),
    ]


def test_table_features() -> None:
    """A table's properties are lists, each with its zeros behind its length."""
    reply = decode(recorded("OFPST_TABLE_FEATURES reply"))
    assert isinstance(reply, messages.TableFeaturesReply)
    [table] = reply.tables
    assert (table.table_id, table.max_entries, len(table.properties)) == (0, 1000000, 14)
    assert not [p for p in table.properties if type(p).__name__.startswith("Unknown")]


def test_roles() -> None:
    """A role and what a controller is told."""
    assert decode(recorded("OFPT_ROLE_REPLY")) == messages.RoleReply(role=Role.MASTER, generation_id=7)
    assert decode(recorded("GET_ASYNC_REPLY")) == messages.GetAsyncReply(
        packet_in_mask=3,
        packet_in_mask_slave=0,
        port_status_mask=7,
        port_status_mask_slave=7,
        flow_removed_mask=15,
        flow_removed_mask_slave=0,
    )
