"""The component ``discovery``: which links there are between switches, and what each port is for.

Every port that is up sends signed LLDP once in an interval; what another switch hears of it is a link. See
``docs/discovery.md``. It writes SWITCHES, PORTS and LINKS to the view, and tells `PortRoleChanged` and `LinkRefused`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from pydantic import Field
from twisted.internet.task import deferLater
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.config.model import ComponentConfig
from nox.core.events.event import CONTINUE, STOP, Outcome
from nox.core.interfaces import IDatapaths, IMetricsSource, IPunts
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import DatapathJoin, DatapathLeave, PacketIn, PortStatus
from nox.core.openflow.portinfo import PortInfo
from nox.core.view.events import ViewChange
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Link, LinkKind, Port, Switch
from nox.core.view.tables import LINKS, PORTS, SWITCHES
from nox.lib.addresses import format_dpid
from nox.lib.match import Match
from nox.lib.packet.ethernet import LLDP
from nox.netapps.discovery.evidence import Evidence
from nox.netapps.discovery.frames import ETH_BDDP, Forged, Frames
from nox.netapps.discovery.hearing import Judge, Refused, Verdict
from nox.netapps.discovery.inventory import Inventory
from nox.netapps.discovery.key import shared_key
from nox.netapps.discovery.linklog import LinkLog
from nox.netapps.discovery.linkrows import LinkRows
from nox.netapps.discovery.links import Ends, Heard, Links, Place
from nox.netapps.discovery.ports import UpPorts, is_ordinary
from nox.netapps.discovery.recorder import Recorder
from nox.netapps.discovery.refusals import Refusals
from nox.netapps.discovery.roles import Roles
from nox.netapps.discovery.sending import HOLDS, SLOTS, Sender
from nox.netapps.discovery.settling import Settling
from nox.netapps.events import LinkRefused, PortRoleChanged
from nox.netapps.interfaces import IPortRoles, Role

FIRST = 100  # priority of its handlers: before those to whom these frames mean nothing
SWEEPS = 4  # looks for silent links in an interval
MISSED = 1.2  # intervals of silence after which a port is asked again, with every sweep
SILENT = HOLDS - 1 / SWEEPS - 0.01  # intervals after which a link is gone: seen by the last sweep before `HOLDS`
ANSWER = 0.02  # seconds between two answers of a port

_WHOLE = 0xFFFF  # bytes of a packet: all of it, so that what is cut short was cut short by its sender
_ADDED, _DELETED = 0, 1  # ofp_port_reason
_RESERVED = bytes.fromhex("0180c20000")  # 802.1D, table 7-10: what bridges say to each other
_OURS = (LLDP.to_bytes(2), ETH_BDDP.to_bytes(2))


@implementer(IPortRoles, IMetricsSource)
class Discovery(Component):
    """Finds links."""

    datapaths = requires(IDatapaths)
    punts = requires(IPunts)
    view = requires(INetworkView)

    class Config(ComponentConfig):
        """`interval`: seconds from one frame of a port to the next; a silent link is gone within three of them."""

        interval: float = Field(default=5.0, ge=0.5, le=300.0)

    config: Config

    async def start(self) -> None:
        """Make or read the key, take over what the view knows, and begin to ask.

        :raises ComponentError: when the view's key is none.
        """
        self._recorder = Recorder(self.view, self.call_later, self._not_written)
        self._ports, self._links, self._evidence = UpPorts(), Links(), Evidence()
        self._inventory = Inventory(self.view, self._recorder, self._evidence)
        self._link_rows = LinkRows(self.view, self._recorder, self._links, self.datapaths.owns)
        self._roles = Roles(self._ports, self._links, self._evidence, self.view, self._tell_role)
        patience = HOLDS * self.config.interval
        self._judge = Judge(self._ports, self._links, self._evidence, self.view, patience)
        self._refusals = Refusals(self._tell_refused)
        self._link_log = LinkLog(self.log, "links have changed {count} times more")
        self._refusal_log = LinkLog(self.log, "{count} more claims of links were refused", is_warning=True)
        self._frames = Frames(await shared_key(self.view))
        self._sender = Sender(self._frames, self._links, self.datapaths, self.config.interval)
        self._settling = Settling(
            self._sender,
            self._links,
            pause=self._pause,
            now=self.record.clock.seconds,
            is_up=lambda port: self._ports.get(port.place) is port,
            decide=self._roles.edge,
        )
        self._swept = self.record.clock.seconds()
        self._take_over()
        self._listen()

    def _take_over(self) -> None:
        """Links of an earlier run hold until they have been silent for as long as any other."""
        for row in self.view.rows(LINKS):
            if row.kind is not LinkKind.STATIC:
                ends = Ends(row.src_dpid, row.src_port, row.dst_dpid, row.dst_port)
                self._links.add(Heard(ends, row.kind, 0, self._swept))
        self.call_later(HOLDS * self.config.interval, self._tidy)

    def _tidy(self) -> None:
        self._inventory.tidy(datapath.dpid for datapath in self.datapaths.all())

    def _listen(self) -> None:
        for eth_type in (LLDP, ETH_BDDP):
            self.punts.want(Match(eth_type=eth_type), max_len=_WHOLE)
            self.register(PacketIn, self.packet_in, priority=FIRST, where=Match(eth_type=eth_type))
        self.register(PacketIn, self.host_seen, priority=FIRST)
        self.register(DatapathJoin, lambda event: self._joined(event.datapath), priority=FIRST)
        self.register(DatapathLeave, self.left, priority=FIRST)
        self.register(PortStatus, self.port_status, priority=FIRST)
        self.register(ViewChange, self.link_changed, where={"table": LINKS})
        self.register(ViewChange, self.switch_changed, where={"table": SWITCHES})
        self.register(ViewChange, self.port_changed, where={"table": PORTS})
        self.every(self.config.interval / SLOTS, lambda: self._sender.turn(self.record.clock.seconds()))
        self.every(self.config.interval / SWEEPS, self.sweep)
        for datapath in self.datapaths.all():
            self._joined(datapath)

    async def _pause(self, seconds: float) -> None:
        await deferLater(self.record.clock, seconds)

    # IPortRoles

    def role(self, dpid: int, port: int) -> Role:
        """What the port is for."""
        return self._roles.role((dpid, port))

    def carried_host(self, dpid: int, port: int) -> None:
        """A host was seen at this port."""
        self._carried((dpid, port))

    def host_seen(self, event: PacketIn) -> Outcome:
        """Note the first frame of a host at an edge port."""
        place = (event.datapath.dpid, event.in_port)
        if place in self._roles.fresh and _is_hosts(event.data):
            self._carried(place)
        return CONTINUE

    def _carried(self, place: Place) -> None:
        port = self._ports.get(place)
        if port is not None and self._roles.carried_host(place, self.record.clock.seconds()):
            self._inventory.port(place[0], port.datapath.ports.get(place[1], port.info))

    # Switches and ports

    def _joined(self, datapath: Datapath) -> Outcome:
        now, dpid = self.record.clock.seconds(), datapath.dpid
        if self.view.get(SWITCHES, dpid) is None:
            self._evidence.is_new(dpid, now)
        if not self._ports.joined(dpid):
            self._inventory.recall(datapath)
        self._inventory.joined(datapath)
        for place in {place for link in self._links.of(dpid) for place in (link.ends.source, link.ends.target)}:
            if place[0] == dpid and not _is_up(datapath, place[1]):
                self._lose_all(place, "its port is down")
        self._come_up(datapath, [port for port in datapath.ports.values() if _is_up(datapath, port.number)])
        return CONTINUE

    def _come_up(self, datapath: Datapath, infos: Sequence[PortInfo]) -> None:
        """Ports of one switch are up: send from them, and find out what they are for."""
        now = self.record.clock.seconds()
        ports = [self._sender.port(datapath, info, now) for info in infos]
        for port in ports:
            self._ports.add(port)
            self._roles.weigh(port.place)
        self._sender.add(ports)
        if ports:
            self.spawn(self._settling.settle(ports))

    def left(self, event: DatapathLeave) -> Outcome:
        """A switch has gone, and its links with it; where they led stays what it is until it is down."""
        for link in self._links.of(event.dpid):
            self._lose(link, "its switch has left")
        for port in self._ports.of(event.dpid):
            self._go_down(port.place)
        self._inventory.left(event.dpid)
        return CONTINUE

    def port_status(self, event: PortStatus) -> Outcome:
        """A port was added, removed, or is up or down now."""
        place, is_there = (event.dpid, event.port.number), event.reason != _DELETED
        if not is_ordinary(event.port):
            return CONTINUE
        known = self._ports.get(place)
        is_another = known is not None and (event.reason == _ADDED or known.info.hw_addr != event.port.hw_addr)
        if not (is_there and event.port.is_up) or is_another:
            if known is not None:
                self.log.info(
                    "port {port} of switch {dpid} is down", dpid=format_dpid(place[0]), port=place[1], event="port_down"
                )
            self._evidence.clear(place)
            self._lose_all(place, "its port is down")
            self._go_down(place)
        if is_there:
            self._inventory.port(event.dpid, event.port)
        else:
            self._inventory.no_port(*place)
        if is_there and event.port.is_up and self._ports.get(place) is None:
            self._come_up(event.datapath, [event.port])
        return CONTINUE

    def _go_down(self, place: Place) -> None:
        port = self._ports.remove(place)
        if port is not None:
            self._sender.remove(port)
            self._judge.forget(place)
            self._refusals.forget(place)
            self._roles.gone(port)

    # Links

    def packet_in(self, event: PacketIn) -> Outcome:
        """A frame was heard that may be one of ours."""
        now, place = self.record.clock.seconds(), (event.datapath.dpid, event.in_port)
        port = self._ports.get(place)
        if port is None:
            return STOP
        if not port.may_be_heard(now) and not self._frames.looks_known(event.data):
            self._refusals.add(place, "flood", "more frames than a network of switches would send", now)
            return STOP
        try:
            claim = self._frames.read(event.data)
            if claim is None:
                return CONTINUE
            verdict = self._judge.hear(port, claim, now)
        except Forged as error:
            self._refusals.add(place, "forged", f"a forged frame: {error}", now)
            return STOP
        except Refused as error:
            self._refusals.add(place, error.reason, str(error), now)
            return STOP
        ends = Ends(claim.dpid, claim.port, *place)
        if verdict is Verdict.NEW or verdict is Verdict.BETTER:
            self._found(ends, claim.kind)
        if verdict is not Verdict.NOTHING and ends.back not in self._links and now * 1e6 - port.stamp > ANSWER * 1e6:
            self._sender.send(port, now)
        return STOP

    def _found(self, ends: Ends, kind: LinkKind) -> None:
        """A link is there. A cable ends what was known to cross something else at its ends."""
        if kind is LinkKind.DIRECT:
            for link in (*self._links.at(ends.source), *self._links.at(ends.target)):
                if link.kind is LinkKind.BROADCAST and link.ends in self._links:
                    self._lose(link, "there is a cable")
        self._link_rows.found(ends, kind)
        self._inventory.is_link(ends.source)
        self._inventory.is_link(ends.target)
        self._roles.weigh(ends.target)
        self._roles.weigh(ends.source)

    def _lose_all(self, place: Place, why: str) -> None:
        for link in self._links.at(place):
            self._lose(link, why)

    def _lose(self, link: Heard, why: str) -> None:
        self._links.remove(link.ends)
        self._link_rows.lost(link.ends)
        self._link_log.note("link {ends} is lost: {why}", ends=link.ends, why=why, event="link_lost")

    def sweep(self) -> None:
        """Ask where a link has missed its time; those that stay silent are gone."""
        now, interval = self.record.clock.seconds(), self.config.interval
        gap, self._swept = now - self._swept, now
        self._link_log.begin()
        self._refusal_log.begin()
        self._link_rows.sweep()
        if not 0 <= gap <= interval:
            self._begin_again(now, gap)
            return
        for link in self._links.silent_since(now - MISSED * interval):
            source = self._ports.get(link.ends.source)
            if link.at <= now - SILENT * interval:
                self._lose(link, "it is silent")
            elif source is not None:
                self._sender.send(source, now)

    def _begin_again(self, now: float, gap: float) -> None:
        """The clock was set, or the process was stopped for a while: nobody was silent, we did not listen."""
        self.log.warn("{gap:.1f} s are missing: links are given another three intervals", gap=gap)
        self._judge.begin_again()
        for link in self._links:
            link.at, link.stamp = now, 0
        for port in self._ports:
            port.since, port.stamp = min(port.since, now), 0

    def link_changed(self, event: ViewChange) -> Outcome:
        """Static links make core ports; of the others it is said when they are in the view and out of it."""
        row = event.after or event.before
        assert isinstance(row, Link)
        ends = Ends(row.src_dpid, row.src_port, row.dst_dpid, row.dst_port)
        if event.after is None or event.before is None:
            there = "in the view" if event.after is not None else "out of the view"
            self._link_log.note("link {ends} is {there}", ends=ends, there=there, kind=row.kind.value, event="link")
        if event.after is not None and row.kind is LinkKind.STATIC:
            self._roles.weigh(ends.source)
            self._roles.weigh(ends.target)
        self._link_rows.put_right(ends)
        return CONTINUE

    def switch_changed(self, event: ViewChange) -> Outcome:
        """Somebody else may have written a switch's row, or restored one: it says what is so."""
        row = event.after or event.before
        assert isinstance(row, Switch)
        datapath = self.datapaths.get(row.dpid)
        if datapath is not None:
            self._inventory.put_switch_right(datapath)
        return CONTINUE

    def port_changed(self, event: ViewChange) -> Outcome:
        """The same of a port's."""
        row = event.after or event.before
        assert isinstance(row, Port)
        datapath = self.datapaths.get(row.dpid)
        if datapath is not None:
            self._inventory.put_port_right(datapath, row.number)
        return CONTINUE

    # What is told

    def _tell_role(self, place: Place, role: Role) -> None:
        self.post(PortRoleChanged(*place, role))

    def _tell_refused(self, place: Place, sentence: str) -> None:
        dpid, port = place
        self._refusal_log.note(
            "at switch {dpid}, port {port}: {sentence}",
            dpid=format_dpid(dpid),
            port=port,
            sentence=sentence,
            event=LinkRefused.__name__,
        )
        self.post(LinkRefused(dpid, port, sentence))

    def _not_written(self, why: str) -> None:
        self.log.error("the view cannot be written, and will be tried again: {why}", why=why)

    def metrics(self) -> Iterable[Metric]:
        """Links, frames sent, frames refused."""
        yield GaugeMetricFamily("nox_discovery_links", "Directions of links that are known", len(self._links))
        yield GaugeMetricFamily("nox_discovery_ports", "Ports that are up", len(self._ports))
        yield CounterMetricFamily("nox_discovery_sent", "Frames sent", self._sender.sent)
        refused = CounterMetricFamily("nox_discovery_refused", "Frames not believed", labels=["reason"])
        for reason, count in sorted(self._refusals.counts.items()):
            refused.add_metric([reason], count)
        yield refused


def _is_up(datapath: Datapath, number: int) -> bool:
    port = datapath.ports.get(number)
    return port is not None and is_ordinary(port) and port.is_up


def _is_hosts(frame: bytes) -> bool:
    """Whether a host has sent it: no group's address as source, and none of the frames of bridges and of ours."""
    return not ((frame[6:7] and frame[6] & 1) or frame.startswith(_RESERVED) or frame[12:14] in _OURS)
