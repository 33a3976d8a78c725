"""Ethernet addresses and datapath identifiers."""

from __future__ import annotations

import re

from nox.lib.errors import LocalProtocolError

_ETHERNET = re.compile(r"[0-9a-f]{1,2}([:-])[0-9a-f]{1,2}(?:\1[0-9a-f]{1,2}){4}", re.IGNORECASE)
_DPID = re.compile(r"(?:0x)?[0-9a-f]{1,16}|[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){6}", re.IGNORECASE)


class EthernetAddress(bytes):
    """A 48-bit address. It is its six bytes: raw ones from the wire compare and hash equal."""

    __slots__ = ()

    def __new__(cls, value: str | int | bytes) -> EthernetAddress:
        """Make one from ``aa:bb:cc:dd:ee:ff`` (or with dashes), from an int of 48 bits, or from six bytes.

        :raises LocalProtocolError: when it is none of these.
        """
        return super().__new__(cls, _six_bytes(value))

    def __str__(self) -> str:
        return self.hex(":")

    def __repr__(self) -> str:
        return f"EthernetAddress('{self}')"

    def __int__(self) -> int:
        return int.from_bytes(self)

    @property
    def is_multicast(self) -> bool:
        """Whether it is a group's address; the broadcast address is one (IEEE 802, I/G bit)."""
        return bool(self[0] & 1)

    @property
    def is_local(self) -> bool:
        """Whether it is administered locally and not by its manufacturer (IEEE 802, U/L bit)."""
        return bool(self[0] & 2)


def _six_bytes(value: str | int | bytes) -> bytes:
    if isinstance(value, str) and _ETHERNET.fullmatch(value):
        return bytes(int(part, 16) for part in re.split("[:-]", value))
    if isinstance(value, int) and 0 <= value < 1 << 48:
        return value.to_bytes(6)
    if isinstance(value, bytes) and len(value) == 6:
        return value
    raise LocalProtocolError(f"{value!r} is no Ethernet address: write it as 02:00:00:00:00:01")


def format_dpid(dpid: int) -> str:
    """A datapath identifier as 16 hexadecimal digits."""
    return f"{dpid:016x}"


def parse_dpid(text: str) -> int:
    """A datapath identifier from its hexadecimal digits, with or without ``0x``, colons or dashes.

    :raises LocalProtocolError: when the text is none.
    """
    if not _DPID.fullmatch(text):
        raise LocalProtocolError(f"{text[:40]!r} is no datapath identifier: write it as 16 hexadecimal digits")
    return int(text.replace(":", "").replace("-", ""), 16)
