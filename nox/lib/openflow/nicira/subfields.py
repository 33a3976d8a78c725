"""Parts of fields, as Nicira's actions name them: a field by its header, an offset and a number of bits."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, Final, TypeAlias

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.kinds import U16
from nox.lib.openflow.oxm import FIELDS, with_id
from nox.lib.openflow.oxmfield import OxmId
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import Field, Layout, Scalar, Structure
from nox.lib.openflow.versions import Version

_HEADER: Final = Struct("!HBB")
_BITS: Final = 6  # of a number of bits less one, below the offset


@dataclass(frozen=True, slots=True)
class Bits:
    """Some bits of a field, counted from the lowest: at most 64, at an offset under 1024."""

    offset: int
    size: int

    @classmethod
    def load(cls, raw: int) -> Bits:
        """From ``ofs_nbits``."""
        return cls(raw >> _BITS, (raw & (1 << _BITS) - 1) + 1)

    def dump(self) -> int:
        """As ``ofs_nbits``.

        :raises ValueError: when it cannot say them.
        """
        if not 1 <= self.size <= 1 << _BITS:
            raise ValueError("from 1 to 64 bits")
        return self.offset << _BITS | self.size - 1


BITS: Final = Scalar("H", Bits.load, Bits.dump)


@dataclass(frozen=True, slots=True)
class FieldId:
    """A field by its header.

    :ivar name: a key of `nox.lib.openflow.oxm.FIELDS`.
    :ivar masked: whether the header has the mask's bit; actions ignore it.
    :ivar oxm_class: the class that it was written in, where the version prefers another.
    """

    name: str
    masked: bool = False
    oxm_class: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownFieldId:
    """A field that the table does not know: its header as it came."""

    raw: bytes


AnyFieldId: TypeAlias = FieldId | UnknownFieldId | None  # None: four zeros, no field


@dataclass(frozen=True, slots=True)
class FieldIdKind:
    """A field's header: four bytes, or eight for an experimenter's.

    :ivar is_short: whether there is room for four bytes alone, so that no field of an experimenter can stand there.
    """

    is_short: bool = False

    def read(self, reader: Reader, version: Version) -> AnyFieldId:
        """The header that starts here."""
        start = reader.position
        oxm_class, number, length = reader.unpack(_HEADER)
        size = 0 if self.is_short else OxmId(oxm_class, 0).size
        experimenter = int.from_bytes(reader.data[reader.claim(size) : reader.position])
        raw = bytes(reader.data[start : reader.position])
        if not any(raw):
            return None
        one, masked = OxmId(oxm_class, number >> 1, experimenter), bool(number & 1)
        field = with_id(one, length - size >> masked)
        if field is None or length != size + (field.size << masked):
            return UnknownFieldId(raw)
        return FieldId(field.name, masked, None if field.id(version) == one else oxm_class)

    def write(self, out: bytearray, value: AnyFieldId, version: Version) -> None:
        """Append it.

        :raises LocalProtocolError: when there is no such field, or no room for its header.
        """
        header = _header(value, version)
        if self.is_short and len(header) != _HEADER.size:
            raise LocalProtocolError(f"{value} takes {len(header)} bytes, and only {_HEADER.size} have room here")
        out += header


def _header(value: AnyFieldId, version: Version) -> bytes:
    if value is None:
        return bytes(_HEADER.size)
    if isinstance(value, UnknownFieldId):
        return value.raw
    if value.name not in FIELDS:
        raise LocalProtocolError(f"there is no match field {value.name!r}")
    return FIELDS[value.name].header(masked=value.masked, version=version, oxm_class=value.oxm_class)


FIELD_ID: Final = FieldIdKind()
SHORT_FIELD_ID: Final = FieldIdKind(is_short=True)


@dataclass(frozen=True, slots=True)
class Subfield(Structure):
    """A field, and where in it the bits begin."""

    field: AnyFieldId
    offset: int = 0
    LAYOUT: ClassVar[Layout] = (Field("field", FIELD_ID), Field("offset", U16))
