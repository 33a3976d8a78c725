"""What all flows of a prepared flow have in common."""

from __future__ import annotations

from dataclasses import dataclass

from nox.lib.actions import Action
from nox.lib.match import Match


@dataclass(frozen=True, slots=True)
class FlowShape:
    """A shape of flow entry.

    :ivar fields: names of the match fields that each flow gives a value for, in that order.
    :ivar fixed: the conditions that are the same for all.
    :ivar actions: with ``PORT`` where each flow gives the output port.
    :ivar idle_timeout: seconds, 0 for none; `hard_timeout` too.
    :ivar widen: leave out fields that a version cannot say, so that its entries match more.
    """

    fields: tuple[str, ...]
    fixed: Match
    actions: tuple[Action, ...]
    priority: int
    idle_timeout: int = 0
    hard_timeout: int = 0
    notify_removed: bool = False
    widen: bool = False
