"""DHCP (RFC 2131), and its options (RFC 2132; long ones: RFC 3396)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Any, ClassVar, Final

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.kinds import MAC, U8, U16, U32
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import Field, Layout, Scalar, pad
from nox.lib.openflow.versions import Version
from nox.lib.packet.layout import IPV4, Packet, reader

SERVER_PORT: Final = 67
CLIENT_PORT: Final = 68
REQUEST, REPLY = 1, 2  # operations
BROADCAST: Final = 0x8000  # a flag

DISCOVER, OFFER, ASK, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)  # values of MESSAGE_TYPE; ASK is DHCPREQUEST

PAD, END = 0, 255  # options
MASK, ROUTER, DNS, HOST_NAME, DOMAIN = 1, 3, 6, 12, 15
ADDRESS, LEASE_TIME, OVERLOAD, MESSAGE_TYPE, SERVER, PARAMETERS = 50, 51, 52, 53, 54, 55
MESSAGE, MAX_SIZE, RENEWAL, REBINDING, CLASS, CLIENT = 56, 57, 58, 59, 60, 61

NOWHERE: Final = IPv4Address(0)

_FIXED: Final = bytes.fromhex("63825363")  # the magic cookie
_ETHERNET: Final = b"\x01\x06"
_MOST_OPTION: Final = 255


def _exactly(expected: bytes, what: str) -> Scalar:
    def check(raw: Any) -> Any:
        if raw != expected:
            raise ValueError(f"{raw!r} is not {what}")
        return raw

    return Scalar(f"{len(expected)}s", check, check)


def _bytes(size: int) -> Scalar:
    return Scalar(f"{size}s", lambda raw: raw.rstrip(b"\0"), lambda raw: _fitting(raw, size))


def _fitting(raw: bytes, size: int) -> bytes:
    if len(raw) > size:
        raise ValueError(f"at most {size} bytes")
    return raw


class _Options:
    """The kind of the options: one that stands there several times is one that was cut (RFC 3396)."""

    def read(self, source: Reader, version: Version) -> dict[int, bytes]:
        """All until their end; one without an end is tolerated, as everybody does."""
        options: dict[int, bytes] = {}
        parts: dict[int, list[bytes]] = {}
        while source.remaining:
            code = source.data[source.claim(1)]
            if code == END:
                source.claim(source.remaining)
            elif code != PAD:
                size = source.data[source.claim(1)]
                parts.setdefault(code, []).append(source.take(size, f"option {code}").rest())
        options.update((code, b"".join(values)) for code, values in parts.items())
        return options

    def write(self, out: bytearray, value: Mapping[int, bytes], version: Version) -> None:
        """Append them and their end."""
        for code, data in value.items():
            if not PAD < code < END:
                raise LocalProtocolError(f"{code} is no DHCP option: 1 to 254")
            for start in range(0, max(len(data), 1), _MOST_OPTION):
                part = data[start : start + _MOST_OPTION]
                out += bytes((code, len(part))) + part
        out.append(END)


@dataclass(frozen=True, slots=True)
class Dhcp(Packet):
    """A message of a client with an Ethernet address, or to one.

    :ivar ciaddr: the client's address, where it has one; `yiaddr`: the one it is given; `siaddr`: the next server's;
        `giaddr`: the relay's.
    :ivar secs: seconds since the client began.
    :ivar sname: `file`: of the server and of what to boot; options, where `OVERLOAD` says so.
    :ivar options: by code. Those of `sname` and `file` are not among them: see `all_options`.
    """

    operation: int
    xid: int
    chaddr: EthernetAddress
    options: Mapping[int, bytes] = field(default_factory=dict)
    ciaddr: IPv4Address = NOWHERE
    yiaddr: IPv4Address = NOWHERE
    siaddr: IPv4Address = NOWHERE
    giaddr: IPv4Address = NOWHERE
    flags: int = 0
    secs: int = 0
    hops: int = 0
    sname: bytes = b""
    file: bytes = b""
    hardware: bytes = _ETHERNET
    cookie: bytes = _FIXED

    LAYOUT: ClassVar[Layout] = (
        Field("operation", U8),
        Field("hardware", _exactly(_ETHERNET, "Ethernet")),
        Field("hops", U8),
        Field("xid", U32),
        Field("secs", U16),
        Field("flags", U16),
        Field("ciaddr", IPV4),
        Field("yiaddr", IPV4),
        Field("siaddr", IPV4),
        Field("giaddr", IPV4),
        Field("chaddr", MAC),
        pad(10),
        Field("sname", _bytes(64)),
        Field("file", _bytes(128)),
        Field("cookie", _exactly(_FIXED, "DHCP's cookie")),
        Field("options", _Options()),
    )

    @property
    def message_type(self) -> int:
        """`DISCOVER` to `INFORM`; 0 for plain BOOTP."""
        return int.from_bytes(self.options.get(MESSAGE_TYPE, b"")[:1])

    def addresses(self, code: int) -> tuple[IPv4Address, ...]:
        """The addresses that an option lists; none where it is missing, or no multiple of four bytes."""
        data = self.options.get(code, b"")
        if len(data) % 4:
            return ()
        return tuple(IPv4Address(data[at : at + 4]) for at in range(0, len(data), 4))

    def seconds(self, code: int) -> int | None:
        """The time that an option says; None where it is missing or has not four bytes."""
        data = self.options.get(code, b"")
        return int.from_bytes(data) if len(data) == 4 else None

    def all_options(self) -> dict[int, bytes]:
        """The options, those of overloaded fields too (RFC 2132, section 9.3).

        :raises RemoteProtocolError: when these are cut short.
        """
        options = dict(self.options)
        for field_ in self._overloaded():
            for code, data in _Options().read(reader(field_, "Dhcp"), Version.V1_0).items():
                options[code] = options.get(code, b"") + data
        return options

    def _overloaded(self) -> Iterator[bytes]:
        which = int.from_bytes(self.options.get(OVERLOAD, b"")[:1])
        if which & 1:
            yield self.file
        if which & 2:
            yield self.sname
