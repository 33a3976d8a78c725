"""Tables that fill up, in an emulated network: told before, never silent, and room is made."""

from __future__ import annotations

from typing import TypeVar

import pytest
from zope.interface import implementer
from zope.interface.verify import verifyObject

from nox.api import (
    CONTINUE,
    FLOWS,
    Component,
    ComponentConfig,
    Datapath,
    Event,
    FlowSpec,
    IDatapaths,
    IFlows,
    Match,
    Outcome,
    Output,
    requires,
)
from nox.core.interfaces import IMetricsSource
from nox.core.plan import is_stated
from nox.emulator import Network
from nox.emulator.hosts import Host
from nox.emulator.switch.settings import Settings
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError
from nox.lib.openflow.versions import Version
from nox.netapps.capacity.component import Capacity
from nox.netapps.events import TableFilling, TableFull
from nox.netapps.interfaces import ITableUser

E = TypeVar("E", bound=Event)
SIZE = 50  # entries of each table


class Hears(Component):
    """Keeps what is told of tables."""

    async def start(self) -> None:
        """Listen."""
        self.seen: list[Event] = []
        self.register(TableFilling, self.note)
        self.register(TableFull, self.note)

    def note(self, event: Event) -> Outcome:
        """One more."""
        self.seen.append(event)
        return CONTINUE

    def told(self, kind: type[E]) -> list[E]:
        """The events of this class."""
        return [event for event in self.seen if isinstance(event, kind)]


class Writes(Component):
    """Writes entries when the test wants, and states some."""

    bands = (FLOWS,)
    flows = requires(IFlows)
    datapaths = requires(IDatapaths)

    class Config(ComponentConfig):
        stated: int = 0

    config: Config

    async def start(self) -> None:
        """State."""
        for number in range(self.config.stated):
            self.flows.state(self.entry(number))

    def entry(self, number: int) -> FlowSpec:
        """An entry that no packet fits."""
        mac = EthernetAddress(0x02_00_00_01_00_00 + number)
        return FlowSpec(match=Match(eth_dst=mac), priority=FLOWS.low, actions=(Output(1),))

    def write(self, first: int, count: int) -> None:
        """Write some that nobody remembers."""
        for datapath in self.datapaths.all():
            for number in range(first, first + count):
                self.flows.add(datapath, self.entry(number))


@implementer(ITableUser)
class Coarse(Writes):
    """Puts one coarser entry in the place of its others."""

    async def make_room(self, datapath: Datapath, table_id: int, entries: int) -> int:
        """All go, one comes."""
        self.asked = (datapath.dpid, table_id, entries)
        before = len(await datapath.flow_stats())
        await self.flows.remove(datapath)
        self.flows.add(datapath, FlowSpec(match=Match(), priority=FLOWS.low, actions=(Output(1),)))
        return before - len(await datapath.flow_stats())


@implementer(ITableUser)
class Fails(Writes):
    """Has a defect."""

    async def make_room(self, datapath: Datapath, table_id: int, entries: int) -> int:
        """Raise."""
        raise ValueError("a defect of the application")


def small(net_class: type[Network], version: Version = Version.V1_3) -> Network:
    """One switch with small tables, and two hosts."""
    net = net_class(settings=Settings(entries=SIZE), versions=[version])
    net.add_switch("s1", dpid=1)
    for number in (1, 2):
        net.add_host(f"h{number}", "s1", port=number, ipv4=f"10.0.0.{number}/8")
    return net


TOML = "[monitoring]\ntables = 1.0\n"


@pytest.mark.parametrize("version", [Version.V1_0, Version.V1_3])
def test_a_warning_before_it_is_full(nox_network: type[Network], version: Version) -> None:
    """At 80 % it is told, once, and again when it is below."""
    net = small(nox_network, version)
    net.start("capacity", Writes, Hears, toml=TOML)
    writes, hears = net.controller.component(Writes), net.controller.component(Hears)
    writes.write(0, 35)
    net.run(5)
    assert hears.seen == []
    writes.write(35, 6)
    net.run(5)
    (event,) = hears.told(TableFilling)
    assert (event.dpid, event.table_id, event.size, event.is_over) == (1, 0, SIZE, False)
    assert event.entries >= 41
    for datapath in writes.datapaths.all():
        writes.spawn(writes.flows.remove(datapath))
    net.run(5)
    assert [event.is_over for event in hears.told(TableFilling)] == [False, True]
    assert hears.told(TableFull) == []


@pytest.mark.parametrize("version", [Version.V1_0, Version.V1_3])
def test_room_is_made(nox_network: type[Network], version: Version) -> None:
    """A full table is told with whose entry was refused; a tenth of it goes, and what comes then has room."""
    net = small(nox_network, version)
    net.start("capacity", Writes, Hears, toml=TOML)
    writes, hears = net.controller.component(Writes), net.controller.component(Hears)
    writes.write(0, SIZE + 20)
    net.run(0.5)
    (event,) = hears.told(TableFull)
    assert (event.dpid, event.table_id, event.owner, event.entries) == (1, 0, "writes", SIZE)
    assert (event.given_back, event.removed) == (0, 5)
    assert net.switch("s1").entries == SIZE - 5
    writes.write(1000, 5)
    net.run(0.5)
    assert net.switch("s1").entries == SIZE
    assert len(hears.told(TableFull)) == 1
    capacity = net.controller.component(Capacity)
    verifyObject(IMetricsSource, capacity)
    assert (capacity.refusals > 1, capacity.removed) == (True, 5)


