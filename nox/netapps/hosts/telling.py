"""What the network's operator is told of claims that are not believed: events and lines in the log, bounded by port.

An attacker decides how many there could be. Of each kind at each port one a second is told, and all are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from twisted.logger import Logger

from nox.core.events.event import Event
from nox.lib.addresses import EthernetAddress
from nox.netapps.events import HostConflict, SourceRefused
from nox.netapps.hosts.values import Host, Place, host_text, place_text

PAUSE: Final = 1.0  # seconds
MOST_CONFLICTS: Final = 16  # of one port in that time: of different hosts
_MOST_PLACES: Final = 100_000  # remembered


class Teller:
    """Posts events.

    :ivar counts: frames that were refused, by kind.
    """

    def __init__(self, post: Callable[[Event], None], now: Callable[[], float], log: Logger) -> None:
        self.counts: Counter[str] = Counter()
        self._post, self._now, self._log = post, now, log
        self._told: dict[tuple[Place, str], tuple[float, int]] = {}

    def refused(self, mac: bytes, place: Place, kind: str, reason: str) -> None:
        """A frame comes from whom no frame may come.

        :param kind: a word for what is wrong; `reason`: a sentence.
        """
        self.counts[kind] += 1
        if self._may_tell(place, kind, 1):
            source = EthernetAddress(mac)
            self._log.warn("{mac} at {place} is refused: {reason}", mac=source, place=place_text(place), reason=reason)
            self._post(SourceRefused(source, *place, reason))

    def conflict(self, host: Host, place: Place, reason: str) -> None:
        """A claim is made that contradicts what is known.

        :param host: who makes it, at `place`.
        """
        self.counts["conflict"] += 1
        if self._may_tell(place, "conflict", MOST_CONFLICTS):
            self._log.warn(
                "{host} at {place} is not believed: {reason}",
                host=host_text(host),
                place=place_text(place),
                reason=reason,
            )
            self._post(HostConflict(EthernetAddress(host[0]), host[1], *place, reason))

    def _may_tell(self, place: Place, kind: str, most: int) -> bool:
        now = self._now()
        since, count = self._told.get((place, kind), (now, 0))
        if now - since >= PAUSE:
            since, count = now, 0
        if count >= most:
            return False
        if len(self._told) >= _MOST_PLACES:
            self._told.clear()
        self._told[place, kind] = since, count + 1
        return True
