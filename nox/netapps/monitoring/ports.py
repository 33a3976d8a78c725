"""What is known of ports: the last reading of each, and its rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.statistics import PortStats
from nox.lib.openflow.enums import ReservedPort
from nox.netapps.monitoring.counters import PortRates, Reading, port_rates


class Known(NamedTuple):
    """A port. :ivar rates: None until there are two readings of it."""

    reading: Reading
    rates: PortRates | None


class Ports:
    """The ordinary ports of all switches, and their local ones.

    :param speed: kbit/s of ports that do not say theirs; 0: it is unknown.
    """

    def __init__(self, speed: int) -> None:
        self._speed = speed
        self._known: dict[int, dict[int, Known]] = {}

    def read(self, dpid: int, ports: Mapping[int, PortInfo], stats: Iterable[PortStats], now: float) -> list[int]:
        """Take an answer in; the ports whose rates are known now. What the switch has no port for is left out."""
        before, known = self._known.get(dpid, {}), {}
        for one in stats:
            port = ports.get(one.number)
            if port is None or not _is_counted(one.number):
                continue
            reading, last = Reading(now, one), before.get(one.number)
            rates = port_rates(last.reading, reading, self.speed(port)) if last is not None else None
            known[one.number] = Known(reading, rates)
        self._known[dpid] = known
        return [number for number, found in known.items() if found.rates is not None]

    def speed(self, port: PortInfo) -> int:
        """A port's speed in kbit/s; 0 where it is unknown."""
        return port.current_speed or port.max_speed or self._speed

    def forget(self, dpid: int, port: int | None = None) -> None:
        """A switch, or one of its ports, has gone."""
        if port is None:
            self._known.pop(dpid, None)
        else:
            self._known.get(dpid, {}).pop(port, None)

    def get(self, dpid: int, port: int) -> Known | None:
        """What is known of a port."""
        return self._known.get(dpid, {}).get(port)

    def rates(self, dpid: int, port: int) -> PortRates | None:
        """A port's rates."""
        known = self.get(dpid, port)
        return known.rates if known is not None else None

    def of(self, dpid: int) -> Mapping[int, Known]:
        """The ports of a switch, by number."""
        return self._known.get(dpid, {})

    def __iter__(self) -> Iterator[tuple[int, int, Known]]:
        for dpid, ports in self._known.items():
            for number, known in ports.items():
                yield dpid, number, known


def _is_counted(number: int) -> bool:
    return number <= ReservedPort.MAX or number == ReservedPort.LOCAL


def utilisation(rate: float | None, speed: int) -> float | None:
    """A rate in bytes a second as a part of a speed in kbit/s, at most 1; None where one is not known."""
    return None if rate is None or not speed else min(1.0, rate / (speed * 125))
