"""What is refused, and what the specifications say of corners that the property tests pass by."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.packet import dhcp, ethernet
from nox.lib.packet.checksum import Ends
from nox.lib.packet.dhcp import Dhcp
from nox.lib.packet.dns import CNAME, Dns, Question, Record
from nox.lib.packet.dnsname import Name
from nox.lib.packet.eapol import RESPONSE, Eap
from nox.lib.packet.ethernet import Ethernet, Llc, Tag
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.ipv6 import FRAGMENT, Extension, Ipv6
from nox.lib.packet.lldp import Id, Lldp, Tlv
from nox.lib.packet.neighbours import group_address, link_local, solicited_node
from nox.lib.packet.options import Option
from nox.lib.packet.tcp import Tcp
from nox.lib.packet.udp import Udp

MAC = EthernetAddress("02:00:00:00:00:01")
A, B = IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2")
A6, B6 = IPv6Address("fe80::1"), IPv6Address("fe80::2")
ENDS, ENDS6 = Ends(A, B), Ends(A6, B6)
QUERY = bytes.fromhex("0001 0100 0001 0000 0000 0000")


def test_padding_of_a_frame_is_no_part_of_an_ip_packet() -> None:
    """A frame has at least 60 bytes; the IP header says where the packet ends."""
    packet = Ipv4(A, B, 17, b"abc")
    assert Ipv4.parse(packet.build() + bytes(20)) == packet


def test_a_datagram_without_a_checksum_is_for_ipv4_alone() -> None:
    """RFC 768: zero says that there is none; RFC 8200 forbids it."""
    bare = Udp(1, 2, b"x").build(ENDS)[:6] + b"\0\0x"
    assert Udp.parse(bare, ENDS).payload == b"x"
    with pytest.raises(RemoteProtocolError, match="checksum"):
        Udp.parse(bare, ENDS6)


def test_a_sum_of_zero_is_written_as_all_ones() -> None:
    """RFC 768: a datagram whose checksum is 0 would pass for one without."""
    built = [Udp(1, port, b"").build(ENDS) for port in range(65536)]
    assert not [one for one in built if one[6:8] == b"\0\0"]


def test_a_name_that_points_to_itself_is_refused() -> None:
    """A pointer must point back, so that following pointers ends."""
    for loop in ("c00c", "c00d", "01 61 c00c"):
        with pytest.raises(RemoteProtocolError, match="points to"):
            Dns.parse(QUERY + bytes.fromhex(loop) + bytes(4))


def test_a_name_is_bounded_although_its_pointers_point_back() -> None:
    """Each name that points to the one before it is one label longer; the 255 bytes end that."""
    label = b"\x3f" + b"a" * 63
    message = QUERY[:5] + b"\x05" + QUERY[6:]  # five questions, each the one before with a label more
    for question in range(5):
        before = (0xC000 | 12 + 69 + (question - 2) * 70).to_bytes(2) if question > 1 else b"\xc0\x0c"
        message += label + (before if question else b"\0") + bytes(4)
    with pytest.raises(RemoteProtocolError, match="more than 255"):
        Dns.parse(message)


def test_names_are_compressed() -> None:
    """A name that the message has already is a pointer to it (RFC 1035, section 4.1.4)."""
    name, other = Name.of("www.example.net"), Name.of("ftp.example.net")
    built = Dns(1, questions=(Question(name),), answers=(Record(name, CNAME, other),)).build()
    assert built.count(b"example") == 1
    assert Dns.parse(built).answers[0].data == other


def test_a_name_is_shown_escaped() -> None:
    """Names come from anyone: what could mean something to a terminal is a number."""
    assert str(Name((b"a\x1b[2Jb", b"net"))) == "a\\027\\0912Jb.net"
    assert str(Name()) == "."


@pytest.mark.parametrize("text", ["a..b", "a" * 64, ".".join(["a" * 60] * 5), "é.net"])
def test_what_is_no_name(text: str) -> None:
    """Labels have 1 to 63 bytes, a name 255, and they are ASCII."""
    with pytest.raises(LocalProtocolError):
        Name.of(text)


def test_dhcp_options_in_the_fields_of_names() -> None:
    """OVERLOAD 1: `file` has options (RFC 2132, section 9.3)."""
    message = Dhcp(dhcp.REPLY, 1, MAC, {dhcp.OVERLOAD: b"\x01"}, file=bytes((dhcp.MASK, 4, 255, 255, 255, 0, dhcp.END)))
    assert Dhcp.parse(message.build()).all_options()[dhcp.MASK] == b"\xff\xff\xff\0"


def test_padding_after_eap() -> None:
    """RFC 3748, section 4: what follows its length is ignored; a length beyond the packet is refused."""
    packet = Eap(RESPONSE, 1, b"\x01alice")
    assert Eap.parse(packet.build() + bytes(30)) == packet
    with pytest.raises(RemoteProtocolError):
        Eap.parse(packet.build()[:-1])


def test_frames_of_an_unknown_depth() -> None:
    """Tags are bounded."""
    deep = Ethernet(MAC, MAC, 0x800, b"", (Tag(1),) * (ethernet.MOST_TAGS + 1))
    with pytest.raises(RemoteProtocolError, match="more than"):
        Ethernet.parse(deep.build())


def test_a_fragment_is_known_as_one() -> None:
    """An atomic fragment is whole (RFC 6946)."""
    whole, part = (Extension(FRAGMENT, bytes.fromhex(f) + bytes(4)) for f in ("0000", "0001"))
    assert not Ipv6(A6, B6, 17, b"", extensions=(whole,)).is_fragment
    assert Ipv6(A6, B6, 17, b"", extensions=(part,)).is_fragment
    assert Ipv4(A, B, 17, b"", offset=8).is_fragment


@pytest.mark.parametrize(
    "build",
    [
        Ethernet(MAC, MAC, 0x5FF, b"").build,
        Ethernet(MAC, MAC, 0x800, b"", (Tag(4096),)).build,
        Ethernet(MAC, MAC, 0x800, bytes(1600), llc=Llc()).build,
        Ipv4(A, B, 17, bytes(65530)).build,
        Ipv4(A, B, 256, b"").build,
        Ipv4(A, B, 17, b"", options=(Option(0),)).build,
        Ipv4(A, B, 17, b"", options=(Option(7, bytes(300)),)).build,
        Ipv6(A6, B6, 17, b"", extensions=(Extension(0, b"x"),)).build,
        Ipv6(A6, B6, 17, b"", flow_label=1 << 20).build,
        lambda: Udp(65536, 1).build(ENDS),
        lambda: Tcp(1, 2, -1, 0, 0).build(ENDS),
        lambda: Tcp(1, 2, 0, 0, 0, payload=bytes(65530)).build(ENDS),
        Dhcp(1, 1, MAC, {255: b""}).build,
        Dhcp(1, 1, MAC, sname=bytes(65)).build,
        Dns(1, questions=(Question(Name.of("a"), type=-1),)).build,
        Dns(1, answers=(Record(Name(), CNAME, b"raw"),)).build,
        Lldp(Id(1, b""), Id(1, b"x"), 1).build,
        Lldp(Id(1, b"x"), Id(1, b"x"), 1, (Tlv(5, bytes(512)),)).build,
    ],
)
def test_what_cannot_be_built_is_said(build: object) -> None:
    """It is our mistake, and the sentence says which."""
    assert callable(build)
    with pytest.raises(LocalProtocolError, match=r"\w"):
        build()


def test_addresses_of_neighbour_discovery() -> None:
    """The examples of RFC 4291 (2.7.1 and appendix A) and RFC 2464 (section 7)."""
    address = IPv6Address("4037::01:800:200e:8c6c")
    assert solicited_node(address) == IPv6Address("ff02::1:ff0e:8c6c")
    assert group_address(solicited_node(address)) == EthernetAddress("33:33:ff:0e:8c:6c")
    assert link_local(EthernetAddress("34:56:78:9a:bc:de")) == IPv6Address("fe80::3656:78ff:fe9a:bcde")
