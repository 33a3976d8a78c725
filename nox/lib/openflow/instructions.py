"""The instructions of OpenFlow 1.3 (1.3.5, section 7.2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.actions import Action
from nox.lib.openflow.actiontable import ACTIONS
from nox.lib.openflow.kinds import U8, U32, U64, Many, Rest, Tagged
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown, pad
from nox.lib.openflow.versions import Version


class Instruction(Structure):
    """What an entry does with a packet that fits. Layouts leave out type, length and the zeros at the end."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnknownInstruction(Instruction, Unknown):
    """An instruction of a type that we do not know, as it came."""

    type: int
    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class GotoTable(Instruction):
    """Go on in a later table."""

    table_id: int
    LAYOUT: ClassVar[Layout] = (Field("table_id", U8),)


@dataclass(frozen=True, slots=True)
class WriteMetadata(Instruction):
    """Set the bits of the metadata that the mask names."""

    metadata: int
    metadata_mask: int
    LAYOUT: ClassVar[Layout] = (pad(4), Field("metadata", U64), Field("metadata_mask", U64))


@dataclass(frozen=True, slots=True)
class WriteActions(Instruction):
    """Put actions into the action set."""

    actions: tuple[Action, ...] = ()
    LAYOUT: ClassVar[Layout] = (pad(4), Field("actions", ACTIONS))


@dataclass(frozen=True, slots=True)
class ApplyActions(Instruction):
    """Do actions now."""

    actions: tuple[Action, ...] = ()
    LAYOUT: ClassVar[Layout] = (pad(4), Field("actions", ACTIONS))


@dataclass(frozen=True, slots=True)
class ClearActions(Instruction):
    """Empty the action set."""


@dataclass(frozen=True, slots=True)
class Meter(Instruction):
    """Measure the packet by a meter, which may drop it."""

    meter_id: int
    LAYOUT: ClassVar[Layout] = (Field("meter_id", U32),)


@dataclass(frozen=True, slots=True)
class ExperimenterInstruction(Instruction):
    """An instruction that somebody defined."""

    experimenter: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("experimenter", U32), Field("data", Rest()))


INSTRUCTION_NUMBERS: Final = Numbers[Instruction](
    "instruction",
    UnknownInstruction,
    {
        GotoTable: {Version.V1_1: 1},
        WriteMetadata: {Version.V1_1: 2},
        WriteActions: {Version.V1_1: 3},
        ApplyActions: {Version.V1_1: 4},
        ClearActions: {Version.V1_1: 5},
        Meter: {Version.V1_3: 6},
        ExperimenterInstruction: {Version.V1_1: 0xFFFF},
    },
)

BAD_LEN: Final = (3, 7)  # OFPET_BAD_INSTRUCTION, OFPBIC_BAD_LEN
INSTRUCTIONS: Final = Many[Instruction](Tagged(INSTRUCTION_NUMBERS, BAD_LEN))
