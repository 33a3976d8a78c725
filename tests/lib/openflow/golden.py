"""What a judge of our encoding does not know or gets wrong, why, and the right bytes instead.

The judges are ``ovs-ofctl ofp-print`` 3.1 and tshark 4.0; `tests/lab/judges` asks them. The bytes were written by hand
from the specifications (OpenFlow Switch Specification 1.0.0 and 1.3.5), a space between two fields; the lengths of
parts too. Only a message's own length is counted here. What the numbers are is said by the samples (`samples.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

XID: Final = 0x01020304
OFCTL, TSHARK = "ovs-ofctl", "tshark"
BOTH: Final = (OFCTL, TSHARK)

FOREIGN: Final = "it is another's experimenter, whose bytes nobody can read"
SHORT: Final = "its dissector of 1.0 ends at this message's header"
ACTION: Final = "its dissector of 1.0 knows no action but output"
NOT_IN_OVS: Final = "Open vSwitch does not have it"
READ_ONLY: Final = "valid by the specification, but Open vSwitch does not let this field be set"
PARTLY: Final = "it says *** of every packet that was cut"
NOT_IN_TSHARK: Final = "tshark knows next to nothing of what Open vSwitch added to OpenFlow"
OPAQUE: Final = "Open vSwitch reads only what it wrote into a continuation itself"
# For the same reason tshark is not asked at all of what Open vSwitch added: `ovs-ofctl` judges that, and the bytes of
# `recorded.txt`, which Open vSwitch wrote. `test_golden.py` looks whether these and those here have all of it.


@dataclass(frozen=True)
class Golden:
    """The right bytes of a sample.

    :ivar judges: those that cannot judge it.
    :ivar reason: why they cannot.
    """

    sample: str
    judges: tuple[str, ...]
    reason: str
    data: bytes


def _message(version: int, kind: int, body: str) -> bytes:
    """The header (version, type, length, xid) and a body."""
    data = bytes.fromhex(body)
    return bytes([version, kind]) + (8 + len(data)).to_bytes(2) + XID.to_bytes(4) + data


# ofp_match of 1.0 (5.2.3): wildcards, in_port, dl_src, dl_dst, dl_vlan, dl_vlan_pcp, pad, dl_type, nw_tos, nw_proto,
# pad, nw_src, nw_dst, tp_src, tp_dst
MATCH10: Final = (
    "00000000 0005 020000000100 020000000101 0123 05 00 0800 b8 06 0000 00010003 00010004 0105 0106"
)  # fmt: skip
SECOND_MATCH10: Final = (
    "00000000 0005 02000000010f 020000000110 0123 05 00 0800 b8 06 0000 00010012 00010013 0114 0115"
)  # fmt: skip
# ofp_flow_mod of 1.0 (5.3.3): match, cookie, command, idle_timeout, hard_timeout, priority, buffer_id, out_port, flags
FLOW_MOD10: Final = f"{MATCH10} 0000000100000007 0000 0108 0109 010a ffffffff 0006 0000"
# ofp_phy_port of 1.0 (5.2.1): port_no, hw_addr, name, config, state, curr, advertised, supported, peer
PORT10: Final = (
    "0003 020000000100 74657874203100000000000000000000 00000001 00000001 00010003 00010004 00010005 00010006"
)  # fmt: skip
# Of ofp_queue_get_config_reply of 1.0 (5.3.4): port, pad; twice: queue_id, len, pad, property, len, pad, rate, pad
QUEUES10: Final = (
    "0004 000000000000"
    "00010001 0018 0000 0001 0010 00000000 01f5 000000000000"
    "00010002 0018 0000 0001 0010 00000000 01f5 000000000000"
)
EIGHT: Final = "0102030405060708"  # what samples of experimenters carry
VENDOR: Final = f"00abcdef {EIGHT}"

# ofp_flow_mod of 1.3 (7.3.4.2) without match and instructions: cookie, cookie_mask, table_id, command, idle_timeout,
# hard_timeout, priority, buffer_id, out_port, out_group, flags, pad
FLOW_MOD13: Final = "0000000100000001 0000000100000002 02 00 0103 0104 0105 ffffffff 00000006 00010006 0000 0000"
# ofp_match (7.2.3): type, length; each OXM: class, field and mask bit, length, value; zeros up to eight bytes
IN_PORT: Final = "0001 000c 8000 00 04 00000005 00000000"
# ofp_instruction_actions (7.2.4): type 4, length, pad; ofp_action_output (7.2.5): type, length, port, max_len, pad
OUTPUT: Final = "0004 0018 00000000 0000 0010 00000004 0107 000000000000"
APPLY_8: Final = "0004 0010 00000000"  # apply-actions with eight bytes of actions
APPLY_16: Final = "0004 0018 00000000"  # and with sixteen

_TEN: Final[dict[str, tuple[int, str]]] = {
    "Error": (1, "0001 0002 010200080000000a"),
    "EchoRequest": (2, EIGHT),
    "EchoReply": (3, EIGHT),
    # 5.4.3: match, cookie, priority, reason, pad, duration_sec, duration_nsec, idle_timeout, pad, packets, bytes
    **{
        name: (
            11,
            f"{MATCH10} 0000000100000007 0108 {reason} 00 00010009 0001000a 010b 0000"
            "000000010000000c 000000010000000d",
        )
        for name, reason in {
            "FlowRemoved": "01",
            "FlowRemoved reason 0": "00",
            "FlowRemoved reason 1": "01",
            "FlowRemoved reason 2": "02",
        }.items()
    },
    # 5.4.3: reason, pad, desc
    "PortStatus": (12, f"01 00000000000000 {PORT10}"),
    "PortStatus reason 0": (12, f"00 00000000000000 {PORT10}"),
    "PortStatus reason 1": (12, f"01 00000000000000 {PORT10}"),
    "PortStatus reason 2": (12, f"02 00000000000000 {PORT10}"),
    # 5.3.3: port_no, hw_addr, config, mask, advertise, pad
    "PortMod": (15, "0003 020000000100 00000001 00000001 00010002 00000000"),
    "QueueGetConfigRequest": (20, "0004 0000"),
    "QueueGetConfigReply": (21, QUEUES10),
    "queue property MinRate": (21, QUEUES10),
    # 5.3.5: type, flags; match, table_id, pad, out_port
    "AggregateStatsRequest": (16, f"0002 0000 {MATCH10} 02 00 0006"),
    "TableStatsRequest": (16, "0003 0000"),
    "PortStatsRequest": (16, "0004 0000 0003 000000000000"),
    "QueueStatsRequest": (16, "0005 0000 0003 0000 00010001"),
    # mfr_desc, hw_desc, sw_desc of 256 bytes, serial_num of 32, dp_desc of 256
    "DescriptionReply": (
        17,
        "0000 0000"
        + "746578742030" + "00" * 250
        + "746578742031" + "00" * 250
        + "746578742032" + "00" * 250
        + "746578742033" + "00" * 26
        + "746578742034" + "00" * 250,
    ),
    # length, table_id, pad, match, duration_sec, duration_nsec, priority, idle_timeout, hard_timeout, pad, cookie,
    # packet_count, byte_count; output: type, length, port, max_len
    "FlowStatsReply": (
        17,
        "0001 0000"
        f"0060 02 00 {MATCH10} 00010007 00010008 0109 010a 010b 000000000000 000000010000000c"
        "000000010000000d 000000010000000e 0000 0008 0004 010f"
        f"0060 02 00 {SECOND_MATCH10} 00010016 00010017 0118 0119 011a 000000000000 000000010000001b"
        "000000010000001c 000000010000001d 0000 0008 0004 011e",
    ),
    # packet_count, byte_count, flow_count, pad
    "AggregateStatsReply": (17, "0002 0000 0000000100000001 0000000100000002 00010003 00000000"),
    # table_id, pad, name, wildcards, max_entries, active_count, lookup_count, matched_count
    "TableStatsReply": (
        17,
        "0003 0000"
        "02 000000 7465787420300000000000000000000000000000000000000000000000000000"
        "003fffff 00010002 00010003 0000000100000004 0000000100000005"
        "02 000000 7465787420350000000000000000000000000000000000000000000000000000"
        "003fffff 00010007 00010008 0000000100000009 000000010000000a",
    ),
    # port_no, pad; packets, bytes, dropped, errors, each received and sent; frame, overrun, CRC errors, collisions
    "PortStatsReply": (
        17,
        "0004 0000"
        "0003 000000000000 0000000100000001 0000000100000002 0000000100000003 0000000100000004"
        "0000000100000005 0000000100000006 0000000100000007 0000000100000008"
        "0000000100000009 000000010000000a 000000010000000b 000000010000000c"
        "0003 000000000000 000000010000000d 000000010000000e 000000010000000f 0000000100000010"
        "0000000100000011 0000000100000012 0000000100000013 0000000100000014"
        "0000000100000015 0000000100000016 0000000100000017 0000000100000018",
    ),
    # port_no, pad, queue_id, tx_bytes, tx_packets, tx_errors
    "QueueStatsReply": (
        17,
        "0005 0000"
        "0003 0000 00010001 0000000100000002 0000000100000003 0000000100000004"
        "0003 0000 00010005 0000000100000006 0000000100000007 0000000100000008",
    ),
}  # fmt: skip

# 5.2.4: type, length, and what each has.
_ACTIONS10: Final = {
    "SetVlanVid": "0001 0008 0105 0000",
    "SetVlanPcp": "0002 0008 05 000000",
    "StripVlan": "0003 0008 00000000",
    "SetDlSrc": "0004 0010 02000000010a 000000000000",
    "SetDlDst": "0005 0010 02000000010a 000000000000",
    "SetNwSrc": "0006 0008 0001000b",
    "SetNwDst": "0007 0008 0001000b",
    "SetNwTos": "0008 0008 b8 000000",
    "SetTpSrc": "0009 0008 010b 0000",
    "SetTpDst": "000a 0008 010b 0000",
    "Enqueue": "000b 0010 0004 000000000000 0001000b",
}

# 5.4.4: each type and its codes.
_ERRORS10: Final = {0: 2, 1: 9, 2: 9, 3: 6, 4: 2, 5: 3}

_FOREIGN10: Final[dict[str, tuple[int, str]]] = {
    "Experimenter": (4, VENDOR),
    "ExperimenterRequest": (16, f"ffff 0000 {VENDOR}"),
    "ExperimenterReply": (17, f"ffff 0000 {VENDOR}"),
    "action ExperimenterAction": (14, f"{FLOW_MOD10} ffff 0010 {VENDOR}"),
}
_FOREIGN13: Final[dict[str, tuple[int, str]]] = {
    "Experimenter": (4, VENDOR),
    "ExperimenterRequest": (18, f"ffff 0000 00000000 {VENDOR}"),
    "ExperimenterReply": (19, f"ffff 0000 00000000 {VENDOR}"),
    "instruction ExperimenterInstruction": (14, f"{FLOW_MOD13} {IN_PORT} ffff 0010 {VENDOR}"),
    "action ExperimenterAction": (14, f"{FLOW_MOD13} {IN_PORT} {APPLY_16} ffff 0010 {VENDOR}"),
    # port, pad; queue_id, port, len, pad; property, len, pad, experimenter, pad, data
    "queue property ExperimenterQueueProperty": (
        23,
        "00000004 00000000"
        f"00010001 00000004 0028 000000000000 ffff 0018 00000000 00abcdef 00000000 {EIGHT}"
        f"00010002 00000004 0028 000000000000 ffff 0018 00000000 00abcdef 00000000 {EIGHT}",
    ),
    # command, flags, meter_id; type, len, rate, burst_size, experimenter, data
    "meter band ExperimenterBand": (29, f"0000 0001 00010001 ffff 0018 00010002 00010003 {VENDOR}"),
}
# ofp_table_features (7.3.5.5): length, table_id, pad, name, metadata_match, metadata_write, config, max_entries, and
# properties: type, length (without the zeros at its end) and lists of instructions, tables, actions and OXM headers
_TABLES: Final = (
    "0000 000c 0001 0004 0001 0004 00000000",
    "0002 0006 03 04 0000",
    "0004 000c 0001 0004 0001 0004 00000000",
    "0006 000c 0001 0004 0001 0004 00000000",
    "0008 000c 80000806 80000606 00000000",
    "000a 000c 80000806 80000606 00000000",
    "000c 000c 80000806 80000606 00000000",
    "000e 000c 80000806 80000606 00000000",
)

_NOT_IN_OVS13: Final = {
    "action CopyTtlOut": f"{IN_PORT} {APPLY_8} 000b 0008 00000000",
    "action CopyTtlIn": f"{IN_PORT} {APPLY_8} 000c 0008 00000000",
    "action PushPbb": f"{IN_PORT} {APPLY_8} 001a 0008 88e7 0000",
    "action PopPbb": f"0001 000a 8000 0a 02 88e7 000000000000 {APPLY_8} 001b 0008 00000000",
    "match field in_phy_port": f"0001 0014 8000 00 04 00000005 8000 02 04 02020202 00000000 {OUTPUT}",
    "match field pbb_isid": f"0001 0011 8000 0a 02 88e7 8000 4a 03 262626 00000000000000 {OUTPUT}",
    "match field pbb_isid with mask": f"0001 0014 8000 0a 02 88e7 8000 4b 06 262000 fff000 00000000 {OUTPUT}",
    "match field ipv6_exthdr": f"0001 0010 8000 0a 02 86dd 8000 4e 02 0028 {OUTPUT}",
    "match field ipv6_exthdr with mask": f"0001 0012 8000 0a 02 86dd 8000 4f 04 0020 01e0 000000000000 {OUTPUT}",
    "set-field pbb_isid": f"0001 000a 8000 0a 02 88e7 000000000000 {APPLY_16} 0019 0010 8000 4a 03 262626 0000000000",
}
_READ_ONLY13: Final = {
    "set-field eth_type": f"0001 0004 00000000 {APPLY_16} 0019 0010 8000 0a 02 0800 000000000000",
    "set-field ip_proto": f"0001 000a 8000 0a 02 0800 000000000000 {APPLY_16} 0019 0010 8000 14 01 11 00000000000000",
    "set-field mpls_bos": f"0001 000a 8000 0a 02 8847 000000000000 {APPLY_16} 0019 0010 8000 48 01 01 00000000000000",
}


def _tables(kind: str) -> str:
    """A request for the features of two tables, each with an experimenter's property of that type."""
    properties = " ".join(_TABLES) + f" {kind} 0010 {VENDOR}"
    first = "00c8 02 0000000000 7465787420300000000000000000000000000000000000000000000000000000"
    second = "00c8 02 0000000000 7465787420340000000000000000000000000000000000000000000000000000"
    return (
        f"000c 0000 00000000 {first} 0000000100000002 0000000100000003 00000003 00010004 {properties}"
        f"{second} 0000000100000006 0000000100000007 00000003 00010008 {properties}"
    )


