"""A flow entry that has gone, as a switch tells it: free of OpenFlow versions."""

from __future__ import annotations

from dataclasses import dataclass

from nox.lib.match import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedFlow:
    """What an entry was when it went.

    :ivar reason: ``ofp_flow_removed_reason``: 0 idle, 1 hard timeout, 2 deleted, 3 group deleted.
    :ivar table_id: 0 where the switch does not say.
    :ivar duration: seconds that it was there.
    :ivar hard_timeout: 0 where the switch does not say.
    """

    cookie: int
    match: Match
    priority: int
    reason: int
    table_id: int
    duration: float
    idle_timeout: int
    hard_timeout: int
    packet_count: int
    byte_count: int
