"""Flow-mods (1.3.5, sections 6.4 and 7.3.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.switch.actioncheck import ActionCheck
from nox.emulator.switch.entry import Entry, Program
from nox.emulator.switch.flowtables import Selection
from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests.answering import Handlers, dialect_of, may_change
from nox.lib.actions import NO_BUFFER
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import FlowModCommand, FlowModFlag, FlowRemovedReason
from nox.lib.openflow.enums10 import FlowModFlag10
from nox.lib.openflow.errorcodes import BadInstruction, FlowModFailed, MeterModFailed
from nox.lib.openflow.versions import Version

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.switch import Switch

_FLAGS: Final = int(sum(FlowModFlag))
_ANY: Final = 0xFFFFFFFF


def _flow_mod(switch: Switch, connection: Connection, message: messages.FlowMod, xid: int) -> None:
    may_change(connection)
    dialect = dialect_of(connection)
    _check_flags(message.flags, dialect.version)
    match = dialect.match_in(message.match)
    if message.command in (FlowModCommand.DELETE, FlowModCommand.DELETE_STRICT):
        strict = message.command == FlowModCommand.DELETE_STRICT
        selection = _selection(message, match, dialect.version, strict=strict)
        if message.out_port:
            selection.out_port = dialect.port_in(message.out_port)
        for entry in tuple(switch.flows.selected(selection)):
            switch.flows.remove(entry, FlowRemovedReason.DELETE)
        return
    if message.command > FlowModCommand.DELETE_STRICT:
        raise Refused(FlowModFailed.BAD_COMMAND, f"there is no command {message.command}")
    program = dialect.program(message)
    _check(switch, program, message.table_id, match)
    packet = switch.buffers.take(message.buffer_id) if message.buffer_id != NO_BUFFER else None
    _write(switch, message, match, program)
    if packet is not None:
        switch.treat(packet, switch.now)


def _write(switch: Switch, message: messages.FlowMod, match: Match, program: Program) -> None:
    version = program.version
    if message.command != FlowModCommand.ADD:
        strict = message.command == FlowModCommand.MODIFY_STRICT
        found = list(switch.flows.selected(_selection(message, match, version, strict=strict)))
        for entry in found:
            _modify(entry, message, program)
        if found or version > Version.V1_0:
            return
    switch.flows.add(
        Entry(
            message.table_id,
            message.priority,
            match,
            program,
            now=switch.now,
            cookie=message.cookie,
            flags=message.flags,
            idle_timeout=message.idle_timeout,
            hard_timeout=message.hard_timeout,
        )
    )


def _modify(entry: Entry, message: messages.FlowMod, program: Program) -> None:
    """Timeouts, duration and flags stay; 1.0 changes the cookie too."""
    entry.program = program
    if message.flags & FlowModFlag.RESET_COUNTS and program.version > Version.V1_0:
        entry.reset()
    if program.version == Version.V1_0:
        entry.cookie = message.cookie


def _selection(message: messages.FlowMod, match: Match, version: Version, *, strict: bool) -> Selection:
    """Which entries a change or a deletion means."""
    return Selection(
        match,
        table_id=message.table_id,
        priority=message.priority if strict else None,
        out_group=message.out_group if message.command >= FlowModCommand.DELETE else _ANY,
        cookie=message.cookie,
        cookie_mask=message.cookie_mask if version > Version.V1_0 else 0,
    )


def _check_flags(flags: int, version: Version) -> None:
    if version == Version.V1_0 and flags & FlowModFlag10.EMERG:
        raise Refused(FlowModFailed.TABLE_FULL, "the switch has no room for emergency entries")
    if flags & ~_FLAGS:
        raise Refused(FlowModFailed.BAD_FLAGS, f"there is no flag {flags & ~_FLAGS:#x}")


def _check(switch: Switch, program: Program, table_id: int, match: Match) -> None:
    """:raises Refused: for what an entry cannot do."""
    check = ActionCheck(match, switch.groups.__contains__)
    check.check(program.apply)
    check.check(program.write)
    if program.meter is not None and switch.meters.get(program.meter) is None:
        raise Refused(MeterModFailed.UNKNOWN_METER, f"there is no meter {program.meter}")
    if program.goto is not None and not table_id < program.goto < switch.settings.tables:
        raise Refused(BadInstruction.BAD_TABLE_ID, f"table {table_id} cannot go to table {program.goto}")


HANDLERS: Final[Handlers] = {messages.FlowMod: _flow_mod}
