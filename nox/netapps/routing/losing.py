"""Flows that go into a switch and come out nowhere, seen by counters alone.

A flow has an entry in each switch of its path. What one of them has counted between two readings, those behind it must
have counted as well. Where none of them has, all that the flow sent was lost between the last switch that counts and
the next: by one of the two, or by the link. One that is behind and counts clears all before it, so that a switch which
keeps no counters is not suspected as long as it is not the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from nox.lib.graph import Graph
from nox.netapps.decision import Path
from nox.netapps.events import FlowsRead
from nox.netapps.load import Span
from nox.netapps.routing.counted import SLACK, Counted, Reading
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.table import FlowTable

PART: Final = 20  # one packet in so many that still comes through: then the flow is not lost, but some of it
_PATIENCE: Final = 90.0  # seconds after which what is behind is not waited for any more
_MOST: Final = 50_000  # that wait for what the switches behind them have counted


class Sent(NamedTuple):
    """What a switch has counted of a flow.

    :ivar place: of the switch on the path. :ivar written: when the flow's entries had been written.
    """

    flow: Flow
    path: Path
    place: int
    written: float
    packets: int
    since: Span
    at: Span

    @property
    def rate(self) -> float:
        """Packets a second."""
        return self.packets / max(self.at.answered - self.since.answered, 0.1)


class Losing:
    """Compares what the switches of each flow have counted.

    :param least: packets that are lost between two readings, or more; else nothing is said.
    :param lost: is told of each flow that is lost, again with each reading.
    """

    def __init__(self, table: FlowTable, graph: Graph, least: int, lost: Callable[[Sent], None]) -> None:
        self._table, self._graph, self._least, self._lost = table, graph, least, lost
        self._counted = Counted()
        self._waiting: dict[int, list[Sent]] = {}

    def forget(self, dpid: int) -> None:
        """A switch has gone."""
        self._counted.forget(dpid)
        self._waiting.pop(dpid, None)

    def read(self, event: FlowsRead) -> Iterator[None]:
        """The entries of a switch were read: each step of this looks at one of them, or at one that waits for them."""
        if not event.is_whole:
            self.forget(event.dpid)
            return
        self._counted.read(event.dpid, Reading(event.since, event.at, event.counted))
        known = self._table.by_cookie
        for (cookie, in_port), packets in event.counted.items():
            flow = known.get(cookie)
            if flow is not None and packets >= self._least:
                self._send(flow, event, in_port, packets)
            yield
        for sent in self._waiting.pop(event.dpid, ()):
            self._follow(sent)
            yield

    def _send(self, flow: Flow, event: FlowsRead, in_port: int, packets: int) -> None:
        """What a switch has counted is waited for at the next: where no packet-in or middlebox is between them."""
        if flow.change is not None or flow.written + SLACK > event.since.asked:
            return
        path = flow.path
        for place, hop in enumerate(path[:-1]):
            if hop.dpid == event.dpid and hop.in_port == in_port:
                after, edge = path[place + 1], self._graph.get((hop.dpid, hop.out_port))
                if edge is not None and edge.end == (after.dpid, after.in_port):
                    self._wait(after.dpid, Sent(flow, path, place, flow.written, packets, event.since, event.at))
                return

    def _wait(self, dpid: int, sent: Sent) -> None:
        """Have it looked at again when this switch was read, if it ever is."""
        waiting = self._waiting.setdefault(dpid, [])
        if waiting and waiting[0].at.answered + _PATIENCE < sent.at.answered:
            waiting.clear()
        if dpid in self._counted and len(waiting) < _MOST:
            waiting.append(sent)

    def _follow(self, sent: Sent) -> None:
        """See whether some switch behind has counted what was sent, detours of backups included."""
        flow = sent.flow
        if flow.path is not sent.path or flow.change is not None or flow.written != sent.written:
            return
        cookies = {flow.cookie, flow.former}
        for hop in (*sent.path[sent.place + 1 :], *flow.hops[len(sent.path) :]):
            keys = [(cookie, hop.in_port) for cookie in cookies]
            found = self._counted.around(hop.dpid, keys, sent.since, sent.at)
            if found is None:
                self._wait(hop.dpid, sent)
                return
            if found * PART > sent.packets:
                return
        self._lost(sent)