# nicira_header: vendor, subtype; then a property, the packet (openflow/nicira-ext.h and ofp-packet.h)
RESUME: Final = (
    "00002320 0000001c 0000 002e 020000000002 020000000001 0806"
    "0001080006040001 020000000001 0a000001 000000000000 0a000002 0000"
)
_PACKET_IN: Final = {
    "NxFullLen": (PARTLY, "0001 0008 00010001"),
    "NxContinuation": (OPAQUE, f"0008 000c {EIGHT} 00000000"),
    "NxBufferId": (NOT_IN_TSHARK, "0002 0008 ffffffff"),
    "NxUserdata": (NOT_IN_TSHARK, f"0007 000c {EIGHT} 00000000"),
}

# Messages that are a vendor and a subtype alone, which a switch sends when it has no room for more.
_MONITORS: Final = {"NxFlowMonitorPaused": "00002320 00000016", "NxFlowMonitorResumed": "00002320 00000017"}

# Fields that `recorded.txt` lacks, as `ovs-fields(7)` numbers them: class, field and mask bit, length, value; and
# before them those that they need.
_TRACKED: Final = "0001 d3 08 00000022 00000022"
_ND: Final = "0000 06 02 86dd 0000 0c 01 3a 0001 2a 01 87"
_NSH: Final = "0000 06 02 894f ffff"
_FIELDS: Final = {
    **{f"reg{n}": f"0001 {2 * n:02x} 04 " + f"{n + 1:02x}" * 4 for n in (2, 3, 8, 9, 10, 11, 12, 13, 14)},
    **{f"xreg{n}": f"8001 {2 * n:02x} 08 " + f"{n + 1:02x}" * 8 for n in range(8)},
    "xxreg0": "0001 de 10" + "70" * 16,
    "xxreg1": "0001 e0 10" + "71" * 16,
    "xxreg2": "0001 e2 10" + "72" * 16,
    "xxreg3": "0001 e4 10" + "73" * 16,
    "dp_hash": "0001 46 04 24242424",
    "recirc_id": "0001 48 04 25252525",
    "tun_gbp_flags": "0001 4e 01 28",
    "ct_nw_src": f"0000 06 02 0800 {_TRACKED} 0001 f0 04 79797979",
    "ct_nw_dst": f"0000 06 02 0800 {_TRACKED} 0001 f2 04 7a7a7a7a",
    "ct_ipv6_dst": f"0000 06 02 86dd {_TRACKED} 0001 f6 10 {'7c' * 16}",
    "ct_tp_src": f"0000 06 02 0800 {_TRACKED} 0001 ee 01 06 0001 f8 02 7d7d",
    "nd_reserved": f"{_ND} 1000 02 04 02020202",
    "nd_options_type": f"{_ND} 1000 04 01 03",
    "nsh_c2": f"{_NSH} 0e 08 005ad650 08080808",
    "nsh_c3": f"{_NSH} 10 08 005ad650 09090909",
    "nsh_c4": f"{_NSH} 12 08 005ad650 0a0a0a0a",
    "packet_type": "8000 58 04 2d2d2d2d",
    "tun_erspan_dir": "ffff 1a 05 00002320 0e",
    "tun_erspan_hwid": "ffff 1c 05 00002320 0f",
    "tun_gtpu_flags": "ffff 1e 05 00002320 10",
}


