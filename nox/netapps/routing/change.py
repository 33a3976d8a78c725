"""From the entries that a flow has to those of another path, without losing a packet. No switches, no reactor.

    AFAR ──answered──▶ ALTERING ──answered──▶ … ──▶ FIRST ──answered──▶ DONE
      └───────────────────┴──── failed ──────────────┴──────▶ (the flow has another change, or ends)

- **AFAR**: entries that the flow does not have yet, on all switches but the first, in parallel: nothing reaches them.
- **ALTERING**: entries that send it elsewhere now, from the far end, one by one: what comes meanwhile by the old path
  turns into the rest of the new one.
- **FIRST**: the first switch. Held packets go before its entry, so that they stay in order.
- **DONE**: entries that lie on the path no more are removed.

A step begins when every switch of the one before has answered its barrier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nox.netapps.decision import Hop, Path

Step = Sequence[Hop]


def steps(entries: Mapping[tuple[int, int], int], path: Path) -> list[Step]:
    """What is to be written, step by step; the last is the first switch's, or empty where that stays as it is.

    :param entries: what is there: a switch and an incoming port to where it sends.
    :param path: what shall be there; behind the path's hops there may be those of detours.
    """
    later = [hop for hop in path[1:] if entries.get((hop.dpid, hop.in_port)) != hop.out_port]
    afar = [hop for hop in later if (hop.dpid, hop.in_port) not in entries]
    altered = [[hop] for hop in reversed(later) if (hop.dpid, hop.in_port) in entries]
    first = [hop for hop in path[:1] if entries.get((hop.dpid, hop.in_port)) != hop.out_port]
    return [*(step for step in (afar, *altered) if step), first]


def leftovers(entries: Mapping[tuple[int, int], int], path: Path) -> list[tuple[int, int]]:
    """The entries that do not lie on a path."""
    on_it = {(hop.dpid, hop.in_port) for hop in path}
    return [entry for entry in entries if entry not in on_it]


class Change:
    """How far a change has come.

    :ivar waiting: the switches whose answers the next step waits for.
    """

    __slots__ = ("_steps", "waiting")

    def __init__(self, entries: Mapping[tuple[int, int], int], path: Path) -> None:
        self._steps = steps(entries, path)[::-1]
        self.waiting: set[int] = set()

    @property
    def is_last(self) -> bool:
        """Whether the next step is the first switch's."""
        return len(self._steps) == 1

    def next(self) -> Step:
        """Begin the next step: what it writes. Its switches are waited for."""
        step = self._steps.pop()
        self.waiting = {hop.dpid for hop in step}
        return step

    def answered(self, dpid: int) -> bool:
        """A switch has done its part of this step; whether all have."""
        if dpid not in self.waiting:
            return False
        self.waiting.discard(dpid)
        return not self.waiting
