"""Ethernet addresses and datapath identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nox.lib.addresses import EthernetAddress, format_dpid, parse_dpid
from nox.lib.errors import LocalProtocolError


@given(st.binary(min_size=6, max_size=6))
def test_ethernet_spellings(raw: bytes) -> None:
    """Bytes, int and text make the same address, which is equal to the bytes from the wire, as a key too."""
    address = EthernetAddress(raw)
    assert EthernetAddress(str(address)) == EthernetAddress(int(address)) == address == raw
    assert {raw: 1}[address] == 1


def test_ethernet_text() -> None:
    """An address prints in its usual form, and its bits are named."""
    address = EthernetAddress("2-0-0-0-a-1")
    assert (str(address), repr(address)) == ("02:00:00:00:0a:01", "EthernetAddress('02:00:00:00:0a:01')")
    assert (address.is_local, address.is_multicast) == (True, False)
    assert EthernetAddress("ff:ff:ff:ff:ff:ff").is_multicast


@pytest.mark.parametrize(
    "wrong", ["", "02:00:00:00:00", "02:00:00:00:00:001", "02:00-00:00:00:00", "zz:0:0:0:0:0", -1, 1 << 48, b"short"]
)
def test_no_ethernet_address(wrong: str | int | bytes) -> None:
    """What is no address is refused with a sentence that shows one."""
    with pytest.raises(LocalProtocolError, match="is no Ethernet address: write it as 02:00:00:00:00:01"):
        EthernetAddress(wrong)


@given(st.integers(0, (1 << 64) - 1))
def test_dpid(dpid: int) -> None:
    """A datapath identifier is 16 hexadecimal digits, and is read from them."""
    assert len(format_dpid(dpid)) == 16
    assert parse_dpid(format_dpid(dpid)) == dpid


def test_dpid_spellings() -> None:
    """Colons, dashes and 0x are accepted."""
    assert {parse_dpid(text) for text in ("ab", "0xab", "00:00:00:00:00:00:00:ab", "00-00-00-00-00-00-00-ab")} == {0xAB}


@pytest.mark.parametrize("wrong", ["", "0x", "xyz", "1" * 17, "-1"])
def test_no_dpid(wrong: str) -> None:
    """What is no identifier is refused."""
    with pytest.raises(LocalProtocolError, match="is no datapath identifier"):
        parse_dpid(wrong)
