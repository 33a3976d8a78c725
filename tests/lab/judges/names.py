"""What tshark calls our fields, written from its list of fields (``tshark -G fields``) and from the specification.

The key is a class, for the prefix of its fields, or ``Class.field``, where its name is not that prefix and the field.
A field that is in neither table fails the test: it would be compared with nothing.
"""

from __future__ import annotations

from typing import Final

V4: Final = "openflow_v4."
V1: Final = "openflow."

NAMES: Final[dict[int, dict[str, str]]] = {
    1: {
        "FeaturesReply": V1,
        "Port.port_no": V1 + "port_no",
        "Port.hw_addr": V1 + "hw_add",
        "Port.name": V1 + "port_name",
        "Port": V1 + "port_",
        "GetConfigReply.flags": V1 + "config_flags",
        "GetConfigReply": V1,
        "SetConfig.flags": V1 + "config_flags",
        "SetConfig": V1,
        "PacketIn": V1,
        "PacketOut": V1,
        "FlowMod": V1,
        "Match10.wildcards": V1 + "wildcards",
        "Match10.in_port": V1 + "in_port",
        "Match10.dl_src": V1 + "eth_src",
        "Match10.dl_dst": V1 + "eth_dst",
        "Match10.dl_vlan": V1 + "dl_vlan",
        "Match10.dl_vlan_pcp": V1 + "dl_vlan_pcp",
        "Match10.dl_type": V1 + "ofp_match.dl_type",
        "Match10.nw_tos": V1 + "ofp_match.tos",
        "Match10.nw_proto": V1 + "ofp_match.nw_proto",
        "Match10.nw_src": V1 + "ofp_match.source_addr",
        "Match10.nw_dst": V1 + "ofp_match.dest_addr",
        "Match10.tp_src": V1 + "ofp_match.source_port",
        "Match10.tp_dst": V1 + "ofp_match.dest_port",
        "Output.port": V1 + "output_port",
        "Output.max_len": V1 + "max_len",
        "DescriptionReply": V1,
        "FlowStatsRequest": V1,
    },
    4: {
        "FeaturesReply": V4 + "switch_features.",
        "FeaturesReply.reserved": V4 + "switch_features_reserved",
        "Error": V4 + "error.",
        "EchoRequest": V4 + "echo.",
        "EchoReply": V4 + "echo.",
        "GetConfigReply": V4 + "switch_config.",
        "SetConfig": V4 + "switch_config.",
        "PacketIn": V4 + "packet_in.",
        "FlowRemoved": V4 + "flow_removed.",
        "PortStatus": V4 + "port_status.",
        "Port": V4 + "port.",
        "Port.state": V4 + "port.sate",
        "Port.curr": V4 + "port.current",
        "PacketOut": V4 + "packet_out.",
        "FlowMod": V4 + "flowmod.",
        "GroupMod": V4 + "groupmod.",
        "Bucket": V4 + "bucket.",
        "PortMod": V4 + "portmod.",
        "TableMod": V4 + "tablemod.",
        "QueueGetConfigRequest": V4 + "queue_get_config_request.",
        "QueueGetConfigReply": V4 + "queue_get_config_reply.",
        "Queue": V4 + "packet_queue.",
        "MinRate": V4 + "queue_prop.min_rate.",
        "MaxRate": V4 + "queue_prop.max_rate.",
        "RoleRequest": V4 + "role_request.",
        "RoleReply": V4 + "role_reply.",
        **{
            f"{cls}.{mask}{who}": f"{V4}async_config.{mask}.{shown}"
            for cls in ("GetAsyncReply", "SetAsync")
            for mask in ("packet_in_mask", "port_status_mask", "flow_removed_mask")
            for who, shown in {"": "master", "_slave": "slave"}.items()
        },
        "MeterMod": V4 + "metermod.",
        "DropBand": V4 + "meter_band.",
        "DscpRemarkBand": V4 + "meter_band.",
        "DscpRemarkBand.prec_level": V4 + "meter_band.dscp_remark.prec_level",
        "FlowStatsRequest": V4 + "flow_stats_request.",
        "AggregateStatsRequest": V4 + "aggregate_stats_request.",
        "PortStatsRequest": V4 + "port_stats_request.",
        "QueueStatsRequest": V4 + "queue_stats_request.",
        "GroupStatsRequest": V4 + "group_stats_request.",
        "MeterStatsRequest": V4 + "meter_stats_request.",
        "MeterConfigRequest": V4 + "meter_config_request.",
        "DescriptionReply": V4 + "switch_description.",
        "FlowStatsEntry": V4 + "flow_stats.",
        "AggregateStatsReply": V4 + "aggregate_stats.",
        "TableStatsEntry": V4 + "table_stats.",
        "TableStatsEntry.matched_count": V4 + "table_stats.match_count",
        "PortStatsEntry": V4 + "port_stats.",
        "PortStatsEntry.rx_frame_err": V4 + "port_stats.rx_frame_error",
        "PortStatsEntry.rx_over_err": V4 + "port_stats.rx_over_error",
        "PortStatsEntry.rx_crc_err": V4 + "port_stats.rx_crc_error",
        "QueueStatsEntry": V4 + "queue_stats.",
        "QueueStatsEntry.tx_packets": V4 + "quee_stats.tx_packets",
        "QueueStatsEntry.tx_errors": V4 + "port_stats.tx_errors",
        "GroupStatsEntry": V4 + "group_stats.",
        "GroupStatsEntry.duration_sec": V4 + "flow_stats.duration_sec",
        "GroupStatsEntry.duration_nsec": V4 + "flow_stats.duration_nsec",
        "BucketCounter": V4 + "bucket_counter.",
        "GroupDescriptionEntry": V4 + "group_desc.",
        "GroupFeaturesReply": V4 + "group_features.",
        **{
            f"GroupFeaturesReply.{ours}_{kind}": f"{V4}{shown}.{kind.replace('fast_failover', 'ff')}"
            for ours, shown in {"max": "group_stats.max_groups", "actions": "group_features.actions"}.items()
            for kind in ("all", "select", "indirect", "fast_failover")
        },
        "MeterStatsEntry": V4 + "meter_stats.",
        "BandCounter": V4 + "meter_band_stats.",
        "MeterConfigEntry": V4 + "meter_config.",
        "MeterFeaturesReply": V4 + "meter_features.",
        "MeterFeaturesReply.band_types": V4 + "features.band_types",
        "TableFeatures": V4 + "table_features.",
        "GotoTable": V4 + "instruction.goto_table.",
        "WriteMetadata.metadata": V4 + "instruction.write_metadata.value",
        "WriteMetadata.metadata_mask": V4 + "instruction.write_metadata.mask",
        "Meter": V4 + "instruction.meter.",
        "Output": V4 + "action.output.",
        "SetMplsTtl": V4 + "action.set_mpls_ttl.",
        "PushVlan": V4 + "action.push_vlan.",
        "PushMpls": V4 + "action.push_mpls.",
        "PopMpls": V4 + "action.pop_mpls.",
        "SetQueue": V4 + "action.set_queue.",
        "Group": V4 + "action.group.",
        "SetNwTtl": V4 + "action.set_nw_ttl.",
        "PushPbb": V4 + "action.push_pbb.",
    },
}

