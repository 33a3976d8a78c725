"""Header fields of frames: golden frames, and hostile ones."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from nox.lib.flowkey import NOT_ETH_TYPE, SHAPES, flow_key

DST, SRC = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
A, B = 0x0A000001, 0x0A000002


def ethernet(eth_type: int, payload: bytes) -> bytes:
    """An untagged frame."""
    return DST + SRC + struct.pack("!H", eth_type) + payload


def ipv4(proto: int, payload: bytes, *, tos: int = 0, fragment: int = 0, options: bytes = b"") -> bytes:
    """An IPv4 packet."""
    size = 20 + len(options)
    head = struct.pack("!BBHHHBBHII", 0x40 | size // 4, tos, size + len(payload), 7, fragment, 64, proto, 0, A, B)
    return head + options + payload


def ipv6(proto: int, payload: bytes) -> bytes:
    """An IPv6 packet."""
    return struct.pack("!IHBB", 6 << 28 | 0x2E << 22, len(payload), proto, 64) + b"\xfe" * 16 + b"\xfd" * 16 + payload


UDP = struct.pack("!HHHH", 53, 5353, 8, 0)


def test_udp_over_ipv4() -> None:
    """The commonest frame: every field in OpenFlow 1.3's terms, Ethernet addresses as they lie on the wire."""
    key = flow_key(ethernet(0x0800, ipv4(17, UDP, tos=0xB9)), 3)
    assert dict(key.items()) == {
        "in_port": 3,
        "eth_dst": DST,
        "eth_src": SRC,
        "vlan_vid": 0,
        "eth_type": 0x0800,
        "ip_dscp": 0x2E,
        "ip_proto": 17,
        "ipv4_src": A,
        "ipv4_dst": B,
        "udp_src": 53,
        "udp_dst": 5353,
    }


def test_a_tag_adds_its_fields_and_marks_its_presence() -> None:
    """802.1Q: vlan_vid has OFPVID_PRESENT, also for VLAN 0."""
    key = flow_key(DST + SRC + struct.pack("!HHH", 0x8100, 5 << 13 | 100, 0x0800) + ipv4(17, UDP), 3)
    assert (key.get("vlan_vid"), key.get("vlan_pcp"), key.get("udp_dst")) == (0x1064, 5, 5353)


def test_options_are_skipped() -> None:
    """IPv4 options do not hide the ports."""
    assert flow_key(ethernet(0x0800, ipv4(6, UDP, options=b"\1" * 8)), 1).get("tcp_src") == 53


def test_a_fragment_has_no_ports() -> None:
    """Neither the first fragment nor a later one: what looks like ports may be data."""
    for fragment in (0x2000, 0x0010):
        key = flow_key(ethernet(0x0800, ipv4(17, UDP, fragment=fragment)), 1)
        assert (key.get("udp_src"), key.get("ip_proto")) == (None, 17)


def test_arp() -> None:
    """ARP for IPv4 over Ethernet has its operation and addresses; any other is only a type."""
    body = struct.pack("!HHBBH6sI6sI", 1, 0x0800, 6, 4, 2, SRC, A, DST, B)
    key = flow_key(ethernet(0x0806, body), 1)
    assert (key.get("arp_op"), key.get("arp_spa"), key.get("arp_tpa")) == (2, A, B)
    assert flow_key(ethernet(0x0806, b"\0\6" + body[2:]), 1).get("arp_op") is None


def test_icmp_over_both_ip_versions() -> None:
    """Type and code are a byte each."""
    key = flow_key(ethernet(0x0800, ipv4(1, b"\x08\x01" + bytes(6))), 1)
    assert (key.get("icmpv4_type"), key.get("icmpv4_code")) == (8, 1)
    key = flow_key(ethernet(0x86DD, ipv6(58, b"\x87\x02" + bytes(6))), 1)
    assert (key.get("icmpv6_type"), key.get("icmpv6_code"), key.get("ip_dscp")) == (135, 2, 0x2E)


def test_ipv6_extension_headers_are_skipped_but_a_fragment_has_no_ports() -> None:
    """What a switch matches on is the protocol after them."""
    hop_by_hop = b"\x11\x00" + bytes(6)
    key = flow_key(ethernet(0x86DD, ipv6(0, hop_by_hop + UDP)), 1)
    assert (key.get("ip_proto"), key.get("udp_src"), key.get("ipv6_src")) == (17, 53, b"\xfe" * 16)
    fragment = b"\x11\x00" + bytes(6)
    assert flow_key(ethernet(0x86DD, ipv6(44, fragment + UDP)), 1).get("udp_src") is None


def test_a_length_in_the_place_of_the_type() -> None:
    """802.3 with LLC has no type; with SNAP and the zero OUI it has."""
    assert flow_key(ethernet(64, b"\x42\x42\x03" + bytes(61)), 1).get("eth_type") == NOT_ETH_TYPE
    snap = b"\xaa\xaa\x03\0\0\0\x08\x00" + ipv4(17, UDP)
    assert flow_key(ethernet(len(snap), snap), 1).get("udp_dst") == 5353


def test_equal_headers_have_the_same_shape_and_equal_keys() -> None:
    """A shape is made once: components keep something for each."""
    one, two = (flow_key(ethernet(0x0800, ipv4(17, UDP)), 3) for _ in range(2))
    assert one.shape is two.shape
    assert one == two
    assert hash(one) == hash(two)


@given(st.binary(max_size=200), st.integers(1, 0xFFFF))
def test_any_bytes_have_a_key(frame: bytes, in_port: int) -> None:
    """No frame raises; the shape is one of those that exist, with one value for each field."""
    key = flow_key(frame, in_port)
    assert key.shape in SHAPES
    assert len(key.values) == len(key.shape.fields)


@given(st.integers(0, 80), st.sampled_from([0x0800, 0x86DD, 0x0806, 0x8100]), st.integers(0, 255))
def test_a_frame_cut_short_has_the_fields_of_its_whole_headers(cut: int, eth_type: int, proto: int) -> None:
    """Truncation at any byte loses fields and invents none."""
    payload = ipv6(proto, UDP) if eth_type == 0x86DD else ipv4(proto, UDP)
    whole = ethernet(eth_type, payload)
    full, part = dict(flow_key(whole, 1).items()), dict(flow_key(whole[:cut], 1).items())
    if cut >= 18:
        assert all(full[name] == value for name, value in part.items() if name in full)
