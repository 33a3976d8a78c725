"""Whether what a frame claims is believed."""

from __future__ import annotations

from enum import Enum
from typing import Final

from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import LinkKind
from nox.core.view.tables import PORTS, SWITCHES
from nox.lib.addresses import format_dpid
from nox.netapps.discovery.evidence import Evidence
from nox.netapps.discovery.frames import Claim
from nox.netapps.discovery.links import Ends, Heard, Links, Place
from nox.netapps.discovery.ports import UpPort, UpPorts

WINDOW: Final = 5.0  # seconds between sending and hearing: a busy controller and clocks that differ
SLACK: Final = 1.0  # seconds: of two ports that hear the same one, the frames of one may be read later
_ON_ITS_WAY: Final = 1.0  # seconds: a frame that is not older may have left before its port went down


class Verdict(Enum):
    """What becomes of a claim."""

    NEW = "a link that was not known"
    BETTER = "a cable, where a link through something else was known"
    AGAIN = "a link that was known"
    NOTHING = "no use, and no harm"


class Refused(Exception):
    """A claim is not believed. :ivar reason: in a word."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Judge:
    """Believes claims, or does not.

    :param patience: seconds for which a frame on a link that is known may have been on its way: a busy switch or
        controller must not make its links look silent.
    """

    def __init__(
        self, ports: UpPorts, links: Links, evidence: Evidence, view: INetworkView, patience: float = WINDOW
    ) -> None:
        self._patience = max(patience, WINDOW)
        self._ports = ports
        self._links = links
        self._evidence = evidence
        self._view = view
        self._newest: dict[Place, int] = {}

    def hear(self, port: UpPort, claim: Claim, now: float) -> Verdict:
        """A frame with a right signature was heard at a port.

        :raises Refused: with the sentence to tell.
        """
        ends = (claim.dpid, claim.port, *port.place)
        link = self._links.get(ends)
        if not self._is_fresh(claim, link, now):
            return Verdict.NOTHING
        if claim.kind is LinkKind.BROADCAST and self._is_superseded(ends):
            return Verdict.NOTHING
        if link is None:
            return self._judge(Ends(*ends), claim, now)
        link.at, link.stamp = now, claim.stamp
        if link.kind is LinkKind.DIRECT or claim.kind is LinkKind.BROADCAST:
            return Verdict.AGAIN
        link.kind = LinkKind.DIRECT
        return Verdict.BETTER

    def _is_fresh(self, claim: Claim, link: Heard | None, now: float) -> bool:
        """Whether it was sent just now, by a port that is up, and was not heard before.

        :raises Refused: when it was sent earlier.
        """
        place = (claim.dpid, claim.port)
        age = now - claim.stamp / 1e6
        source = self._ports.get(place)
        if age < -WINDOW or age > (WINDOW if link is None else self._patience):
            raise Refused("replayed", f"a frame of {_name(place)} is {age:.1f} s old")
        if source is None and not self._is_elsewhere(place):
            if age > _ON_ITS_WAY:
                raise Refused("replayed", f"a frame of {_name(place)} has come, but that port is not up")
            return False
        newest = self._newest.get(place, 0)
        least = max(newest - int(SLACK * 1e6), int(source.since * 1e6) if source is not None else 0)
        if claim.stamp < least or (link is not None and claim.stamp <= link.stamp):
            raise Refused("replayed", f"a frame of {_name(place)} has come before, or a later one")
        self._newest[place] = max(newest, claim.stamp)
        return True

    def _is_elsewhere(self, place: Place) -> bool:
        """Whether another instance has that port."""
        if self._ports.knows(place[0]):
            return False
        switch, port = self._view.get(SWITCHES, place[0]), self._view.get(PORTS, *place)
        return switch is not None and switch.connected and port is not None and port.up

    def _is_superseded(self, ends: tuple[int, int, int, int]) -> bool:
        """Whether a cable is known at one of the ends: what is broadcast came some other way."""
        return self._links.is_direct(ends[:2]) or self._links.is_direct(ends[2:])

    def _judge(self, ends: Ends, claim: Claim, now: float) -> Verdict:
        objection = self._evidence.objection(ends, now)
        if objection:
            raise Refused("host", f"a link from {ends} is claimed, but {objection}")
        for place in (ends.source, ends.target):
            self._evidence.clear(place)  # what was seen there came through the switch beyond
        self._links.add(Heard(ends, claim.kind, claim.stamp, now))
        return Verdict.NEW

    def forget(self, place: Place) -> None:
        """A port is down: nothing of it is on its way any more."""
        self._newest.pop(place, None)

    def begin_again(self) -> None:
        """The clock was set back: what was the newest is in the future now."""
        self._newest.clear()


def _name(place: Place) -> str:
    return f"switch {format_dpid(place[0])}, port {place[1]}"
