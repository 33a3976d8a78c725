"""Files of captured packets, for those who read them."""

from __future__ import annotations

import struct
from ipaddress import ip_address

from nox.lib.capture import writing
from nox.lib.capture.conversation import Conversation

HELLO = bytes.fromhex("0400000800000001")
ECHO = bytes.fromhex("0402000c00000002") + b"abcd"
ENDS = {4: ("192.0.2.1", "192.0.2.2"), 6: ("2001:db8::1", "2001:db8::2")}


def frames(version: int = 4, chunk: int = 5) -> list[bytes]:
    """A hello of ours in pieces, then the switch's hello and echo request."""
    ours, theirs = (ip_address(text) for text in ENDS[version])
    talk = Conversation((ours, 6653), (theirs, 40000))
    sent = [HELLO[at : at + chunk] for at in range(0, len(HELLO), chunk)]
    came = [(HELLO + ECHO)[at : at + chunk] for at in range(0, len(HELLO + ECHO), chunk)]
    return [f for data in sent for f in talk.frames(data, is_ours=True)] + [
        f for data in came for f in talk.frames(data, is_ours=False)
    ]


def pcap(packets: list[bytes], *, link: int = 1, order: str = "<", magic: int = 0xA1B2C3D4) -> bytes:
    """A file of the classic format."""
    head = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    return head + b"".join(struct.pack(order + "IIII", 7, 500, len(p), len(p)) + p for p in packets)


def pcapng(packets: list[bytes]) -> bytes:
    """A file as we write it."""
    return b"".join([writing.section("test"), writing.interface("x"), *(writing.packet(7.5, p) for p in packets)])
