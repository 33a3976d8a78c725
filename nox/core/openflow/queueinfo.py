"""Queues of ports as components see them: free of OpenFlow versions (1.3.5, section 7.2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from nox.lib.openflow.messages.queues import QueueProperty


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueInfo:
    """One queue, as the switch was configured; OpenFlow cannot make queues.

    :ivar min_rate: the rate that is guaranteed, in a tenth of a percent of the port's; None for none.
    :ivar max_rate: the rate that is not exceeded, likewise; None where it is not limited. 1.0 does not say.
    :ivar other_properties: what somebody else defined.
    """

    port: int
    queue_id: int
    min_rate: int | None = None
    max_rate: int | None = None
    other_properties: tuple[QueueProperty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStats:
    """What one queue counts.

    :ivar duration: seconds since the queue is there; 1.0 does not say.
    """

    port: int
    queue_id: int
    tx_bytes: int | None
    tx_packets: int | None
    tx_errors: int | None
    duration: float | None
