"""Flow monitors: a switch tells of every change of the entries that a controller has asked about (``nicira-ext.h``).

In OpenFlow 1.0 these are Nicira's; in 1.3 Open vSwitch has ONF's (EXT-187) in their place, which stay as they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from struct import Struct
from typing import ClassVar, Final

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.actions import Action
from nox.lib.openflow.actiontable import ACTIONS
from nox.lib.openflow.kinds import U8, U16, U32, U64, ListOf, Rest
from nox.lib.openflow.match13 import NO_FIELDS, OXM_FIELDS, OxmMatch
from nox.lib.openflow.messages.base import Message
from nox.lib.openflow.messages.multipart import MultipartReply, MultipartRequest
from nox.lib.openflow.nicira.headers import MESSAGE, STATS
from nox.lib.openflow.plan import plan
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown, align, pad, size, size_of
from nox.lib.openflow.versions import Version

_HEAD: Final = Struct("!HH")  # length and event
_NONE: Final = 0xFFFF  # OFPP_NONE


class MonitorFlag(IntFlag):
    """``nx_flow_monitor_flags``."""

    INITIAL = 1  # tell of what is there
    ADD = 2
    DELETE = 4
    MODIFY = 8
    ACTIONS = 16  # with the actions
    OWN = 32  # of this controller's own changes in full, too


class MonitorEvent(IntEnum):
    """``nx_flow_update_event``."""

    ADDED = 0
    DELETED = 1
    MODIFIED = 2
    ABBREV = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowMonitor(Structure):
    """One monitor.

    :ivar id: the controller's own number for it.
    :ivar flags: `MonitorFlag`.
    :ivar out_port: only entries that send to this port; 0xffff for any.
    :ivar table_id: 0xff for all.
    """

    id: int
    flags: int
    out_port: int = _NONE
    table_id: int = 0xFF
    match: OxmMatch = NO_FIELDS
    LAYOUT: ClassVar[Layout] = (
        Field("id", U32),
        Field("flags", U16),
        Field("out_port", U16),
        size_of("match"),
        Field("table_id", U8),
        pad(5),
        Field("match", OXM_FIELDS),
        align(8),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowMonitorRequest(MultipartRequest):
    """Begins monitors; what is there already is the answer, where it was asked for."""

    monitors: tuple[NxFlowMonitor, ...] = ()
    LAYOUT: ClassVar[Layout] = (*STATS, Field("monitors", ListOf(NxFlowMonitor)))


class NxFlowUpdate(Structure):
    """What has become of an entry."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowChange(NxFlowUpdate):
    """An entry is new, has changed or has gone.

    :ivar event: `MonitorEvent`.
    :ivar reason: why it has gone (``ofp_flow_removed_reason``).
    :ivar actions: where they were asked for.
    """

    event: int
    reason: int = 0
    priority: int
    idle_timeout: int
    hard_timeout: int
    table_id: int
    cookie: int
    match: OxmMatch = NO_FIELDS
    actions: tuple[Action, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        size(),
        Field("event", U16),
        Field("reason", U16),
        Field("priority", U16),
        Field("idle_timeout", U16),
        Field("hard_timeout", U16),
        size_of("match"),
        Field("table_id", U8),
        pad(1),
        Field("cookie", U64),
        Field("match", OXM_FIELDS),
        align(8),
        Field("actions", ACTIONS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NxOwnChange(NxFlowUpdate):
    """The controller's own flow-mod has changed something, and it did not want to hear of that in full.

    :ivar xid: of the flow-mod.
    """

    event: int = MonitorEvent.ABBREV
    xid: int
    LAYOUT: ClassVar[Layout] = (size(), Field("event", U16), Field("xid", U32))


@dataclass(frozen=True, slots=True)
class NxUnknownUpdate(NxFlowUpdate, Unknown):
    """An event that we do not know, as it came."""

    type: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


_CHANGES: Final = (MonitorEvent.ADDED, MonitorEvent.DELETED, MonitorEvent.MODIFIED)
_CLASSES: Final[dict[int, type[NxFlowUpdate]]] = {
    **dict.fromkeys(_CHANGES, NxFlowChange),
    MonitorEvent.ABBREV: NxOwnChange,
}


class FlowUpdatesKind:
    """Updates until the end. Each begins with its length and its event, so that reading ends."""

    def read(self, reader: Reader, version: Version) -> tuple[NxFlowUpdate, ...]:
        """All that are left."""
        updates = []
        while reader.position < reader.end:
            updates.append(_read(reader, version))
        return tuple(updates)

    def write(self, out: bytearray, value: tuple[NxFlowUpdate, ...], version: Version) -> None:
        """Append them.

        :raises LocalProtocolError: when one has another's event.
        """
        for update in value:
            event = update.type if isinstance(update, NxUnknownUpdate) else getattr(update, "event", None)
            if not isinstance(event, int) or _CLASSES.get(event, NxUnknownUpdate) is not type(update):
                raise LocalProtocolError(f"a flow monitor has no {update!r}: its event is another's")
            if isinstance(update, NxUnknownUpdate):
                out += _HEAD.pack(_HEAD.size + len(update.data), event)
            plan(type(update), version).write(out, update)


def _read(reader: Reader, version: Version) -> NxFlowUpdate:
    start = reader.claim(_HEAD.size)
    length, event = _HEAD.unpack_from(reader.data, start)
    cls = _CLASSES.get(event)
    update: NxFlowUpdate
    if cls is not None:
        reader.position = start
        update = plan(cls, version).read(reader)
    elif length < _HEAD.size:
        raise reader.error(f"an update cannot be {length} bytes long", at=start)
    else:
        update = plan(NxUnknownUpdate, version).read(reader.take(length - _HEAD.size, "an update"), event)
    return update


FLOW_UPDATES: Final = FlowUpdatesKind()


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowMonitorReply(MultipartReply):
    """What has changed. It answers the request, with what is there, and comes unasked with xid 0 from then on."""

    updates: tuple[NxFlowUpdate, ...] = ()
    LAYOUT: ClassVar[Layout] = (*STATS, Field("updates", FLOW_UPDATES))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowMonitorCancel(Message):
    """Ends a monitor."""

    id: int
    LAYOUT: ClassVar[Layout] = (*MESSAGE, Field("id", U32))


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowMonitorPaused(Message):
    """The switch has no room for updates, and tells no more until `NxFlowMonitorResumed`."""

    LAYOUT: ClassVar[Layout] = MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class NxFlowMonitorResumed(Message):
    """The switch goes on; what had changed meanwhile was told before."""

    LAYOUT: ClassVar[Layout] = MESSAGE
