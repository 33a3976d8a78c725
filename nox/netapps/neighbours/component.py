"""The component ``neighbours``: answers ARP and neighbour discovery for hosts that the view knows."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from prometheus_client.core import CounterMetricFamily, Metric
from pydantic import Field
from twisted.internet.interfaces import IReactorTime
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.config.model import ComponentConfig
from nox.core.events.event import CONTINUE, STOP, Outcome
from nox.core.interfaces import IDatapaths, IMetricsSource
from nox.core.openflow.events import PacketIn
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Address
from nox.core.view.tables import ADDRESSES, LOCATIONS
from nox.lib.actions import Output
from nox.lib.errors import RemoteProtocolError
from nox.lib.flowkey import ETH_ARP, ETH_IPV6, ICMPV6
from nox.lib.match import Match
from nox.lib.packet import arp
from nox.lib.packet import neighbours as nd
from nox.netapps.interfaces import IHosts, IPortRoles, Role
from nox.netapps.neighbours.answers import Question, question, reply

PRIORITY = 40  # after `hosts`, which lets only believed packets pass; before who forwards
MOST_OPEN: Final = 10_000  # questions that were passed on and are remembered

Place = tuple[int, int]
Asked = tuple[str, int]  # an address on a VLAN


class Way(Enum):
    """What became of a question."""

    ANSWERED = "answered"  # by the controller
    PASSED_ON = "passed_on"  # to the host that is asked for, and to nobody else
    SPARED = "spared"  # the host is at the asker's own port, and has heard it
    EVERYBODY = "everybody"  # left to who forwards


@implementer(IMetricsSource)
class Neighbours(Component):
    """Answers for hosts, or asks them alone."""

    datapaths = requires(IDatapaths)
    clock = requires(IReactorTime)
    hosts = requires(IHosts)
    roles = requires(IPortRoles)
    view = requires(INetworkView)

    class Config(ComponentConfig):
        """`fresh`: for so many seconds after a host was heard the answer is given for it; 0: it is always asked."""

        fresh: float = Field(default=60.0, ge=0, le=86400)

    config: Config

    async def start(self) -> None:
        """See questions that come from hosts."""
        self.ways = dict.fromkeys(Way, 0)
        self._open: dict[Asked, float] = {}
        arps = Match(eth_type=ETH_ARP, arp_op=arp.REQUEST)
        solicitations = Match(eth_type=ETH_IPV6, ip_proto=ICMPV6, icmpv6_type=nd.SOLICITATION)
        for where in (arps, solicitations):
            self.register(PacketIn, self.packet_in, priority=PRIORITY, where=where)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Answer, pass on, or leave it."""
        place = event.datapath.dpid, event.in_port
        if self.roles.role(*place) is not Role.EDGE:
            return CONTINUE
        try:
            asked = question(event.data)
        except RemoteProtocolError:
            return CONTINUE
        if asked is None:
            return CONTINUE
        way = self._treat(event, asked, place)
        self.ways[way] += 1
        return CONTINUE if way is Way.EVERYBODY else STOP

    def _treat(self, event: PacketIn, asked: Question, place: Place) -> Way:
        holder = self._holder(asked)
        places = self._places(holder) if holder is not None else []
        if holder is None or not places or self._has_been_silent(asked, holder):
            return Way.EVERYBODY
        if place in places:
            return Way.SPARED
        is_router = self._is_router(asked, holder)
        if self._is_fresh(holder) and is_router is not None:
            event.datapath.emit(reply(asked, holder.mac, is_router), (Output(event.in_port),))
            return Way.ANSWERED
        return self._pass_on(event, places[0])

    def _holder(self, asked: Question) -> Address | None:
        """Who has the address; None where nobody is known, or several are."""
        rows = [row for row in self.view.find(ADDRESSES, "ip", str(asked.target)) if row.vlan == asked.vlan]
        return rows[0] if len(rows) == 1 else None

    def _places(self, holder: Address) -> list[Place]:
        return [(row.dpid, row.port) for row in self.view.find(LOCATIONS, "host", holder.mac, holder.vlan)]

    def _is_fresh(self, holder: Address) -> bool:
        heard = self.hosts.last_heard(holder.mac, holder.vlan)
        return heard is not None and self.clock.seconds() - heard < self.config.fresh

    def _is_router(self, asked: Question, holder: Address) -> bool | None:
        """Whether to say that it is one; None where nobody knows. ARP does not say it."""
        return False if asked.frame.eth_type == ETH_ARP else self.hosts.is_router(holder.mac, holder.vlan)

    def _has_been_silent(self, asked: Question, holder: Address) -> bool:
        """Whether it was asked alone before and has not been heard since: it may be somewhere else."""
        key = str(asked.target), asked.vlan
        since = self._open.pop(key, None)
        heard = self.hosts.last_heard(holder.mac, holder.vlan)
        if since is not None and (heard is None or heard < since):
            return True
        if not self._is_fresh(holder) or self._is_router(asked, holder) is None:
            self._remember(key)
        return False

    def _remember(self, key: Asked) -> None:
        while len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        self._open[key] = self.clock.seconds()

    def _pass_on(self, event: PacketIn, place: Place) -> Way:
        datapath = self.datapaths.get(place[0])
        if datapath is None or len(event.data) < event.total_len:
            return Way.EVERYBODY
        datapath.emit(event.data, (Output(place[1]),))
        return Way.PASSED_ON

    def metrics(self) -> Iterable[Metric]:
        """What became of questions."""
        asked = CounterMetricFamily("nox_neighbours_questions", "Questions for addresses", labels=["way"])
        for way, count in self.ways.items():
            asked.add_metric([way.value], count)
        yield asked
