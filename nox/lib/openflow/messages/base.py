"""What all messages have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nox.lib.openflow.kinds import Rest
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown


class Message(Structure):
    """A message without its header. Layouts begin after the header."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownMessage(Message, Unknown):
    """A message of a type that the version does not have, as it came."""

    type: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)
