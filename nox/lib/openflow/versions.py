"""OpenFlow's versions, and the header that all of them share (1.3.5, section 7.1)."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import Final


class Version(IntEnum):
    """A version of OpenFlow, by its number on the wire."""

    V1_0 = 1
    V1_1 = 2
    V1_2 = 3
    V1_3 = 4
    V1_4 = 5
    V1_5 = 6

    @property
    def text(self) -> str:
        """Its usual number: ``1.3``."""
        return f"1.{self - 1}"

    def __str__(self) -> str:
        return f"OpenFlow {self.text}"


SUPPORTED: Final = (Version.V1_0, Version.V1_3)
_COLUMNS: Final[dict[int, Version]] = {version.value: version for version in SUPPORTED}

HEADER: Final = Struct("!BBHI")  # version, type, length of the whole message in bytes, xid
MOST_BYTES: Final = 0xFFFF  # of one message


def column(version: int) -> Version | None:
    """The version whose tables describe messages of this wire version; None for one that we do not speak."""
    return _COLUMNS.get(version)


def named(version: int) -> str:
    """A wire version as people call it: ``OpenFlow 1.3``; ``wire version 7`` for one that has no name."""
    return str(Version(version)) if version in set(Version) else f"wire version {version}"
