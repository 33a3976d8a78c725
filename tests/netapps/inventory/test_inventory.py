"""What the operator names, and what becomes of the view's rows when it is named, changed and named no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from twisted.internet.task import Clock
from twisted.logger import LogLevel, capturedLogs, formatEvent
from zope.interface.verify import verifyObject

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.component.plugins import ComponentPlugin, Installed
from nox.core.kernel import Kernel
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import (
    Address,
    Declaration,
    Declarer,
    Evidence,
    Host,
    Link,
    LinkKind,
    Location,
    Middlebox,
    PlaceName,
    Switch,
)
from nox.core.view.stores import STORES
from nox.core.view.stores.memory import Memory, MemoryStore
from nox.core.view.stores.past import Bounds, Past
from nox.core.view.tables import (
    ADDRESSES,
    DECLARATIONS,
    HOSTS,
    LINKS,
    LOCATIONS,
    MIDDLEBOXES,
    PLACES,
    SWITCHES,
)
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError, NoxError
from nox.netapps.interfaces import IInventory
from nox.netapps.inventory.component import Inventory
from nox.netapps.inventory.entries import _MOST_ADDRESSES
from tests.core.component.support import configured, plugin, result
from tests.core.view.support import VIEW

INVENTORY = ComponentPlugin(
    "inventory",
    "nox.netapps.inventory.component:Inventory",
    number=40,
    arrays=("host", "switch", "location", "middlebox", "link"),
)
MAC = EthernetAddress("02:00:00:00:00:01")
A, B = 0xA1, 0xB2
FULL = """
[[host]]
name = "ledger"
mac = "02-00-00-00-00-01"
ip = ["10.0.0.1", "FD00::0:1"]

[[switch]]
name = "core"
dpid = "a1"

[[location]]
name = "room 12"
port = "00000000000000a1:4"

[[middlebox]]
name = "proxy"
does = "web proxy"
port = "a1:7"
out = "b2:8"

