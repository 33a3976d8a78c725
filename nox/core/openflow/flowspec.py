"""A flow entry as a component writes it: free of OpenFlow versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nox.lib.actions import Action
from nox.lib.match import Match
from nox.lib.openflow.instructions import Instruction

_EVERYTHING: Final = Match()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSpec:
    """What a flow entry matches and does, in OpenFlow 1.3's terms.

    The instructions beside `actions` are 1.3's; a switch that speaks 1.0 has none of them, nor tables to choose from.

    :ivar actions: done at once, in order; none of them: the packet is dropped.
    :ivar priority: see `nox.core.plan`.
    :ivar idle_timeout: seconds without a packet after which the entry goes, 0 for never.
    :ivar hard_timeout: seconds after which it goes in any case, 0 for never.
    :ivar table_id: 0xff in deletions alone, for all tables.
    :ivar notify_removed: whether the switch tells when it goes. What a 1.0 switch reports of an entry does not say it.
    :ivar check_overlap: refuse it where one of the same priority may match the same packets.
    :ivar reset_counts: begin counting anew when an entry is changed.
    :ivar meter: the meter that it passes first.
    :ivar clear_actions: whether the action set is emptied; `write_actions`: what is then put into it.
    :ivar metadata: value and mask.
    :ivar goto_table: the table to go on in.
    :ivar other_instructions: what somebody else defined.
    """

    match: Match = _EVERYTHING
    actions: tuple[Action, ...] = ()
    priority: int = 0x8000
    idle_timeout: int = 0
    hard_timeout: int = 0
    table_id: int = 0
    notify_removed: bool = False
    check_overlap: bool = False
    reset_counts: bool = False
    count_packets: bool = True
    count_bytes: bool = True
    meter: int | None = None
    clear_actions: bool = False
    write_actions: tuple[Action, ...] = ()
    metadata: tuple[int, int] | None = None
    goto_table: int | None = None
    other_instructions: tuple[Instruction, ...] = ()
