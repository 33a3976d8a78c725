"""Queues of ports: what they are and what they count (1.3.5, sections 7.2.2, 7.3.6, 7.3.5.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U16, U32, U64, ListOf, Many, Rest, Tagged
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.multipart import PREFIX, MultipartReply, MultipartRequest
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown, pad, size
from nox.lib.openflow.versions import Version

_1_0, _1_1, _1_2, _1_3 = Version.V1_0, Version.V1_1, Version.V1_2, Version.V1_3


class QueueProperty(Structure):
    """A property of a queue."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnknownQueueProperty(QueueProperty, Unknown):
    """A property of a type that we do not know, as it came."""

    type: int
    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class MinRate(QueueProperty):
    """The rate that is guaranteed, in a tenth of a percent of the port's; above 1000: not guaranteed."""

    rate: int
    LAYOUT: ClassVar[Layout] = (pad(4), Field("rate", U16), pad(6))


@dataclass(frozen=True, slots=True)
class MaxRate(QueueProperty):
    """The rate that is not exceeded, in a tenth of a percent of the port's; above 1000: not limited."""

    rate: int
    LAYOUT: ClassVar[Layout] = (pad(4), Field("rate", U16), pad(6))


@dataclass(frozen=True, slots=True)
class ExperimenterQueueProperty(QueueProperty):
    """A property that somebody defined."""

    experimenter: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (pad(4), Field("experimenter", U32), pad(4), Field("data", Rest()))


PROPERTY_NUMBERS: Final = Numbers[QueueProperty](
    "queue property",
    UnknownQueueProperty,
    {MinRate: {_1_0: 1}, MaxRate: {_1_2: 2}, ExperimenterQueueProperty: {_1_2: 0xFFFF}},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Structure):
    """One queue of a port (``ofp_packet_queue``)."""

    queue_id: int
    port: int = 0
    properties: tuple[QueueProperty, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        Field("queue_id", U32),
        Field("port", U32, since=_1_2),
        size(),
        pad(2, until=_1_1),
        pad(6, since=_1_2),
        Field("properties", Many[QueueProperty](Tagged(PROPERTY_NUMBERS, (1, 6)))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueGetConfigRequest(Message):
    """Asks for the queues of a port."""

    port: int
    LAYOUT: ClassVar[Layout] = (
        Field("port", U16, until=_1_0),
        pad(2, until=_1_0),
        Field("port", U32, since=_1_1),
        pad(4, since=_1_1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueGetConfigReply(Message):
    """The queues of a port."""

    port: int
    queues: tuple[Queue, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        Field("port", U16, until=_1_0),
        pad(6, until=_1_0),
        Field("port", U32, since=_1_1),
        pad(4, since=_1_1),
        Field("queues", ListOf(Queue)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatsRequest(MultipartRequest):
    """Asks what queues count.

    :ivar port_no: ANY for all, which is ALL in 1.0.
    :ivar queue_id: 0xffffffff for all.
    """

    port_no: int
    queue_id: int = 0xFFFFFFFF
    LAYOUT: ClassVar[Layout] = (
        *PREFIX,
        Field("port_no", U16, until=_1_0),
        pad(2, until=_1_0),
        Field("port_no", U32, since=_1_1),
        Field("queue_id", U32),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatsEntry(Structure):
    """What one queue counts (``ofp_queue_stats``)."""

    port_no: int
    queue_id: int
    tx_bytes: int
    tx_packets: int
    tx_errors: int
    duration_sec: int = 0
    duration_nsec: int = 0
    LAYOUT: ClassVar[Layout] = (
        Field("port_no", U16, until=_1_0),
        pad(2, until=_1_0),
        Field("port_no", U32, since=_1_1),
        Field("queue_id", U32),
        Field("tx_bytes", U64),
        Field("tx_packets", U64),
        Field("tx_errors", U64),
        Field("duration_sec", U32, since=_1_3),
        Field("duration_nsec", U32, since=_1_3),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatsReply(MultipartReply):
    """What queues count."""

    entries: tuple[QueueStatsEntry, ...] = ()
    LAYOUT: ClassVar[Layout] = (*PREFIX, Field("entries", ListOf(QueueStatsEntry)))
