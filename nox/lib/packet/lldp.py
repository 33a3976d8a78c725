"""LLDP (IEEE 802.1AB-2016, section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Final

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.reader import Reader
from nox.lib.packet.layout import reader

NEAREST_BRIDGE: Final = EthernetAddress("01:80:c2:00:00:0e")

END, CHASSIS, PORT, TTL = 0, 1, 2, 3  # types of TLVs
PORT_DESCRIPTION, SYSTEM_NAME, SYSTEM_DESCRIPTION, CAPABILITIES, MANAGEMENT_ADDRESS = 4, 5, 6, 7, 8
ORGANISATIONAL: Final = 127
CHASSIS_MAC, CHASSIS_LOCAL = 4, 7  # subtypes of a chassis' name
PORT_MAC, PORT_LOCAL = 3, 7  # and of a port's

_MOST_VALUE: Final = 511
_MOST_ID: Final = 255
_HEADER: Final = Struct("!H")


@dataclass(frozen=True, slots=True)
class Id:
    """The name of a chassis or a port.

    :ivar subtype: what `value` is.
    :ivar value: one to 255 bytes.
    """

    subtype: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Tlv:
    """Another TLV, as it came: at most 511 bytes."""

    type: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Organisational:
    """What an organisation has defined (section 8.6).

    :ivar oui: the organisation, three bytes.
    :ivar value: at most 507 bytes.
    """

    oui: bytes
    subtype: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Lldp:
    """What one port says of itself.

    :ivar ttl: seconds for which it holds; 0 takes it back.
    :ivar tlvs: what follows the three that must be there, without the end.
    """

    chassis: Id
    port: Id
    ttl: int
    tlvs: tuple[Tlv | Organisational, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> Lldp:
        """What these bytes say; what follows their end is padding.

        :raises RemoteProtocolError: when they are cut short, or do not begin with chassis, port and TTL.
        """
        source = reader(data, "Lldp")
        chassis, port = _id(_take(source, CHASSIS)), _id(_take(source, PORT))
        (ttl,) = _take(source, TTL).unpack(_HEADER)
        return cls(chassis, port, ttl, tuple(_others(source)))

    def build(self) -> bytes:
        """Their bytes, with the end.

        :raises LocalProtocolError: when a value is too long.
        """
        if not 0 <= self.ttl <= 0xFFFF:
            raise LocalProtocolError(f"a TTL of {self.ttl} s: it has 16 bits")
        out = bytearray(_tlv(CHASSIS, _named(self.chassis)) + _tlv(PORT, _named(self.port)))
        out += _tlv(TTL, _HEADER.pack(self.ttl))
        for other in self.tlvs:
            out += _other(other)
        return bytes(out + _tlv(END, b""))


def _next(source: Reader) -> tuple[int, Reader]:
    (head,) = source.unpack(_HEADER)
    return head >> 9, source.take(head & _MOST_VALUE, f"Lldp's TLV {head >> 9}")


def _take(source: Reader, expected: int) -> Reader:
    start = source.position
    kind, value = _next(source)
    if kind != expected:
        raise source.error(f"Lldp has a TLV {kind} where {expected} must be", at=start)
    return value


def _id(value: Reader) -> Id:
    if not 2 <= value.remaining <= _MOST_ID + 1:
        raise value.error(f"{value.what} has {value.remaining} bytes: a subtype and 1 to {_MOST_ID} more")
    return Id(value.data[value.claim(1)], value.rest())


def _others(source: Reader) -> list[Tlv | Organisational]:
    others: list[Tlv | Organisational] = []
    while True:
        start = source.position
        kind, value = _next(source)
        if kind == END:
            if value.remaining:
                raise source.error("Lldp's end has a value", at=start)
            return others
        if kind in (CHASSIS, PORT, TTL):
            raise source.error(f"Lldp has a TLV {kind} twice", at=start)
        others.append(_organisational(value) if kind == ORGANISATIONAL else Tlv(kind, value.rest()))


def _organisational(value: Reader) -> Organisational:
    start = value.claim(4)
    return Organisational(bytes(value.data[start : start + 3]), value.data[start + 3], value.rest())


def _named(name: Id) -> bytes:
    if not 1 <= len(name.value) <= _MOST_ID or not 0 <= name.subtype < 256:
        raise LocalProtocolError(f"{name} is no name: one to {_MOST_ID} bytes, and a subtype of one")
    return bytes((name.subtype,)) + name.value


def _other(tlv: Tlv | Organisational) -> bytes:
    if isinstance(tlv, Tlv):
        if tlv.type in (END, CHASSIS, PORT, TTL, ORGANISATIONAL):
            raise LocalProtocolError(f"a TLV {tlv.type} has a place of its own in `Lldp`")
        return _tlv(tlv.type, tlv.value)
    if len(tlv.oui) != 3 or not 0 <= tlv.subtype < 256:
        raise LocalProtocolError(f"{tlv} has no organisation of three bytes, or no subtype of one")
    return _tlv(ORGANISATIONAL, tlv.oui + bytes((tlv.subtype,)) + tlv.value)


def _tlv(kind: int, value: bytes) -> bytes:
    if not 0 <= kind <= ORGANISATIONAL or len(value) > _MOST_VALUE:
        raise LocalProtocolError(f"a TLV {kind} of {len(value)} bytes: at most {_MOST_VALUE}")
    return _HEADER.pack(kind << 9 | len(value)) + value
