"""What applications tell each other, beside the changes of the view (`nox.core.view.events.ViewChange`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nox.core.events.event import Event
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import FlowRemoved, PacketIn
from nox.core.view.rows import Host, Location
from nox.lib.addresses import EthernetAddress
from nox.netapps.decision import Decision, Path, Place
from nox.netapps.interfaces import Role
from nox.netapps.load import Span, TableUse
from nox.netapps.routed import Mistrusted, RoutedFlow


class PortRoleChanged(Event):
    """What a port is for was decided, or is open again."""

    __slots__ = ("dpid", "port", "role")
    where_fields = ("dpid", "role")

    def __init__(self, dpid: int, port: int, role: Role) -> None:
        self.dpid = dpid
        self.port = port
        self.role = role


class LinkRefused(Event):
    """Somebody claims a link that is not believed: a forged, replayed or relayed frame, or a port that carried a host.

    :ivar dpid: where it was heard; `port` too. :ivar reason: a sentence.
    """

    __slots__ = ("dpid", "port", "reason")
    where_fields = ("dpid",)

    def __init__(self, dpid: int, port: int, reason: str) -> None:
        self.dpid = dpid
        self.port = port
        self.reason = reason


class HostConflict(Event):
    """Two ports claim one host, or two hosts one address; nothing was changed unless the evidence decided.

    :ivar mac: who makes the claim that is not believed, on `vlan`. :ivar dpid: where; `port` too.
    :ivar reason: a sentence.
    """

    __slots__ = ("dpid", "mac", "port", "reason", "vlan")
    where_fields = ("dpid",)

    def __init__(self, mac: EthernetAddress, vlan: int, dpid: int, port: int, reason: str) -> None:
        self.mac = mac
        self.vlan = vlan
        self.dpid = dpid
        self.port = port
        self.reason = reason


class SourceRefused(Event):
    """A frame came from an address from which no host may send, or from one host too many at its port.

    :ivar dpid: where it came in; `port` too. :ivar reason: a sentence.
    """

    __slots__ = ("dpid", "mac", "port", "reason")
    where_fields = ("dpid",)

    def __init__(self, mac: EthernetAddress, dpid: int, port: int, reason: str) -> None:
        self.mac = mac
        self.dpid = dpid
        self.port = port
        self.reason = reason


class FlowIn(Event):
    """The first packet of a flow, with who sends it and to whom.

    It is dispatched for packets from edge ports; and for one that a switch between two others asks about because it has
    lost the flow's entry: `source` is then where its sender is known to be.

    A policy sets `decision`; ``allow_all`` does where there is none. What has no decision goes nowhere.

    :ivar packet: the packet-in. :ivar source: where its sender is. :ivar sender: the host, perhaps not yet in the view.
    :ivar receiver: the locations of the host that it is for; none where the destination is unknown or a group.
    :ivar users: who is logged in at the sender, by name.
    """

    __slots__ = ("decision", "packet", "receiver", "sender", "source", "users")

    def __init__(
        self, packet: PacketIn, source: Place, sender: Host, receiver: Sequence[Location], users: tuple[str, ...]
    ) -> None:
        self.packet = packet
        self.source = source
        self.sender = sender
        self.receiver = receiver
        self.users = users
        self.decision: Decision | None = None


class TopologyChanged(Event):
    """The graph or the tree of `ITopology` has changed.

    :ivar revision: of `ITopology`. :ivar flooding: dpids of the switches whose ports in the tree are others now.
    :ivar is_rerouted: whether a port has left the tree: what was learned from broadcasts may be elsewhere now.
    """

    __slots__ = ("flooding", "is_rerouted", "revision")

    def __init__(self, revision: int, flooding: frozenset[int], is_rerouted: bool) -> None:
        self.revision = revision
        self.flooding = flooding
        self.is_rerouted = is_rerouted


class PortBusy(Event):
    """What leaves by a port has come above the threshold of its speed, or is below it again.

    :ivar utilisation: 0 to 1. :ivar is_over: whether it is below again.
    """

    __slots__ = ("dpid", "is_over", "port", "utilisation")
    where_fields = ("dpid", "is_over")

    def __init__(self, dpid: int, port: int, utilisation: float, *, is_over: bool) -> None:
        self.dpid = dpid
        self.port = port
        self.utilisation = utilisation
        self.is_over = is_over


class PortTroubled(Event):
    """A port drops packets or has errors, more than the threshold; or not any more.

    :ivar what: ``drops`` or ``errors``. :ivar rate: of them, packets a second.
    :ivar is_over: whether it is below again.
    """

    __slots__ = ("dpid", "is_over", "port", "rate", "what")
    where_fields = ("dpid", "is_over", "what")

    def __init__(self, dpid: int, port: int, what: str, rate: float, *, is_over: bool) -> None:
        self.dpid = dpid
        self.port = port
        self.what = what
        self.rate = rate
        self.is_over = is_over


class TablesRead(Event):
    """How full the tables of a switch are was read; those without entries are left out."""

    __slots__ = ("datapath", "tables")
    where_fields = ("dpid",)

    def __init__(self, datapath: Datapath, tables: Sequence[TableUse]) -> None:
        self.datapath = datapath
        self.tables = tables

    @property
    def dpid(self) -> int:
        """The switch."""
        return self.datapath.dpid


class FlowsRead(Event):
    """The flow entries of a switch were read.

    :ivar since: when they were read the time before; `at`: this time.
    :ivar counted: the packets that entries have counted in between, by cookie and `in_port`; what counted none is left
        out. :ivar is_whole: whether no entry was left out for another reason.
    """

    __slots__ = ("at", "counted", "dpid", "is_whole", "since")
    where_fields = ("dpid",)

    def __init__(
        self, dpid: int, since: Span, at: Span, counted: Mapping[tuple[int, int], int], *, is_whole: bool
    ) -> None:
        self.dpid = dpid
        self.since = since
        self.at = at
        self.counted = counted
        self.is_whole = is_whole


class FlowsLost(Event):
    """A switch or a link takes what flows send and does not forward it, in silence; or it is trusted again.

    :ivar what: which, for whom and until when. :ivar flow: by which it was seen; None where it has ended.
    :ivar is_around: whether that flow has another path. :ivar is_over: whether it is trusted again.
    """

    __slots__ = ("flow", "is_around", "is_over", "what")
    where_fields = ("dpid", "is_over")

    def __init__(self, what: Mistrusted, flow: RoutedFlow | None, *, is_around: bool, is_over: bool) -> None:
        self.what = what
        self.flow = flow
        self.is_around = is_around
        self.is_over = is_over

    @property
    def dpid(self) -> int:
        """The switch, or where the link begins."""
        return self.what.dpid


class TrafficCircles(Event):
    """More goes over links between some switches than what comes in there can explain: packets go round; or no more.

    :ivar dpids: the switches. :ivar links: where it leaves them by. :ivar packets: a second over these links together.
    :ivar inflow: packets a second that come in at these switches otherwise.
    """

    __slots__ = ("dpids", "inflow", "is_over", "links", "packets")
    where_fields = ("is_over",)

    def __init__(
        self, dpids: frozenset[int], links: Sequence[Place], packets: float, inflow: float, *, is_over: bool
    ) -> None:
        self.dpids = dpids
        self.links = links
        self.packets = packets
        self.inflow = inflow
        self.is_over = is_over


class FlowEnded(Event):
    """A flow that was led through the network has ended: its first switch had no packet of it for a while.

    :ivar removed: what that switch says of its entry: match, duration, counters.
    :ivar source: where it came in; `destination`: where it went out.
    :ivar sender: the host's address and VLAN, as the view's key has them; `receiver` too.
    :ivar path: that it took last.
    """

    __slots__ = ("decision", "destination", "path", "receiver", "removed", "sender", "source")

    def __init__(
        self,
        removed: FlowRemoved,
        *,
        sender: tuple[bytes, int],
        receiver: tuple[bytes, int],
        source: Place,
        destination: Place,
        path: Path,
        decision: Decision,
    ) -> None:
        self.removed = removed
        self.sender = sender
        self.receiver = receiver
        self.source = source
        self.destination = destination
        self.path = path
        self.decision = decision


class TableFilling(Event):
    """A flow table has more entries than the threshold's part of its size, or is below it again.

    :ivar size: how many it can have. :ivar is_over: whether it is below again.
    """

    __slots__ = ("dpid", "entries", "is_over", "size", "table_id")
    where_fields = ("dpid", "is_over")

    def __init__(self, dpid: int, table_id: int, entries: int, size: int, *, is_over: bool) -> None:
        self.dpid = dpid
        self.table_id = table_id
        self.entries = entries
        self.size = size
        self.is_over = is_over


class TableFull(Event):
    """A switch refused entries because a table is full, and room was made, or not.

    :ivar owner: whose entry was refused; empty for a foreign one. :ivar entries: that the table had.
    :ivar given_back: entries that their components gave back; `removed`: those that ``capacity`` chose.
    """

    __slots__ = ("dpid", "entries", "given_back", "owner", "removed", "table_id")
    where_fields = ("dpid", "owner")

    def __init__(self, dpid: int, table_id: int, owner: str, entries: int, given_back: int, removed: int) -> None:
        self.dpid = dpid
        self.table_id = table_id
        self.owner = owner
        self.entries = entries
        self.given_back = given_back
        self.removed = removed
