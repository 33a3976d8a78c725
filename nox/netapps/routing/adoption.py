"""Entries that switches have and this run has not written.

After a restart a flow's entries are found switch by switch. They forward meanwhile. When all have had time to come they
are put together: a path from an edge port to an edge port over links that are there is a flow again, and healed like
any other; what is left of one that is not whole is removed, so that its next packet asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from twisted.logger import Logger

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import FlowRemoved
from nox.core.openflow.statistics import FlowStats
from nox.core.plan import BESIDE, FLOWS
from nox.lib.actions import CONTROLLER, IN_PORT, Group, Output
from nox.lib.graph import Graph
from nox.lib.match import Match
from nox.lib.shapes import Shape, Value
from nox.netapps.decision import Decision, Hop, Path, Place, Verdict
from nox.netapps.interfaces import ITopology, Role
from nox.netapps.routing.entries import Entries
from nox.netapps.routing.flow import Entry, Flow, HostKey
from nox.netapps.routing.guide import Guide
from nox.netapps.routing.identity import OWN_SHAPES, Identity
from nox.netapps.routing.protection import packed, ports_of, unpacked
from nox.netapps.routing.table import FlowTable
from nox.netapps.routing.trees import Trees, is_for_many

Where = Callable[[HostKey], Sequence[Place]]  # where a host is known to be

SETTLE = 5.0  # seconds after the last entry that was found, until flows are put together
FORGOTTEN = 30.0  # seconds after which nobody tells of an entry any more that has gone
MOST_GONE = 10_000  # of those
CONFIRM = 30.0  # seconds for a switch that has returned to tell of its entries

ADOPTED = Decision(verdict=Verdict.ALLOW, rule="of an earlier run")
_BYTES = {"eth_src": 6, "eth_dst": 6, "ipv6_src": 16, "ipv6_dst": 16}
_BY_NAMES: dict[frozenset[str], list[Shape]] = {}
for _shape in OWN_SHAPES:
    _BY_NAMES.setdefault(frozenset((*_shape.fields, *_shape.fixed)), []).append(_shape)


@dataclass(slots=True)
class Found:
    """What was found of one flow: where each switch sends it, and the cookies of these entries."""

    entries: dict[Entry, int] = field(default_factory=dict)
    cookies: dict[Entry, int] = field(default_factory=dict)


class Adoption:
    """Decides about them.

    :ivar adopted: flows that were put together again.
    """

    def __init__(
        self,
        table: FlowTable,
        graph: Graph,
        topology: ITopology,
        guide: Guide,
        entries: Entries,
        trees: Trees,
        *,
        where: Where,
        later: Callable[..., object],
        log: Logger,
    ) -> None:
        self._table, self._graph, self._topology, self._guide = table, graph, topology, guide
        self._entries, self._trees, self._where, self._later, self._log = entries, trees, where, later, log
        self._found: dict[Identity, Found] = {}
        self._gone: set[tuple[Identity, Entry]] = set()
        self._newest = 0
        self.adopted = 0

    def joined(self, dpid: int) -> None:
        """A switch has returned: the flows that begin there are confirmed by what it tells, or have ended."""
        begun = [flow for flow in self._table.through(dpid) if flow.source.dpid == dpid]
        for flow in begun:
            flow.is_confirmed = False
        if begun:
            self._later(CONFIRM, self._end_unconfirmed, begun)

    def _end_unconfirmed(self, flows: list[Flow]) -> None:
        for flow in flows:
            if not flow.is_confirmed and self._table.by_cookie.get(flow.cookie) is flow:
                self._guide.end(flow)

    def decide(self, datapath: Datapath, entry: FlowStats) -> bool:
        """Whether an entry stays. What may be part of a flow stays until all of it can be seen."""
        if is_for_many(entry):
            return self._found_tree(datapath, entry)
        identity, in_port, out_port = read(entry)
        if identity is None or in_port is None or out_port is None:
            return False
        flow, place = self._table.by_identity.get(identity), (datapath.dpid, in_port)
        if (identity, place) in self._gone:
            return False
        if flow is not None:
            stays = flow.entries.get(place) == out_port
            if stays and place == (flow.source.dpid, flow.source.port):
                flow.is_confirmed = True
            return stays
        found = self._found.setdefault(identity, Found())
        found.entries[place], found.cookies[place] = out_port, entry.cookie
        self._arm()
        return True

    def gone(self, event: FlowRemoved) -> None:
        """A switch has no more of an entry that nobody here knows, since it told of it or before that is looked at."""
        identity, in_port = identity_of(event.match), event.match.get("in_port")
        if identity is None or in_port is None:
            return
        if len(self._gone) >= MOST_GONE:
            self._gone.clear()
        self._gone.add((identity, (event.dpid, in_port)))
        found = self._found.get(identity)
        if found is not None:
            found.entries.pop((event.dpid, in_port), None)
        self._later(FORGOTTEN, self._gone.discard, (identity, (event.dpid, in_port)))

    def left(self, dpid: int) -> None:
        """A switch has gone: what it has it tells when it returns."""
        for found in self._found.values():
            for entry in [entry for entry in found.entries if entry[0] == dpid]:
                del found.entries[entry]

    def _found_tree(self, datapath: Datapath, entry: FlowStats) -> bool:
        identity = identity_of(entry.match)
        stays = identity is not None and self._trees.found(datapath, entry, identity)
        if stays:
            self._arm()
        return stays

    def _arm(self) -> None:
        """Put them together when nothing more has come for a while."""
        self._newest += 1
        self._later(SETTLE, self._settle, self._newest)

    def _settle(self, newest: int) -> None:
        if newest != self._newest:
            return
        found, self._found = self._found, {}
        for identity, one in found.items():
            self._adopt(identity, one)
        self._trees.settle()
        self._log.info("{count} flows of an earlier run go on", count=self.adopted, event="adopted")

    def _adopt(self, identity: Identity, found: Found) -> None:
        """Make it a flow, whole or not; what does not lie on its path is removed, and all of one that has none."""
        path = self._path(found.entries)
        first, last = (path[0], path[-1]) if path else (Hop(0, 0, 0), Hop(0, 0, 0))
        number, cookie = self._entries.number(identity, self._table.by_cookie)
        vlan = int(identity[1][2]) & 0xFFF if identity[0].tagged else 0
        flow = Flow(
            identity,
            cookie,
            number,
            sender=(bytes(identity[1][1]), vlan),
            receiver=(bytes(identity[1][0]), vlan),
            source=Place(first.dpid, first.in_port),
            destination=Place(last.dpid, last.out_port),
            decision=ADOPTED,
        )
        flow.entries = found.entries
        flow.former = found.cookies[path[0].dpid, path[0].in_port] if path else 0
        if flow.former in self._table.by_cookie:  # of another flow: that run began in the same second as this one
            kept = {(hop.dpid, hop.in_port) for hop in path}  # written again, they have a cookie of their own
            flow.former, flow.entries = 0, {entry: out for entry, out in found.entries.items() if entry not in kept}
        known = self._table.by_identity.get(identity)
        ends = ((flow.sender, flow.source), (flow.receiver, flow.destination))
        if known is not None:  # it has begun anew meanwhile: what it does not need is nobody's
            flow.entries = {entry: out for entry, out in found.entries.items() if entry not in known.entries}
            self._guide.carrier.withdraw(flow)
        elif path and all(self._is_there(*end) for end in ends):
            self.adopted += 1
            self._table.add(flow)
            self._guide.carrier.lead(flow, path)
        else:
            self._guide.carrier.withdraw(flow)

    def _is_there(self, host: HostKey, place: Place) -> bool:
        """Whether a host may be at a place: it is not known to be elsewhere."""
        known = self._where(host)
        return not known or place in known

    def _path(self, entries: dict[Entry, int]) -> Path:
        """The path from the edge on; empty where it is not whole."""
        begin = [entry for entry in entries if self._topology.role(*entry) is Role.EDGE]
        here, path = (begin[0] if len(begin) == 1 else None), list[Hop]()
        while here is not None and here in entries and len(path) <= len(entries):
            out_port, _ = unpacked(entries[here])
            path.append(Hop(*here, out_port))
            edge = self._graph.get((here[0], out_port))
            if edge is None:
                is_whole = self._topology.role(here[0], out_port) is Role.EDGE
                return tuple(path) if is_whole else ()
            here = edge.end
        return ()


def read(entry: FlowStats) -> tuple[Identity | None, int | None, int | None]:
    """Whose entry this is, where it comes in and where it goes; None where it is none of ours.

    What a switch drops is told again at the flow's next packet.
    """
    for action in entry.actions:
        if isinstance(action, Group) and len(entry.actions) == 1 and entry.priority == FLOWS.low:
            out_port, backup = ports_of(action.group_id & 0xFFFF)
            return identity_of(entry.match), entry.match.get("in_port"), packed(out_port, backup)
    outputs = [action.port for action in entry.actions if isinstance(action, Output) and action.port != CONTROLLER]
    if entry.priority not in (FLOWS.low, BESIDE.low) or len(outputs) != 1:
        return None, None, None
    in_port = entry.match.get("in_port")
    return identity_of(entry.match), in_port, in_port if outputs[0] == IN_PORT else outputs[0]


def is_of(flow: Flow, match: Match) -> bool:
    """Whether an entry is of this flow. Cookies begin anew with the component: another entry may have the same."""
    found = identity_of(match)
    return found is None or found == flow.identity or "eth_type" not in found[0].fixed  # as 1.0 says IPv6


def identity_of(match: Match) -> Identity | None:
    """The flow of an entry; None where it is none of a flow."""
    exact = {name: value for name, value, mask in match.items() if mask is None}
    for shape in _BY_NAMES.get(frozenset(exact), ()):
        if all(exact[name] == value for name, value in shape.fixed.items()):
            return shape, _values(shape, exact)
    return None


def _values(shape: Shape, exact: dict[str, int]) -> tuple[Value, ...]:
    return tuple(exact[name].to_bytes(_BYTES[name]) if name in _BYTES else exact[name] for name in shape.fields[1:])