[[link]]
ends = ["a1:1", "b2:2"]
"""


class Neighbour(Component):
    """Another component that writes to the view."""

    view = requires(INetworkView)


class Network:
    """A kernel with the inventory, over a store that outlives it."""

    def __init__(self) -> None:
        self.memory = Memory(Past(Bounds(100, 1000.0)))
        self.toml = ""

    def run(self, toml: str) -> Network:
        """Start it, with this configuration."""
        self.toml = toml
        installed = Installed.of(VIEW, INVENTORY, plugin(Neighbour))
        self.clock = Clock()
        self.kernel = Kernel(self._read(installed), installed, self.clock, reread=lambda: self._read(installed))
        self.kernel.bind()
        result(self.kernel.start())
        self.clock.advance(0)
        return self

    def _read(self, installed: Installed) -> Any:
        head = "[nox]\nlisten = []\ncomponents = ['inventory', 'neighbour']\n[view]\nstore = 'kept'\n"
        return configured(installed, head + self.toml)

    def again(self, toml: str) -> None:
        """Stop it and start it with another configuration."""
        result(self.kernel.stop())
        self.run(toml)

    def reload(self, toml: str) -> None:
        """Have it read another configuration."""
        self.toml = toml
        result(self.kernel.reload())
        self.clock.advance(0)

    @property
    def inventory(self) -> Inventory:
        """The component."""
        found = self.kernel.registry.records["inventory"].instance
        assert isinstance(found, Inventory)
        return found

    @property
    def view(self) -> INetworkView:
        """The view, as the other component sees it."""
        found = self.kernel.registry.records["neighbour"].instance
        assert isinstance(found, Neighbour)
        return found.view

    def rows(self) -> set[object]:
        """What is in the view, beside the declarations."""
        tables: tuple[Any, ...] = (HOSTS, ADDRESSES, LOCATIONS, SWITCHES, PLACES, MIDDLEBOXES, LINKS)
        return {row for table in tables for row in self.view.rows(table)}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """Not running yet."""
    made = Network()
    monkeypatch.setitem(STORES, "kept", lambda config, around: MemoryStore(made.memory))
    return made


def link(src: int, src_port: int, dst: int, dst_port: int) -> Link:
    """One direction of a link that the operator has named."""
    return Link(src_dpid=src, src_port=src_port, dst_dpid=dst, dst_port=dst_port, kind=LinkKind.STATIC)


ALL = {
    Host(mac=MAC, name="ledger"),
    Address(ip="10.0.0.1", mac=MAC, evidence=Evidence.STATIC),
    Address(ip="fd00::1", mac=MAC, evidence=Evidence.STATIC),
    Switch(dpid=A, name="core"),
    PlaceName(dpid=A, port=4, name="room 12"),
    Middlebox(name="proxy", kind="web proxy", dpid=A, port=7, out_dpid=B, out_port=8),
    link(A, 1, B, 2),
    link(B, 2, A, 1),
}


def test_what_the_configuration_names_is_in_the_view(network: Network) -> None:
    """Each as rows with the inventory as their source; a second start writes nothing."""
    network.run(FULL)
    assert network.rows() == ALL
    assert {row.meta.source for row in network.view.rows(HOSTS)} == {"inventory"}
    revision = network.view.revision
    network.again(FULL)
    assert network.view.revision == revision
    assert verifyObject(IInventory, network.inventory)


@pytest.mark.parametrize("how", ["again", "reload"])
def test_what_it_names_no_more_is_taken_back(network: Network, how: str) -> None:
    """After a restart, which only the view remembers, and by a reload."""
    network.run(FULL)
    getattr(network, how)("[[switch]]\nname = 'edge'\ndpid = 'a1'")
    assert network.rows() == {Switch(dpid=A, name="edge")}
    getattr(network, how)("")
    assert (network.rows(), network.view.count(DECLARATIONS)) == (set(), 0)


def test_all_addresses_of_a_host_change_at_once(network: Network) -> None:
    """As many as it may have, in one transaction."""
    for net in (1, 2):
        ips = [f"10.0.{net}.{number}" for number in range(_MOST_ADDRESSES)]
        (network.run if net == 1 else network.reload)(f"[[host]]\nname = 'x'\nmac = '{MAC}'\nip = {ips}")
        assert [row.ip for row in network.view.find(ADDRESSES, "host", MAC, 0)] == sorted(ips)


def test_what_others_know_of_a_host_and_a_switch_stays(network: Network) -> None:
    """The inventory gives and takes the name alone."""
    network.run("")
    location = Location(mac=MAC, dpid=A, port=4)
    learned = Address(ip="10.0.0.9", mac=MAC, evidence=Evidence.ARP)
    result(network.view.put(HOSTS, Host(mac=MAC)))
    result(network.view.put(LOCATIONS, location))
    result(network.view.put(ADDRESSES, learned))
    joined = Switch(dpid=A, connected=True, manufacturer="x")
    result(network.view.put(SWITCHES, joined))
    network.reload(FULL)
    assert network.rows() == (ALL - {Switch(dpid=A, name="core")}) | {location, learned, replace(joined, name="core")}
    network.reload("")
    assert network.rows() == {Host(mac=MAC), location, learned, joined}


def test_what_others_change_in_it_is_put_right(network: Network) -> None:
    """A row that goes, a name that is lost, evidence that is weaker; what else they say stays."""
    network.run(FULL)
    result(network.view.delete(HOSTS, (MAC, 0)))
    result(network.view.put(SWITCHES, Switch(dpid=A, connected=True)))
    result(network.view.put(ADDRESSES, Address(ip="10.0.0.1", mac=MAC, evidence=Evidence.ARP)))
    result(network.view.put(LINKS, replace(link(A, 1, B, 2), kind=LinkKind.DIRECT)))
    network.clock.advance(0)
    assert network.rows() == (ALL - {Switch(dpid=A, name="core")}) | {Switch(dpid=A, name="core", connected=True)}
    revision = network.view.revision
    network.clock.advance(0)
    assert network.view.revision == revision


def test_noxctl_names_things_too(network: Network) -> None:
    """They outlive a restart and a reload; a second time they are changed; numbers may be texts."""
    network.run("")
    declared = result(network.inventory.declare("host", {"name": "x", "mac": str(MAC), "vlan": "7", "ip": "10.0.0.1"}))
    assert (declared.key, declared.by) == (f"{MAC}@7", "command")
    result(network.inventory.declare("host", {"name": "y", "mac": str(MAC), "vlan": 7}))
    network.again("")
    network.reload("[[switch]]\nname = 'edge'\ndpid = 'a1'")
    assert network.rows() == {Host(mac=MAC, vlan=7, name="y"), Switch(dpid=A, name="edge")}
    assert [(one.kind, one.key, one.by) for one in network.inventory.declared()] == [
        ("host", f"{MAC}@7", "command"),
        ("switch", "00000000000000a1", "file"),
    ]
    result(network.inventory.withdraw("host", f"{MAC}@7"))
    assert network.rows() == {Switch(dpid=A, name="edge")}


def test_what_another_instance_declares_is_known_here(network: Network) -> None:
    """It is listed, put right and can be taken back; and so the other way round."""
    network.run("")
    other = Network()
    other.memory = network.memory
    other.run("")
    result(other.inventory.declare("switch", {"name": "core", "dpid": "a1"}))
    network.clock.advance(0)
    assert network.inventory.declared() == other.inventory.declared() != []
    result(network.view.put(SWITCHES, Switch(dpid=A, connected=True)))
    network.clock.advance(0)
    assert network.rows() == {Switch(dpid=A, name="core", connected=True)}
    result(network.inventory.withdraw("switch", "00000000000000a1"))
    other.clock.advance(0)
    assert (other.inventory.declared(), other.rows()) == ([], {Switch(dpid=A, connected=True)})


@pytest.mark.parametrize(
    ("kind", "entry", "sentence"),
    [
        ("hots", {}, "there is no 'hots': host, switch, location, middlebox, link can be named; did you mean"),
        ("host", {"name": "x"}, 'host: needs the key "mac"'),
        ("host", {"name": "x", "mac": "ff:ff:ff:ff:ff:ff"}, "host: mac: ff:ff:ff:ff:ff:ff is no host's address"),
        ("host", {"name": "ledger", "mac": "02:00:00:00:00:09"}, 'two of [[host]] have the name "ledger"'),
        ("host", {"name": "x", "mac": "02:00:00:00:00:09", "ip": "10.0.0.1"}, "two of [[host]] have 10.0.0.1"),
        ("host", {"name": "x", "mac": str(MAC)}, f"host {MAC} is named in the configuration: change it there"),
        ("switch", {"name": "x", "dpid": "zz"}, "switch: dpid: 'zz' is no datapath identifier"),
        ("link", {"ends": ["a1:1", "a1:1"]}, "a link has two ends, and not twice 00000000000000a1:1"),
        ("link", {"ends": ["a1:1", "b2:9"]}, "two of [[link]] have 00000000000000a1:1"),
        ("location", {"name": "x", "port": "a1"}, "location: port: 'a1' is no port of a switch: write it as"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(network: Network, kind: str, entry: dict[str, Any], sentence: str) -> None:
    """And nothing is changed."""
    network.run(FULL)
    with pytest.raises(NoxError) as raised:
        result(network.inventory.declare(kind, entry))
    assert sentence in str(raised.value)
    assert network.rows() == ALL


@pytest.mark.parametrize(("kind", "entry"), [("host", "{"), ("host", '{"name": 7}'), ("hots", "{}")])
def test_an_entry_of_the_view_that_makes_no_sense(network: Network, kind: str, entry: str) -> None:
    """As a later version may have written it: it is left as it is, which is said in a line."""
    network.run("")
    result(network.view.put(DECLARATIONS, Declaration(kind=kind, key="x", by=Declarer.COMMAND, entry=entry)))
    with capturedLogs() as logged:
        network.clock.advance(0)
    said = [formatEvent(event) for event in logged if event["log_level"] is LogLevel.warn]
    assert len(said) == 1
    assert said[0].startswith(f"{kind} x is left as it is: ")
    assert "\n" not in said[0]
    assert (network.inventory.declared(), network.view.count(DECLARATIONS)) == ([], 1)


def test_what_is_not_named_cannot_be_withdrawn(network: Network) -> None:
    """Nor what the configuration names."""
    network.run(FULL)
    with pytest.raises(NoxError, match="switch 00000000000000a2 is not named; did you mean"):
        result(network.inventory.withdraw("switch", "00000000000000a2"))
    with pytest.raises(NoxError, match="named in the configuration"):
        result(network.inventory.withdraw("switch", "00000000000000a1"))


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("[[host]]\nname = 'x'", 'nox.toml: [[host]] 1: needs the key "mac"'),
        (
            "[[host]]\nname = 'a'\nmac = '02:00:00:00:00:01'\n"
            "[[host]]\nname = 'b'\nmac = '02:00:00:00:00:02'\nvlan = 5000",
            "nox.toml: [[host]] 2: vlan must be at least 0 and at most 4094, not 5000",
        ),
        (
            "[[switch]]\nnam = 'x'\nname = 'x'\ndpid = 'a1'",
            '1: has no key "nam" but dpid, name; did you mean',
        ),
        ("[[switch]]\nname = 7\ndpid = 'a1'", "[[switch]] 1: name must be text, not 7"),
        ("[[inventory.link]]\nends = ['a1:1']", "[[link]] 1: ends must be of at least 2 entries"),
        ("[[host]]\nname = ' x'\nmac = '02:00:00:00:00:01'", "[[host]] 1: name: a name has no control characters"),
        (
            "[[switch]]\nname='x'\ndpid='1'\n[[switch]]\nname='x'\ndpid='2'",
            '[inventory] two of [[switch]] have the name "x"',
        ),
        ("host = 7", "stands outside of any table"),
        ("[host]\nname = 'x'", "nox.toml: [host] is one table, where several may be: write [[host]]"),
        ("[[link]]\nends = ['a1:1', 'x']", "nox.toml: [[link]] 1: ends[1]: 'x' is no port of a switch: write it as"),
        *(
            (f"[[host]]\nname = 'x'\nmac = '{MAC}'\nip = '{ip}'", f"ip[0]: {ip} is no host's address")
            for ip in ("127.0.0.1", "255.255.255.255", "0.0.0.1", "224.0.0.1", "::1", "ff02::1")
        ),
        (
            "[[middlebox]]\nname = 'x'\ndoes = 'y'\nport = 'a1:1'\nout = 'b2:2'\n[[link]]\nends = ['b2:2', 'c3:3']",
            '[[middlebox]] "x" is at 00000000000000b2:2, where a [[link]] ends',
        ),
    ],
)
def test_a_wrong_configuration_names_array_entry_and_key(network: Network, toml: str, sentence: str) -> None:
    """In one sentence; the entries are counted from 1."""
    with pytest.raises(ConfigError) as raised:
        network.run(f"{toml}\n") if "outside" not in sentence else outside(toml)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


def outside(toml: str) -> None:
    """A configuration with this before its first table."""
    installed = Installed.of(VIEW, INVENTORY)
    configured(installed, f"{toml}\n[nox]\nlisten = []\ncomponents = ['inventory']")


def test_an_address_twice_is_one(network: Network) -> None:
    """However it is written."""
    network.run(f"[[host]]\nname = 'x'\nmac = '{MAC}'\nip = ['fd00::1', 'FD00:0::1']")
    assert [row.ip for row in network.view.rows(ADDRESSES)] == ["fd00::1"]


def test_an_array_of_a_component_that_is_not_loaded() -> None:
    """Whoever wrote it believes that somebody reads it."""
    with pytest.raises(ConfigError, match=r'\[\[host\]\] is there, but "inventory" is not loaded'):
        configured(Installed.of(VIEW, INVENTORY), "[nox]\nlisten = []\n[[host]]\nname = 'x'\nmac = '02:00:00:00:00:01'")
