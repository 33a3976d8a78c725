"""What the parts of the component share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from twisted.logger import Logger

from nox.core.interfaces import IDatapaths
from nox.core.openflow.events import PacketIn
from nox.netapps.hosts.asking import Asker
from nox.netapps.hosts.book import Book
from nox.netapps.hosts.config import HostsConfig
from nox.netapps.hosts.contests import Contests
from nox.netapps.hosts.known import Memory
from nox.netapps.hosts.telling import Teller
from nox.netapps.hosts.values import Place
from nox.netapps.interfaces import IPortRoles, Role

GRACE: Final = 10.0  # seconds for which a switch that has gone, or has not come yet, may be about to come


@dataclass(slots=True)
class Tools:
    """What the parts of the component share.

    :ivar now: the time, in seconds. :ivar again: judges packets that have waited.
    :ivar left: when switches left.
    """

    config: HostsConfig
    book: Book
    memory: Memory
    contests: Contests
    asker: Asker
    teller: Teller
    datapaths: IDatapaths
    roles: IPortRoles
    log: Logger
    now: Callable[[], float]
    again: Callable[[list[PacketIn]], None] = field(default=lambda held: None)
    left: dict[int, float] = field(default_factory=dict)

    def is_live(self, place: Place) -> bool:
        """Whether a host can be asked there: the switch is connected, the port is up, and no link."""
        datapath = self.datapaths.get(place[0])
        port = datapath.ports.get(place[1]) if datapath is not None else None
        return port is not None and port.is_up and self.roles.role(*place) is not Role.CORE

    def is_missing(self, places: Iterable[Place]) -> bool:
        """Whether one of these is at a switch that has gone just now, or may still come after our start."""
        now = self.now()
        return any(
            self.datapaths.get(dpid) is None and now - self.left.get(dpid, self.memory.started) < GRACE
            for dpid, _ in places
        )

    def live(self, places: Iterable[Place]) -> list[Place]:
        """Those where a host can be asked, in order."""
        return sorted(filter(self.is_live, places))
