"""What the tables can do; all can do the same, and nothing of it can be set (1.3.5, section 7.3.5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.packets.setting import SETTABLE
from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests.answering import Handlers, may_change, send_parts
from nox.lib.openflow import messages
from nox.lib.openflow.actions import ExperimenterAction
from nox.lib.openflow.actiontable import ACTION_NUMBERS
from nox.lib.openflow.errorcodes import TableFeaturesFailed
from nox.lib.openflow.instructions import INSTRUCTION_NUMBERS, ExperimenterInstruction
from nox.lib.openflow.messages.tablefeatures import (
    ApplyActionsProperty,
    ApplySetField,
    FeatureId,
    InstructionsProperty,
    MatchProperty,
    NextTables,
    TableProperty,
    WildcardsProperty,
    WriteActionsProperty,
    WriteSetField,
)
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.oxmfield import OPENFLOW_BASIC
from nox.lib.openflow.versions import Version

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch

_ALL_BITS: Final = (1 << 64) - 1
_MATCHED: Final = [field for field in FIELDS.values() if field.oxm_class == OPENFLOW_BASIC]


def _headers(names: frozenset[str] | None = None) -> tuple[int, ...]:
    return tuple(
        int.from_bytes(field.header(masked=field.maskable and names is None))
        for field in _MATCHED
        if names is None or field.name in names
    )


_ACTIONS: Final = tuple(
    FeatureId(number) for number, cls in ACTION_NUMBERS.classes(Version.V1_3).items() if cls is not ExperimenterAction
)
_INSTRUCTIONS: Final = tuple(
    FeatureId(number)
    for number, cls in INSTRUCTION_NUMBERS.classes(Version.V1_3).items()
    if cls is not ExperimenterInstruction
)


def _properties(table_id: int, count: int) -> tuple[TableProperty, ...]:
    return (
        InstructionsProperty(_INSTRUCTIONS),
        NextTables(bytes(range(table_id + 1, count))),
        WriteActionsProperty(_ACTIONS),
        ApplyActionsProperty(_ACTIONS),
        MatchProperty(_headers()),
        WildcardsProperty(_headers()),
        WriteSetField(_headers(SETTABLE)),
        ApplySetField(_headers(SETTABLE)),
    )


def _features(switch: Switch, connection: Connection, message: messages.TableFeaturesRequest, xid: int) -> None:
    if message.tables:
        may_change(connection)
        raise Refused(TableFeaturesFailed.EPERM, "the tables are what they are")
    count = switch.settings.tables
    tables = [
        messages.TableFeatures(
            table_id=number,
            name=f"table{number}",
            metadata_match=_ALL_BITS,
            metadata_write=_ALL_BITS,
            max_entries=switch.flows.most,
            properties=_properties(number, count),
        )
        for number in range(count)
    ]
    send_parts(connection, xid, messages.TableFeaturesReply(), "tables", tables)


HANDLERS: Final[Handlers] = {messages.TableFeaturesRequest: _features}
