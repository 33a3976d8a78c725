"""NXM, Nicira's match fields, and the numbers that it has for OpenFlow's (``ovs-fields(7)``).

A field that means the same in NXM and in OXM has one name. Three are laid out differently and have names of their own:
``nxm_in_port`` (16 bits), ``vlan_tci`` (tag present, priority and number together) and ``nxm_tos`` (DSCP in the upper
six bits). ``cookie`` is the entry's cookie, to choose entries by; it is no field of a packet.
"""

from __future__ import annotations

from typing import Final

from nox.lib.openflow.oxmfield import EXPERIMENTER, Form, OxmField, OxmId, Prerequisite

NXM_OF: Final = 0x0000  # the class of the fields of OpenFlow 1.0
NXM_NX: Final = 0x0001  # the class of Nicira's own
_PACKET_REGISTER: Final = 0x8001  # OpenFlow 1.5's registers
_ERICSSON: Final = 0x1000
_ONF, _NICIRA, _NSH = 0x4F4E4600, 0x2320, 0x005AD650

# By the name of OpenFlow 1.3's field: what it is called in NXM.
NXM: Final = {
    "eth_dst": OxmId(NXM_OF, 1),
    "eth_src": OxmId(NXM_OF, 2),
    "eth_type": OxmId(NXM_OF, 3),
    "ip_proto": OxmId(NXM_OF, 6),
    "ipv4_src": OxmId(NXM_OF, 7),
    "ipv4_dst": OxmId(NXM_OF, 8),
    "tcp_src": OxmId(NXM_OF, 9),
    "tcp_dst": OxmId(NXM_OF, 10),
    "udp_src": OxmId(NXM_OF, 11),
    "udp_dst": OxmId(NXM_OF, 12),
    "icmpv4_type": OxmId(NXM_OF, 13),
    "icmpv4_code": OxmId(NXM_OF, 14),
    "arp_op": OxmId(NXM_OF, 15),
    "arp_spa": OxmId(NXM_OF, 16),
    "arp_tpa": OxmId(NXM_OF, 17),
    "tunnel_id": OxmId(NXM_NX, 16),
    "arp_sha": OxmId(NXM_NX, 17),
    "arp_tha": OxmId(NXM_NX, 18),
    "ipv6_src": OxmId(NXM_NX, 19),
    "ipv6_dst": OxmId(NXM_NX, 20),
    "icmpv6_type": OxmId(NXM_NX, 21),
    "icmpv6_code": OxmId(NXM_NX, 22),
    "ipv6_nd_target": OxmId(NXM_NX, 23),
    "ipv6_nd_sll": OxmId(NXM_NX, 24),
    "ipv6_nd_tll": OxmId(NXM_NX, 25),
    "ipv6_flabel": OxmId(NXM_NX, 27),
    "ip_ecn": OxmId(NXM_NX, 28),
}

_HEX, _IP4, _IP6 = Form.HEX, Form.IPV4, Form.IPV6
_IP: Final = (Prerequisite("eth_type", (0x0800, 0x86DD)),)
_MPLS: Final = (Prerequisite("eth_type", (0x8847, 0x8848)),)
_TCP: Final = (Prerequisite("ip_proto", (6,)),)
_ND: Final = (Prerequisite("icmpv6_type", (135, 136)),)
_NSH_TYPE: Final = (Prerequisite("eth_type", (0x894F,)),)


def _nx(
    name: str, number: int, bits: int, form: Form = _HEX, needs: tuple[Prerequisite, ...] = (), maskable: bool = True
) -> OxmField:
    return OxmField(name, number, bits, form, maskable, needs, NXM_NX)


def _foreign(
    experimenter: int, name: str, number: int, bits: int, needs: tuple[Prerequisite, ...] = (), maskable: bool = True
) -> OxmField:
    return OxmField(name, number, bits, _HEX, maskable, needs, EXPERIMENTER, experimenter)


