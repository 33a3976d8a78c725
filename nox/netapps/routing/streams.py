"""What is sent to groups: along a tree from the sender to those who want it, in entries of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from twisted.internet.defer import Deferred, gatherResults
from twisted.python.failure import Failure

from nox.core.interfaces import IDatapaths, IFlows
from nox.core.openflow.events import PacketIn
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.requests import RequestError
from nox.core.plan import FLOWS
from nox.lib.actions import Output
from nox.lib.errors import LocalProtocolError
from nox.lib.graph import Graph, walk
from nox.lib.match import Match
from nox.netapps.decision import Place
from nox.netapps.routing.entries import LONGER, Entries
from nox.netapps.routing.identity import Identity
from nox.netapps.routing.membership import Group

MOST = 10_000  # streams that have entries
AGAIN = 1.0  # seconds after which a stream that a switch still asks about is set up again

Ports = dict[tuple[int, int], set[int]]  # by switch and incoming port: where to
Send = Callable[[PacketIn, int, Iterable[int]], None]  # a packet out of some ports of a switch


@dataclass(slots=True, eq=False)
class Stream:
    """One flow to a group.

    :ivar ports: of the tree; `cookie`: of the first switch's entry. :ivar since: when it was set up, seconds.
    """

    identity: Identity
    group: Group
    source: Place
    ports: Ports = field(default_factory=dict)
    cookie: int = 0
    since: float = 0.0


class Streams:
    """Sets streams up, and takes them back when something has changed: their next packet sets them up anew."""

    def __init__(
        self,
        flows: IFlows,
        entries: Entries,
        datapaths: IDatapaths,
        graph: Graph,
        *,
        send: Send,
        idle_timeout: int,
        now: Callable[[], float],
    ) -> None:
        self._flows, self._entries, self._datapaths, self._graph = flows, entries, datapaths, graph
        self._send, self._idle, self._now = send, idle_timeout, now
        self._streams: dict[Identity, Stream] = {}
        self._by_cookie: dict[int, Stream] = {}

    def __len__(self) -> int:
        return len(self._streams)

    def __contains__(self, identity: Identity) -> bool:
        return identity in self._streams

    def lead(self, identity: Identity, group: Group, source: Place, members: Iterable[Place]) -> None:
        """Have a stream's next packets go to these ports without the controller."""
        known = self._streams.get(identity)
        if known is not None and known.source == source and self._now() - known.since < AGAIN:
            return
        if known is not None:
            self._remove(known)
        if len(self._streams) < MOST:
            stream = Stream(identity, group, source, tree(self._graph, source, members), since=self._now())
            self._streams[identity] = stream
            self._write(stream)

    def again(self, identity: Identity, event: PacketIn) -> bool:
        """A packet of a stream about which a switch behind its first asks: it has no entry, or has lost it. The packet
        goes on from there, and the entry is written again, once a second at most.

        :returns: whether it is one.
        """
        stream, place = self._streams.get(identity), (event.datapath.dpid, event.in_port)
        if stream is None or place not in stream.ports or place == (stream.source.dpid, stream.source.port):
            return False
        self._send(event, place[0], sorted(stream.ports[place]))
        if self._now() - stream.since >= AGAIN:
            stream.since = self._now()
            self._add(stream, place, self._idle + LONGER)
        return True

    def _write(self, stream: Stream) -> None:
        """The first switch's entry when all others have answered."""
        first, answers = (stream.source.dpid, stream.source.port), []
        for place in [place for place in stream.ports if place != first]:
            datapath = self._datapaths.get(place[0])
            if datapath is None or not self._add(stream, place, self._idle + LONGER):
                return
            answers.append(Deferred.fromCoroutine(datapath.barrier()))

        def done(_: object) -> None:
            if self._streams.get(stream.identity) is stream and first in stream.ports:
                self._add(stream, first, self._idle)

        def failed(failure: Failure) -> None:
            failure.trap(RequestError)  # its packets go on coming to the controller, which delivers them
            self._remove(stream)

        gatherResults(answers, consumeErrors=True).addErrback(_first).addCallbacks(done, failed)

    def _add(self, stream: Stream, place: tuple[int, int], idle: int) -> bool:
        datapath, (shape, values) = self._datapaths.get(place[0]), stream.identity
        fields = {**shape.fixed, **dict(zip(shape.fields[1:], values, strict=True)), "in_port": place[1]}
        is_first = place == (stream.source.dpid, stream.source.port)
        flow = FlowSpec(
            match=Match(**fields),
            priority=FLOWS.low,
            actions=tuple(Output(port) for port in sorted(stream.ports[place])),
            idle_timeout=idle,
            notify_removed=is_first,
        )
        if datapath is None:
            return False
        try:
            cookie = self._flows.add(datapath, flow)
        except LocalProtocolError:
            return False
        if is_first:
            stream.cookie = cookie
            self._by_cookie[cookie] = stream
        return True

    def ended(self, cookie: int) -> bool:
        """An entry has gone; whether it was a stream's first."""
        stream = self._by_cookie.get(cookie)
        if stream is not None:
            self._remove(stream)
        return stream is not None

    def changed(self, group: Group) -> None:
        """A group is wanted elsewhere."""
        self._forget(stream for stream in self._streams.values() if stream.group == group)

    def moved(self) -> None:
        """The network has changed: all are set up anew, each with its next packet."""
        self._forget(self._streams.values())

    def _forget(self, streams: Iterable[Stream]) -> None:
        for stream in list(streams):
            self._remove(stream)

    def _remove(self, stream: Stream) -> None:
        if self._streams.get(stream.identity) is stream:
            del self._streams[stream.identity]
        self._by_cookie.pop(stream.cookie, None)
        first = (stream.source.dpid, stream.source.port)
        for place in sorted(stream.ports, key=lambda place: place != first):
            self._entries.erase(stream.identity, place)


def tree(graph: Graph, source: Place, members: Iterable[Place]) -> Ports:
    """Where each switch sends what comes from a port, so that each member gets it once.

    Every switch has one way towards the source: the ways of all members together are a tree.
    """
    ports: Ports = {}
    towards = graph.distances(source.dpid)
    for member in members:
        way = walk(towards, member.dpid)
        if way is None or member == source:
            continue
        out_port = member.port
        for edge in way:
            ports.setdefault((edge.src, edge.src_port), set()).add(out_port)
            out_port = edge.dst_port
        ports.setdefault((source.dpid, source.port), set()).add(out_port)
    return ports


def _first(failure: Failure) -> Failure:
    """The failure that a gathering of several failed with."""
    inner: Failure | None = getattr(failure.value, "subFailure", None)
    return inner if inner is not None else failure
