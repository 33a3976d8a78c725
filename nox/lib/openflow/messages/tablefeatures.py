"""What tables can do, since 1.3: a list of properties for each (1.3.5, section 7.3.5.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U8, U16, U32, U64, Integers, ListOf, Many, Rest, Tagged, Text
from nox.lib.openflow.messages.multipart import PREFIX, MultipartReply, MultipartRequest
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown, pad, size
from nox.lib.openflow.versions import Version


class TableProperty(Structure):
    """A property of a table. Those of the table miss stand for themselves; without one, it is as the others."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnknownTableProperty(TableProperty, Unknown):
    """A property of a type that we do not know, as it came."""

    type: int
    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class FeatureId(Structure):
    """An instruction or an action that a table can have: its type, and more for an experimenter's."""

    type: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("type", U16), size(), Field("data", Rest()))


@dataclass(frozen=True, slots=True)
class _Ids(TableProperty):
    ids: tuple[FeatureId, ...] = ()
    LAYOUT: ClassVar[Layout] = (Field("ids", ListOf(FeatureId)),)


@dataclass(frozen=True, slots=True)
class _Tables(TableProperty):
    tables: bytes = b""  # a byte for each
    LAYOUT: ClassVar[Layout] = (Field("tables", Rest()),)


@dataclass(frozen=True, slots=True)
class _Oxms(TableProperty):
    oxms: tuple[int, ...] = ()  # OXM headers; an experimenter's is followed by its identifier
    LAYOUT: ClassVar[Layout] = (Field("oxms", Integers()),)


class InstructionsProperty(_Ids):
    """Instructions that entries can have."""

    __slots__ = ()


class InstructionsMiss(_Ids):
    """Instructions that the table miss can have."""

    __slots__ = ()


class NextTables(_Tables):
    """Tables that entries can go to."""

    __slots__ = ()


class NextTablesMiss(_Tables):
    """Tables that the table miss can go to."""

    __slots__ = ()


class WriteActionsProperty(_Ids):
    """Actions that entries can write."""

    __slots__ = ()


class WriteActionsMiss(_Ids):
    """Actions that the table miss can write."""

    __slots__ = ()


class ApplyActionsProperty(_Ids):
    """Actions that entries can apply."""

    __slots__ = ()


class ApplyActionsMiss(_Ids):
    """Actions that the table miss can apply."""

    __slots__ = ()


class MatchProperty(_Oxms):
    """Fields that entries can match."""

    __slots__ = ()


class WildcardsProperty(_Oxms):
    """Fields that entries can leave out."""

    __slots__ = ()


class WriteSetField(_Oxms):
    """Fields that entries can set with written actions."""

    __slots__ = ()


class WriteSetFieldMiss(_Oxms):
    """Fields that the table miss can set with written actions."""

    __slots__ = ()


class ApplySetField(_Oxms):
    """Fields that entries can set with applied actions."""

    __slots__ = ()


class ApplySetFieldMiss(_Oxms):
    """Fields that the table miss can set with applied actions."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ExperimenterTableProperty(TableProperty):
    """A property that somebody defined."""

    experimenter: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("experimenter", U32), Field("data", Rest()))


class ExperimenterTablePropertyMiss(ExperimenterTableProperty):
    """A property of the table miss that somebody defined."""

    __slots__ = ()


_1_3 = Version.V1_3
PROPERTY_NUMBERS: Final = Numbers[TableProperty](
    "table property",
    UnknownTableProperty,
    {
        InstructionsProperty: {_1_3: 0},
        InstructionsMiss: {_1_3: 1},
        NextTables: {_1_3: 2},
        NextTablesMiss: {_1_3: 3},
        WriteActionsProperty: {_1_3: 4},
        WriteActionsMiss: {_1_3: 5},
        ApplyActionsProperty: {_1_3: 6},
        ApplyActionsMiss: {_1_3: 7},
        MatchProperty: {_1_3: 8},
        WildcardsProperty: {_1_3: 10},
        WriteSetField: {_1_3: 12},
        WriteSetFieldMiss: {_1_3: 13},
        ApplySetField: {_1_3: 14},
        ApplySetFieldMiss: {_1_3: 15},
        ExperimenterTableProperty: {_1_3: 0xFFFE},
        ExperimenterTablePropertyMiss: {_1_3: 0xFFFF},
    },
)
_BAD_LEN: Final = (13, 3)  # OFPET_TABLE_FEATURES_FAILED, OFPTFFC_BAD_LEN


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFeatures(Structure):
    """What one table can do (``ofp_table_features``).

    :ivar metadata_match: bits of the metadata that it can match; `metadata_write`: that it can write.
    """

    table_id: int
    name: str
    metadata_match: int = 0
    metadata_write: int = 0
    config: int = 0
    max_entries: int
    properties: tuple[TableProperty, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        size(),
        Field("table_id", U8),
        pad(5),
        Field("name", Text(32)),
        Field("metadata_match", U64),
        Field("metadata_write", U64),
        Field("config", U32),
        Field("max_entries", U32),
        Field("properties", Many[TableProperty](Tagged(PROPERTY_NUMBERS, _BAD_LEN, counted=False))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFeaturesRequest(MultipartRequest):
    """Asks what tables can do; with `tables`, sets it."""

    tables: tuple[TableFeatures, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("tables", ListOf(TableFeatures)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFeaturesReply(MultipartReply):
    """What tables can do."""

    tables: tuple[TableFeatures, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("tables", ListOf(TableFeatures)))
