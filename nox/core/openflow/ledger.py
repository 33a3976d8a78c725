"""What NOX has done with the flow entries of one switch: counted, for people and for Prometheus."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from nox.core.openflow.statistics import FlowStats

MOST_STRANGERS = 100  # entries that are kept: a switch may have any number of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """How a switch's groups, or its meters, were found; as in `Reconciled`.

    :ivar strangers: the numbers of the first `MOST_STRANGERS` foreign ones and orphans.
    """

    right: int = 0
    added: int = 0
    mended: int = 0
    removed: int = 0
    orphans: int = 0
    foreign: int = 0
    strangers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """How a switch's entries were found when they were compared, and what was done.

    :ivar right: stated entries that were there and were not touched.
    :ivar added: stated entries that were missing and were written.
    :ivar mended: stated entries that had been altered and were changed back, or written anew.
    :ivar removed: entries that no running component states any more, and that were removed.
    :ivar reactive: entries that were written as packets came; their components may decide about each again.
    :ivar orphans: entries of components that are installed and do not run.
    :ivar foreign: entries that are nobody's here.
    :ivar strangers: the first `MOST_STRANGERS` of the foreign entries and the orphans.
    :ivar groups: None where the switch has none or does not tell them; `meters` too.
    :ivar is_lost: whether the switch had no entry at all although it has been running for a while.
    :ivar error: why the switch's entries could not be read; empty where they could.
    """

    right: int = 0
    added: int = 0
    mended: int = 0
    removed: int = 0
    reactive: int = 0
    orphans: int = 0
    foreign: int = 0
    strangers: tuple[FlowStats, ...] = ()
    groups: Shared | None = None
    meters: Shared | None = None
    is_lost: bool = False
    error: str = ""


class Ledger:
    """What was sent to one switch, and how its entries were found.

    :ivar flow_mods: how many flow-mods it was sent, by the owner's number. Prepared flows are counted by their owner.
    :ivar reconciled: the latest comparison; None before the first.
    """

    __slots__ = ("flow_mods", "reconciled")

    def __init__(self) -> None:
        self.flow_mods: Counter[int] = Counter()
        self.reconciled: Reconciled | None = None
