"""What speaks against a link: that a host was seen at one of its ends, which might relay frames.

A port that has carried a host must have been down before it may become a link. There is one exception: a switch that
the view has never known may have forwarded hosts' frames before it joined, so that what was seen before does not count
against links to it that are found as soon as it has joined. Later ones have no such excuse: the hosts are there still.
"""

from __future__ import annotations

from typing import Final

from nox.lib.addresses import format_dpid
from nox.netapps.discovery.links import Ends, Place

EXCUSED: Final = 5.0  # seconds in which the links of a switch that has joined are found


class Evidence:
    """At which ports hosts were seen, and which switches are new."""

    def __init__(self) -> None:
        self._carried: dict[Place, float] = {}
        self._newcomers: dict[int, float] = {}

    def __contains__(self, place: object) -> bool:
        return place in self._carried

    def carried(self, place: Place, now: float) -> None:
        """A host was seen there."""
        self._carried.setdefault(place, now)

    def clear(self, place: Place) -> None:
        """The port was down, and whatever was plugged in there may be something else now; or it is a link."""
        self._carried.pop(place, None)

    def is_new(self, dpid: int, now: float) -> None:
        """A switch has joined that the view has never known."""
        self._newcomers.setdefault(dpid, now)

    def objection(self, ends: Ends, now: float) -> str:
        """What speaks against a link that is found now, as the end of a sentence; empty for nothing."""
        for place, opposite in ((ends.target, ends.src_dpid), (ends.source, ends.dst_dpid)):
            since = self._carried.get(place)
            if since is not None and not self._is_excused(since, opposite, now):
                dpid, port = format_dpid(place[0]), place[1]
                return (
                    f"port {port} of switch {dpid} has carried a host; if that is a cable now, set the port down once"
                )
        return ""

    def _is_excused(self, since: float, opposite: int, now: float) -> bool:
        """Whether what was seen came through the switch at the other end, which is new."""
        joined = self._newcomers.get(opposite)
        return joined is not None and since <= joined and now - joined < EXCUSED
