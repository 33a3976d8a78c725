"""What a switch tells, as components see it: free of OpenFlow versions, in OpenFlow 1.3's terms."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from nox.core.events.event import Event, Shape
from nox.core.openflow.conditions import packet_conditions, packet_getter
from nox.lib.shapes import FlowKey, Value
from nox.lib.shapes import Shape as FrameShape

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath
    from nox.core.openflow.groupspec import GroupSpec
    from nox.core.openflow.ledger import Reconciled
    from nox.core.openflow.meterspec import MeterSpec
    from nox.core.openflow.portinfo import PortInfo
    from nox.lib.match import Match


class DatapathJoin(Event):
    """A switch has connected: its features, ports and description are known, and the punts are in its table."""

    __slots__ = ("datapath",)
    where_fields = ("dpid",)

    def __init__(self, datapath: Datapath) -> None:
        self.datapath = datapath

    @property
    def dpid(self) -> int:
        """The switch."""
        return self.datapath.dpid


class DatapathLeave(Event):
    """A switch has gone: nothing can be sent to this `Datapath` any more."""

    __slots__ = ("datapath", "reason")
    where_fields = ("dpid",)

    def __init__(self, datapath: Datapath, reason: str) -> None:
        self.datapath = datapath
        self.reason = reason

    @property
    def dpid(self) -> int:
        """The switch."""
        return self.datapath.dpid


class PacketIn(Event):
    """A packet that a switch sends to the controller.

    :ivar in_port: the port on which the switch received it.
    :ivar data: the frame, or its first bytes where the switch keeps the rest (``buffer_id``).
    :ivar buffer_id: where the switch keeps it; `NO_BUFFER` where `data` is all of it.
    :ivar total_len: the frame's length, bytes.
    :ivar reason: ``ofp_packet_in_reason``: 0 no entry fitted, 1 an entry's action, 2 its TTL.
    :ivar table_id: the table that sent it; 0 with OpenFlow 1.0.
    :ivar cookie: of the entry that sent it; all ones where none did, or where the version does not say.
    :ivar shape: which header fields the frame has; `values`: theirs, in that order. `key` is both.
    """

    __slots__ = (
        "buffer_id",
        "cookie",
        "data",
        "datapath",
        "in_port",
        "reason",
        "shape",
        "table_id",
        "total_len",
        "values",
    )

    def __init__(
        self,
        datapath: Datapath,
        in_port: int,
        data: bytes,
        buffer_id: int,
        total_len: int,
        reason: int,
        table_id: int,
        cookie: int,
        shape: FrameShape,
        values: tuple[Value, ...],
    ) -> None:
        self.datapath = datapath
        self.in_port = in_port
        self.data = data
        self.buffer_id = buffer_id
        self.total_len = total_len
        self.reason = reason
        self.table_id = table_id
        self.cookie = cookie
        self.shape = shape
        self.values = values

    @property
    def key(self) -> FlowKey:
        """The packet's header fields: shape and values."""
        return FlowKey(self.shape, self.values)

    @classmethod
    def conditions(cls, where: object) -> tuple[Shape, Hashable]:
        """A `Match` as a shape of fields and masks, and the values to look up."""
        return packet_conditions(where)

    @classmethod
    def getter(cls, shape: Shape) -> Callable[[Event], Hashable]:
        """What reads the values of that shape from a packet."""
        return packet_getter(shape)


class PortStatus(Event):
    """A port of a switch was added, removed or has changed.

    :ivar reason: ``ofp_port_reason``: 0 added, 1 deleted, 2 modified.
    :ivar port: as it is now, or was last.
    """

    __slots__ = ("datapath", "port", "reason")
    where_fields = ("dpid", "reason")

    def __init__(self, datapath: Datapath, reason: int, port: PortInfo) -> None:
        self.datapath = datapath
        self.reason = reason
        self.port = port

    @property
    def dpid(self) -> int:
        """The switch."""
        return self.datapath.dpid


class FlowRemoved(Event):
    """An entry that asked for it has left a table.

    :ivar owner: the name of the component whose entry it was; empty where it is nobody's here.
    :ivar reason: ``ofp_flow_removed_reason``: 0 idle, 1 hard timeout, 2 deleted, 3 group deleted.
    :ivar duration: seconds.
    """

    __slots__ = (
        "byte_count",
        "cookie",
        "datapath",
        "duration",
        "hard_timeout",
        "idle_timeout",
        "match",
        "owner",
        "packet_count",
        "priority",
        "reason",
        "table_id",
    )
    where_fields = ("dpid", "owner", "reason")

    def __init__(
        self,
        datapath: Datapath,
        owner: str,
        *,
        cookie: int,
        match: Match,
        priority: int,
        reason: int,
        table_id: int,
        duration: float,
        idle_timeout: int,
        hard_timeout: int,
        packet_count: int,
        byte_count: int,
    ) -> None:
        self.datapath = datapath
        self.owner = owner
        self.cookie = cookie
        self.match = match
        self.priority = priority
        self.reason = reason
        self.table_id = table_id
        self.duration = duration
        self.idle_timeout = idle_timeout
        self.hard_timeout = hard_timeout
        self.packet_count = packet_count
        self.byte_count = byte_count

    @property
    def dpid(self) -> int:
        """The switch."""
        return self.datapath.dpid


class FlowRefused(Event):
    """A switch did not take a flow entry.

    :ivar owner: the name of the component whose entry it was; empty where it is nobody's here.
    :ivar error: what the switch said, as `Error` type and code in words.
    :ivar request: the refused message, as far as the switch sent it back (at least its first 64 bytes).
    """

    __slots__ = ("cookie", "datapath", "error", "owner", "request", "xid")
    where_fields = ("dpid", "owner")

    def __init__(self, datapath: Datapath, owner: str, cookie: int, error: str, xid: int, request: bytes) -> None:
        self.datapath = datapath
        self.owner = owner
        self.cookie = cookie
        self.error = error
        self.xid = xid
        self.request = request

    @property
    def dpid(self) -> int:
        """The switch."""
        return self.datapath.dpid


class SharedRefused(Event):
    """A switch did not take a group or a meter that a component states, or did not delete it.

    :ivar owner: the component's name.
    :ivar spec: what was refused.
    :ivar error: why, as a sentence.
    """

    __slots__ = ("datapath", "error", "owner", "spec")
    where_fields = ("dpid", "owner")

    def __init__(self, datapath: Datapath, owner: str, spec: GroupSpec | MeterSpec, error: str) -> None:
        self.datapath = datapath
        self.owner = owner
        self.spec = spec
        self.error = error

    @property
    def dpid(self) -> int:
        """The switch."""
        return self.datapath.dpid


class FlowsReconciled(Event):
    """A switch that has joined: how its flow entries were found, and what was done. Posted after its `DatapathJoin`.

    :ivar report: with the entries that are foreign or orphans.
    """

    __slots__ = ("datapath", "report")
    where_fields = ("dpid",)

    def __init__(self, datapath: Datapath, report: Reconciled) -> None:
        self.datapath = datapath
        self.report = report

    @property
    def dpid(self) -> int:
        """The switch."""
        return self.datapath.dpid


class ErrorReceived(Event):
    """An error from a switch that answers no request and no flow entry.

    :ivar error: type and code in words.
    """

    __slots__ = ("data", "datapath", "error", "xid")
    where_fields = ("dpid",)

    def __init__(self, datapath: Datapath, error: str, xid: int, data: bytes) -> None:
        self.datapath = datapath
        self.error = error
        self.xid = xid
        self.data = data

    @property
    def dpid(self) -> int:
        """The switch."""
        return self.datapath.dpid