def _nx_flow_mod(match: str) -> str:
    """Cookie, table, command, timeouts, priority, buffer_id, out_port, flags, match_len, pad (`nx_flow_mod`)."""
    size = len(bytes.fromhex(match))
    head = "00002320 0000000d 0000000100000001 02 00 0102 0103 0104 ffffffff 0006 0000"
    return f"{head} {size:04x} 000000000000 {match} {'00' * (-size % 8)} 0000 0008 0004 0105"


# Actions that Open vSwitch does not write by itself, or only inside others: experimenter, subtype, and so on.
WITHIN_CT: Final = "Open vSwitch takes it only inside the action ct"
TRACKED: Final = "Open vSwitch takes it only where a match says that the packet was tracked, which 1.0's cannot"
_NAT: Final = "ffff 0020 00002320 0024 0000 0001 0033 0a000001 0a000009 0064 00c8 00000000"
_NX_ACTIONS: Final = {
    "NxNat": (BOTH, WITHIN_CT, _NAT),
    "NxResubmitTableCt": (BOTH, TRACKED, "ffff 0010 00002320 002c 0005 1b 000000"),
    "NxResubmit": ((TSHARK,), NOT_IN_TSHARK, "ffff 0010 00002320 0001 0005 00000000"),
    "NxRegLoad2": ((TSHARK,), NOT_IN_TSHARK, "ffff 0018 00002320 0021 0000 04 06 020000000009 00000000"),
}


