"""How OpenFlow 1.3 lays out a prepared flow and a packet-out (specification 1.3.5, sections 7.2.3, 7.3.4, 7.3.7)."""

from __future__ import annotations

import struct

from nox.core.openflow.flowshape import FlowShape
from nox.core.openflow.layout import actions
from nox.core.openflow.packer import Part, Place, size_of
from nox.lib.openflow import Version
from nox.lib.openflow.oxm import FIELDS

_FLOW_MOD, _ADD, _ANY = 14, 0, 0xFFFFFFFF
_SEND_FLOW_REM = 1
_APPLY_ACTIONS, _MATCH_OXM = 4, 1
_OUTPUT: tuple[Part, ...] = (struct.pack("!HH", 0, 16), Place("out_port", "I"), bytes(8))
_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}  # by bytes; values of other sizes are bytes already


def flow_mod(shape: FlowShape, command: int = _ADD) -> list[Part]:
    """The parts of a flow-mod to table 0: an ADD, or a deletion."""
    match, instructions = _match(shape), _instructions(shape)
    return [
        struct.pack("!BBH", Version.V1_3, _FLOW_MOD, 48 + size_of(match) + size_of(instructions)),
        Place("xid", "I"),
        Place("cookie", "Q"),
        struct.pack("!QBBHHH", 0, 0, command, shape.idle_timeout, shape.hard_timeout, shape.priority),
        Place("buffer_id", "I"),
        struct.pack("!IIH2x", _ANY, _ANY, _SEND_FLOW_REM if shape.notify_removed else 0),
        *match,
        *instructions,
    ]


def _match(shape: FlowShape) -> list[Part]:
    """The match, its fields in the order of their numbers so that prerequisites come first, padded to eight bytes."""
    fields: dict[str, list[Part]] = {}
    for name, value, mask in shape.fixed.items():
        size = FIELDS[name].size
        masked = mask.to_bytes(size) if mask is not None else b""
        fields[name] = [FIELDS[name].header(masked=mask is not None), value.to_bytes(size), masked]
    for name in shape.fields:
        size = FIELDS[name].size
        fields[name] = [FIELDS[name].header(masked=False), Place(name, _CODES.get(size, f"{size}s"))]
    ordered = [part for name in FIELDS if name in fields for part in fields[name]]
    length = 4 + size_of(ordered)
    return [struct.pack("!HH", _MATCH_OXM, length), *ordered, b"\0" * (-length % 8)]


def _instructions(shape: FlowShape) -> list[Part]:
    parts = actions(shape.actions, Version.V1_3, _OUTPUT)
    return [struct.pack("!HH4x", _APPLY_ACTIONS, 8 + size_of(parts)), *parts] if parts else []


_PACKET_OUT = struct.Struct("!BBHIIIH6xHHIH6x")


def packet_out(in_port: int, out_port: int, buffer_id: int, data: bytes) -> bytes:
    """A packet-out with one output."""
    length = _PACKET_OUT.size + len(data)
    return _PACKET_OUT.pack(4, 13, length, 0, buffer_id, in_port, 16, 0, 16, out_port, 0) + data
