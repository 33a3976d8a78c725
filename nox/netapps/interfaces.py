"""The seams between applications. An application imports from here and from `events`, and from no other application."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zope.interface import Attribute, Interface

from nox.netapps.decision import ANYWHERE, Constraints, Path, Place

if TYPE_CHECKING:
    import networkx
    from twisted.internet.defer import Deferred

    from nox.core.openflow.datapath import Datapath
    from nox.core.openflow.events import PacketIn
    from nox.netapps.events import FlowIn
    from nox.netapps.load import FlowLoad, HostLoad, PortLoad, PortPackets, TableUse
    from nox.netapps.routed import Mistrusted, RoutedFlow


class Role(enum.Enum):
    """What a port is for."""

    UNKNOWN = "unknown"  # not decided yet, at most a second: nothing is flooded into it, nobody is learned there
    EDGE = "edge"  # hosts
    CORE = "core"  # another switch


class IPortRoles(Interface):
    """What each port is for, decided within a second after it came up. Provided by ``discovery``."""

    def role(dpid: int, port: int) -> Role:
        """What the port is for; UNKNOWN for one that is down or not there."""

    def carried_host(dpid: int, port: int) -> None:
        """A host was seen at this port: before it may become a link, it must have been down."""


class IHosts(Interface):
    """What is known of hosts beside the view: it changes with every packet. Provided by ``hosts``."""

    def last_heard(mac: bytes, vlan: int) -> float | None:
        """When a packet of a host last reached the controller, seconds of the clock; None for not since the start."""

    def is_router(mac: bytes, vlan: int) -> bool | None:
        """Whether a host says in its neighbour advertisements that it is a router; None where it has said nothing."""


class ITopology(Interface):
    """The network as a graph, and a tree in it along which what is for everybody goes. Provided by ``topology``."""

    graph: networkx.MultiDiGraph = Attribute(
        "switches by dpid, links with `src_port` and `dst_port`; links known in both directions only. Do not change it"
    )
    revision: int = Attribute("grows with each change of the graph or the tree")

    def role(dpid: int, port: int) -> Role:
        """What the port is for, as `IPortRoles` says."""

    def edge_ports(dpid: int) -> Collection[int]:
        """The ports of a switch where hosts are, that are up."""

    def flood_ports(dpid: int) -> Collection[int]:
        """Where a switch floods to: its edge ports, and its ports in the tree. Port numbers, `in_port` among them."""

    def may_flood(dpid: int, in_port: int) -> bool:
        """Whether what came in there is to be flooded: not from a port whose role is unknown, nor from a link that is
        not in the tree, where a copy of it is on its way."""


class IAttribution(Interface):
    """Tells of each flow's first packet, by `FlowIn`, who sends it and to whom. Provided by ``attribution``."""

    def whose(event: PacketIn) -> FlowIn | None:
        """The same of any packet, told to nobody; None where it is no host's, or its sender is nowhere."""


class IRouting(Interface):
    """Paths through the network. Provided by ``routing``."""

    def path(source: Place, destination: Place, constraints: Constraints = ANYWHERE, flow_hash: int = 0) -> Path | None:
        """The cheapest path between two edge ports; None where there is none that holds to the constraints.

        :param flow_hash: which of several that cost the same.
        """

    def paths(source: int, destination: int) -> Sequence[Sequence[int]]:
        """The cheapest ways from switch to switch, as dpids; at most 16 that cost the same."""

    def standing(most: int) -> Sequence[RoutedFlow]:
        """The flows that are led through the network now, at most so many, the oldest first."""

    def mistrusted() -> Sequence[Mistrusted]:
        """The switches and links that flows are led around because they lose them in silence, the oldest first."""


class ILoad(Interface):
    """How busy links are. Provided by ``monitoring``."""

    def utilisation(dpid: int, port: int) -> float | None:
        """What leaves by this port, as a part of its speed, 0 to 1; None where it is not known."""

    def packets(dpid: int, port: int) -> PortPackets | None:
        """What it receives and sends, packets a second; None where that is not known, or was long ago."""


class IMonitoring(Interface):
    """What goes through the network, from counters that are read all the time. Provided by ``monitoring``."""

    def ports(most: int) -> Sequence[PortLoad]:
        """The ports through which most goes, in both directions together; at most so many."""

    def hosts(most: int) -> Sequence[HostLoad]:
        """The hosts that send and receive most."""

    def flows(most: int) -> Sequence[FlowLoad]:
        """The flows with most bytes a second."""

    def tables(dpid: int) -> Sequence[TableUse]:
        """The tables of a switch that have entries, as last read; none where it was not yet."""


class ITableUser(Interface):
    """A component that writes entries as packets come, and can do with fewer. ``capacity`` asks all that provide it.

    It has its say before entries are chosen without it: it may remove those that it needs least, or put one coarser
    entry in the place of several.
    """

    def make_room(datapath: Datapath, table_id: int, entries: int) -> Awaitable[int]:
        """A table is full: give back so many of this component's entries there, if that is possible.

        :returns: how many fewer there are; 0 where all are needed.
        """


@dataclass(frozen=True, slots=True)
class Declared:
    """Something that the operator has named.

    :ivar kind: ``host``, ``switch``, ``link``, ``middlebox`` or ``location``. :ivar key: which one, of its kind.
    :ivar by: ``file`` or ``command``. :ivar entry: what was said, by key.
    """

    kind: str
    key: str
    by: str
    entry: Mapping[str, Any]


class IInventory(Interface):
    """What the operator has named, beside what the configuration names. Provided by ``inventory``."""

    def declared() -> Sequence[Declared]:
        """All of it, by kind and key."""

    def declare(kind: str, entry: Mapping[str, Any]) -> Deferred[Declared]:
        """Name something, from now on and after a restart; what was said of it before is replaced.

        :param entry: as in the configuration; numbers may be texts.
        :raises NoxError: when it makes no sense, or the configuration names that one.
        """

    def withdraw(kind: str, key: str) -> Deferred[None]:
        """Name it no more.

        :raises NoxError: when it is not named, or the configuration names it.
        """
