"""The match of OpenFlow 1.2 and later: a list of OXM fields (1.3.5, sections 7.2.3.1 to 7.2.3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Final, TypeAlias

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.oxm import FIELDS, with_id
from nox.lib.openflow.oxmfield import EXPERIMENTER, OxmId
from nox.lib.openflow.reader import Blame, Reader
from nox.lib.openflow.structure import Structure, put_length
from nox.lib.openflow.versions import Version

BAD_TYPE: Final[Blame] = (4, 0)  # OFPET_BAD_MATCH, OFPBMC_BAD_TYPE
BAD_LEN: Final[Blame] = (4, 1)  # OFPET_BAD_MATCH, OFPBMC_BAD_LEN

_HEADER: Final = Struct("!HBB")  # class, number and mask flag, length of what follows
_EXPERIMENTER: Final = Struct("!I")
_MATCH: Final = Struct("!HH")  # type, length without the zeros at the end
_OXM: Final = 1  # OFPMT_OXM


@dataclass(frozen=True, slots=True)
class Oxm:
    """One field of a match.

    :ivar name: a key of `nox.lib.openflow.oxm.FIELDS`.
    :ivar value: big-endian, as an int.
    :ivar mask: None for an exact match.
    :ivar oxm_class: the class that it was written in, where the version prefers another; None for the version's own.
    """

    name: str
    value: int
    mask: int | None = None
    oxm_class: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownOxm:
    """A field that the table does not know: the whole of it, header included."""

    raw: bytes


AnyOxm: TypeAlias = Oxm | UnknownOxm


@dataclass(frozen=True, slots=True)
class OxmMatch(Structure):
    """``ofp_match``: fields in the order in which they stand in the message."""

    fields: tuple[AnyOxm, ...] = ()


NO_FIELDS: Final = OxmMatch()


class OxmKind:
    """One OXM field."""

    def read(self, reader: Reader, version: Version) -> AnyOxm:
        """The field that starts here. Values are not judged, only lengths."""
        start = reader.position
        oxm_class, number, length = reader.unpack(_HEADER)
        payload = reader.take(length, f"match field {number >> 1} of class {oxm_class:#06x}", BAD_LEN)
        one, masked = _id(oxm_class, number >> 1, payload), number & 1
        field = with_id(one, payload.remaining >> masked)
        if field is None:
            return UnknownOxm(bytes(reader.data[start : reader.position]))
        if payload.remaining != field.size << masked:
            raise reader.error(f"{field.name} cannot be {length} bytes long", at=start, blame=BAD_LEN)
        value, mask = payload.data[payload.claim(field.size) : payload.position], payload.rest()
        return Oxm(
            field.name,
            int.from_bytes(value),
            int.from_bytes(mask) if masked else None,
            None if field.id(version) == one else oxm_class,
        )

    def write(self, out: bytearray, value: AnyOxm, version: Version) -> None:
        """Append the field."""
        if isinstance(value, UnknownOxm):
            out += value.raw
            return
        field = FIELDS.get(value.name)
        if field is None:
            raise LocalProtocolError(f"there is no match field {value.name!r}")
        out += field.header(masked=value.mask is not None, version=version, oxm_class=value.oxm_class)
        try:
            out += value.value.to_bytes(field.size)
            out += value.mask.to_bytes(field.size) if value.mask is not None else b""
        except OverflowError as error:
            raise LocalProtocolError(f"{field.name} has {field.bits} bits: {value} does not fit") from error


def _id(oxm_class: int, number: int, payload: Reader) -> OxmId:
    """Which field it is; an experimenter's number is taken from what follows."""
    if oxm_class != EXPERIMENTER:
        return OxmId(oxm_class, number)
    return OxmId(oxm_class, number, *payload.unpack(_EXPERIMENTER))


class OxmFieldsKind:
    """Fields until the end, without type and length before them: ``nx_match``."""

    def read(self, reader: Reader, version: Version) -> OxmMatch:
        """All that are left. Each takes at least four bytes, so that reading ends."""
        fields = []
        while reader.remaining:
            fields.append(OXM.read(reader, version))
        return OxmMatch(tuple(fields))

    def write(self, out: bytearray, value: OxmMatch, version: Version) -> None:
        """Append them."""
        if not isinstance(value, OxmMatch):
            raise LocalProtocolError(f"{version} needs a match of OXM fields here, not {value!r}")
        for field in value.fields:
            OXM.write(out, field, version)


class OxmMatchKind:
    """A whole match: type, length, fields, zeros up to eight bytes."""

    def read(self, reader: Reader, version: Version) -> OxmMatch:
        """The match that starts here."""
        start = reader.position
        kind, length = reader.unpack(_MATCH)
        if kind != _OXM:
            raise reader.error(f"a match of type {kind}; OXM is {_OXM}", at=start, blame=BAD_TYPE)
        if length < _MATCH.size:
            raise reader.error(f"a match cannot be {length} bytes long", at=start + 2, blame=BAD_LEN)
        match = OXM_FIELDS.read(reader.take(length - _MATCH.size, "the match", BAD_LEN), version)
        reader.claim(-length % 8)
        return match

    def write(self, out: bytearray, value: OxmMatch, version: Version) -> None:
        """Append the match."""
        start = len(out)
        out += _MATCH.pack(_OXM, 0)
        OXM_FIELDS.write(out, value, version)
        length = len(out) - start
        put_length(out, start + 2, length, "the match")
        out += bytes(-length % 8)


OXM: Final = OxmKind()
OXM_FIELDS: Final = OxmFieldsKind()
OXM_MATCH: Final = OxmMatchKind()
