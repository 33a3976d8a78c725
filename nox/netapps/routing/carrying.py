"""Carries out what `change` says: entries, barriers, held packets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container
from functools import partial
from math import inf

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from nox.core.interfaces import IDatapaths
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import PacketIn
from nox.core.openflow.requests import RequestError
from nox.lib.actions import IN_PORT, NO_BUFFER, Output
from nox.netapps.decision import Hop, Path
from nox.netapps.routing.change import Change, leftovers
from nox.netapps.routing.entries import Entries
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.table import FlowTable

DRAIN = 0.1  # seconds that a path's old entries stay for packets that are on it when the first switch turns
REFRESH = 1.0  # seconds after which an entry that a switch asks about again is written again
MOST_HELD = 10_000  # packets of all flows
ASTRAY = 200  # packets of one flow, in a second, that begin their path anew: they must not go round by way of us

Later = Callable[..., object]  # calls after so many seconds
Waiting = list[tuple[Flow, Change]]  # for one switch
Failed = Callable[[Flow, int, str], None]  # of which flow, which switch, why


class Carrier:
    """Leads flows from path to path.

    :param at_end_of_read: has `send_barriers` called when what is read now has been handled.
    :param protect: gives a path's hops backups.
    :param failed: is told when a switch does not take its part. The flow's entries are gone by then.
    :ivar held: packets that wait; `dropped`: that found no room.
    """

    def __init__(
        self,
        table: FlowTable,
        entries: Entries,
        datapaths: IDatapaths,
        *,
        now: Callable[[], float],
        later: Later,
        at_end_of_read: Callable[[], None],
        failed: Failed,
        protect: Callable[[Flow, Path], Path],
        most_held: int,
    ) -> None:
        self._table, self._entries, self._datapaths = table, entries, datapaths
        self._now, self._later, self._failed = now, later, failed
        self._at_end_of_read, self._protect, self._most_held = at_end_of_read, protect, most_held
        self._asking: dict[Datapath, Waiting] = {}
        self._astray: Counter[Flow] = Counter()
        self.held = self.dropped = 0

    def lead(self, flow: Flow, path: Path) -> None:
        """Have a flow take this path, from wherever its entries lead it now."""
        self._table.lead(flow, path)
        flow.hops = self._protect(flow, path)
        flow.change = change = Change(flow.entries, flow.hops)
        self._go_on(flow, change)

    def _go_on(self, flow: Flow, change: Change) -> None:
        """The next step, or the end."""
        if change.is_last:
            self._turn(flow, change)
            return
        step = change.next()
        asked = {hop.dpid: self._entries.write(flow, hop) for hop in step}
        self._write_answers(flow, change.waiting)
        for dpid, datapath in asked.items():
            if datapath is None:
                self.fail(flow, dpid, "it is not connected")
                return
        for datapath in asked.values():
            if datapath is not None:
                self._ask(flow, change, datapath)

    def _write_answers(self, flow: Flow, dpids: Container[int] | None = None) -> None:
        """The entries of the answers' flow that are not there yet, on these switches alone, or on all."""
        answers = flow.answers
        if answers is None or self._table.by_identity.get(answers.identity) is not answers:
            return  # none, or it has ended meanwhile
        if answers.change is None:
            answers.hops = answers.hops or self._protect(answers, answers.path)
            for hop in answers.hops:
                if (hop.dpid, hop.in_port) not in answers.entries and (dpids is None or hop.dpid in dpids):
                    self._entries.write(answers, hop)

    def _ask(self, flow: Flow, change: Change, datapath: Datapath) -> None:
        """Go on when this switch has done what it was sent: one barrier answers for all flows of this read."""
        if not self._asking:
            self._at_end_of_read()
        self._asking.setdefault(datapath, []).append((flow, change))

    def send_barriers(self) -> None:
        """The read is over: ask the switches that were sent something."""
        asking, self._asking = self._asking, {}
        for datapath, waiting in asking.items():
            answer = Deferred.fromCoroutine(datapath.barrier())
            answer.addCallbacks(
                partial(self._answered, datapath, waiting), partial(self._unanswered, datapath, waiting)
            )

    def _answered(self, datapath: Datapath, waiting: Waiting, _: object) -> None:
        for flow, change in waiting:
            if flow.change is change and change.answered(datapath.dpid):
                self._go_on(flow, change)

    def _unanswered(self, datapath: Datapath, waiting: Waiting, failure: Failure) -> None:
        failure.trap(RequestError)
        for flow, change in waiting:
            if flow.change is change:
                self.fail(flow, datapath.dpid, failure.getErrorMessage())

    def _turn(self, flow: Flow, change: Change) -> None:
        """The first switch: packets that have waited, then its entry. What the old path had goes a little later."""
        self._write_answers(flow)
        for event in self.take_held(flow):
            self.send(flow, event)
        for hop in change.next():
            if self._entries.write(flow, hop) is not None:
                flow.is_confirmed, flow.begun = True, self._now()
        flow.change, flow.answers, flow.written = None, None, self._now()
        flow.refused.clear()
        if len(flow.entries) > len(flow.hops):
            self._later(DRAIN, self._clear, flow)

    def _clear(self, flow: Flow) -> None:
        if flow.change is None:
            for entry in leftovers(flow.entries, flow.hops):
                self._entries.remove(flow, entry)

    # Packets

    def hold(self, flow: Flow, event: PacketIn) -> None:
        """Keep a packet until the flow's path is ready; drop it where too many wait."""
        if len(flow.held) < self._most_held and self.held < MOST_HELD:
            flow.held.append(event)
            self.held += 1
        else:
            self.dropped += 1

    def take_held(self, flow: Flow) -> list[PacketIn]:
        """The packets that wait, which do so no longer."""
        held, flow.held = flow.held, []
        self.held -= len(held)
        return held

    def drop_held(self, flow: Flow) -> None:
        """Nothing is waited for any more."""
        self.dropped += len(self.take_held(flow))

    def send(self, flow: Flow, event: PacketIn) -> None:
        """Send one packet along the path: from the switch that has asked, or else from the path's first."""
        for hop in flow.path:
            if hop.dpid == event.datapath.dpid and hop.in_port == event.in_port:
                event.datapath.forward(event, _port(hop))
                return
        first = self._datapaths.get(flow.path[0].dpid) if flow.path else None
        self._astray[flow] += 1
        if first is None or event.buffer_id != NO_BUFFER or self._astray[flow] > ASTRAY:
            self.dropped += 1
        else:
            first.emit(event.data, (Output(_port(flow.path[0])),), flow.path[0].in_port)

    def tick(self) -> None:
        """A second has gone by."""
        self._astray.clear()

    def again(self, flow: Flow, event: PacketIn) -> None:
        """A packet of a flow that stands: send it on, and see to the switch's entry where it is missing for long."""
        self.send(flow, event)
        if self._now() - flow.written >= REFRESH:
            for hop in flow.hops:
                if hop.dpid == event.datapath.dpid and hop.in_port == event.in_port:
                    flow.written = self._now()
                    if hop is flow.hops[0]:
                        flow.is_confirmed, flow.begun = True, self._now()
                    self._entries.write(flow, hop)

    def renewed(self, flow: Flow) -> bool:
        """Write the first switch's entry again, if that was done a moment ago: the one before it may have gone."""
        is_new = self._now() - flow.begun < REFRESH and flow.change is None
        if is_new:
            flow.begun = -inf
            self._entries.write(flow, flow.hops[0])
        return is_new

    # The end

    def fail(self, flow: Flow, dpid: int, why: str) -> None:
        """A switch does not take its part: take everything back."""
        flow.change = None
        flow.refused.add(dpid)
        self.withdraw(flow)
        self._failed(flow, dpid, why)

    def withdraw(self, flow: Flow) -> None:
        """Remove all of a flow's entries, the first switch's first: what comes then asks anew."""
        order = {(hop.dpid, hop.in_port): place for place, hop in enumerate(flow.path)}
        for entry in sorted(flow.entries, key=lambda entry: order.get(entry, len(order))):
            self._entries.remove(flow, entry)


def _port(hop: Hop) -> int:
    return hop.out_port if hop.out_port != hop.in_port else IN_PORT
