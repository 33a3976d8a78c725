"""The match of OpenFlow 1.2 and later: a list of OXM fields (1.3.5, sections 7.2.3.1 to 7.2.3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Final, NamedTuple, TypeAlias

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.oxm import FIELDS, with_id
from nox.lib.openflow.oxmfield import EXPERIMENTER, OxmId
from nox.lib.openflow.plan import setters
from nox.lib.openflow.reader import Blame, Reader
from nox.lib.openflow.structure import Structure, put_length
from nox.lib.openflow.versions import Version

BAD_TYPE: Final[Blame] = (4, 0)  # OFPET_BAD_MATCH, OFPBMC_BAD_TYPE
BAD_LEN: Final[Blame] = (4, 1)  # OFPET_BAD_MATCH, OFPBMC_BAD_LEN

_HEADER: Final = Struct("!HBB")  # class, number and mask flag, length of what follows
_EXPERIMENTER: Final = Struct("!I")
_MATCH: Final = Struct("!HH")  # type, length without the zeros at the end
_OXM: Final = 1  # OFPMT_OXM
_number: Final = int.from_bytes


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


class _Form(NamedTuple):
    """What a header says of a field.

    :ivar value: where its value begins, counted from the header's first byte; `mask`: its mask, or its end.
    :ivar end: where the field ends.
    :ivar oxm_class: as in `Oxm`.
    """

    name: str
    value: int
    mask: int
    end: int
    oxm_class: int | None


_END: Final = 3  # the place of `end`: a number is faster than a name


def _forms(version: Version) -> Iterator[tuple[bytes, _Form]]:
    """Every field that the table knows, with its header: its class, its number, whether it is masked, its length."""
    for field in FIELDS.values():
        for one in field.ids():
            oxm_class = None if field.id(version) == one else one.oxm_class
            for masked in (False, True):
                header = field.header(masked=masked, version=version, oxm_class=one.oxm_class)
                value = len(header)
                mask = value + field.size
                yield header, _Form(field.name, value, mask, mask + masked * field.size, oxm_class)


_FORMS: Final[dict[Version, dict[bytes, _Form]]] = {version: dict(_forms(version)) for version in Version}
_HEADERS: Final = {
    version: {(form.name, form.end > form.mask, form.oxm_class): header for header, form in forms.items()}
    for version, forms in _FORMS.items()
}
_SHORT, _LONG = 4, 8  # bytes of a header, and of an experimenter's
_new = object.__new__
_set_name, _set_value, _set_mask, _set_class = setters(Oxm).values()


def _known(form: _Form, data: bytes, start: int) -> Oxm:
    """The field with that header."""
    name, value, mask, end, oxm_class = form
    oxm = _new(Oxm)
    _set_name(oxm, name)
    _set_value(oxm, _number(data[start + value : start + mask]))
    _set_mask(oxm, None if mask == end else _number(data[start + mask : start + end]))
    _set_class(oxm, oxm_class)
    return oxm


class OxmKind:
    """One OXM field."""

    def __init__(self, blame: Blame = BAD_LEN) -> None:
        """:param blame: for wrong lengths."""
        self._blame = blame

    def read(self, reader: Reader, version: Version) -> AnyOxm:
        """The field that starts here. Values are not judged, only lengths."""
        start, forms = reader.position, _FORMS[version]
        form = forms.get(reader.data[start : start + _SHORT]) or forms.get(reader.data[start : start + _LONG])
        if form is None or start + form.end > reader.end:
            return self._unknown(reader)
        reader.position = start + form.end
        return _known(form, reader.data, start)

    def _unknown(self, reader: Reader) -> UnknownOxm:
        """A field whose header is not in the table: its number is not, or its length is wrong."""
        start = reader.position
        oxm_class, number, length = reader.unpack(_HEADER)
        payload = reader.take(length, f"match field {number >> 1} of class {oxm_class:#06x}", self._blame)
        field = with_id(_id(oxm_class, number >> 1, payload), payload.remaining >> (number & 1))
        if field is not None:
            raise reader.error(f"{field.name} cannot be {length} bytes long", at=start, blame=self._blame)
        return UnknownOxm(reader.data[start : reader.position])

    def write(self, out: bytearray, value: AnyOxm, version: Version) -> None:
        """Append the field."""
        if isinstance(value, UnknownOxm):
            out += value.raw
            return
        field = FIELDS.get(value.name)
        if field is None:
            raise LocalProtocolError(f"there is no match field {value.name!r}")
        masked, oxm_class = value.mask is not None, value.oxm_class
        header = _HEADERS[version].get((value.name, masked, oxm_class))
        out += header or field.header(masked=masked, version=version, oxm_class=oxm_class)
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
        fields: list[AnyOxm] = []
        add, known = fields.append, _FORMS[version].get
        data, at, end = reader.data, reader.position, reader.end
        while at < end:
            form = known(data[at : at + _SHORT])
            if form is not None and at + form[_END] <= end:
                add(_known(form, data, at))
                at += form[_END]
            else:
                reader.position = at
                add(OXM.read(reader, version))
                at = reader.position
        reader.position = at
        return OxmMatch(tuple(fields))

    def write(self, out: bytearray, value: OxmMatch, version: Version) -> None:
        """Append them."""
        if not isinstance(value, OxmMatch):
            raise LocalProtocolError(f"{version} needs a match of OXM fields here, not {value!r}")
        write = OXM.write
        for field in value.fields:
            write(out, field, version)


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
SET_OXM: Final = OxmKind((2, 14))  # OFPET_BAD_ACTION, OFPBAC_BAD_SET_LEN
OXM_FIELDS: Final = OxmFieldsKind()
OXM_MATCH: Final = OxmMatchKind()
