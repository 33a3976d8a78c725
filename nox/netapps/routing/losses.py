"""What becomes of switches and links that lose flows in silence: probed, avoided, tried again.

    lost ──▶ probe ── none came ──▶ avoided by everybody's flows
     │         └── some came, or it is not clear
     └─ again with the next reading ──▶ avoided by the flows of these two hosts

Counters alone can be made to look so by a host, with packets that a link cannot carry: so they concern its own flows
and nobody else's. Only packets of ours that are lost concern everybody. Whoever is avoided is a more costly way and not
a forbidden one: what has no other path stays.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from twisted.logger import Logger

from nox.core.events.event import Event
from nox.lib.addresses import EthernetAddress, format_dpid
from nox.lib.graph import Graph
from nox.lib.thresholds import Sparing
from nox.netapps.decision import Constraints, Path, Place
from nox.netapps.events import FlowsLost
from nox.netapps.interfaces import ILoad
from nox.netapps.routed import Mistrusted
from nox.netapps.routing.avoiding import around, crosses
from nox.netapps.routing.blame import Suspect, Way, arrives, blame, way
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.losing import Sent
from nox.netapps.routing.mistrust import Case, Key, Mistrust, Pair
from nox.netapps.routing.probing import Prober
from nox.netapps.routing.telling import told

AGAIN: Final = 120.0  # seconds within which a flow that is lost for the second time is lost
MOST_PROBES: Final = 4  # at a time
REST: Final = 10.0  # seconds between two probes of one suspect
_MOST_STRIKES: Final = 10_000  # that are remembered


class Losses:
    """Hears of flows that are lost, and has others avoid where.

    :param route: the path of a flow as things are now. :param weigh: has the links of a switch cost what they do now,
        and the flows that cross it look for their paths. :param move: has the flows of two hosts that cross it do so.
    :ivar found: how often somebody was convicted.
    """

    def __init__(
        self,
        graph: Graph,
        prober: Prober,
        load: Callable[[], ILoad | None],
        *,
        route: Callable[[Flow], Path | None],
        weigh: Callable[[Suspect], None],
        move: Callable[[Suspect, Pair], None],
        now: Callable[[], float],
        spawn: Callable[[Coroutine[Any, Any, object]], object],
        post: Callable[[Event], None],
        log: Logger,
    ) -> None:
        self._graph, self._prober, self._load = graph, prober, load
        self._route, self._weigh, self._move = route, weigh, move
        self._now, self._spawn, self._post, self._log = now, spawn, post, log
        self._mistrust, self._sparing = Mistrust(), Sparing()
        self._probed: dict[Suspect, float] = {}
        self._probing: set[Suspect] = set()
        self._strikes: dict[Key, float] = {}  # when what they are about had been read
        self.found = 0

    # What is avoided

    def is_avoided(self, dpid: int, port: int, other: int) -> bool:
        """Whether everybody avoids this link, by itself or with a switch at its ends."""
        suspects = (Suspect(dpid, port), Suspect(dpid), Suspect(other))
        return any(self._mistrust.get(Key(suspect)) is not None for suspect in suspects)

    def constraints(self, flow: Flow) -> Constraints | None:
        """What a flow's path must hold to beside what was decided; None where there is no more."""
        avoided = self._mistrust.avoided((flow.sender, flow.receiver))
        return around(flow.decision.constraints, avoided) if avoided else None

    def open(self) -> list[Mistrusted]:
        """Whoever is avoided now."""
        return [_told(case) for case in sorted(self._mistrust, key=lambda case: case.since)]

    # A flow is lost

    def lost(self, sent: Sent) -> None:
        """A flow is lost between two switches."""
        load = self._load()
        if arrives(sent, load):
            return
        suspect, flow = blame(sent, load), sent.flow
        key = Key(suspect, (flow.sender, flow.receiver))
        one, other = sent.path[sent.place : sent.place + 2]
        if self.is_avoided(one.dpid, one.out_port, other.dpid) or self._mistrust.get(key) is not None:
            return  # it has no other path
        self._probe(sent, suspect)
        self._strike(key, sent)

    def _strike(self, key: Key, sent: Sent) -> None:
        """The second time, by a reading that began when the first had ended, it concerns these two hosts."""
        first = self._strikes.get(key)
        if first is None or sent.since.asked - first > AGAIN:
            if len(self._strikes) < _MOST_STRIKES:
                self._strikes[key] = sent.at.asked
        elif sent.since.asked >= first and key.suspect not in self._probing:
            del self._strikes[key]
            self._convict(key, sent)

    def _probe(self, sent: Sent, suspect: Suspect) -> None:
        """Try whether packets of ours are lost there as well, unless it was just tried."""
        now, found = self._now(), way(suspect, sent, self._graph)
        is_busy = len(self._probing) >= MOST_PROBES or suspect in self._probing
        if found is None or is_busy or now - self._probed.get(suspect, -REST) < REST:
            return
        self._probing.add(suspect)
        self._probed = {one: at for one, at in self._probed.items() if now - at < REST} | {suspect: now}
        self._spawn(self._try(sent, suspect, found))

    async def _try(self, sent: Sent, suspect: Suspect, found: Way) -> None:
        """Probe a suspect; and its link, where that says nothing of a switch that counts the flow and does not send."""
        one = sent.path[sent.place]
        try:
            forwards = await self._prober.forwards(found)
            link = Suspect(one.dpid, one.out_port)
            onward = way(link, sent, self._graph) if suspect == Suspect(one.dpid) else None
            if forwards is None and onward is not None:
                forwards, found = await self._prober.forwards(onward), onward
                key = Key(link)
            else:
                key = Key(suspect)
        finally:
            self._probing.discard(suspect)
        into = found.into
        if forwards is False and not self.is_avoided(into.src, into.src_port, into.dst):
            self._convict(key, sent, found)

    def _convict(self, key: Key, sent: Sent, found: Way | None = None) -> None:
        case = self._mistrust.convict(key, self._now())
        if case is None:
            return
        self.found += 1
        edge = self._graph.get((key.suspect.dpid, key.suspect.port)) if key.suspect.port is not None else None
        case.way, case.end = found, edge.end if edge is not None else None
        flow = sent.flow
        self._apply(case)
        path = self._route(flow)
        is_around = path is not None and not crosses(path, key.suspect)
        self._say(case, sent, is_around=is_around)
        self._post(FlowsLost(_told(case), told(flow, stranded=False), is_around=is_around, is_over=False))

    def _apply(self, case: Case) -> None:
        """Have flows look for their paths."""
        suspect, pair = case.key
        if pair is None:
            self._weigh(suspect)
        else:
            self._move(suspect, pair)

    # Trying again

    def tick(self) -> None:
        """Once a second: whose time is over is tried again; two hosts' flows may do so themselves."""
        now = self._now()
        for case in self._mistrust.due(now):
            if case.way is None or not self._is_there(case.way):
                self._acquit(case)
            elif case.key.suspect not in self._probing and len(self._probing) < MOST_PROBES:
                self._probing.add(case.key.suspect)
                self._spawn(self._try_again(case, case.way))
        for key in [key for key, first in self._strikes.items() if now - first > AGAIN]:
            del self._strikes[key]

    def _is_there(self, found: Way) -> bool:
        """Whether both links are as they were: what was plugged in anew may have been mended."""
        known = (self._graph.get(edge.begin) for edge in found)
        return all(edge is not None and edge.end == one.end for edge, one in zip(known, found, strict=True))

    async def _try_again(self, case: Case, found: Way) -> None:
        try:
            forwards = await self._prober.forwards(found)
        finally:
            self._probing.discard(case.key.suspect)
        if forwards:
            self._acquit(case)
        else:
            self._mistrust.convict(case.key, self._now())

    def _acquit(self, case: Case) -> None:
        self._mistrust.acquit(case, self._now())
        if case.key.pair is None:
            self._weigh(case.key.suspect)
        if self._sparing.allows(self._now()):
            self._log.info("{what} is trusted again with flows{whose}", what=_named(case), whose=_whose(case))
        self._post(FlowsLost(_told(case), None, is_around=True, is_over=True))

    # Words

    def _say(self, case: Case, sent: Sent, *, is_around: bool) -> None:
        if not self._sparing.allows(self._now()):
            return
        others = self._sparing.take()
        self._log.warn(
            "{what} loses what it takes in silence: of {packets} packets from {sender} to {receiver} none was counted "
            'behind it; flows{whose} {done}; see "noxctl losses"{others}',
            what=_named(case),
            packets=sent.packets,
            sender=sent.flow.sender[0].hex(":"),
            receiver=sent.flow.receiver[0].hex(":"),
            whose=_whose(case),
            done=f"are led around it for {case.until - self._now():.0f} s"
            if is_around
            else "have no other path, and stay",
            others=f" ({others} such lines were left out before)" if others else "",
            event=FlowsLost.__name__,
        )


def _named(case: Case) -> str:
    suspect = case.key.suspect
    if suspect.port is None:
        return f"switch {format_dpid(suspect.dpid)}"
    return f"the link from switch {format_dpid(suspect.dpid)} port {suspect.port}"


def _whose(case: Case) -> str:
    return "" if case.key.pair is None else " between these two hosts"


def _told(case: Case) -> Mistrusted:
    suspect, pair = case.key
    return Mistrusted(
        dpid=suspect.dpid,
        port=suspect.port,
        other=Place(*case.end) if case.end is not None else None,
        sender=EthernetAddress(pair[0][0]) if pair is not None else None,
        receiver=EthernetAddress(pair[1][0]) if pair is not None else None,
        since=case.since,
        until=case.until,
        times=case.times,
    )
