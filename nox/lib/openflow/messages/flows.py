"""Flow entries: how to change them, and what is said when one goes (1.3.5, sections 7.3.4.2 and 7.4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.actions import Action
from nox.lib.openflow.actiontable import ACTIONS
from nox.lib.openflow.instructions import INSTRUCTIONS, Instruction
from nox.lib.openflow.kinds import U8, U16, U32, U64, Nested
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OXM_MATCH, OxmMatch
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.packets import NO_BUFFER
from nox.lib.openflow.structure import Field, Layout, pad
from nox.lib.openflow.versions import Version

_1_0, _1_1 = Version.V1_0, Version.V1_1

MATCH10: Final = Nested(Match10)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowMod(Message):
    """Adds, changes or deletes flow entries.

    :ivar match: of 1.0, or of later versions.
    :ivar cookie_mask: which bits of the cookie an entry must share to be changed or deleted.
    :ivar command: ``ofp_flow_mod_command``.
    :ivar idle_timeout: seconds, 0 for none; `hard_timeout` too.
    :ivar out_port: for deletions: only entries that send there. It has no default, since ANY is 16 bits in 1.0.
    :ivar flags: ``ofp_flow_mod_flags``.
    :ivar actions: 1.0 alone; later versions have `instructions`.
    """

    match: Match10 | OxmMatch
    cookie: int = 0
    cookie_mask: int = 0
    table_id: int = 0
    command: int
    idle_timeout: int = 0
    hard_timeout: int = 0
    priority: int = 0x8000
    buffer_id: int = NO_BUFFER
    out_port: int
    out_group: int = 0xFFFFFFFF
    flags: int = 0
    actions: tuple[Action, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        Field("match", MATCH10, until=_1_0),
        Field("cookie", U64),
        Field("cookie_mask", U64, since=_1_1),
        Field("table_id", U8, since=_1_1),
        Field("command", U16, until=_1_0),
        Field("command", U8, since=_1_1),
        Field("idle_timeout", U16),
        Field("hard_timeout", U16),
        Field("priority", U16),
        Field("buffer_id", U32),
        Field("out_port", U16, until=_1_0),
        Field("out_port", U32, since=_1_1),
        Field("out_group", U32, since=_1_1),
        Field("flags", U16),
        pad(2, since=_1_1),
        Field("actions", ACTIONS, until=_1_0),
        Field("match", OXM_MATCH, since=_1_1),
        Field("instructions", INSTRUCTIONS, since=_1_1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRemoved(Message):
    """An entry has gone.

    :ivar reason: ``ofp_flow_removed_reason``.
    :ivar duration_sec: how long it lived; `duration_nsec` beyond these seconds.
    """

    match: Match10 | OxmMatch
    cookie: int
    priority: int
    reason: int
    table_id: int = 0
    duration_sec: int
    duration_nsec: int
    idle_timeout: int
    hard_timeout: int = 0
    packet_count: int
    byte_count: int
    LAYOUT: ClassVar[Layout] = (
        Field("match", MATCH10, until=_1_0),
        Field("cookie", U64),
        Field("priority", U16),
        Field("reason", U8),
        pad(1, until=_1_0),
        Field("table_id", U8, since=_1_1),
        Field("duration_sec", U32),
        Field("duration_nsec", U32),
        Field("idle_timeout", U16),
        pad(2, until=_1_0),
        Field("hard_timeout", U16, since=_1_1),
        Field("packet_count", U64),
        Field("byte_count", U64),
        Field("match", OXM_MATCH, since=_1_1),
    )
