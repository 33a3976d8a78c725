"""Values for the samples: where not any number will do, and what must stand beside what."""

from __future__ import annotations

from typing import Any, Final

from nox.lib.openflow import Version
from nox.lib.openflow.actions import Output
from nox.lib.openflow.match13 import Oxm
from nox.lib.openflow.nicira.learning import Destination, LearnSpec
from nox.lib.openflow.nicira.subfields import Bits, FieldId, Subfield, UnknownFieldId

_1_0, _1_3 = Version.V1_0, Version.V1_3
# The first number of each size, by the `struct` format; each that follows is one more.
SMALLEST: Final = {"B": 0x11, "H": 0x0101, "I": 0x00010001, "Q": 0x0000000100000001}
_FRAME: Final = bytes.fromhex("020000000002020000000001080600010800060400010200000000010a0000010000000000000a000002")
VLAN, _MPLS, _IPV4, _PBB = (
    Oxm("vlan_vid", 0x1005),
    Oxm("eth_type", 0x8847),
    Oxm("eth_type", 0x0800),
    Oxm("eth_type", 0x88E7),
)

# Values where not any number will do, by field, or by class and field.
VALUES: Final[dict[str, Any]] = {
    "flags": 0,
    "command": 0,
    "reason": 1,
    "role": 2,
    "buffer_id": 0xFFFFFFFF,
    "port_no": 3,
    "port": 4,
    "in_port": 5,
    "out_port": 6,
    "watch_port": 7,
    "watch_group": 8,
    "group_id": 9,
    "ethertype": 0x8100,
    "experimenter": 0x00ABCDEF,
    "prec_level": 1,
    "reserved": 0,
    "auxiliary_id": 0,
    "table_id": 2,
    "GotoTable.table_id": 7,
    "PushMpls.ethertype": 0x8847,
    "PopMpls.ethertype": 0x0800,
    "PushPbb.ethertype": 0x88E7,
    "SetVlanVid.vlan_vid": 0x105,
    "SetVlanPcp.vlan_pcp": 5,
    "SetNwTos.nw_tos": 0xB8,
    "PacketIn.data": _FRAME,
    "PacketIn.total_len": len(_FRAME),
    "PacketOut.data": _FRAME,
    "MeterMod.flags": 1,
    "MeterConfigEntry.flags": 1,
    "MinRate.rate": 501,
    "MaxRate.rate": 502,
    "MeterFeaturesReply.band_types": 6,
    "MeterFeaturesReply.capabilities": 15,
    "GroupFeaturesReply.types": 15,
    "GroupFeaturesReply.capabilities": 5,
    "FeaturesReply.capabilities": 0x4B,
    "FeaturesReply.actions": 0xFFF,
    "TableMod.config": 3,
    "TableFeatures.config": 3,
    "Port.config": 1,
    "Port.state": 1,
    "PortMod.config": 1,
    "PortMod.mask": 1,
    "Match10.wildcards": 0,
    "Match10.dl_vlan": 0x123,
    "Match10.dl_vlan_pcp": 5,
    "Match10.dl_type": 0x0800,
    "Match10.nw_proto": 6,
    "Match10.nw_tos": 0xB8,
    "TableStatsEntry.wildcards": 0x3FFFFF,
    "VersionBitmap.bitmaps": (0x12,),
    "FeatureId.data": b"",
    "FeatureId.type": 1,
    "Hello.data": b"",
    "Error.type": 1,
    "Error.code": 2,
    "Error.data": bytes.fromhex("010200080000000a"),
    "GroupMod.type": 1,
    "GroupDescriptionEntry.type": 1,
    "data": bytes(range(1, 9)),
    "tables": bytes([3, 4]),
    "NxSetFlowFormat.format": 2,
    "NxFlowModTableId.set": 1,
    "NxSetPacketInFormat.format": 1,
    "NxPacketIn.data": _FRAME,
    "NxPacketIn.total_len": len(_FRAME),
    "NxPacket.data": _FRAME,
    "bits": Bits(4, 8),
    "NxRegLoad.value": 0x5A,
    "NxRegMove.n_bits": 8,
    "NxRegMove.src_ofs": 16,
    "NxRegMove.dst_ofs": 8,
    "NxRegMove.src": FieldId("reg3"),
    "NxStackPush.offset": 8,
    "NxStackPush.n_bits": 16,
    "NxStackPop.offset": 8,
    "NxStackPop.n_bits": 16,
    "NxMultipath.fields": 1,
    "NxMultipath.algorithm": 0,
    "NxMultipath.max_link": 15,
    "NxBundle.algorithm": 1,
    "NxBundle.fields": 0,
    "NxBundle.member_type": 2,
    "NxBundle.dst": None,
    "NxBundle.bits": Bits(0, 1),
    "NxBundleLoad.algorithm": 1,
    "NxBundleLoad.fields": 0,
    "NxBundleLoad.member_type": 2,
    "NxBundleLoad.bits": Bits(0, 16),
    "NxConjunction.clause": 1,
    "NxConjunction.n_clauses": 3,
    "NxOutputReg2.bits": Bits(0, 16),
    "NxOutputReg.bits": Bits(0, 16),
    "NxCheckPktLarger.offset": 3,
    "NxSample2.direction": 0,
    "NxSample2.sampling_port": 3,
    "NxSample3.direction": 2,
    "NxSample3.sampling_port": 3,
    "NxSetMplsLabel.label": 0x12345,
    "NxSetMplsTc.tc": 5,
    "NxPushMpls.ethertype": 0x8847,
    "NxPopMpls.ethertype": 0x0800,
    "NxConntrack.flags": 1,
    "NxConntrack.zone_src": None,
    "NxConntrack.alg": 0,
    "NxNat.flags": 1,
    "NxLearn.flags": 1,
    "NxFlowMonitor.flags": 63,
    "NxFlowChange.event": 0,
    "NxFlowChange.reason": 0,
    "NxOwnChange.event": 3,
    "NxLearn2.flags": 5,
    "NxLearn2.result_offset": 3,
    "NxDeleteField.field": UnknownFieldId(bytes.fromhex("0001507c")),  # tun_metadata0
    "NxClone.actions": (Output(1, 0),),
    "NxNote.note": bytes(range(1, 7)),
    "NxEncap.hdr_size": 0,
    "NxEncap.new_pkt_type": 0x0001894F,
    "NxEncap.properties": bytes.fromhex("0004010501000000"),
    "NxDecap.new_pkt_type": 0xFFFE,
}
LEARN_SPECS: Final = (
    LearnSpec(48, Subfield(FieldId("eth_src")), Destination.MATCH, Subfield(FieldId("eth_dst"))),
    LearnSpec(16, 0x0800, Destination.MATCH, Subfield(FieldId("eth_type"))),
    LearnSpec(8, 0x12, Destination.LOAD, Subfield(FieldId("reg2"), 8)),
    LearnSpec(16, Subfield(FieldId("nxm_in_port")), Destination.OUTPUT),
)
# Every one of these numbers, each in a message of its own.
VARIANTS: Final[dict[str, tuple[int, ...]]] = {
    "FlowMod.command": (0, 1, 2, 3, 4),
    "GroupMod.command": (0, 1),
    "MeterMod.command": (0, 1, 2),
    "RoleRequest.role": (0, 1, 2, 3),
    "RoleReply.role": (1, 2, 3),
    "FlowRemoved.reason": (0, 1, 2),
    "PortStatus.reason": (0, 1, 2),
    "PacketIn.reason": (0, 1),
}
# What a packet must be for an action to have a meaning.
NEEDED: Final[dict[str, tuple[Oxm, ...]]] = {
    "PopVlan": (VLAN,),
    "SetMplsTtl": (_MPLS,),
    "DecMplsTtl": (_MPLS,),
    "PopMpls": (_MPLS,),
    "SetNwTtl": (_IPV4,),
    "DecNwTtl": (_IPV4,),
    "PopPbb": (_PBB,),
    **dict.fromkeys(("NxPopMpls", "NxSetMplsTtl", "NxDecMplsTtl", "NxSetMplsLabel", "NxSetMplsTc"), (_MPLS,)),
    **dict.fromkeys(("NxDecTtl", "NxDecTtlCntIds", "NxConntrack", "NxNat"), (_IPV4,)),
    **dict.fromkeys(("NxDecNshTtl",), (Oxm("eth_type", 0x894F),)),
    "NxFinTimeout": (_IPV4, Oxm("ip_proto", 6)),
    "NxResubmitTableCt": (_IPV4, Oxm("ct_state", 0x22, 0x22)),
}
FIELD_VALUES: Final = {
    "vlan_vid": 0x1005,
    "eth_type": 0x0800,
    "ip_proto": 17,
    "in_port": 5,
    "arp_op": 1,
    "nxm_tos": 0xB8,
    "ip_frag": 1,
    "tcp_flags": 0x112,
    "tun_flags": 1,
    "ct_state": 0x21,
    "actset_output": 6,
    "nsh_mdtype": 1,
    "nsh_spi": 0x010203,
}
FIELD_MASKS: Final = {"vlan_vid": 0x1000, "ip_frag": 1, "tcp_flags": 0x110, "tun_flags": 1, "ct_state": 0x20}
# 1.3.5, section 7.2.5; or fields that nothing can set.
NEVER_SET: Final = ("in_port", "in_phy_port", "metadata", "ipv6_exthdr", "packet_type")
# NXM has no name for what Open vSwitch does not have; and a cookie is no field of 1.3's match.
ABSENT: Final = {_1_0: ("in_phy_port", "pbb_isid", "ipv6_exthdr"), _1_3: ("cookie",)}
# The rows of a table where none is asked for, if not its first. Open vSwitch wants all properties of a table.
USUAL: Final = {
    "ApplyActions",
    "Output",
    "InstructionsProperty",
    "NextTables",
    "WriteActionsProperty",
    "ApplyActionsProperty",
    "MatchProperty",
    "WildcardsProperty",
    "WriteSetField",
    "ApplySetField",
    "NxPacket",
}
BESIDE: Final = ("table property", "packet-in property")  # the row that is asked for stands beside the usual ones
# What an entry must match before it can match addresses and ports of the connection tracker.
_ESTABLISHED: Final = Oxm("ct_state", 0x22, 0x22)
TRACKED: Final = {
    "ct_nw_proto": (Oxm("eth_type", 0x0800), _ESTABLISHED),
    "ct_nw_src": (Oxm("eth_type", 0x0800), _ESTABLISHED),
    "ct_nw_dst": (Oxm("eth_type", 0x0800), _ESTABLISHED),
    "ct_ipv6_src": (Oxm("eth_type", 0x86DD), _ESTABLISHED),
    "ct_ipv6_dst": (Oxm("eth_type", 0x86DD), _ESTABLISHED),
    "ct_tp_src": (Oxm("eth_type", 0x0800), _ESTABLISHED, Oxm("ct_nw_proto", 6)),
    "ct_tp_dst": (Oxm("eth_type", 0x0800), _ESTABLISHED, Oxm("ct_nw_proto", 6)),
}
