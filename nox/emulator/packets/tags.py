"""Pushing and popping headers (OpenFlow 1.3.5, section 5.12.1), and the TTL of MPLS."""

from __future__ import annotations

from nox.emulator.packets.headers import MPLS, VLANS
from nox.emulator.packets.packet import Packet
from nox.emulator.packets.setting import set_ttl, ttl

_MPLS_TTL = 64  # of a header that is pushed onto what has none
_BOTTOM = 0x100  # the bit of the last label
_FIRST = 14  # where the first header behind the Ethernet header begins


def push_vlan(packet: Packet, ethertype: int) -> None:
    """Put a tag in front of the others, with the number and priority of the outermost, or zeros."""
    tci = bytes(packet.data[14:16]) if packet.fields["vlan_vid"] else b"\0\0"
    packet.data[12:12] = ethertype.to_bytes(2) + tci
    packet.changed()


def pop_vlan(packet: Packet) -> None:
    """Take the outermost tag away, if there is one."""
    if int.from_bytes(packet.data[12:14]) in VLANS:
        del packet.data[12:16]
        packet.changed()


def push_mpls(packet: Packet, ethertype: int) -> None:
    """Put an MPLS header in front of all others, with the fields of the next one, or those of the IP packet.

    It takes the place of the Ethernet type, of a tag too (1.3.5, section 5.12.1; in 1.2 it stood behind the tags).
    """
    at = packet.headers.network_at
    if packet.fields["eth_type"] in MPLS:
        entry = int.from_bytes(packet.data[at : at + 4])
        entry = entry & ~_BOTTOM if at == _FIRST else entry | _BOTTOM
    else:
        found = ttl(packet)
        entry = _BOTTOM | (_MPLS_TTL if found is None else found)
    packet.data[_FIRST:_FIRST] = entry.to_bytes(4)
    packet.data[_FIRST - 2 : _FIRST] = ethertype.to_bytes(2)
    packet.changed()


def pop_mpls(packet: Packet, ethertype: int) -> None:
    """Take the outermost MPLS header away; what remains has this Ethernet type."""
    if packet.fields["eth_type"] in MPLS:
        at = packet.headers.network_at
        del packet.data[at : at + 4]
        _set_type(packet, ethertype)


def _set_type(packet: Packet, ethertype: int) -> None:
    at = packet.headers.type_at
    packet.data[at : at + 2] = ethertype.to_bytes(2)
    packet.changed()


def push_pbb(packet: Packet, ethertype: int) -> None:
    """Put an I-TAG in front, with the addresses of the frame as customer addresses (IEEE 802.1ah)."""
    isid = packet.fields.get("pbb_isid", 0)
    itag = bytes([packet.fields.get("vlan_pcp", 0) << 5]) + isid.to_bytes(3) + bytes(packet.data[:12])
    packet.data[12:12] = ethertype.to_bytes(2) + itag
    packet.changed()


def pop_pbb(packet: Packet) -> None:
    """Take the I-TAG away: the customer's addresses are the frame's again."""
    if packet.fields["eth_type"] == 0x88E7 and len(packet.data) >= packet.headers.network_at + 16:
        at = packet.headers.network_at
        packet.data[:12] = packet.data[at + 4 : at + 16]
        del packet.data[at - 2 : at + 16]
        packet.changed()


def mpls_ttl(packet: Packet) -> int | None:
    """The TTL of the outermost MPLS header."""
    return packet.data[packet.headers.network_at + 3] if "mpls_label" in packet.fields else None


def set_mpls_ttl(packet: Packet, value: int) -> None:
    """Set the TTL of the outermost MPLS header."""
    if "mpls_label" in packet.fields:
        packet.data[packet.headers.network_at + 3] = value
        packet.changed()


def copy_ttl_out(packet: Packet) -> None:
    """Copy the TTL of the next header to the outermost MPLS header."""
    inner = _inner_ttl(packet)
    if inner is not None:
        set_mpls_ttl(packet, inner)


def copy_ttl_in(packet: Packet) -> None:
    """Copy the TTL of the outermost MPLS header to the next header."""
    outer = mpls_ttl(packet)
    if outer is None:
        return
    at = packet.headers.network_at
    if not packet.fields["mpls_bos"]:
        packet.data[at + 7 : at + 8] = bytes([outer])
        packet.changed()
    else:
        inside = _inside(packet)
        set_ttl(inside, outer)
        packet.data[at + 4 :] = inside.data[14:]
        packet.changed()


def _inner_ttl(packet: Packet) -> int | None:
    if mpls_ttl(packet) is None:
        return None
    at = packet.headers.network_at
    if not packet.fields["mpls_bos"]:
        return packet.data[at + 7] if len(packet.data) >= at + 8 else None
    return ttl(_inside(packet))


def _inside(packet: Packet) -> Packet:
    """The packet behind the last MPLS header, in a frame of its own."""
    at = packet.headers.network_at + 4
    version = packet.data[at] >> 4 if len(packet.data) > at else 0
    eth_type = {4: b"\x08\x00", 6: b"\x86\xdd"}.get(version, b"\0\0")
    return Packet(bytes(12) + eth_type + packet.data[at:], packet.in_port)
