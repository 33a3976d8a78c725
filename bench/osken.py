"""os-ken's codec, on the bytes that ours is measured with. It is Ryu, as OpenStack keeps it up."""

from __future__ import annotations

import logging
from typing import Any

from os_ken.ofproto import nx_match, ofproto_parser, ofproto_protocol, ofproto_v1_0_parser, ofproto_v1_3_parser

from bench.dialects import COOKIE

_HOST = (b"\x02\0\0\0\0\0", b"\x02\0\0\0\0\1")
_IP = (0x0A000000, 0x0A800001)
_NONE = 0xFFFF


def decode(data: bytes) -> Any:
    """The message in these bytes.

    :raises ValueError: when os-ken cannot read them: it logs why.
    """
    version, kind, length, xid = ofproto_parser.header(data)
    message = ofproto_parser.msg(_SPEAKS[version], version, kind, length, xid, data)
    if message is None:
        raise ValueError(f"os-ken cannot read {data[:40].hex()}")
    return message


def reads(data: bytes) -> bool:
    """Whether os-ken can read these bytes: not flow-mods with Nicira's extensions, nor most of their statistics."""
    logging.disable()
    try:
        return decode(data) is not None
    except ValueError:
        return False
    finally:
        logging.disable(logging.NOTSET)


def encode(message: Any) -> bytes:
    """The bytes of a message; it may have been encoded before."""
    message.serialize()
    return bytes(message.buf)


def flow_mod(dialect: str) -> Any:
    """The flow-mod of ``bench.dialects.flow(0)``, to be encoded."""
    return {"1.0": _flow_mod10, "1.0 Nicira": _flow_mod_nicira, "1.3": _flow_mod13}[dialect]()


def _flow_mod10() -> Any:
    parser = ofproto_v1_0_parser
    match = parser.OFPMatch(
        in_port=1, dl_src=_HOST[0], dl_dst=_HOST[1], dl_type=0x0800, nw_proto=6, nw_src=_IP[0], nw_dst=_IP[1],
        tp_dst=1024,
    )  # fmt: skip
    message = parser.OFPFlowMod(
        _SPEAKS[1], match, COOKIE, idle_timeout=60, priority=20_000, out_port=_NONE,
        actions=[parser.OFPActionOutput(2, 0)],
    )  # fmt: skip
    message.set_xid(1)
    return message


def _flow_mod_nicira() -> Any:
    parser, rule = ofproto_v1_0_parser, nx_match.ClsRule()
    rule.set_in_port(1)
    rule.set_dl_src(_HOST[0])
    rule.set_dl_dst(_HOST[1])
    rule.set_dl_type(0x0800)
    rule.set_nw_proto(6)
    rule.set_nw_src(_IP[0])
    rule.set_nw_dst(_IP[1])
    rule.set_tp_dst(1024)
    message = parser.NXTFlowMod(
        _SPEAKS[1], COOKIE, 0, idle_timeout=60, priority=20_000, out_port=_NONE, rule=rule,
        actions=[parser.OFPActionOutput(2, 0)],
    )  # fmt: skip
    message.set_xid(1)
    return message


def _flow_mod13() -> Any:
    parser = ofproto_v1_3_parser
    match = parser.OFPMatch(
        in_port=1, eth_src="02:00:00:00:00:00", eth_dst="02:00:00:00:00:01", eth_type=0x0800, ip_proto=6,
        ipv4_src="10.0.0.0", ipv4_dst="10.128.0.1", tcp_dst=1024,
    )  # fmt: skip
    apply = parser.OFPInstructionActions(4, [parser.OFPActionOutput(2, 0)])  # OFPIT_APPLY_ACTIONS
    message = parser.OFPFlowMod(
        _SPEAKS[4], COOKIE, idle_timeout=60, priority=20_000, out_port=0xFFFFFFFF, out_group=0xFFFFFFFF, match=match,
        instructions=[apply],
    )  # fmt: skip
    message.set_xid(1)
    return message


_SPEAKS = {version: ofproto_protocol.ProtocolDesc(version=version) for version in (1, 4)}
