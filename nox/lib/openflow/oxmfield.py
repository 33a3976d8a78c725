"""What a match field is: its number, its size, and how its value is written as text (1.3.5, section 7.2.3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.versions import Version

OPENFLOW_BASIC: Final = 0x8000  # the OXM class of all fields that the specification defines
EXPERIMENTER: Final = 0xFFFF  # the OXM class of fields that are followed by an experimenter's number

_LABEL: Final = 20  # bits of MPLS labels and IPv6 flow labels


class OxmId(NamedTuple):
    """What stands before a field's value and says which field it is.

    :ivar experimenter: of class `EXPERIMENTER` alone.
    """

    oxm_class: int
    number: int
    experimenter: int = 0

    @property
    def size(self) -> int:
        """Bytes of the experimenter's number, which the field's length counts."""
        return 4 if self.oxm_class == EXPERIMENTER else 0


class Form(Enum):
    """How a value is written as text."""

    NUMBER = "number"
    HEX = "hexadecimal number"
    ETHERNET = "Ethernet address"
    IPV4 = "IPv4 address"
    IPV6 = "IPv6 address"


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """What must be in a match for another field to have a meaning.

    :ivar name: the field that must be there.
    :ivar values: which value it must have; empty for any.
    :ivar bits: bits that its value must have.
    """

    name: str
    values: tuple[int, ...] = ()
    bits: int = 0

    def allows(self, value: int) -> bool:
        """Whether that value of the field will do."""
        return (not self.values or value in self.values) and value & self.bits == self.bits

    def __str__(self) -> str:
        if self.bits:
            return f"{self.name} with bit {self.bits:#x}"
        if not self.values:
            return self.name
        return f"{self.name}=" + " or ".join(map(self._text, self.values))

    def _text(self, value: int) -> str:
        return f"{value:#06x}" if self.name == "eth_type" else str(value)


@dataclass(frozen=True, slots=True)
class OxmField:
    """One match field.

    :ivar name: as in the specification, in lower case: ``eth_src``.
    :ivar number: its number in its class.
    :ivar bits: of its value; in a message it takes whole bytes (`size`).
    :ivar maskable: whether the specification lets it be masked.
    :ivar experimenter: whose it is, for a field of class `EXPERIMENTER`.
    :ivar nxm: class and number in Nicira's NXM, for a field that has others there. OpenFlow 1.0 writes it so.
    """

    name: str
    number: int
    bits: int
    form: Form = Form.NUMBER
    maskable: bool = False
    prerequisites: tuple[Prerequisite, ...] = ()
    oxm_class: int = OPENFLOW_BASIC
    experimenter: int = 0
    nxm: OxmId | None = None

    @property
    def size(self) -> int:
        """Bytes of its value; labels of 20 bits take four."""
        return 4 if self.bits == _LABEL else (self.bits + 7) // 8

    @property
    def largest(self) -> int:
        """The largest value; as a mask, the one that means all of it."""
        return (1 << self.bits) - 1

    @property
    def oxm(self) -> OxmId:
        """What it is called since 1.2."""
        return OxmId(self.oxm_class, self.number, self.experimenter)

    def ids(self) -> Iterator[OxmId]:
        """All that it is called."""
        yield self.oxm
        if self.nxm is not None:
            yield self.nxm

    def id(self, version: Version, oxm_class: int | None = None) -> OxmId:
        """What a version calls it; or what it is called in a class, where it is known there."""
        own = self.nxm if self.nxm is not None and version == Version.V1_0 else self.oxm
        return own if oxm_class is None else next((one for one in self.ids() if one.oxm_class == oxm_class), own)

    def header(self, *, masked: bool, version: Version = Version.V1_3, oxm_class: int | None = None) -> bytes:
        """The bytes before its value: four, and four more for an experimenter's field."""
        one = self.id(version, oxm_class)
        length = one.size + (self.size << masked)
        number = one.oxm_class << 16 | one.number << 9 | masked << 8 | length
        return number.to_bytes(4) + one.experimenter.to_bytes(one.size)

    def text(self, value: int, mask: int | None = None) -> str:
        """The value, and its mask, in their usual text; the mask of an IP address as its prefix, where it is one."""
        if mask is None:
            return self._text(value)
        if self.form in (Form.IPV4, Form.IPV6) and (prefix := self.prefix(mask)) is not None:
            return f"{self._text(value)}/{prefix}"
        return f"{self._text(value)}/{self._text(mask)}"

    def prefix(self, mask: int) -> int | None:
        """How many leading ones the mask consists of; None where it is no prefix."""
        inverse = ~mask & self.largest
        return None if inverse & (inverse + 1) else self.bits - inverse.bit_length()

    def _text(self, value: int) -> str:
        match self.form:
            case Form.ETHERNET:
                return str(EthernetAddress(value))
            case Form.IPV4:
                return str(IPv4Address(value))
            case Form.IPV6:
                return str(IPv6Address(value))
            case Form.HEX:
                return f"{value:#06x}"
            case Form.NUMBER:
                return str(value)
