"""How OpenFlow 1.0 lays out a prepared flow and a packet-out (specification 1.0.0, sections 5.2.3, 5.3.3, 5.3.6)."""

from __future__ import annotations

import struct

from nox.core.openflow.flowshape import FlowShape
from nox.core.openflow.layout import actions
from nox.core.openflow.packer import Part, Place, size_of
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import Version

_FLOW_MOD, _ADD, _NO_PORT = 14, 0, 0xFFFF
_SEND_FLOW_REM = 1
_WILDCARD_ALL = (1 << 22) - 1
_IPV4 = 0x0800
_OUTPUT: tuple[Part, ...] = (struct.pack("!HH", 0, 8), Place("out_port & 0xffff", "H"), bytes(2))

# ofp_match after its wildcards: the format of each field, its wildcard bits, and which of 1.3's fields lie there,
# each with how 1.0 writes its value. A vlan_vid of 1.3 says in bit 12 that there is a tag; 1.0 has 0xffff for none.
# 1.0 has eight bits for an ARP operation, and switches read a larger one as 0.
_SLOTS: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("H", 1 << 0, {"in_port": "{} & 0xffff"}),
    ("6s", 1 << 2, {"eth_src": "{}"}),
    ("6s", 1 << 3, {"eth_dst": "{}"}),
    ("H", 1 << 1, {"vlan_vid": "{0} & 0xfff if {0} & 0x1000 else 0xffff"}),
    ("B", 1 << 20, {"vlan_pcp": "{}"}),
    ("x", 0, {}),
    ("H", 1 << 4, {"eth_type": "{}"}),
    ("B", 1 << 21, {"ip_dscp": "{} << 2"}),
    ("B", 1 << 5, {"ip_proto": "{}", "arp_op": "{0} if {0} < 256 else 0"}),
    ("2x", 0, {}),
    ("I", 63 << 8, {"ipv4_src": "{}", "arp_spa": "{}"}),
    ("I", 63 << 14, {"ipv4_dst": "{}", "arp_tpa": "{}"}),
    ("H", 1 << 6, {"tcp_src": "{}", "udp_src": "{}", "icmpv4_type": "{}"}),
    ("H", 1 << 7, {"tcp_dst": "{}", "udp_dst": "{}", "icmpv4_code": "{}"}),
)
_SAYABLE = frozenset(name for _, _, fields in _SLOTS for name in fields)
_ABOVE_IPV4 = frozenset({"ip_dscp", "ip_proto", "tcp_src", "tcp_dst", "udp_src", "udp_dst"})  # IPv6 too, but not in 1.0


def flow_mod(shape: FlowShape, command: int = _ADD) -> list[Part]:
    """The parts of a flow-mod: an ADD, or a deletion.

    :raises LocalProtocolError: for a field that 1.0 has not, unless the shape may be widened.
    """
    parts = actions(shape.actions, Version.V1_0, _OUTPUT)
    return [
        struct.pack("!BBH", Version.V1_0, _FLOW_MOD, 72 + size_of(parts)),
        Place("xid", "I"),
        *_match(_conditions(shape)),
        Place("cookie", "Q"),
        struct.pack("!HHHH", command, shape.idle_timeout, shape.hard_timeout, shape.priority),
        Place("buffer_id", "I"),
        struct.pack("!HH", _NO_PORT, _SEND_FLOW_REM if shape.notify_removed else 0),
        *parts,
    ]


def _conditions(shape: FlowShape) -> dict[str, str]:
    """What the match of this shape asks for, as expressions over the parameters."""
    fixed = {name: value for name, value, _ in shape.fixed.items()}
    masked = {name for name, _, mask in shape.fixed.items() if mask is not None}
    above = _ABOVE_IPV4 if fixed.get("eth_type", _IPV4) != _IPV4 else frozenset()
    wanted = {name: str(value) for name, value in fixed.items()} | {name: name for name in shape.fields}
    unsayable = [name for name in wanted if name not in _SAYABLE or name in above or name in masked]
    if unsayable and not shape.widen:
        raise LocalProtocolError(
            f"OpenFlow 1.0 cannot match on {', '.join(unsayable)} here; leave it out, or widen the prepared flow"
        )
    return {name: value for name, value in wanted.items() if name not in unsayable}


def _match(conditions: dict[str, str]) -> list[Part]:
    wildcards = _WILDCARD_ALL
    parts: list[Part] = []
    for code, wildcard, fields in _SLOTS:
        name = next((name for name in fields if name in conditions), None)
        if name is None:
            parts.append(b"\0" * struct.calcsize("!" + code))
            continue
        wildcards &= ~wildcard
        expression = conditions[name]
        if code == "6s" and expression.isdigit():
            parts.append(int(expression).to_bytes(6))
        else:
            parts.append(Place(fields[name].format(expression), code))
    return [struct.pack("!I", wildcards), *parts]


_PACKET_OUT = struct.Struct("!BBHIIHHHHHH")


def packet_out(in_port: int, out_port: int, buffer_id: int, data: bytes) -> bytes:
    """A packet-out with one output. The ports are 32 bits; reserved ones lose their upper half."""
    length = _PACKET_OUT.size + len(data)
    in_port, out_port = in_port & 0xFFFF, out_port & 0xFFFF
    return _PACKET_OUT.pack(1, 13, length, 0, buffer_id, in_port, 8, 0, 8, out_port, 0) + data