NICIRA_FIELDS: Final = (
    OxmField("nxm_in_port", 0, 16, oxm_class=NXM_OF),
    OxmField("vlan_tci", 4, 16, _HEX, True, oxm_class=NXM_OF),
    OxmField("nxm_tos", 5, 8, _HEX, prerequisites=_IP, oxm_class=NXM_OF),
    *(_nx(f"reg{n}", n, 32) for n in range(16)),
    *(OxmField(f"xreg{n}", n, 64, _HEX, True, oxm_class=_PACKET_REGISTER) for n in range(8)),
    *(_nx(f"xxreg{n}", 111 + n, 128) for n in range(4)),
    _nx("ip_frag", 26, 8, needs=_IP),
    _nx("ip_ttl", 29, 8, Form.NUMBER, _IP, maskable=False),
    _nx("cookie", 30, 64),
    _nx("mpls_ttl", 30, 8, Form.NUMBER, _MPLS, maskable=False),
    _nx("tun_ipv4_src", 31, 32, _IP4),
    _nx("tun_ipv4_dst", 32, 32, _IP4),
    _nx("pkt_mark", 33, 32),
    OxmField("tcp_flags", 42, 16, _HEX, True, _TCP, EXPERIMENTER, _ONF, OxmId(NXM_NX, 34)),
    _nx("dp_hash", 35, 32),
    _nx("recirc_id", 36, 32, maskable=False),
    _nx("conj_id", 37, 32, Form.NUMBER, maskable=False),
    _nx("tun_gbp_id", 38, 16),
    _nx("tun_gbp_flags", 39, 8),
    _nx("tun_flags", 104, 16),
    _nx("ct_state", 105, 32),
    _nx("ct_zone", 106, 16, maskable=False),
    _nx("ct_mark", 107, 32),
    _nx("ct_label", 108, 128),
    _nx("tun_ipv6_src", 109, 128, _IP6),
    _nx("tun_ipv6_dst", 110, 128, _IP6),
    _nx("ct_nw_proto", 119, 8, Form.NUMBER, maskable=False),
    _nx("ct_nw_src", 120, 32, _IP4),
    _nx("ct_nw_dst", 121, 32, _IP4),
    _nx("ct_ipv6_src", 122, 128, _IP6),
    _nx("ct_ipv6_dst", 123, 128, _IP6),
    _nx("ct_tp_src", 124, 16, Form.NUMBER),
    _nx("ct_tp_dst", 125, 16, Form.NUMBER),
    _foreign(_ONF, "actset_output", 43, 32, maskable=False),
    OxmField("packet_type", 44, 32, _HEX),
    OxmField("nd_reserved", 1, 32, _HEX, False, _ND, _ERICSSON),
    OxmField("nd_options_type", 2, 8, Form.NUMBER, False, _ND, _ERICSSON),
    _foreign(_NSH, "nsh_flags", 1, 8, _NSH_TYPE),
    _foreign(_NSH, "nsh_mdtype", 2, 8, _NSH_TYPE, maskable=False),
    _foreign(_NSH, "nsh_np", 3, 8, _NSH_TYPE, maskable=False),
    _foreign(_NSH, "nsh_spi", 4, 32, _NSH_TYPE, maskable=False),
    _foreign(_NSH, "nsh_si", 5, 8, _NSH_TYPE, maskable=False),
    *(_foreign(_NSH, f"nsh_c{n}", 5 + n, 32, _NSH_TYPE) for n in range(1, 5)),
    _foreign(_NSH, "nsh_ttl", 10, 8, _NSH_TYPE, maskable=False),
    _foreign(_NICIRA, "tun_erspan_idx", 11, 32),
    _foreign(_NICIRA, "tun_erspan_ver", 12, 8),
    _foreign(_NICIRA, "tun_erspan_dir", 13, 8),
    _foreign(_NICIRA, "tun_erspan_hwid", 14, 8),
    _foreign(_NICIRA, "tun_gtpu_flags", 15, 8),
    _foreign(_NICIRA, "tun_gtpu_msgtype", 16, 8),
)
