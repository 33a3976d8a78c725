"""What IGMP and MLD have in common: the record of one group in a report (RFC 3376, section 4.2.4; 3810, 5.2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Final, Generic, TypeVar

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import Scalar
from nox.lib.openflow.versions import Version
from nox.lib.packet.checksum import Address
from nox.lib.packet.layout import Counted, One

IS_INCLUDE, IS_EXCLUDE, TO_INCLUDE, TO_EXCLUDE, ALLOW, BLOCK = range(1, 7)  # a record's types

A = TypeVar("A", bound=Address)
_START: Final = Struct("!BBH")  # type, auxiliary data in words of 32 bits, number of sources


@dataclass(frozen=True, slots=True)
class GroupRecord(Generic[A]):
    """What a host wants of one group.

    :ivar type: of `IS_INCLUDE` to `BLOCK`.
    :ivar sources: from whom, or from whom not.
    """

    type: int
    group: A
    sources: tuple[A, ...] = ()


class _Record:
    """The kind of a record. Auxiliary data are skipped, as both specifications say."""

    def __init__(self, address: Scalar) -> None:
        self._address = One(address)

    def read(self, source: Reader, version: Version) -> GroupRecord[Address]:
        """The record that starts here."""
        kind, words, count = source.unpack(_START)
        group = self._address.read(source, version)
        sources = tuple([self._address.read(source, version) for _ in range(count)])
        source.claim(words * 4)
        return GroupRecord(kind, group, sources)

    def write(self, out: bytearray, value: GroupRecord[Address], version: Version) -> None:
        """Append it."""
        if not 0 <= value.type < 256 or len(value.sources) > 0xFFFF:
            raise LocalProtocolError(f"a record of type {value.type} with {len(value.sources)} sources")
        out += _START.pack(value.type, 0, len(value.sources))
        for address in (value.group, *value.sources):
            self._address.write(out, address, version)


def records(address: Scalar) -> Counted:
    """The kind of a report's records, with their number before them."""
    return Counted(_Record(address))