def _all() -> Iterator[Golden]:
    for name, (judges, reason, action) in _NX_ACTIONS.items():
        yield Golden(f"1.0 action {name}", judges, reason, _message(1, 14, f"{FLOW_MOD10} {action}"))
    nat = f"0001 000a 8000 0a 02 0800 000000000000 0004 0028 00000000 {_NAT}"
    yield Golden("1.3 action NxNat", BOTH, WITHIN_CT, _message(4, 14, f"{FLOW_MOD13} {nat}"))
    for version in (1, 4):
        for name, (reason, text) in _PACKET_IN.items():
            data = _message(version, 4, f"{RESUME} {text}")
            judges = (TSHARK,) if reason == NOT_IN_TSHARK else BOTH
            yield Golden(f"1.{version - 1} packet-in property {name}", judges, reason, data)
    for name, body in _MONITORS.items():
        yield Golden(f"1.0 {name}", (TSHARK,), NOT_IN_TSHARK, _message(1, 4, body))
    for name, match in _FIELDS.items():
        yield Golden(f"1.0 match field {name}", (TSHARK,), NOT_IN_TSHARK, _message(1, 4, _nx_flow_mod(match)))
    for name, (kind, body) in _TEN.items():
        yield Golden(f"1.0 {name}", (TSHARK,), SHORT, _message(1, kind, body))
    for name, action in _ACTIONS10.items():
        yield Golden(f"1.0 action {name}", (TSHARK,), ACTION, _message(1, 14, f"{FLOW_MOD10} {action}"))
    for error, codes in _ERRORS10.items():
        for code in range(codes):
            data = _message(1, 1, f"{error:04x} {code:04x} 010000080000000a")
            yield Golden(f"1.0 error {error} {code}", (TSHARK,), SHORT, data)
    for version, texts in {1: _FOREIGN10, 4: _FOREIGN13}.items():
        for name, (kind, body) in texts.items():
            yield Golden(f"1.{version - 1} {name}", BOTH, FOREIGN, _message(version, kind, body))
    for name, kind_text in {"ExperimenterTableProperty": "fffe", "ExperimenterTablePropertyMiss": "ffff"}.items():
        yield Golden(f"1.3 table property {name}", (TSHARK,), FOREIGN, _message(4, 18, _tables(kind_text)))
    for reason, bodies in {NOT_IN_OVS: _NOT_IN_OVS13, READ_ONLY: _READ_ONLY13}.items():
        for name, body in bodies.items():
            yield Golden(f"1.3 {name}", (OFCTL,), reason, _message(4, 14, f"{FLOW_MOD13} {body}"))


GOLDEN: Final = {golden.sample: golden for golden in _all()}
