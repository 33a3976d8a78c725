"""What is known of flow entries: their counters at the last reading, and what they have grown by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from nox.core.openflow.statistics import FlowStats
from nox.core.openflow.translation.translator import AnyFlowStatsEntry
from nox.lib.match import Match
from nox.lib.openflow.match13 import OxmMatch
from nox.netapps.load import Span

MOST: Final = 50_000  # entries that are remembered, of all switches
_MOST_FIELDS: Final = 48  # of a match: 1.3 has 40, and each may take 250 bytes
_NOT_KEPT: Final = (1 << 64) - 1
_SLACK: Final = 1.0  # seconds by which the way of an answer may be longer than that of another

Key = tuple[int, int, Any]  # table, priority, and the match as it came: that is hashed without being translated


class Count(NamedTuple):
    """An entry's counters. :ivar duration: seconds since it was written."""

    bytes: int
    packets: int
    duration: float


@dataclass(frozen=True, slots=True)
class Active:
    """An entry through which something went.

    :ivar match: without `in_port`: a flow has the same in each switch that it crosses.
    :ivar bytes: a second; `packets` too.
    """

    cookie: int
    match: Match
    bytes: float
    packets: float


class Entries:
    """The entries of all switches.

    :ivar left_out: of the last reading of each switch, those for which there was no room. :ivar at: when that was.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._counts: dict[int, dict[Key, Count]] = {}
        self._active: dict[int, list[Active]] = {}
        self.at: dict[int, Span] = {}
        self.left_out: dict[int, int] = {}

    def forget(self, dpid: int) -> None:
        """A switch has gone."""
        for kept in (self._counts, self._active, self.at, self.left_out):
            kept.pop(dpid, None)

    def begin(self, dpid: int, at: Span) -> Answer:
        """A switch has answered: give each of its entries to what this returns, then finish that."""
        others = sum(len(counts) for other, counts in self._counts.items() if other != dpid)
        before = self._counts.get(dpid, {})
        elapsed = at.answered - self.at.get(dpid, at).answered
        return Answer(self, dpid, at, elapsed, before, self._most - others)

    def finish(self, dpid: int, at: Span, counts: dict[Key, Count], active: list[Active], left_out: int) -> None:
        """Those were all entries of a switch."""
        self._counts[dpid], self._active[dpid], self.at[dpid] = counts, active, at
        self.left_out[dpid] = left_out

    def active(self) -> Iterator[tuple[int, Active]]:
        """Every entry that something went through, with its switch's dpid."""
        for dpid, entries in self._active.items():
            for entry in entries:
                yield dpid, entry


class Answer:
    """The answer of one switch, entry by entry: only what has grown is translated.

    :ivar counted: packets since the last reading, by cookie and `in_port`.
    """

    def __init__(
        self, entries: Entries, dpid: int, at: Span, elapsed: float, before: dict[Key, Count], room: int
    ) -> None:
        self._entries, self._dpid, self._at = entries, dpid, at
        self._elapsed, self._before, self._room = elapsed, before, room
        self._counts: dict[Key, Count] = {}
        self._active: list[Active] = []
        self._left_out = 0
        self.counted: dict[tuple[int, int], int] = {}

    def add(self, entry: AnyFlowStatsEntry, translate: Callable[[AnyFlowStatsEntry], FlowStats]) -> None:
        """One entry."""
        is_odd = isinstance(entry.match, OxmMatch) and len(entry.match.fields) > _MOST_FIELDS
        if len(self._counts) >= self._room or is_odd:
            self._left_out += 1
            return
        key = (entry.table_id, entry.priority, entry.match)
        count = Count(
            entry.byte_count if entry.byte_count != _NOT_KEPT else 0,
            entry.packet_count if entry.packet_count != _NOT_KEPT else 0,
            entry.duration_sec + entry.duration_nsec / 1e9,
        )
        self._counts[key] = count
        packets, octets = _growth(self._before.get(key), count, self._elapsed)
        if packets:
            whole = translate(entry).match
            match, in_port = _without_port(whole), whole.get("in_port")
            if in_port is not None:
                place = entry.cookie, in_port
                self.counted[place] = self.counted.get(place, 0) + packets
            self._active.append(Active(entry.cookie, match, octets / self._elapsed, packets / self._elapsed))

    def finish(self) -> None:
        """Those were all."""
        self._entries.finish(self._dpid, self._at, self._counts, self._active, self._left_out)


def _growth(before: Count | None, now: Count, elapsed: float) -> tuple[int, int]:
    """Packets and bytes since the last reading. What an entry counts that was written since is new too.

    :param elapsed: seconds since that reading; 0: there was none, so that nothing is known.
    """
    if elapsed <= 0:
        return 0, 0
    if before is None or now.duration < before.duration or now.packets < before.packets:
        is_new = now.duration <= elapsed + _SLACK
        return (now.packets, now.bytes) if is_new else (0, 0)
    return now.packets - before.packets, max(0, now.bytes - before.bytes)


def _without_port(match: Match) -> Match:
    return Match.of((item for item in match.items() if item[0] != "in_port"), match.unknown)
