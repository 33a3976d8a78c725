"""The component ``routing``: shortest paths over the discovered topology, and the entries that realise them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice

from prometheus_client.core import Metric
from twisted.internet.interfaces import IReactorTime
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import optional, requires
from nox.core.events.event import CONTINUE, STOP, Event, Outcome
from nox.core.interfaces import IDatapaths, IFlows, IMetricsSource, IPunts
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import (
    DatapathJoin,
    DatapathLeave,
    FlowRefused,
    FlowRemoved,
    PacketIn,
    PortStatus,
    SharedRefused,
)
from nox.core.openflow.ownership.chunks import CHUNK, in_chunks
from nox.core.openflow.requests import RequestError
from nox.core.plan import BESIDE, DENY, FLOWS, MISS
from nox.core.view.events import ViewChange
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Link, Location
from nox.core.view.tables import LINKS, LOCATIONS, MIDDLEBOXES
from nox.lib.errors import ConfigError
from nox.lib.graph import ways
from nox.lib.match import Match
from nox.lib.openflow import Version
from nox.lib.openflow.enums import FlowRemovedReason
from nox.netapps.decision import ANYWHERE, Constraints, Path, Place, Verdict
from nox.netapps.events import FlowEnded, FlowIn, FlowsRead, PortRoleChanged
from nox.netapps.interfaces import IAttribution, ILoad, IRouting, ITopology, Role
from nox.netapps.routed import Mistrusted, RoutedFlow
from nox.netapps.routing.adoption import Adoption, is_of
from nox.netapps.routing.avoiding import crosses
from nox.netapps.routing.backups import Backups
from nox.netapps.routing.blame import Suspect
from nox.netapps.routing.brake import Brake
from nox.netapps.routing.carrying import Carrier
from nox.netapps.routing.choosing import choose
from nox.netapps.routing.config import RoutingConfig
from nox.netapps.routing.costs import cost
from nox.netapps.routing.delivery import Delivery
from nox.netapps.routing.entries import Entries
from nox.netapps.routing.flooding import Flooder
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.guide import Guide, places
from nox.netapps.routing.healing import Healer
from nox.netapps.routing.identity import choice, identity
from nox.netapps.routing.links import Difference, Links, Pair
from nox.netapps.routing.losing import Losing
from nox.netapps.routing.losses import Losses
from nox.netapps.routing.membership import Members
from nox.netapps.routing.metering import metrics
from nox.netapps.routing.mistrust import Pair as HostPair
from nox.netapps.routing.probing import Prober
from nox.netapps.routing.streams import Streams
from nox.netapps.routing.table import FlowTable
from nox.netapps.routing.telling import told
from nox.netapps.routing.trees import Trees

AT_ONCE = -500  # priority of its handler of packets whose flow it knows: nobody has to attribute them again
LAST = -1000  # priority of its handler of decisions: after who makes them
WEIGH = 5.0  # seconds from one look at the load of links to the next
WHOLE = 0xFFFF  # bytes of a packet that no entry fits: other switches may have to send it


class BarriersDue(Event):
    """Posted while packets are read; it comes at the end of that read."""

    __slots__ = ()


@implementer(IRouting, IMetricsSource)
class Routing(Component):
    """Leads flows through the network."""

    bands = (BESIDE, FLOWS, DENY, MISS)
    clock = requires(IReactorTime)
    datapaths = requires(IDatapaths)
    flows = requires(IFlows)
    punts = requires(IPunts)
    topology = requires(ITopology)
    view = requires(INetworkView)
    load = optional(ILoad)
    attribution = requires(IAttribution)  # who says whose packets these are

    Config = RoutingConfig
    config: RoutingConfig

    async def start(self) -> None:
        """Take over the topology, and hear of all that changes it.

        :raises ConfigError: when links are to cost what nobody measures.
        """
        if self.config.cost == "load" and self.load is None:
            raise ConfigError('[routing] cost = "load" needs who measures it: add "monitoring" to [nox] components')
        self.counts = dict.fromkeys(("undecided", "denied", "unreadable"), 0)
        self._old: set[int] = set()
        self._assemble()
        for datapath in self.datapaths.all():  # they are compared once this has started
            with suppress(RequestError):
                await self.backups.keep(datapath)
        self.punts.want(Match(), WHOLE)
        self.flows.adopt(self.adoption.decide)
        self._listen()
        if self.config.fast_failover:
            self.own(self.datapaths.before_join(self.backups.keep), "join hook")
        for datapath in self.datapaths.all():
            self._note_version(datapath)
        self.look()

    def _assemble(self) -> None:
        now = self.clock.seconds
        self.table = FlowTable()
        self._links = Links(self.topology, self.datapaths, self._cost, self._is_avoided)
        self.graph = self._links.graph
        self._entries = entries = Entries(self.flows, self.datapaths, self.config)
        self.guide = guide = Guide(
            self.table,
            entries,
            self.route,
            self.nearest,
            most_flows=self.config.most_flows,
            now=now,
            log=self.log,
        )
        self.backups = Backups(self.graph, entries, wanted=self.config.fast_failover, old=self._old, log=self.log)
        guide.carrier = self.carrier = Carrier(
            self.table,
            entries,
            self.datapaths,
            now=now,
            later=self.call_later,
            at_end_of_read=lambda: self.post(BarriersDue()),
            failed=guide.failed,
            protect=self.backups.protect,
            most_held=self.config.held,
        )
        soon = partial(self.call_later, 0.0)
        guide.healer = self.healer = Healer(self.table, self.graph, self.route, self.carrier.lead, soon)
        self.prober = Prober(self.flows, self.datapaths, self.record.clock)
        self.losses = Losses(
            self.graph,
            self.prober,
            lambda: self.load,
            route=self.route,
            weigh=self._weigh,
            move=self._move,
            now=now,
            spawn=self.spawn,
            post=self.post,
            log=self.log,
        )
        self.losing = Losing(self.table, self.graph, self.config.lost, self.losses.lost)
        self.flooder = Flooder(self.topology, self.datapaths, self._reachable, now, self.config.floods)
        self.brake = Brake(entries, self.datapaths)
        self.streams = Streams(
            self.flows,
            entries,
            self.datapaths,
            self.graph,
            send=self.flooder.send,
            idle_timeout=self.config.idle_timeout,
            now=now,
        )
        self.members = Members(now, self.streams.changed)
        self.delivery = Delivery(self.flooder, self.members, self.streams, self._reachable)
        guide.deliver = self.delivery.to_one
        self.adoption = Adoption(
            self.table,
            self.graph,
            self.topology,
            guide,
            entries,
            Trees(self.topology, entries, self.streams, self.members),
            where=lambda host: places(self.view.find(LOCATIONS, "host", *host)),
            later=self.call_later,
            log=self.log,
        )

    def _listen(self) -> None:
        own = {"owner": self.record.name}
        self.register(PacketIn, self.packet_in, priority=AT_ONCE)
        if self.config.lost:
            self.register(FlowsRead, self.flows_read)
        self.register(FlowIn, self.flow_in, priority=LAST)
        self.register(BarriersDue, self.barriers_due)
        self.register(FlowRemoved, self.flow_removed, where=own)
        self.register(FlowRefused, self.flow_refused, where=own)
        self.register(SharedRefused, self.shared_refused, where=own)
        self.register(DatapathJoin, self.joined)
        self.register(DatapathLeave, self.left)
        self.register(PortStatus, self.port_status)
        self.register(PortRoleChanged, self.role_changed, where={"role": Role.CORE})
        self.register(ViewChange, self.link_changed, where={"table": LINKS})
        self.register(ViewChange, self.location_changed, where={"table": LOCATIONS})
        self.every(1.0, self.look)
        if self.config.cost == "load":
            self.every(WEIGH, self._links.weigh)

    def _cost(self, dpid: int, port: int, speed: int) -> int:
        return cost(self.config.cost, dpid, port, speed, self.load)

    def _is_avoided(self, dpid: int, port: int, other: int) -> bool:
        return self.losses.is_avoided(dpid, port, other)

    def _reachable(self, dpid: int) -> Iterable[int]:
        return self.graph.distances(dpid).to

    # IRouting

    def path(
        self, source: Place, destination: Place, constraints: Constraints = ANYWHERE, flow_hash: int = 0
    ) -> Path | None:
        """The cheapest path between two edge ports; see `IRouting`."""
        return choose(self.graph, source, destination, constraints=constraints, choice=flow_hash, beyond=self._beyond)

    def paths(self, source: int, destination: int) -> Sequence[Sequence[int]]:
        """The cheapest ways from switch to switch; see `IRouting`."""
        found = ways(self.graph.distances(destination), source)
        return [[source, *(edge.dst for edge in way)] for way in found]

    def standing(self, most: int) -> Sequence[RoutedFlow]:
        """The flows that are led through the network now; see `IRouting`."""
        return [told(flow, stranded=flow in self.healer.stranded) for flow in self.table.first(most)]

    def shared_refused(self, event: SharedRefused) -> Outcome:
        """A switch has no such groups."""
        self.backups.refused(event.datapath)
        return CONTINUE

    def _beyond(self, place: Place) -> Place:
        """Where a middlebox gives back what it was sent; the same port where none is known there."""
        for box in self.view.find(MIDDLEBOXES, "place", place.dpid, place.port):
            return Place(box.out_dpid, box.out_port)
        return place

    def mistrusted(self) -> Sequence[Mistrusted]:
        """Who is avoided because flows are lost there; see `IRouting`."""
        return self.losses.open()

    def route(self, flow: Flow) -> Path | None:
        """The path for a flow as things are now: around what loses the flows of its hosts, where that is possible."""
        avoiding = self.losses.constraints(flow)
        around = self._choose(flow, avoiding) if avoiding is not None else None
        return around or self._choose(flow, flow.decision.constraints)

    def _choose(self, flow: Flow, constraints: Constraints) -> Path | None:
        return choose(
            self.graph,
            flow.source,
            flow.destination,
            constraints=constraints,
            choice=choice(flow.identity),
            without=frozenset(flow.refused),
            beyond=self._beyond,
        )

    def nearest(self, dpid: int, places: Iterable[Place]) -> Place | None:
        """Which of several places is the nearest to a switch; None where none can be reached."""
        reached = [(self.graph.distances(place.dpid).to.get(dpid), place) for place in places]
        known = [(far, place.dpid, place.port) for far, place in reached if far is not None]
        return Place(*min(known)[1:]) if known else None

    # Packets

    def packet_in(self, event: PacketIn) -> Outcome:
        """A packet of a flow that is known needs nobody to say who sends it; nor does one of our own."""
        if self.prober.probes and self.prober.hear(event):
            return STOP
        known = identity(event.shape, event.values, is_1_0=bool(self._old))
        flow = self.table.by_identity.get(known) if known is not None else None
        if flow is None:
            return STOP if known is not None and self.streams.again(known, event) else CONTINUE
        dpid, port = event.datapath.dpid, event.in_port
        if (dpid, port) != (flow.source.dpid, flow.source.port) and self.topology.role(dpid, port) is not Role.CORE:
            return CONTINUE  # its sender is somewhere else now
        self.guide.more(flow, event)
        return STOP

    def flow_in(self, event: FlowIn) -> Outcome:
        """A packet that begins a flow, with what was decided about it."""
        decision, packet = event.decision, event.packet
        known = identity(packet.shape, packet.values, is_1_0=bool(self._old))
        in_vain = False
        if decision is None:
            self.counts["undecided"] += 1
            in_vain = True
        elif decision.verdict is Verdict.DENY:
            self.counts["denied"] += 1
            if known is not None and event.source.dpid == packet.datapath.dpid:
                self._entries.deny(packet.datapath, known, event.source.port)
        elif not event.receiver and decision.constraints.through:  # nobody knows how: it must not go around that
            self.guide.counts["unreachable"] += 1
            in_vain = True
        elif not event.receiver:
            in_vain = not self.delivery.to_many(event, known)
        elif known is None:
            self.counts["unreadable"] += 1
        else:
            in_vain = not self.guide.begin(event, known)
        if in_vain and known is not None and event.source == Place(packet.datapath.dpid, packet.in_port):
            self.brake.in_vain(known, event.source)
        return CONTINUE

    def flow_removed(self, event: FlowRemoved) -> Outcome:
        """A switch has no more of a flow; where it is the flow's first, the flow has ended.

        It has not where the entry was taken back, because another switch did not take its part: it is led elsewhere.
        The first switch may have another entry by then, which is written again: it does no harm.
        """
        flow = self.table.by_cookie.get(event.cookie)
        if flow is not None and not is_of(flow, event.match):
            flow = None
        first = (flow.source.dpid, flow.source.port) if flow is not None else None
        if flow is not None and (event.dpid, event.match.get("in_port")) == first:
            if first not in flow.entries:
                return CONTINUE
            if event.reason == FlowRemovedReason.DELETE and self.carrier.renewed(flow):
                return CONTINUE
            ended = FlowEnded(
                event,
                sender=flow.sender,
                receiver=flow.receiver,
                source=flow.source,
                destination=flow.destination,
                path=flow.path,
                decision=flow.decision,
            )
            flow.entries.pop(first, None)
            self.guide.end(flow)
            self.post(ended)
        elif flow is None and not self.streams.ended(event.cookie):
            self.adoption.gone(event)
        return CONTINUE

    def flow_refused(self, event: FlowRefused) -> Outcome:
        """A switch did not take an entry: its path is undone."""
        flow = self.table.by_cookie.get(event.cookie)
        if flow is not None:
            self.carrier.fail(flow, event.dpid, event.error)
        self.prober.refused(event.cookie)
        return CONTINUE

    # What is lost

    def flows_read(self, event: FlowsRead) -> Outcome:
        """The counters of a switch: somebody before it may have lost what it should have counted."""
        steps = self.losing.read(event)
        if sum(1 for _ in islice(steps, CHUNK)) == CHUNK:
            self.spawn(self._go_on(steps))
        return CONTINUE

    async def _go_on(self, steps: Iterator[None]) -> None:
        async for _ in in_chunks(self.record.clock, steps, CHUNK):
            pass

    def _weigh(self, suspect: Suspect) -> None:
        """A switch or a link is avoided, or not any more."""
        self._compare(self._links.around(suspect.dpid))
        self.streams.moved()
        port = suspect.port
        through = self.table.through(suspect.dpid)
        self.healer.look_at(through if port is None else self.table.crossing(Place(suspect.dpid, port)))

    def _move(self, suspect: Suspect, pair: HostPair) -> None:
        for flow in self.table.of(pair[0]):
            if flow.receiver == pair[1] and crosses(flow.path, suspect):
                self.healer.move(flow)

    def barriers_due(self, event: BarriersDue) -> Outcome:
        """What was read has been handled."""
        self.carrier.send_barriers()
        return CONTINUE

    # The network

    def look(self) -> None:
        """See whether the topology is as it was."""
        self._concern(self._links.look())
        self.guide.tick()
        self.members.tick()
        self.losses.tick()
        self.brake.tick()
        self.carrier.tick()

    def _compare(self, pairs: set[Pair]) -> None:
        self._concern(self._links.compare(pairs))

    def _concern(self, difference: Difference) -> None:
        if difference:
            self.healer.concern(difference)
            self.streams.moved()
            self.brake.lift()

    def link_changed(self, event: ViewChange) -> Outcome:
        """A direction of a link came or went. The topology may hear of it after us: look again in the next turn."""
        link = event.after or event.before
        assert isinstance(link, Link)
        pairs = {(link.src_dpid, link.dst_dpid), (link.dst_dpid, link.src_dpid)}
        self._compare(pairs)
        self.call_later(0.0, self._compare, pairs)
        return CONTINUE

    def port_status(self, event: PortStatus) -> Outcome:
        """A port is up or down: at once, whatever discovery makes of it."""
        if not event.port.is_up:
            self.members.left(Place(event.dpid, event.port.number))
            self.flooder.forget(Place(event.dpid, event.port.number))
        self._compare(self._links.around(event.dpid))
        return CONTINUE

    def joined(self, event: DatapathJoin) -> Outcome:
        """A switch is there (again): its links may be used, and what it tells of its entries is compared."""
        self._note_version(event.datapath)
        self._compare(self._links.around(event.dpid))
        self.adoption.joined(event.dpid)
        return CONTINUE

    def _note_version(self, datapath: Datapath) -> None:
        if datapath.version == Version.V1_0:
            self._old.add(datapath.dpid)
        else:
            self._old.discard(datapath.dpid)

    def left(self, event: DatapathLeave) -> Outcome:
        """A switch has gone: what it forwarded goes another way, where there is one."""
        self._old.discard(event.dpid)
        self.losing.forget(event.dpid)
        self.adoption.left(event.dpid)
        self._compare(self._links.around(event.dpid))
        return CONTINUE

    def role_changed(self, event: PortRoleChanged) -> Outcome:
        """A port leads to a switch: no flow begins or ends there, as one of an earlier run may have seemed to."""
        place = Place(event.dpid, event.port)
        self.members.left(place)
        for flow in self.table.crossing(place):
            if place in (flow.source, flow.destination):
                self.guide.end(flow)
        return CONTINUE

    def location_changed(self, event: ViewChange) -> Outcome:
        """A host has moved, or gone: its flows with it. Or it has come."""
        before = event.before
        if event.after is not None:
            self.brake.lift()
        if event.after is None and isinstance(before, Location):
            host = (bytes(before.mac), before.vlan)
            elsewhere = self.view.find(LOCATIONS, "host", before.mac, before.vlan)
            self.guide.left(host, Place(before.dpid, before.port), elsewhere)
        return CONTINUE

    def metrics(self) -> Iterable[Metric]:
        """Flows and what became of packets."""
        flooded = {"flooded": self.flooder.flooded, "flooded_too_often": self.flooder.too_many}
        counts = self.counts | self.guide.counts | flooded
        return metrics(self.table, self.carrier, self.healer, self.streams, self.losses, self.brake, counts)
