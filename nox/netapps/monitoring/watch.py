"""What is told of ports: events, and lines in the log that cannot fill it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twisted.logger import Logger

from nox.core.events.event import Event
from nox.core.openflow.portinfo import PortInfo
from nox.lib.addresses import format_dpid
from nox.lib.thresholds import Sparing, Threshold
from nox.netapps.events import PortBusy, PortTroubled
from nox.netapps.monitoring.config import MonitoringConfig
from nox.netapps.monitoring.counters import PortRates
from nox.netapps.monitoring.ports import Ports, utilisation

Port = tuple[int, int]  # dpid and number


class Watch:
    """Compares what ports do with the thresholds.

    :ivar limits: by name: ``busy``, ``drops``, ``errors``.
    """

    def __init__(self, config: MonitoringConfig, ports: Ports, post: Callable[[Event], None], log: Logger) -> None:
        self._ports, self._post, self._log = ports, post, log
        self.limits = {
            "busy": Threshold(config.busy),
            "drops": Threshold(config.drops),
            "errors": Threshold(config.errors),
        }
        self._sparing = Sparing()

    def look(self, dpid: int, port: PortInfo, rates: PortRates) -> None:
        """A port has been read."""
        place = (dpid, port.number)
        used = utilisation(rates.tx_bytes, self._ports.speed(port))
        is_busy = self.limits["busy"].crossed(place, used)
        if is_busy is not None and used is not None:
            self._post(PortBusy(dpid, port.number, used, is_over=not is_busy))
            self._say(place, f"{used:.0%} of its speed is used", is_busy, rates.at)
        for what, rate in (("drops", rates.dropped), ("errors", rates.errors)):
            is_high = self.limits[what].crossed(place, rate)
            if is_high is not None and rate is not None:
                self._post(PortTroubled(dpid, port.number, what, rate, is_over=not is_high))
                self._say(place, f"{rate:.0f} {what} a second", is_high, rates.at)

    def _say(self, place: Port, what: str, is_high: bool, now: float) -> None:
        if not self._sparing.allows(now):
            return
        others = self._sparing.take()
        self._log.warn(
            "switch {dpid} port {port}: {what}{over}{others}",
            dpid=format_dpid(place[0]),
            port=place[1],
            what=what,
            over="" if is_high else ": below the threshold again",
            others=f" ({others} such lines were left out before)" if others else "",
        )

    def forget(self, places: Iterable[Port]) -> None:
        """These ports are not there any more."""
        for place in places:
            for limit in self.limits.values():
                limit.forget(place)
