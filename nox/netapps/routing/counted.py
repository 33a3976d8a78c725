"""What switches have counted of flows, reading by reading: pure.

Switches are read at different times. So what one has counted between two readings is looked for in what another has
counted in a time that begins before and ends after it: packets on their way are in there, whenever who was read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from nox.netapps.load import Span

SLACK: Final = 1.0  # seconds by which a counter may be late (Open vSwitch: half a second), and packets on their way
_KEPT: Final = 4  # intervals between two readings for which what was counted is kept

Key = tuple[int, int]  # a cookie, and the port by which packets come in


class Reading(NamedTuple):
    """What a switch has counted between two readings; entries that counted nothing are left out."""

    since: Span
    at: Span
    counted: Mapping[Key, int]


class Counted:
    """The last readings of each switch."""

    def __init__(self) -> None:
        self._readings: dict[int, deque[Reading]] = {}

    def __contains__(self, dpid: int) -> bool:
        return dpid in self._readings

    def read(self, dpid: int, reading: Reading) -> None:
        """A switch was read. What does not follow on what was known of it takes its place."""
        readings = self._readings.setdefault(dpid, deque())
        if readings and readings[-1].at != reading.since:
            readings.clear()
        readings.append(reading)
        oldest = reading.at.answered - _KEPT * (reading.at.answered - reading.since.asked) - 2 * SLACK
        while readings[0].at.answered < oldest:
            readings.popleft()

    def forget(self, dpid: int) -> None:
        """It has gone, or could not be read as a whole."""
        self._readings.pop(dpid, None)

    def around(self, dpid: int, keys: Iterable[Key], since: Span, at: Span) -> int | None:
        """How many packets entries have counted in a time that has all of this time in it, with some slack.

        :returns: None where that is not known, or not yet.
        """
        readings = self._readings.get(dpid)
        if (
            not readings
            or readings[0].since.answered + SLACK > since.asked
            or readings[-1].at.asked < at.answered + SLACK
        ):
            return None
        keys, count = tuple(keys), 0
        for reading in readings:
            if reading.at.answered + SLACK > since.asked:
                count += sum(reading.counted.get(key, 0) for key in keys)
            if reading.at.asked >= at.answered + SLACK:
                break
        return count
