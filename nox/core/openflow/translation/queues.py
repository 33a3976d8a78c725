"""Queues on the wire, into what components see; ports are the translator's matter."""

from __future__ import annotations

from typing import Final

from nox.core.openflow.queueinfo import QueueInfo, QueueStats
from nox.core.openflow.translation.common import counter
from nox.core.openflow.translation.translator import Translator
from nox.lib.actions import ALL, ANY
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import Version, messages
from nox.lib.openflow.messages.queues import MaxRate, MinRate, Queue, QueueProperty

_EVERY_PORT: Final = {Version.V1_0: ALL}  # later versions: ANY
_MOST: Final = 1000  # a rate above it is none (section 7.2.2.2)


def queues_request(translator: Translator, port: int) -> messages.QueueGetConfigRequest:
    """Asks for a port's queues.

    :raises LocalProtocolError: in 1.0 for all ports at once.
    """
    if port == ANY and translator.version == Version.V1_0:
        raise LocalProtocolError("OpenFlow 1.0 cannot ask for the queues of all ports: name one")
    return messages.QueueGetConfigRequest(port=translator.port_to_wire(port))


def queues(translator: Translator, reply: messages.QueueGetConfigReply) -> list[QueueInfo]:
    """A port's queues. Before 1.2 a queue does not say its port; the reply does."""
    return [_queue(translator, reply.port, queue) for queue in reply.queues]


def _queue(translator: Translator, port: int, queue: Queue) -> QueueInfo:
    mine = port if translator.version == Version.V1_0 else queue.port
    return QueueInfo(
        port=translator.port_from_wire(mine),
        queue_id=queue.queue_id,
        min_rate=_rate(queue.properties, MinRate),
        max_rate=_rate(queue.properties, MaxRate),
        other_properties=tuple(p for p in queue.properties if not isinstance(p, MinRate | MaxRate)),
    )


def _rate(properties: tuple[QueueProperty, ...], kind: type[MinRate | MaxRate]) -> int | None:
    return next((p.rate for p in properties if isinstance(p, kind) and p.rate <= _MOST), None)


def queue_stats_request(translator: Translator, port: int, queue_id: int) -> messages.QueueStatsRequest:
    """Asks what queues count; ANY is every port."""
    asked = _EVERY_PORT.get(translator.version, ANY) if port == ANY else port
    return messages.QueueStatsRequest(port_no=translator.port_to_wire(asked), queue_id=queue_id)


def queue_stats(translator: Translator, entry: messages.QueueStatsEntry) -> QueueStats:
    """What one queue counts."""
    timed = translator.version >= Version.V1_3
    return QueueStats(
        port=translator.port_from_wire(entry.port_no),
        queue_id=entry.queue_id,
        tx_bytes=counter(entry.tx_bytes),
        tx_packets=counter(entry.tx_packets),
        tx_errors=counter(entry.tx_errors),
        duration=entry.duration_sec + entry.duration_nsec / 1e9 if timed else None,
    )
