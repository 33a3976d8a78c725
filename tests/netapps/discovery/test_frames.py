"""The signed frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.core.view.rows import LinkKind
from nox.lib.addresses import EthernetAddress
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.lldp import CHASSIS_LOCAL, CHASSIS_MAC, PORT_LOCAL, Id, Lldp
from nox.netapps.discovery.frames import Claim, Forged, Frames

KEY = bytes(range(32))
ADDRESS = EthernetAddress("02:00:00:00:00:01")
STAMP = 1_700_000_000_000_000


def frame(kind: LinkKind = LinkKind.DIRECT, frames: Frames | None = None) -> bytes:
    """Of switch 0xabc, port 7."""
    frames = frames or Frames(KEY)
    return frames.frame(frames.head(0xABC, 7, ADDRESS, kind, 15), STAMP)


@pytest.mark.parametrize("kind", [LinkKind.DIRECT, LinkKind.BROADCAST])
def test_what_was_written_is_read_by_its_writer_and_by_others_with_the_key(kind: LinkKind) -> None:
    """The instance that has sent it knows its beginning; another one parses it."""
    frames = Frames(KEY)
    data = frame(kind, frames)
    assert frames.read(data) == Frames(KEY).read(data) == Claim(0xABC, 7, STAMP, kind)


def test_it_is_lldp_that_everybody_can_read() -> None:
    """Chassis, port, TTL, our TLV, end; to the nearest bridge."""
    parsed = Ethernet.parse(frame())
    lldp = Lldp.parse(parsed.payload)
    assert str(parsed.dst) == "01:80:c2:00:00:0e"
    assert lldp.chassis == Id(CHASSIS_LOCAL, b"dpid:0000000000000abc")
    assert (lldp.port, lldp.ttl, len(lldp.tlvs)) == (Id(PORT_LOCAL, b"7"), 15, 1)


@pytest.mark.parametrize("known", [True, False], ids=["known port", "parsed"])
@given(st.data())
def test_no_bit_can_be_changed(known: bool, data: st.DataObject) -> None:
    """From the Ethernet type on. Addresses are nobody's word."""
    frames = Frames(KEY)
    whole = bytearray(frame(frames=frames))
    at = data.draw(st.integers(12, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    reader = frames if known else Frames(KEY)
    try:
        claim = reader.read(bytes(whole))
    except Forged:
        return
    assert claim is None


@pytest.mark.parametrize("known", [True, False], ids=["known port", "parsed"])
def test_none_that_is_cut_short_is_believed(known: bool) -> None:
    """At every length."""
    frames = Frames(KEY)
    whole = frame(frames=frames)
    reader = frames if known else Frames(KEY)
    for length in range(len(whole)):
        with pytest.raises(Forged):
            reader.read(whole[:length])


def test_another_key_is_another_network() -> None:
    """Its frames are forged here."""
    with pytest.raises(Forged, match="signature"):
        Frames(KEY[::-1]).read(frame())


def test_lldp_cannot_pass_for_bddp() -> None:
    """The type is signed as well: a frame for the neighbour cannot be sent on as one for all."""
    data = frame()
    with pytest.raises(Forged):
        Frames(KEY).read(data[:12] + b"\x89\x42" + data[14:])


def test_a_tag_on_the_way_does_not_matter() -> None:
    """A bridge between may put the frame into a VLAN."""
    data = frame(LinkKind.BROADCAST)
    tagged = data[:12] + b"\x81\0\0\5" + data[12:]
    assert Frames(KEY).read(tagged) == Claim(0xABC, 7, STAMP, LinkKind.BROADCAST)


def test_a_switch_named_without_a_signature_is_forged() -> None:
    """As other controllers' LLDP names it."""
    lldp = Lldp(Id(CHASSIS_LOCAL, b"dpid:0000000000000001"), Id(PORT_LOCAL, b"\0\0\0\1"), 120)
    data = Ethernet(EthernetAddress(b"\1\x80\xc2\0\0\x0e"), ADDRESS, 0x88CC, lldp.build()).build()
    with pytest.raises(Forged, match="not signed"):
        Frames(KEY).read(data)


def test_others_lldp_claims_nothing() -> None:
    """A telephone says what it is, to whom it may concern."""
    lldp = Lldp(Id(CHASSIS_MAC, bytes(ADDRESS)), Id(3, bytes(ADDRESS)), 120)
    data = Ethernet(EthernetAddress(b"\1\x80\xc2\0\0\x0e"), ADDRESS, 0x88CC, lldp.build()).build()
    assert Frames(KEY).read(data) is None


def test_a_port_that_sends_no_more_can_still_be_read() -> None:
    """What it has sent may be on its way."""
    frames = Frames(KEY)
    head = frames.head(1, 2, ADDRESS, LinkKind.DIRECT, 3)
    frames.forget(head)
    assert frames.read(frames.frame(head, STAMP)) == Claim(1, 2, STAMP, LinkKind.DIRECT)
