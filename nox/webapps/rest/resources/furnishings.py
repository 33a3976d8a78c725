"""``/v1/switches/DPID/groups`` and its like: what a switch has beside ports and flow entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from nox.core.interfaces import IDatapaths
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.groupspec import Bucket, GroupSpec, GroupStats
from nox.core.openflow.meterspec import MeterSpec, MeterStats
from nox.core.openflow.queueinfo import QueueInfo, QueueStats
from nox.lib.openflow.enums import GroupType, MeterFlag, ReservedPort
from nox.lib.openflow.structure import Structure
from nox.webapps.rest.answers import Json, Route
from nox.webapps.rest.resources.actiontext import action_text
from nox.webapps.rest.resources.connected import ask, find

_ANY = 0xFFFFFFFF
_TYPES = {int(kind): kind.name.lower() for kind in GroupType}


class Furnishings:
    """Groups, meters, queues and tables of the connected switches.

    :param datapaths: None while nothing provides them: then no switch is connected.
    """

    def __init__(self, datapaths: IDatapaths | None) -> None:
        self._datapaths = datapaths

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/switches/<dpid>/groups", self.groups)
        yield Route("GET", "/v1/switches/<dpid>/meters", self.meters)
        yield Route("GET", "/v1/switches/<dpid>/queues", self.queues)
        yield Route("GET", "/v1/switches/<dpid>/tables", self.tables)

    async def groups(self, dpid: str) -> Json:
        """Its groups with their counters, by number."""
        datapath = find(self._datapaths, dpid)
        groups = await ask(datapath, datapath.groups.all())
        counted = {one.group_id: one for one in await ask(datapath, datapath.groups.stats())}
        return [_group(one, counted.get(one.group_id)) for one in sorted(groups, key=lambda one: one.group_id)]

    async def meters(self, dpid: str) -> Json:
        """Its meters with their counters, by number."""
        datapath = find(self._datapaths, dpid)
        meters = await ask(datapath, datapath.meters.all())
        counted = {one.meter_id: one for one in await ask(datapath, datapath.meters.stats())}
        return [_meter(one, counted.get(one.meter_id)) for one in sorted(meters, key=lambda one: one.meter_id)]

    async def queues(self, dpid: str) -> Json:
        """The queues of its ports with their counters, by port and number."""
        datapath = find(self._datapaths, dpid)
        queues = await ask(datapath, _queues(datapath))
        counted = {(one.port, one.queue_id): one for one in await ask(datapath, datapath.queues.stats())}
        queues.sort(key=lambda one: (one.port, one.queue_id))
        return [_queue(one, counted.get((one.port, one.queue_id))) for one in queues]

    async def tables(self, dpid: str) -> Json:
        """What its tables count, by number."""
        datapath = find(self._datapaths, dpid)
        return [asdict(one) for one in await ask(datapath, datapath.tables.stats())]


async def _queues(datapath: Datapath) -> list[QueueInfo]:
    """Port by port, since 1.0 cannot ask for all at once."""
    ordinary = [number for number in sorted(datapath.ports) if number <= ReservedPort.MAX]
    return [queue for number in ordinary for queue in await datapath.queues.all(number)]


def _group(group: GroupSpec, counted: GroupStats | None) -> dict[str, Json]:
    return {
        "group_id": group.group_id,
        "type": _TYPES.get(group.type, str(group.type)),
        "buckets": [_bucket(bucket) for bucket in group.buckets],
        "ref_count": counted.ref_count if counted else None,
        "packet_count": counted.packet_count if counted else None,
        "byte_count": counted.byte_count if counted else None,
        "duration": counted.duration if counted else None,
    }


def _bucket(bucket: Bucket) -> dict[str, Json]:
    return {
        "weight": bucket.weight,
        "watch_port": None if bucket.watch_port == _ANY else bucket.watch_port,
        "watch_group": None if bucket.watch_group == _ANY else bucket.watch_group,
        "actions": [action_text(action) for action in bucket.actions],
    }


def _meter(meter: MeterSpec, counted: MeterStats | None) -> dict[str, Json]:
    return {
        "meter_id": meter.meter_id,
        "flags": [flag.name.lower() for flag in MeterFlag if flag.name and flag & meter.flags],
        "bands": [_band(band) for band in meter.bands],
        "flow_count": counted.flow_count if counted else None,
        "packet_in_count": counted.packet_in_count if counted else None,
        "byte_in_count": counted.byte_in_count if counted else None,
        "duration": counted.duration if counted else None,
    }


def _band(band: Structure) -> str:
    """A band as people write it: ``drop_band:1000,100``."""
    return action_text(band)


def _queue(queue: QueueInfo, counted: QueueStats | None) -> dict[str, Json]:
    return {
        "port": queue.port,
        "queue_id": queue.queue_id,
        "min_rate": queue.min_rate,
        "max_rate": queue.max_rate,
        "tx_packets": counted.tx_packets if counted else None,
        "tx_bytes": counted.tx_bytes if counted else None,
        "tx_errors": counted.tx_errors if counted else None,
    }