def test_connections_that_are_in_use_stay(nox_network: type[Network]) -> None:
    """Under `switch`, a host that sends from many addresses fills the table: a ping of two others keeps its entries."""
    net = small(nox_network)
    net.add_host("h3", "s1", port=3, ipv4="10.0.0.3/8")
    net.start("switch,idle_timeout=0", "capacity", Hears, toml=TOML)
    ping = net["h1"].ping(net["h2"], count=400, interval=0.05, wait=False)
    net.run(2)
    target = bytes(net["h2"].mac)
    net["h3"].flood(50, 500, lambda number: target + (0x020000_020000 + number).to_bytes(6) + b"\x88\xb5" + bytes(46))
    net.run(12)
    hears = net.controller.component(Hears)
    assert len(hears.told(TableFull)) >= 3
    before = net.controller.component(Capacity).removed
    assert before >= 15
    icmp = [entry for entry in net.switch("s1").node.switch.flows.tables[0] if "ip_proto=1" in str(entry.match)]
    assert len(icmp) == 2
    assert all(entry.packets > 200 for entry in icmp)
    net.until(lambda: ping.done, 20)
    assert ping.lost == 0


def test_flows_that_routing_leads(nox_network: type[Network]) -> None:
    """Through three switches with small tables go more flows than fit: those that are in use lose nothing."""
    net = nox_network.line(3, settings=Settings(entries=SIZE))
    net.start("routing", "allow_all", "capacity", Hears, toml=TOML)
    net.run(2)
    ping = net["h1"].ping(net["h3"], count=600, interval=0.05, wait=False)
    net.run(2)

    def many(host: Host, now: float) -> None:
        for port in range(60):
            host.udp().send(net["h3"].ipv4, 1000 + port, b"x", now)

    for _ in range(3):
        net["h2"].do(many)
        net.run(3)
    hears = net.controller.component(Hears)
    assert {event.dpid for event in hears.told(TableFull)} >= {2, 3}
    assert net.controller.component(Capacity).removed >= 10
    net.until(lambda: ping.done, 40)
    assert ping.lost == 0
    assert all(net.switch(name).entries <= SIZE for name in ("s1", "s2", "s3"))


def test_what_is_stated_stays(nox_network: type[Network]) -> None:
    """A table full of what is stated cannot be helped: that is said, and nothing goes."""
    net = small(nox_network)
    net.start("capacity", Writes, Hears, toml=f"{TOML}[writes]\nstated = {SIZE + 5}\n")
    net.run(3)
    event = net.controller.component(Hears).told(TableFull)[0]
    assert (event.given_back, event.removed) == (0, 0)
    table = net.switch("s1").node.switch.flows.tables[0]
    assert sum(is_stated(entry.cookie) for entry in table) == SIZE


def test_the_owner_may_act(nox_network: type[Network]) -> None:
    """A component that provides `ITableUser` is asked first; what it gives back is enough."""
    net = small(nox_network)
    net.start("capacity", Coarse, Hears, toml=TOML)
    coarse, hears = net.controller.component(Coarse), net.controller.component(Hears)
    verifyObject(ITableUser, coarse)
    coarse.write(0, SIZE + 1)
    net.run(0.5)
    assert coarse.asked == (1, 0, 5)
    (event,) = hears.told(TableFull)
    assert (event.given_back, event.removed) == (SIZE - 1, 0)
    assert net.switch("s1").entries == 1


def test_an_owner_with_a_defect(nox_network: type[Network]) -> None:
    """It is logged, and room is made without it."""
    net = small(nox_network)
    net.start("capacity", Fails, Hears, toml=TOML)
    net.controller.component(Fails).write(0, SIZE + 1)
    net.run(0.5)
    (event,) = net.controller.component(Hears).told(TableFull)
    assert event.removed == 5
    assert any("a defect of the application" in error for error in net.controller.errors)
    net.controller.errors.clear()


def test_nothing_is_removed_where_that_is_not_wanted(nox_network: type[Network]) -> None:
    """With `evict = false` it is told, and that is all."""
    net = small(nox_network)
    net.start("capacity", Writes, Hears, toml=TOML + "[capacity]\nevict = false\n")
    net.controller.component(Writes).write(0, SIZE + 1)
    net.run(3)
    (event,) = net.controller.component(Hears).told(TableFull)
    assert (event.given_back, event.removed) == (0, 0)
    assert net.switch("s1").entries == SIZE


def test_a_switch_that_leaves_meanwhile(nox_network: type[Network]) -> None:
    """Nothing is left over of a switch that has gone while room was made."""
    net = small(nox_network)
    net.start("capacity", Writes, toml=TOML)
    net.controller.component(Writes).write(0, SIZE + 1)
    net.switch("s1").disconnect()
    net.run(3)
    net.switch("s1").connect()
    net.run(3)
    net.controller.component(Writes).write(2000, 1)
    net.run(3)
    assert net.switch("s1").entries <= SIZE


def test_a_size_of_nobody(nox_network: type[Network]) -> None:
    """A dpid that is none is refused with a sentence."""
    with pytest.raises(ConfigError, match="no datapath identifier"):
        small(nox_network).start("capacity", toml="[capacity]\nsizes = { core = 100 }\n")
    with pytest.raises(ConfigError, match="names one switch twice"):
        small(nox_network).start("capacity", toml='[capacity]\nsizes = { 1 = 100, "0x01" = 200 }\n')
