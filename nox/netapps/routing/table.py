"""The flows that stand or are being set up, by all that may concern them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator
from itertools import islice
from typing import TypeVar

from nox.netapps.decision import ANYWHERE, Path, Place
from nox.netapps.routing.flow import Flow, HostKey
from nox.netapps.routing.identity import Identity

K = TypeVar("K", bound=Hashable)
_Index = dict[K, dict[Flow, None]]  # a set that keeps its order, so that each run does the same


class FlowTable:
    """All flows.

    :ivar by_identity: the one flow of an identity. :ivar by_cookie: by that of its entries.
    """

    def __init__(self) -> None:
        self.by_identity: dict[Identity, Flow] = {}
        self.by_cookie: dict[int, Flow] = {}
        self._by_port: _Index[tuple[int, int]] = {}
        self._by_switch: _Index[int] = {}
        self._by_ends: _Index[tuple[int, int]] = {}
        self._by_host: _Index[HostKey] = {}
        self._by_source: _Index[Place] = {}
        self._constrained: dict[Flow, None] = {}

    def __len__(self) -> int:
        return len(self.by_identity)

    def __iter__(self) -> Iterator[Flow]:
        return iter(list(self.by_identity.values()))

    def first(self, most: int) -> Collection[Flow]:
        """The oldest, at most so many."""
        return list(islice(self.by_identity.values(), most))

    def crossing(self, place: Place) -> Collection[Flow]:
        """The flows whose path comes in or leaves by a port."""
        return list(self._by_port.get((place.dpid, place.port), ()))

    def through(self, dpid: int) -> Collection[Flow]:
        """The flows whose path has this switch."""
        return list(self._by_switch.get(dpid, ()))

    def between(self, source: int, destination: int) -> Collection[Flow]:
        """The flows from a switch to a switch."""
        return list(self._by_ends.get((source, destination), ()))

    def ends(self) -> Collection[tuple[int, int]]:
        """Between which switches there are flows."""
        return self._by_ends.keys()

    def of(self, host: HostKey) -> Collection[Flow]:
        """The flows that a host sends or receives."""
        return list(self._by_host.get(host, ()))

    def constrained(self) -> Collection[Flow]:
        """The flows whose path has to hold to something."""
        return list(self._constrained)

    def busiest(self, than: Place, most: int) -> Collection[Flow]:
        """The oldest flows of the port from which most come, at most so many; none where that port has no more of them
        than the one that is given."""
        flows = max(self._by_source.values(), key=len, default={})
        return list(islice(flows, most)) if len(flows) > len(self._by_source.get(than, ())) else []

    def add(self, flow: Flow) -> None:
        """A flow begins; it has no path yet."""
        self.by_identity[flow.identity] = flow
        self.by_cookie[flow.cookie] = flow
        if flow.former:
            self.by_cookie[flow.former] = flow
        for host in {flow.sender, flow.receiver}:
            _add(self._by_host, host, flow)
        _add(self._by_source, flow.source, flow)
        if flow.decision.constraints != ANYWHERE:
            self._constrained[flow] = None

    def lead(self, flow: Flow, path: Path) -> None:
        """A flow takes this path now; an empty one where it takes none."""
        for port in _ports(flow.path):
            _remove(self._by_port, port, flow)
        for dpid in {hop.dpid for hop in flow.path}:
            _remove(self._by_switch, dpid, flow)
        if flow.path:
            _remove(self._by_ends, (flow.path[0].dpid, flow.path[-1].dpid), flow)
        flow.path = path
        for port in _ports(path):
            _add(self._by_port, port, flow)
        for dpid in {hop.dpid for hop in path}:
            _add(self._by_switch, dpid, flow)
        if path:
            _add(self._by_ends, (path[0].dpid, path[-1].dpid), flow)

    def remove(self, flow: Flow) -> None:
        """A flow ends."""
        self.lead(flow, ())
        if self.by_identity.get(flow.identity) is flow:
            del self.by_identity[flow.identity]
        self.by_cookie.pop(flow.cookie, None)
        self.by_cookie.pop(flow.former, None)
        for host in {flow.sender, flow.receiver}:
            _remove(self._by_host, host, flow)
        _remove(self._by_source, flow.source, flow)
        self._constrained.pop(flow, None)


def _ports(path: Path) -> set[tuple[int, int]]:
    return {(hop.dpid, port) for hop in path for port in (hop.in_port, hop.out_port)}


def _add(index: _Index[K], key: K, flow: Flow) -> None:
    index.setdefault(key, {})[flow] = None


def _remove(index: _Index[K], key: K, flow: Flow) -> None:
    flows = index.get(key)
    if flows is not None:
        flows.pop(flow, None)
        if not flows:
            del index[key]
