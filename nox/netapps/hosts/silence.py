"""Hosts that have fallen silent: they are asked, and forgotten when they do not answer.

Hosts are gone through in turn, so many a second that all have had theirs in a tenth of the time that they may be
silent. One whose switch is not connected cannot be asked: it is kept for a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from math import ceil
from typing import Final

from nox.core.view.interfaces import INetworkView
from nox.core.view.tables import HOSTS
from nox.netapps.hosts.asking import Later
from nox.netapps.hosts.tools import Tools
from nox.netapps.hosts.values import Host, Ip, Place, ip_of, ip_text

TRIES: Final = 3  # questions, a second apart
DAY: Final = 86_400.0  # seconds
MOST: Final = 500  # hosts that are asked at a time


class Silence:
    """Goes through the hosts, a part of them each second.

    :ivar forgotten: places, addresses and hosts that were forgotten.
    """

    def __init__(self, tools: Tools, view: INetworkView, later: Later) -> None:
        self._tools, self._view, self._later = tools, view, later
        self._round: Iterator[Host] = iter(())
        self._asked: set[Host] = set()
        self.forgotten = 0

    def tick(self) -> None:
        """A second has passed."""
        share = ceil(self._view.count(HOSTS) / max(self._tools.config.silence / 10, 1))
        hosts = list(islice(self._round, min(share, MOST - len(self._asked))))
        if not hosts and len(self._asked) < MOST:
            self._round = iter([(bytes(row.mac), row.vlan) for row in self._view.rows(HOSTS)])
        for host in hosts:
            if host not in self._asked and self._is_silent(host):
                self._asked.add(host)
                self._ask(host, 1)

    def _is_silent(self, host: Host) -> bool:
        return bool(self._quiet_places(host) or self._quiet_ips(host) or self._is_nowhere(host))

    def _quiet_places(self, host: Host) -> list[Place]:
        tools = self._tools
        mine = [place for place, row in tools.book.places(host).items() if tools.book.is_own(row)]
        return [place for place in mine if self._since(host, place) > self._limit(place)]

    def _limit(self, place: Place) -> float:
        connected = self._tools.datapaths.get(place[0]) is not None
        return self._tools.config.silence if connected else max(DAY, self._tools.config.silence)

    def _quiet_ips(self, host: Host) -> list[Ip]:
        tools = self._tools
        if tools.book.places(host) and not tools.live(tools.book.places(host)):
            return []  # it cannot be asked
        mine = [ip_of(ip) for ip, row in tools.book.addresses(host).items() if not tools.book.is_fixed(row)]
        return [ip for ip in mine if self._since(host, ip) > tools.config.silence]

    def _is_nowhere(self, host: Host) -> bool:
        """Whether it is at no port, and has not been for long."""
        tools, known = self._tools, self._tools.memory.get(host)
        last = tools.memory.started if known is None else max(tools.memory.started, known.gone_at)
        if tools.book.is_named(host):
            return False
        return not tools.book.places(host) and tools.now() - last > tools.config.silence

    def _since(self, host: Host, what: Place | Ip) -> float:
        return self._tools.now() - self._tools.memory.last_heard(host, what)

    def _ask(self, host: Host, tries: int) -> None:
        """Ask for what has not been heard; a second after the last question what is silent is forgotten."""
        places, ips = self._quiet_places(host), self._quiet_ips(host)
        if places or ips:
            everywhere = self._tools.live(self._tools.book.places(host))
            known_ips = ips or [ip_of(ip) for ip in self._tools.book.addresses(host)]
            self._tools.asker.send(host, everywhere, known_ips)
        then: Callable[..., None] = self._ask if tries < TRIES else self._conclude
        self._later(1.0, then, host, tries + 1)

    def _conclude(self, host: Host, _: int) -> None:
        self._asked.discard(host)
        tools = self._tools
        known = tools.memory.get(host)
        for place in self._quiet_places(host):
            tools.book.remove_place(host, place)
            if known is not None:
                known.places.discard(place)
            self.forgotten += 1
        for ip in self._quiet_ips(host):
            tools.book.unbind(host, ip_text(ip))
            if known is not None:
                known.addresses.pop(ip, None)
            self.forgotten += 1
        if not tools.book.places(host) and not tools.book.addresses(host):
            tools.book.remove_host(host)
            tools.memory.forget(host)
            self.forgotten += 1
