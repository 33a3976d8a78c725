"""What the action ``learn`` puts into the entries that it writes: a list of ``flow_mod_spec`` (``ovs-actions(7)``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.nicira.subfields import FIELD_ID, AnyFieldId, Subfield
from nox.lib.openflow.plan import plan
from nox.lib.openflow.reader import Blame, Reader
from nox.lib.openflow.versions import Version

_HEADER: Final = Struct("!H")
_COUNT: Final = 0x3FF  # how many bits are copied
_IMMEDIATE: Final = 1 << 13  # the source is a value and not a field
_DESTINATION: Final = 11  # where the two bits of the destination begin
_KNOWN: Final = _COUNT | _IMMEDIATE | 3 << _DESTINATION
_BAD_ARGUMENT: Final[Blame] = (2, 5)  # OFPET_BAD_ACTION, OFPBAC_BAD_ARGUMENT


class Destination(IntEnum):
    """What becomes of the bits."""

    MATCH = 0  # the entry matches them
    LOAD = 1  # the entry has an action that loads them
    OUTPUT = 2  # the entry sends to the port with that number


@dataclass(frozen=True, slots=True)
class LearnSpec:
    """Some bits, and where they go.

    :ivar count: how many bits.
    :ivar source: a field of the packet, or a value.
    :ivar target: the field of `MATCH` and `LOAD`; None for `OUTPUT`.
    """

    count: int
    source: Subfield | int
    destination: Destination
    target: Subfield | None = None


WRITES_RESULT: Final = 4  # of a learn action's flags: there is a field for the result (NX_LEARN_F_WRITE_RESULT)
_FLAGS_AT: Final = -16  # where the flags stand before that field, which nothing of variable size comes between


class LearnResultKind:
    """The field for the result of a learn action with a limit: only there where the flags say so."""

    def read(self, reader: Reader, version: Version) -> AnyFieldId:
        """The field's header, or None without one."""
        if not _writes_result(reader.data, reader.position):
            return None
        return FIELD_ID.read(reader, version)

    def write(self, out: bytearray, value: AnyFieldId, version: Version) -> None:
        """Append it.

        :raises LocalProtocolError: when the flags say otherwise.
        """
        if _writes_result(out, len(out)):
            FIELD_ID.write(out, value, version)
        elif value is not None:
            raise LocalProtocolError(f"a learn action writes its result to {value} with the flag {WRITES_RESULT} alone")


def _writes_result(data: bytes | bytearray | memoryview, at: int) -> bool:
    (flags,) = _HEADER.unpack_from(data, at + _FLAGS_AT)
    return bool(flags & WRITES_RESULT)


class LearnSpecsKind:
    """All of them, until zeros or the end. Each takes at least two bytes, so that reading ends."""

    def read(self, reader: Reader, version: Version) -> tuple[LearnSpec, ...]:
        """All that are left."""
        specs = []
        while reader.remaining >= _HEADER.size:
            (header,) = reader.unpack(_HEADER)
            if not header:
                break
            specs.append(_read(header, reader, version))
        return tuple(specs)

    def write(self, out: bytearray, value: tuple[LearnSpec, ...], version: Version) -> None:
        """Append them.

        :raises LocalProtocolError: when one makes no sense.
        """
        for spec in value:
            _write(out, spec, version)


def _read(header: int, reader: Reader, version: Version) -> LearnSpec:
    count, destination = header & _COUNT, header >> _DESTINATION & 3
    if header & ~_KNOWN or destination not in Destination.__members__.values() or not count:
        raise reader.error(f"a learn action has no specification {header:#06x}", blame=_BAD_ARGUMENT)
    source: Subfield | int
    if header & _IMMEDIATE:
        size = _immediate_size(count)
        source = int.from_bytes(reader.data[reader.claim(size) : reader.position])
    else:
        source = plan(Subfield, version).read(reader)
    target = None if destination == Destination.OUTPUT else plan(Subfield, version).read(reader)
    return LearnSpec(count, source, Destination(destination), target)


def _write(out: bytearray, spec: LearnSpec, version: Version) -> None:
    if not 1 <= spec.count <= _COUNT or (spec.target is None) != (spec.destination == Destination.OUTPUT):
        raise LocalProtocolError(f"a learn action cannot have {spec}")
    is_value = isinstance(spec.source, int)
    out += _HEADER.pack(spec.count | is_value * _IMMEDIATE | spec.destination << _DESTINATION)
    if isinstance(spec.source, int):
        out += _immediate(spec.source, spec.count)
    else:
        plan(Subfield, version).write(out, spec.source)
    if spec.target is not None:
        plan(Subfield, version).write(out, spec.target)


def _immediate_size(count: int) -> int:
    return (count + 15) // 16 * 2


def _immediate(value: int, count: int) -> bytes:
    try:
        return value.to_bytes(_immediate_size(count))
    except OverflowError as error:
        raise LocalProtocolError(f"{value:#x} has more than {count} bits") from error


LEARN_RESULT: Final = LearnResultKind()
LEARN_SPECS: Final = LearnSpecsKind()
