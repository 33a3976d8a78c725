"""The addresses and ports of the action ``nat``: those that are there stand one after another (``ovs-actions(7)``)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from struct import Struct
from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.reader import Blame, Reader
from nox.lib.openflow.versions import Version

_PRESENT: Final = Struct("!H")
_SIZES: Final = (4, 4, 16, 16, 2, 2)  # bytes, by the bit that says that it is there
_BAD_ARGUMENT: Final[Blame] = (2, 5)  # OFPET_BAD_ACTION, OFPBAC_BAD_ARGUMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class NatRange:
    """What addresses and ports become. None: it is not said."""

    ipv4_min: int | None = None
    ipv4_max: int | None = None
    ipv6_min: int | None = None
    ipv6_max: int | None = None
    proto_min: int | None = None
    proto_max: int | None = None


ANY_RANGE: Final = NatRange()
_NAMES: Final = tuple(field.name for field in fields(NatRange))


class NatRangeKind:
    """A bit for each that is there, and then these."""

    def read(self, reader: Reader, version: Version) -> NatRange:
        """The range that starts here."""
        (present,) = reader.unpack(_PRESENT)
        if present >> len(_SIZES):
            raise reader.error(f"a nat action has no ranges {present:#06x}", blame=_BAD_ARGUMENT)
        values = {
            name: int.from_bytes(reader.data[reader.claim(size) : reader.position])
            for bit, (name, size) in enumerate(zip(_NAMES, _SIZES, strict=True))
            if present >> bit & 1
        }
        return NatRange(**values)

    def write(self, out: bytearray, value: NatRange, version: Version) -> None:
        """Append it.

        :raises LocalProtocolError: when a value does not fit.
        """
        given = [getattr(value, name) for name in _NAMES]
        out += _PRESENT.pack(sum(1 << bit for bit, one in enumerate(given) if one is not None))
        try:
            for one, size in zip(given, _SIZES, strict=True):
                out += one.to_bytes(size) if one is not None else b""
        except OverflowError as error:
            raise LocalProtocolError(f"{value} does not fit into a nat action") from error


NAT_RANGE: Final = NatRangeKind()