# Fields of ours that this version does not have; they must have their defaults.
ABSENT: Final[dict[int, frozenset[str]]] = {
    1: frozenset(
        {
            "FeaturesReply.auxiliary_id",
            "FeaturesReply.reserved",
            "Port.curr_speed",
            "Port.max_speed",
            "PacketIn.table_id",
            "PacketIn.cookie",
            "PacketIn.match",
            "FlowMod.cookie_mask",
            "FlowMod.table_id",
            "FlowMod.out_group",
            "FlowStatsRequest.out_group",
            "FlowStatsRequest.cookie",
            "FlowStatsRequest.cookie_mask",
            "Hello.data",
        }
    ),
    4: frozenset(
        {
            "FeaturesReply.actions",
            "PacketIn.in_port",
            "TableStatsEntry.name",
            "TableStatsEntry.wildcards",
            "TableStatsEntry.max_entries",
            "Hello.data",
        }
    ),
}

# Numbers that say what a structure is (``ofp_type`` and its like), from the specifications.
MESSAGES: Final[dict[int, dict[str, int]]] = {
    1: {
        "Hello": 0, "Error": 1, "EchoRequest": 2, "EchoReply": 3, "Experimenter": 4, "FeaturesRequest": 5,
        "FeaturesReply": 6, "GetConfigRequest": 7, "GetConfigReply": 8, "SetConfig": 9, "PacketIn": 10,
        "FlowRemoved": 11, "PortStatus": 12, "PacketOut": 13, "FlowMod": 14, "PortMod": 15, "MultipartRequest": 16,
        "MultipartReply": 17, "BarrierRequest": 18, "BarrierReply": 19, "QueueGetConfigRequest": 20,
        "QueueGetConfigReply": 21,
    },
    4: {
        "Hello": 0, "Error": 1, "EchoRequest": 2, "EchoReply": 3, "Experimenter": 4, "FeaturesRequest": 5,
        "FeaturesReply": 6, "GetConfigRequest": 7, "GetConfigReply": 8, "SetConfig": 9, "PacketIn": 10,
        "FlowRemoved": 11, "PortStatus": 12, "PacketOut": 13, "FlowMod": 14, "GroupMod": 15, "PortMod": 16,
        "TableMod": 17, "MultipartRequest": 18, "MultipartReply": 19, "BarrierRequest": 20, "BarrierReply": 21,
        "QueueGetConfigRequest": 22, "QueueGetConfigReply": 23, "RoleRequest": 24, "RoleReply": 25,
        "GetAsyncRequest": 26, "GetAsyncReply": 27, "SetAsync": 28, "MeterMod": 29,
    },
}  # fmt: skip
MULTIPARTS: Final = {
    "Description": 0, "FlowStats": 1, "AggregateStats": 2, "TableStats": 3, "PortStats": 4, "QueueStats": 5,
    "GroupStats": 6, "GroupDescription": 7, "GroupFeatures": 8, "MeterStats": 9, "MeterConfig": 10,
    "MeterFeatures": 11, "TableFeatures": 12, "PortDescription": 13, "Experimenter": 0xFFFF,
}  # fmt: skip
TAGS: Final[dict[int, dict[str, tuple[str, dict[str, int]]]]] = {
    1: {"Action": (V1 + "action_typ", {"Output": 0})},
    4: {
        "HelloElement": (V4 + "hello_element.type", {"VersionBitmap": 1}),
        "Action": (
            V4 + "action.type",
            {
                "Output": 0, "CopyTtlOut": 11, "CopyTtlIn": 12, "SetMplsTtl": 15, "DecMplsTtl": 16, "PushVlan": 17,
                "PopVlan": 18, "PushMpls": 19, "PopMpls": 20, "SetQueue": 21, "Group": 22, "SetNwTtl": 23,
                "DecNwTtl": 24, "SetOxm": 25, "PushPbb": 26, "PopPbb": 27,
            },
        ),
        "Instruction": (
            V4 + "instruction.type",
            {"GotoTable": 1, "WriteMetadata": 2, "WriteActions": 3, "ApplyActions": 4, "ClearActions": 5, "Meter": 6},
        ),
        "Band": (V4 + "meter_band.type", {"DropBand": 1, "DscpRemarkBand": 2}),
        "QueueProperty": (V4 + "queue_prop.property", {"MinRate": 1, "MaxRate": 2}),
        "TableProperty": (
            V4 + "table_feature_prop.type",
            {
                "InstructionsProperty": 0, "InstructionsMiss": 1, "NextTables": 2, "NextTablesMiss": 3,
                "WriteActionsProperty": 4, "WriteActionsMiss": 5, "ApplyActionsProperty": 6, "ApplyActionsMiss": 7,
                "MatchProperty": 8, "WildcardsProperty": 10, "WriteSetField": 12, "WriteSetFieldMiss": 13,
                "ApplySetField": 14, "ApplySetFieldMiss": 15,
            },
        ),
    },
}  # fmt: skip
# The match fields by their numbers (1.3.5, table 12), from 0 on.
OXM: Final = (
    "in_port", "in_phy_port", "metadata", "eth_dst", "eth_src", "eth_type", "vlan_vid", "vlan_pcp", "ip_dscp",
    "ip_ecn", "ip_proto", "ipv4_src", "ipv4_dst", "tcp_src", "tcp_dst", "udp_src", "udp_dst", "sctp_src",
    "sctp_dst", "icmpv4_type", "icmpv4_code", "arp_op", "arp_spa", "arp_tpa", "arp_sha", "arp_tha", "ipv6_src",
    "ipv6_dst", "ipv6_flabel", "icmpv6_type", "icmpv6_code", "ipv6_nd_target", "ipv6_nd_sll", "ipv6_nd_tll",
    "mpls_label", "mpls_tc", "mpls_bos", "pbb_isid", "tunnel_id", "ipv6_exthdr",
)  # fmt: skip
