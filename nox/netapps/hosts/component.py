"""The component ``hosts``: packets, ports and the view's changes in; rows, events and questions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from twisted.internet.interfaces import IReactorTime
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.events.event import CONTINUE, STOP, Outcome
from nox.core.interfaces import IDatapaths, IMetricsSource, IPunts
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import DatapathJoin, DatapathLeave, PacketIn, PortStatus
from nox.core.view.events import ViewChange
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Address, Location
from nox.core.view.tables import ADDRESSES, LOCATIONS, PORTS
from nox.lib.addresses import EthernetAddress
from nox.lib.flowkey import ETH_ARP, ETH_IPV6, ICMPV6
from nox.lib.match import Match
from nox.lib.packet import neighbours as nd
from nox.netapps.events import PortRoleChanged
from nox.netapps.hosts.asking import Asker
from nox.netapps.hosts.book import Book
from nox.netapps.hosts.config import HostsConfig
from nox.netapps.hosts.contests import Contests
from nox.netapps.hosts.judge import Judge, sender
from nox.netapps.hosts.known import Memory
from nox.netapps.hosts.lobby import Lobby
from nox.netapps.hosts.silence import Silence
from nox.netapps.hosts.telling import Teller
from nox.netapps.hosts.tools import Tools
from nox.netapps.hosts.values import Place, Verdict
from nox.netapps.hosts.writer import Writer
from nox.netapps.interfaces import IHosts, IPortRoles, Role

PRIORITY = 50  # after `discovery`, whose frames no host sends; before who forwards
WHOLE = 0xFFFF  # bytes: neighbour discovery has a checksum over all of it
_DELETED = 1  # ofp_port_reason
_RESERVED_PORTS = 0xFFFFFF00  # OFPP_MAX and more: the switch's own network stack, for instance


@implementer(IHosts, IMetricsSource)
class Hosts(Component):
    """Knows where every host is and which addresses it has."""

    Config = HostsConfig
    config: HostsConfig

    clock = requires(IReactorTime)
    datapaths = requires(IDatapaths)
    punts = requires(IPunts)
    roles = requires(IPortRoles)
    view = requires(INetworkView)

    async def start(self) -> None:
        """Ask for what hosts say of themselves, wherever their other packets go."""
        self._assemble()
        self.punts.want(Match(eth_type=ETH_ARP), WHOLE)
        for kind in (nd.SOLICITATION, nd.ADVERTISEMENT):
            self.punts.want(Match(eth_type=ETH_IPV6, ip_proto=ICMPV6, icmpv6_type=kind), WHOLE)
        self.register(PacketIn, self.packet_in, priority=PRIORITY)
        self.register(PortStatus, self.port_status)
        self.register(DatapathJoin, self.joined)
        self.register(DatapathLeave, self.left)
        self.register(PortRoleChanged, self.role_changed)
        for table in (LOCATIONS, ADDRESSES):
            self.register(ViewChange, self.view_changed, where={"table": table})
        self.every(1.0, self._tick)
        for address in self.view.rows(ADDRESSES):
            self._note_given(address)

    def _assemble(self) -> None:
        now = self.clock.seconds
        writer = Writer(self.view, self.call_later, self.log)
        book = Book(self.view, writer, self.record.name)
        self.tools = Tools(
            config=self.config,
            book=book,
            memory=Memory(book, now),
            contests=Contests(now, self.config.answer_within),
            asker=Asker(self.datapaths, self.call_later, self.spawn, now),
            teller=Teller(self.post, now, self.log),
            datapaths=self.datapaths,
            roles=self.roles,
            log=self.log,
            now=now,
            again=self._again,
        )
        self.judge = Judge(self.tools, self._is_switch)
        self.silence = Silence(self.tools, self.view, self.call_later)
        self._lobby = Lobby()
        self._told: set[Place] = set()
        self._ports: dict[bytes, set[Place]] = {}  # switches' own addresses, and which ports have them

    # Packets

    def packet_in(self, event: PacketIn) -> Outcome:
        """Believe it, or not."""
        place = event.datapath.dpid, event.in_port
        role = self.roles.role(*place)
        if role is Role.EDGE:
            verdict = self._at_edge(event, place)
        elif role is Role.UNKNOWN and event.in_port < _RESERVED_PORTS:
            self.judge.returns(event, place)
            verdict = self._early(event, place) or self._lobby.enter(event, place, self.clock.seconds())
        else:
            return CONTINUE
        if verdict is Verdict.PASS:
            return CONTINUE
        if verdict is Verdict.WAIT:
            event.hold()
        return STOP

    def _early(self, event: PacketIn, place: Place) -> Verdict | None:
        """What becomes of a packet for one host, from one that the view knows to be at this port; None: it waits.

        A host whose cable was plugged in there need not wait until the port's role is decided.
        """
        destination, (mac, vlan) = event.values[1], sender(event)
        assert isinstance(destination, bytes)
        is_there = self.view.get(LOCATIONS, mac, vlan, *place) is not None
        return self.judge.verdict(event, place) if is_there and not destination[0] & 1 else None

    def _at_edge(self, event: PacketIn, place: Place) -> Verdict:
        if place not in self._told:
            self._told.add(place)
            self.roles.carried_host(*place)
        own = self.tools.asker.own
        if event.values[1] not in own:
            return self.judge.verdict(event, place)
        question = own[event.values[1]]
        if question is not None and sender(event) == question.host:
            question.end(place)
            return Verdict.REFUSE
        verdict = self.judge.verdict(event, place)
        return Verdict.REFUSE if verdict is Verdict.PASS else verdict  # it was for us alone

    def _again(self, held: list[PacketIn]) -> None:
        """Judge packets that have waited."""
        for event in held:
            place = event.datapath.dpid, event.in_port
            verdict = self._at_edge(event, place) if self.roles.role(*place) is Role.EDGE else Verdict.REFUSE
            if verdict is Verdict.PASS:
                event.resume()
            elif verdict is Verdict.REFUSE:
                event.drop()

    def _is_switch(self, mac: bytes, place: Place) -> bool:
        """Whether an address is a switch's. What is behind an internal port of Open vSwitch has that port's own."""
        if mac in self.tools.asker.own:
            return True
        rows = self.view.find(PORTS, "hw_addr", EthernetAddress(mac))
        others = self._ports.get(mac, set()) | {(row.dpid, row.number) for row in rows}
        return bool(others - {place})

    # Ports and switches

    def joined(self, event: DatapathJoin) -> Outcome:
        """Whoever was at a port that is down, is no more or is another one now is there no longer."""
        self._note_addresses(event.datapath)
        ports, before = event.datapath.ports, self.view.find(PORTS, "switch", event.dpid)
        gone = {number for number, port in ports.items() if not port.is_up}
        gone |= {row.number for row in before if row.number not in ports or ports[row.number].hw_addr != row.hw_addr}
        for number in sorted(gone):
            self._gone((event.dpid, number))
        return CONTINUE

    def _note_addresses(self, datapath: Datapath) -> None:
        for port in datapath.ports.values():
            self._ports.setdefault(bytes(port.hw_addr), set()).add((datapath.dpid, port.number))

    def left(self, event: DatapathLeave) -> Outcome:
        """A switch has gone. Its hosts stay where they are: it may forward without us."""
        self.tools.left[event.dpid] = self.clock.seconds()
        self._told = {place for place in self._told if place[0] != event.dpid}
        for mac, places in list(self._ports.items()):
            places -= {place for place in places if place[0] == event.dpid}
            if not places:
                del self._ports[mac]
        return CONTINUE

    def port_status(self, event: PortStatus) -> Outcome:
        """Whoever was at a port that has gone down is there no longer."""
        self._note_addresses(event.datapath)
        if event.reason == _DELETED:
            self._ports.get(bytes(event.port.hw_addr), set()).discard((event.dpid, event.port.number))
        if event.reason == _DELETED or not event.port.is_up:
            self._gone((event.dpid, event.port.number))
        return CONTINUE

    def role_changed(self, event: PortRoleChanged) -> Outcome:
        """What came in before the port's role was decided is judged, or dropped; nobody is at a link."""
        place = event.dpid, event.port
        if event.role is Role.EDGE:
            self._again(self._lobby.leave(place))
        elif event.role is Role.CORE:
            self._gone(place)
        return CONTINUE

    def _gone(self, place: Place) -> None:
        self._told.discard(place)
        for waiting in self._lobby.leave(place):
            waiting.drop()
        self.judge.places.left(place)

    # The view and time

    def view_changed(self, event: ViewChange) -> Outcome:
        """Somebody has written rows of a host, perhaps this component."""
        row = event.after or event.before
        mac, vlan = getattr(row, "mac", None), getattr(row, "vlan", None)
        if mac is not None and vlan is not None:
            self.tools.memory.changed((bytes(mac), vlan))
        if isinstance(event.after, Location):
            self._let_in((event.after.dpid, event.after.port))
        if isinstance(event.after, Address):
            self._note_given(event.after)
        return CONTINUE

    def _note_given(self, row: Address) -> None:
        """What the operator or DHCP says of an address counts against what hosts have said."""
        if self.tools.book.is_fixed(row):
            self.judge.bindings.given(row)

    def _let_in(self, place: Place) -> None:
        """A host is known to be at a port: what it has sent from there waits no longer, whatever the port's role."""
        if self.roles.role(*place) is Role.UNKNOWN:
            for waiting in self._lobby.leave(place):
                verdict = self._early(waiting, place) or self._lobby.enter(waiting, place, self.clock.seconds())
                if verdict is Verdict.PASS:
                    waiting.resume()
                elif verdict is Verdict.REFUSE:
                    waiting.drop()

    def _tick(self) -> None:
        for waiting in self._lobby.overdue(self.clock.seconds()):
            waiting.drop()
        self.silence.tick()

    # IHosts

    def last_heard(self, mac: bytes, vlan: int) -> float | None:
        """When it was last heard."""
        known = self.tools.memory.get((bytes(mac), vlan))
        return max(known.heard.values(), default=None) if known is not None else None

    def is_router(self, mac: bytes, vlan: int) -> bool | None:
        """Whether it says so."""
        known = self.tools.memory.get((bytes(mac), vlan))
        return None if known is None else known.is_router

    # IMetricsSource

    def metrics(self) -> Iterable[Metric]:
        """What was believed, and what was not."""
        yield from self._metrics()

    def _metrics(self) -> Iterator[Metric]:
        tools = self.tools
        yield GaugeMetricFamily("nox_hosts_heard", "Hosts that have been heard since the start", len(tools.memory))
        yield GaugeMetricFamily("nox_hosts_contests", "Claims that are being looked into", len(tools.contests))
        yield CounterMetricFamily("nox_hosts_probes", "Frames that asked hosts", tools.asker.sent)
        yield CounterMetricFamily("nox_hosts_moves", "Hosts that have moved", self.judge.places.moves)
        yield CounterMetricFamily("nox_hosts_forgotten", "Rows of hosts that fell silent", self.silence.forgotten)
        refused = CounterMetricFamily("nox_hosts_refused", "Frames that were not believed", labels=["kind"])
        for kind, count in tools.teller.counts.items():
            refused.add_metric([kind], count)
        yield refused
