"""Flows from their first packet to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from twisted.logger import Logger

from nox.core.openflow.events import PacketIn
from nox.core.openflow.packet_in import NO_COOKIE
from nox.core.view.rows import Location
from nox.lib.addresses import format_dpid
from nox.lib.thresholds import Sparing
from nox.netapps.decision import Decision, Path, Place
from nox.netapps.events import FlowIn
from nox.netapps.routing.carrying import Carrier
from nox.netapps.routing.choosing import back
from nox.netapps.routing.entries import Entries
from nox.netapps.routing.flow import Flow, HostKey
from nox.netapps.routing.healing import Healer
from nox.netapps.routing.identity import Identity, answer, is_question
from nox.netapps.routing.table import FlowTable

TRIES = 4  # paths for one flow, each without the switches that have refused one before
PAUSE = 1.0  # seconds for which a flow that no switch takes is not tried again
DELIVERED = 50  # of its packets that go by way of the controller meanwhile

Route = Callable[[Flow], "Path | None"]
Deliver = Callable[[PacketIn, Place], None]  # a packet to where it is for, without entries
Nearest = Callable[[int, Iterable[Place]], "Place | None"]  # to a switch


class Guide:
    """Begins flows, tries again what switches refuse, and ends flows.

    :param nearest: which of several places is the nearest to a switch.
    :ivar counts: of what became of packets that begin a flow.
    """

    def __init__(
        self,
        table: FlowTable,
        entries: Entries,
        route: Route,
        nearest: Nearest,
        *,
        most_flows: int,
        now: Callable[[], float],
        log: Logger,
    ) -> None:
        self._table, self._entries, self._route, self._nearest = table, entries, route, nearest
        self._most_flows, self._now, self._log = most_flows, now, log
        self._paused: dict[Identity, tuple[float, int]] = {}  # until when, and how many packets may be delivered
        self._told: dict[int, float] = {}  # when it was logged last that a switch refuses
        self._full = Sparing(most=1)  # and that too many flows stand
        self.counts = dict.fromkeys(("set_up", "failed", "unreachable", "full", "paused", "refused"), 0)
        self.carrier: Carrier
        self.deliver: Deliver
        self.healer: Healer

    def begin(self, event: FlowIn, identity: Identity) -> bool:
        """A flow that may pass begins; or another packet of it was decided about meanwhile.

        :returns: whether its packet may arrive.
        """
        flow = self._table.by_identity.get(identity)
        if flow is not None and flow.source == event.source:
            self.more(flow, event.packet)
            return True
        if flow is not None:  # its sender was somewhere else
            self.end(flow)
        if self._is_refused(event.source):
            return False
        destination = self._nearest(event.source.dpid, places(event.receiver))
        if destination is None:
            self.counts["unreachable"] += 1
            return False
        if destination == event.source:  # its own segment has it
            return False
        if identity in self._paused:
            return self._while_paused(event, identity, destination)
        return self._set_up(self._new(event, identity, destination), event.packet)

    def more(self, flow: Flow, event: PacketIn) -> None:
        """A packet of a flow that is known: it waits for the path, or follows it."""
        if flow.change is not None:
            self.carrier.hold(flow, event)
        elif not self._is_told(flow, event):
            self.carrier.again(flow, event)

    def _is_told(self, flow: Flow, event: PacketIn) -> bool:
        """Whether its switch has forwarded the packet and only tells of it, as the first does.

        1.0 does not say which entry has: a switch that has returned and has not told its entries is taken to have none.
        """
        is_first = (event.datapath.dpid, event.in_port) == (flow.source.dpid, flow.source.port)
        if not (is_first and flow.is_confirmed and is_question(flow.identity)):
            return False
        return event.cookie in (flow.cookie, flow.former, NO_COOKIE)

    def _is_refused(self, source: Place) -> bool:
        if len(self._table) >= self._most_flows and not self._made_room(source):
            self.counts["full"] += 1
            return True
        return False

    def _while_paused(self, event: FlowIn, identity: Identity, destination: Place) -> bool:
        """A packet of a flow that no switch has taken: some go by way of the controller before it is tried again."""
        until, left = self._paused[identity]
        if until <= self._now():
            del self._paused[identity]
            return self._set_up(self._new(event, identity, destination), event.packet)
        self.counts["paused"] += 1
        if left <= 0 or _decided(event).constraints.through:
            return False
        self._paused[identity] = until, left - 1
        self.deliver(event.packet, destination)
        return True

    def _made_room(self, source: Place) -> bool:
        """Too many flows stand: the oldest of the port from which most come end, unless this port has as many.

        So a host that begins flows without an end takes the room of its own.
        """
        if self._full.allows(self._now()):
            self._log.warn(
                "{count} flows stand, as many as [routing] most_flows allows: those of the port with most make room",
                count=len(self._table),
            )
        over = len(self._table) - self._most_flows
        ending = self._table.busiest(source, over + max(1, self._most_flows // 1000))
        for flow in ending:
            self.end(flow)
        return bool(ending)

    def _new(self, event: FlowIn, identity: Identity, destination: Place) -> Flow:
        number, cookie = self._entries.number(identity, self._table.by_cookie)
        return Flow(
            identity,
            cookie,
            number,
            sender=(bytes(event.sender.mac), event.sender.vlan),
            receiver=(bytes(event.receiver[0].mac), event.receiver[0].vlan),
            source=event.source,
            destination=destination,
            decision=_decided(event),
        )

    def _set_up(self, flow: Flow, packet: PacketIn) -> bool:
        path = self._route(flow)
        if path is None:
            self.counts["unreachable"] += 1
            return False
        self.counts["set_up"] += 1
        self._table.add(flow)
        self.carrier.hold(flow, packet)
        self._lead(flow, path)
        return True

    def _lead(self, flow: Flow, path: Path) -> None:
        """Set the flow up, and the flow of its answers with it."""
        opposite = answer(flow.identity) if flow.decision.answers else None
        if opposite is not None and opposite not in self._table.by_identity:
            number, cookie = self._entries.number(opposite, self._table.by_cookie)
            flow.answers = Flow(
                opposite,
                cookie,
                number,
                sender=flow.receiver,
                receiver=flow.sender,
                source=flow.destination,
                destination=flow.source,
                decision=flow.decision,
            )
            self._table.add(flow.answers)
            self._table.lead(flow.answers, back(path))
        self.carrier.lead(flow, path)

    def failed(self, flow: Flow, dpid: int, why: str) -> None:
        """A switch has not taken its part of a path, which is undone: try another one, a few times."""
        self._tell(flow, dpid, why)
        answers, flow.answers = flow.answers, None
        if answers is not None:
            self.end(answers)
        path = self._route(flow) if len(flow.refused) < TRIES else None
        if path is not None:
            self._lead(flow, path)
            return
        self.counts["failed"] += 1
        if not flow.decision.constraints.through:  # else it would pass around what it must go through
            for event in self.carrier.take_held(flow):  # the flow may pass, although no switch takes its entry
                self.deliver(event, flow.destination)
        self._paused[flow.identity] = self._now() + PAUSE, DELIVERED
        self.end(flow)

    def _tell(self, flow: Flow, dpid: int, why: str) -> None:
        """Log it, for each switch once a second: with a switch a thousand flows may go."""
        self.counts["refused"] += 1
        now = self._now()
        if now - self._told.get(dpid, -PAUSE) < PAUSE:
            return
        self._told[dpid] = now
        self._log.warn(
            "switch {dpid} does not take a flow from {sender} to {receiver}, which is led around it where that is "
            "possible: {why}",
            dpid=format_dpid(dpid),
            sender=flow.sender[0].hex(":"),
            receiver=flow.receiver[0].hex(":"),
            why=why,
        )

    def end(self, flow: Flow) -> None:
        """A flow ends: its entries go, and what waits for them is dropped."""
        flow.change = None
        self.carrier.drop_held(flow)
        self.carrier.withdraw(flow)
        self.healer.forget(flow)
        self._table.remove(flow)

    def tick(self) -> None:
        """Once a second: forget what may be tried again."""
        now = self._now()
        for identity in [identity for identity, (until, _) in self._paused.items() if until <= now]:
            del self._paused[identity]

    # Hosts

    def left(self, host: HostKey, place: Place, elsewhere: Sequence[Location]) -> None:
        """A host is not at this place any more.

        What it sent from there has ended; what it receives there follows it to where it is now.
        """
        moved = []
        for flow in self._table.of(host):
            if flow.sender == host and flow.source == place:
                self.end(flow)
            elif flow.receiver == host and flow.destination == place:
                now_at = self._nearest(flow.source.dpid, places(elsewhere))
                if now_at is None or now_at == flow.source:
                    self.end(flow)
                else:
                    flow.destination = now_at
                    moved.append(flow)
        self.healer.look_at(moved)


def places(locations: Iterable[Location]) -> list[Place]:
    """Where these are."""
    return [Place(location.dpid, location.port) for location in locations]


def _decided(event: FlowIn) -> Decision:
    assert event.decision is not None
    return event.decision
