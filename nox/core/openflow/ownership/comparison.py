"""Comparing what shall be in a switch with what is: pure, entry by entry.

An entry is identified by its table, its priority and its match. Two entries are the same when they also do the same
and go after the same time. Both sides are compared as the switch's version reports them: what a component states is
translated into the version's words and back, so that what the version cannot tell apart makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.statistics import FlowStats
from nox.core.plan import component_of, is_stated
from nox.lib.match import Match

if TYPE_CHECKING:
    from nox.core.openflow.ownership.stated import Stated

Key: TypeAlias = tuple[int, int, Match]  # table, priority, match

_KEEPS = attrgetter("idle_timeout", "hard_timeout", "notify_removed", "count_packets", "count_bytes")
_DOES = attrgetter("actions", "meter", "clear_actions", "metadata", "goto_table", "other_instructions")


def key_of(flow: FlowSpec) -> Key:
    """What identifies an entry."""
    return flow.table_id, flow.priority, flow.match


def does_the_same(one: FlowSpec, other: FlowSpec) -> bool:
    """Whether two entries do the same with a packet. The action set has no order (1.3.5, section 5.10)."""
    return bool(_DOES(one) == _DOES(other)) and _in_order(one.write_actions) == _in_order(other.write_actions)


def _in_order(actions: Iterable[object]) -> list[str]:
    return sorted(map(repr, actions))


def lasts_as_long(one: FlowSpec, other: FlowSpec) -> bool:
    """Whether timeouts and flags are equal: what only writing the entry anew can change."""
    return bool(_KEEPS(one) == _KEEPS(other))


class Standing(Enum):
    """What the component's number in a cookie means here.

    A component that starts has none: what it states is not complete yet.
    """

    RUNS = "runs"
    ORPHAN = "orphans"  # installed, and does not run
    FOREIGN = "foreign"  # nobody's


@dataclass(slots=True)
class Comparison:
    """What became of each entry.

    :ivar right: how many are as they shall be.
    :ivar changed: entries that are not as stated, and that a change puts right.
    :ivar replaced: those that only writing anew puts right: somebody else's, or of other timeouts and flags.
    :ivar missing: stated and not there; complete after `finish`.
    :ivar unwanted: were stated by a component that runs and does not state them any more.
    :ivar reactive: a running component's, written as packets came.
    :ivar orphans: of components that are installed and do not run.
    :ivar foreign: nobody's here.
    """

    right: int = 0
    changed: list[tuple[Stated, FlowStats]] = field(default_factory=list)
    replaced: list[tuple[Stated, FlowStats]] = field(default_factory=list)
    missing: list[Stated] = field(default_factory=list)
    unwanted: list[FlowStats] = field(default_factory=list)
    reactive: list[FlowStats] = field(default_factory=list)
    orphans: list[FlowStats] = field(default_factory=list)
    foreign: list[FlowStats] = field(default_factory=list)


class Comparer:
    """Takes the entries of one switch, one at a time.

    :param wanted: what is stated, by the key that the switch reports.
    :param standing: what a component's number means: see `Standing`.
    :param sets_cookie: whether changing an entry sets its cookie, as in 1.0.
    """

    def __init__(
        self,
        wanted: Mapping[Key, tuple[Stated, FlowStats]],
        standing: Callable[[int], Standing | None],
        *,
        sets_cookie: bool = False,
    ) -> None:
        self._wanted = dict(wanted)
        self._standing = standing
        self._sets_cookie = sets_cookie
        self.result = Comparison()

    def entry(self, entry: FlowStats) -> None:
        """One entry that the switch has."""
        found = self._wanted.pop(key_of(entry), None)
        if found is None:
            self._classify(entry)
            return
        stated, form = found
        is_owners = component_of(entry.cookie) == stated.owner
        if not lasts_as_long(form, entry) or not (is_owners or self._sets_cookie):
            self.result.replaced.append((stated, entry))
        elif not (is_owners and does_the_same(form, entry)):
            self.result.changed.append((stated, entry))
        else:
            self.result.right += 1

    def _classify(self, entry: FlowStats) -> None:
        standing = self._standing(component_of(entry.cookie))
        if standing is None:
            return
        if standing is not Standing.RUNS:
            getattr(self.result, standing.value).append(entry)
        elif is_stated(entry.cookie):
            self.result.unwanted.append(entry)
        else:
            self.result.reactive.append(entry)

    def finish(self) -> Comparison:
        """Every entry has been seen: what is left of the stated ones is missing."""
        self.result.missing.extend(stated for stated, _ in self._wanted.values())
        return self.result
