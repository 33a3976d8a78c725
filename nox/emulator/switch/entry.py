"""A flow entry, and what it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nox.lib.actions import Action, Group, Output
from nox.lib.match import Match
from nox.lib.openflow.actions10 import Enqueue
from nox.lib.openflow.enums import FlowModFlag
from nox.lib.openflow.versions import Version


@dataclass(frozen=True, slots=True)
class Program:
    """The instructions of an entry, in the order in which they are done (1.3.5, section 5.9).

    Actions are 1.3's and those that 1.0 alone has, with ports of 32 bits.

    :ivar version: whose terms `apply` uses.
    :ivar metadata: value and mask.
    """

    version: Version
    apply: tuple[Action, ...] = ()
    meter: int | None = None
    clear: bool = False
    write: tuple[Action, ...] = ()
    metadata: tuple[int, int] | None = None
    goto: int | None = None

    def actions(self) -> Iterator[Action]:
        """All of them."""
        yield from self.apply
        yield from self.write

    def sends_to(self, port: int) -> bool:
        """Whether an action sends to this port."""
        return any(isinstance(action, Output | Enqueue) and action.port == port for action in self.actions())

    def uses_group(self, group_id: int) -> bool:
        """Whether an action gives packets to this group."""
        return any(isinstance(action, Group) and action.group_id == group_id for action in self.actions())


class Entry:
    """One flow entry.

    :ivar created: seconds; `used`: when a packet fitted last.
    :ivar gone: whether it is in its table no longer.
    """

    __slots__ = (
        "bytes",
        "cookie",
        "created",
        "flags",
        "gone",
        "hard_timeout",
        "idle_timeout",
        "match",
        "packets",
        "priority",
        "program",
        "table_id",
        "used",
    )

    def __init__(
        self,
        table_id: int,
        priority: int,
        match: Match,
        program: Program,
        *,
        now: float,
        cookie: int = 0,
        flags: int = 0,
        idle_timeout: int = 0,
        hard_timeout: int = 0,
    ) -> None:
        self.table_id, self.priority, self.match, self.program = table_id, priority, match, program
        self.cookie, self.flags = cookie, flags
        self.idle_timeout, self.hard_timeout = idle_timeout, hard_timeout
        self.created = self.used = now
        self.packets = self.bytes = 0
        self.gone = False

    @property
    def table_miss(self) -> bool:
        """Whether it is the entry for what no other entry fits (section 5.4)."""
        return self.priority == 0 and not len(self.match)

    def deadline(self) -> float | None:
        """When it goes if no packet comes; None for never."""
        ends = []
        if self.idle_timeout:
            ends.append(self.used + self.idle_timeout)
        if self.hard_timeout:
            ends.append(self.created + self.hard_timeout)
        return min(ends, default=None)

    def count(self, size: int, now: float) -> None:
        """A packet has fitted."""
        self.used = now
        if not self.flags & FlowModFlag.NO_PKT_COUNTS:
            self.packets += 1
        if not self.flags & FlowModFlag.NO_BYT_COUNTS:
            self.bytes += size

    def reset(self) -> None:
        """Begin counting anew."""
        self.packets = self.bytes = 0

    def duration(self, now: float) -> tuple[int, int]:
        """How long it has been there: seconds, and nanoseconds beyond."""
        return since(self.created, now)


def since(start: float, now: float) -> tuple[int, int]:
    """A span of time as OpenFlow says it: seconds, and nanoseconds beyond."""
    nanoseconds = max(0, round((now - start) * 1e9))
    return nanoseconds // 1_000_000_000, nanoseconds % 1_000_000_000
