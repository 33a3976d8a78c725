"""Every statistics and multipart request, roles, what a controller is told, and the switch's configuration."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

from nox.core.openflow.controlstate import AsyncConfig, RoleState, SwitchConfig
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.flowspec import FlowSpec
from nox.lib.actions import Output
from nox.lib.errors import LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow import Version, messages
from nox.lib.openflow.enums import ConfigFlag, FlowModCommand, PortConfig, Role
from nox.lib.openflow.messagetable import REQUEST_NUMBERS
from tests.lab.conformance.case import Case, Differs, same

TOLD: Final = AsyncConfig(
    packet_in_mask=0b011,
    packet_in_mask_slave=0b001,
    port_status_mask=0b101,
    port_status_mask_slave=0b010,
    flow_removed_mask=0b0110,
    flow_removed_mask_slave=0b0001,
)


def cases(version: Version) -> Iterator[Case]:
    """Every case of a version."""
    for cls in REQUEST_NUMBERS.classes(version).values():
        yield Case(f"request {cls.__name__}", _MULTIPART[cls])
    yield Case("request for queues", _queues)
    yield Case("fragments and miss_send_len", _configures)
    yield Case("port-mod", _port_mod)
    if version >= Version.V1_3:
        yield Case("table-mod", lambda datapath: datapath.tables.configure(0))
        yield Case("table features to set", _sets_features)
        yield Case("an older election", _older_election)
    for role in (Role.SLAVE, Role.MASTER, Role.EQUAL):
        yield Case(f"role {role.name}", _Role(role))
    yield Case("what a controller is told", _told)


def _some(ask: Callable[[Datapath], Awaitable[Any]]) -> Callable[[Datapath], Awaitable[None]]:
    """A request whose answer must have something in it."""

    async def run(datapath: Datapath) -> None:
        if not await ask(datapath):
            raise Differs("an empty answer")

    return run


async def _describes(datapath: Datapath) -> None:
    same("description", datapath.description, await datapath.describe())
    same("manufacturer", "Nicira, Inc.", (await datapath.describe()).manufacturer)


async def _aggregates(datapath: Datapath) -> None:
    flow = FlowSpec(match=Match(in_port=1), actions=(Output(2),))
    await datapath.confirm(datapath.translator.flow_mod(FlowModCommand.ADD, flow))
    counted = await datapath.aggregate(Match(in_port=1), out_port=2)
    others = await datapath.aggregate(Match(in_port=1), out_port=1)
    entries = await datapath.flow_stats(Match(in_port=1), out_port=2)
    await datapath.confirm(datapath.translator.flow_mod(FlowModCommand.DELETE, FlowSpec()))
    same("entries counted", (1, 0, 1), (counted.flow_count, others.flow_count, len(entries)))


async def _ports(datapath: Datapath) -> None:
    same("ports", sorted(datapath.ports), sorted(port.number for port in await datapath.port_descriptions()))
    same("counters", sorted(datapath.ports), sorted(port.number for port in await datapath.port_stats()))
    same("counters of one", [1], [port.number for port in await datapath.port_stats(1)])


async def _group_features(datapath: Datapath) -> None:
    same("types", [0, 1, 2, 3], sorted((await datapath.groups.features()).types))


async def _tables(datapath: Datapath) -> None:
    tables = [table.table_id for table in await datapath.tables.features()]
    same("tables", [table.table_id for table in await datapath.tables.stats()], tables)


_MULTIPART: Final[dict[type[messages.MultipartRequest], Callable[[Datapath], Awaitable[None]]]] = {
    messages.DescriptionRequest: _describes,
    messages.FlowStatsRequest: _aggregates,
    messages.AggregateStatsRequest: _aggregates,
    messages.TableStatsRequest: _some(lambda datapath: datapath.tables.stats()),
    messages.PortStatsRequest: _ports,
    messages.QueueStatsRequest: _some(lambda datapath: datapath.queues.stats()),
    messages.GroupStatsRequest: lambda datapath: _nothing(datapath.groups.stats()),
    messages.GroupDescriptionRequest: lambda datapath: _nothing(datapath.groups.all()),
    messages.GroupFeaturesRequest: _group_features,
    messages.MeterStatsRequest: lambda datapath: _nothing(datapath.meters.stats()),
    messages.MeterConfigRequest: lambda datapath: _nothing(datapath.meters.all()),
    messages.MeterFeaturesRequest: _some(lambda datapath: datapath.meters.features()),
    messages.TableFeaturesRequest: _tables,
    messages.PortDescriptionRequest: _ports,
    messages.ExperimenterRequest: lambda datapath: _nothing(datapath.experiment(0x00ABCDEF, b"\0\0\0\1")),
}


async def _nothing(asked: Awaitable[list[Any]]) -> None:
    same("entries", [], await asked)


async def _queues(datapath: Datapath) -> None:
    queues = await datapath.queues.all(1)
    same("queues", [(1, 0)], [(queue.port, queue.queue_id) for queue in queues])


async def _configures(datapath: Datapath) -> None:
    before = await datapath.control.config()
    wanted = SwitchConfig(flags=ConfigFlag.FRAG_DROP, miss_send_len=1000)
    await datapath.control.set_config(wanted)
    same("configuration", wanted, await datapath.control.config())
    await datapath.control.set_config(before)


async def _port_mod(datapath: Datapath) -> None:
    for config in (PortConfig.NO_FWD, PortConfig(0)):
        datapath.set_port(1, config=config, mask=PortConfig.NO_FWD)
        await datapath.barrier()
        [port] = [port for port in await datapath.port_descriptions() if port.number == 1]
        same("configuration", config, port.config & PortConfig.NO_FWD)


async def _sets_features(datapath: Datapath) -> None:
    tables = await datapath.tables.features()
    await datapath.tables.set_features(tables[:1])


class _Role:
    """A role that is given, and then asked for where the version can."""

    def __init__(self, role: Role) -> None:
        self._role = role

    async def __call__(self, datapath: Datapath) -> None:
        old = datapath.version == Version.V1_0
        given = await datapath.control.set_role(self._role, None if old else 10)
        same("given", self._role, given.role)
        if not old:
            same("asked for", RoleState(role=self._role, generation_id=10), await datapath.control.role())


async def _older_election(datapath: Datapath) -> None:
    await datapath.control.set_role(Role.MASTER, 10)
    try:
        await datapath.control.set_role(Role.MASTER, 9)
    finally:
        await datapath.control.set_role(Role.EQUAL)


async def _told(datapath: Datapath) -> None:
    await datapath.control.set_told(TOLD)
    if datapath.version == Version.V1_0:
        try:
            await datapath.control.told()
        except LocalProtocolError:
            return
        raise Differs("1.0 cannot be asked what a controller is told")
    same("masks", TOLD, await datapath.control.told())
