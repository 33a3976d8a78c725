"""Looks for packets that go round, again and again, and tells of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from nox.core.events.event import Event
from nox.core.interfaces import IDatapaths
from nox.core.openflow.ownership.chunks import pause
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import LinkKind
from nox.core.view.tables import LINKS
from nox.lib.addresses import format_dpid
from nox.netapps.decision import Place
from nox.netapps.events import TrafficCircles
from nox.netapps.monitoring.circles import Circle, Rate, circles, levels
from nox.netapps.monitoring.counters import PortRates
from nox.netapps.monitoring.ports import Ports


class Circling:
    """The circles that were found.

    :ivar known: those that were told of.
    """

    def __init__(
        self,
        floor: float,
        ports: Ports,
        datapaths: IDatapaths,
        view: INetworkView,
        clock: IReactorTime,
        tell: tuple[Callable[[Event], None], Logger],
    ) -> None:
        self._floor, self._ports, self._datapaths, self._view, self._clock = floor, ports, datapaths, view, clock
        self._post, self._log = tell
        self._before: list[Circle] = []
        self.known: list[Circle] = []

    async def look(self) -> None:
        """Look once. What was there the last time too is told of: one reading may be of an unlucky moment."""
        received = dict(self._received())
        links = dict(self._links(received))
        found: list[Circle] = []
        for level in levels(links, received, self._floor):
            found += circles(links, received, level, [dpid for circle in found for dpid in circle.dpids])
            await pause(self._clock)
        lasting = [circle for circle in found if _meets(circle, self._before)]
        for circle in lasting:
            if not _meets(circle, self.known):
                self._begin(circle)
        for circle in self.known:
            if not _meets(circle, found):
                self._end(circle)
        self.known = [*(one for one in self.known if _meets(one, found) and not _meets(one, lasting)), *lasting]
        self._before = found

    def _received(self) -> Iterator[tuple[Place, Rate]]:
        """What arrives at each port, of switches of which all ports are known."""
        for datapath in self._datapaths.all():
            known = self._ports.of(datapath.dpid)
            rates = {number: rate for number, one in known.items() if (rate := _received(one.rates)) is not None}
            if all(number in rates for number, port in datapath.ports.items() if port.is_up):
                for number, rate in rates.items():
                    yield Place(datapath.dpid, number), rate

    def _links(self, received: dict[Place, Rate]) -> Iterator[tuple[Place, Place]]:
        for link in self._view.rows(LINKS):
            one, other = Place(link.src_dpid, link.src_port), Place(link.dst_dpid, link.dst_port)
            if link.kind is not LinkKind.BROADCAST and one in received and other in received:
                yield one, other

    def _begin(self, circle: Circle) -> None:
        dpids = sorted(map(format_dpid, circle.dpids))
        self._log.error(
            "packets go round between the switches {dpids}: {packets:.0f} a second go over the links between them, and "
            '{inflow:.0f} come in there; look for a foreign entry with "noxctl flows {first}"',
            dpids=", ".join(dpids[:10]) + (" …" if len(dpids) > 10 else ""),
            packets=circle.packets,
            inflow=circle.inflow,
            first=dpids[0],
            event=TrafficCircles.__name__,
        )
        self._tell(circle, is_over=False)

    def _end(self, circle: Circle) -> None:
        self._log.info("packets go round no more between {count} switches", count=len(circle.dpids))
        self._tell(circle, is_over=True)

    def _tell(self, circle: Circle, *, is_over: bool) -> None:
        self._post(TrafficCircles(circle.dpids, circle.links, circle.packets, circle.inflow, is_over=is_over))


def _received(rates: PortRates | None) -> Rate | None:
    """What a port receives; None where that is not known."""
    if rates is None or rates.rx_packets is None or rates.rx_bytes is None:
        return None
    return Rate(rates.rx_packets, rates.rx_bytes)


def _meets(circle: Circle, others: list[Circle]) -> bool:
    return any(circle.dpids & other.dpids for other in others)
