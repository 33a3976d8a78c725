"""Packets of ours that a switch has to forward by an entry of ours: whether it does what it is told.

    one switch ──packet-out──▶ link ──▶ the entry ──▶ link ──▶ the next switch, which asks: it has no such entry

Half of them are given to the middle switch with a packet-out instead: where these arrive and the others do not, neither
the last link nor what the last switch tells is to blame. No host can make such a packet: each has a secret in it, and
is believed only where it must arrive.
"""

from __future__ import annotations

import secrets
from ipaddress import IPv4Address
from typing import Final

from twisted.internet.interfaces import IReactorTime

from nox.core.interfaces import IDatapaths, IFlows
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import PacketIn
from nox.core.openflow.ownership.chunks import pause
from nox.core.openflow.requests import RequestError
from nox.core.plan import FLOWS
from nox.lib.actions import IN_PORT, PORT, Output
from nox.lib.addresses import EthernetAddress
from nox.lib.flowkey import ETH_IPV4, UDP, headers
from nox.lib.match import Match
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.udp import Udp
from nox.netapps.routing.blame import Way

PACKETS: Final = 3  # of each kind
EVERY: Final = 0.1  # seconds between two
WAIT: Final = 1.0  # seconds for the last to arrive
LASTS: Final = 5  # seconds that the entry lasts, where it cannot be removed
SOURCE: Final = EthernetAddress("02:4e:4f:58:00:01")  # administered locally
DESTINATION: Final = EthernetAddress("02:4e:4f:58:00:02")
_ONE, _OTHER = IPv4Address("192.0.2.1"), IPv4Address("192.0.2.2")  # for documentation (RFC 5737): nobody's
_PORT: Final = 9  # discard (RFC 863)
_SECRET: Final = 16  # bytes


class Probe:
    """One that is under way.

    :ivar heard: numbers of packets that have arrived; those from `PACKETS` on did not need the entry.
    :ivar is_refused: whether the switch has refused the entry, or asked what to do with a packet.
    """

    def __init__(self, way: Way) -> None:
        self.way = way
        self.secret = secrets.token_bytes(_SECRET)
        self.heard: set[int] = set()
        self.is_refused = False

    def frame(self, number: int) -> bytes:
        """One of its packets."""
        udp = Udp(_PORT, _PORT, self.secret + bytes((number,)))
        packet = Ipv4(_ONE, _OTHER, UDP, udp.build(Ipv4(_ONE, _OTHER, UDP, b"").ends))
        return Ethernet(DESTINATION, SOURCE, ETH_IPV4, packet.build()).build()

    @property
    def verdict(self) -> bool | None:
        """Whether the switch forwards by its entry: all, or none; None where that is not clear."""
        by_entry = sum(number < PACKETS for number in self.heard)
        if by_entry == PACKETS:
            return True
        is_clear = len(self.heard) == PACKETS and not by_entry and not self.is_refused
        return False if is_clear else None


class Prober:
    """Sends them.

    :ivar probes: that are under way, by the cookie of their entries.
    """

    def __init__(self, flows: IFlows, datapaths: IDatapaths, clock: IReactorTime) -> None:
        self._datapaths, self._clock = datapaths, clock
        self.probes: dict[int, Probe] = {}
        shape, self._values = headers(Ethernet(DESTINATION, SOURCE, ETH_IPV4, _EMPTY).build(), 0)
        self._entry = flows.prepare(
            shape.fields,
            fixed=Match(**shape.fixed),
            priority=FLOWS.low,
            actions=(Output(PORT),),
            hard_timeout=LASTS,
        )

    async def forwards(self, way: Way) -> bool | None:
        """Whether packets that come in by one link leave by the other; None where that cannot be said."""
        into, out = way
        first, middle = self._datapaths.get(into.src), self._datapaths.get(into.dst)
        if first is None or middle is None:
            return None
        probe, number = Probe(way), self._entry.number()
        cookie, values = self._entry.cookie(number), (into.dst_port, *self._values[1:])
        self.probes[cookie] = probe
        try:
            port = out.src_port if out.src_port != into.dst_port else IN_PORT
            self._entry.add(middle, values, port, number=number)
            await middle.barrier()
            await self._send(probe, first, middle)
        except RequestError:
            return None
        finally:
            del self.probes[cookie]
        self._entry.remove(middle, values)
        return probe.verdict

    async def _send(self, probe: Probe, first: Datapath, middle: Datapath) -> None:
        for number in range(PACKETS):
            first.emit_at(probe.way.into.src_port, probe.frame(number))
            middle.emit_at(probe.way.out.src_port, probe.frame(PACKETS + number))
            await pause(self._clock, EVERY)
        await pause(self._clock, WAIT)

    def hear(self, event: PacketIn) -> bool:
        """A packet that may be one of ours: whether it is."""
        place, text = (event.datapath.dpid, event.in_port), event.data
        for probe in self.probes.values():
            start = text.find(probe.secret)
            if start < 0 or len(text) <= start + _SECRET:
                continue
            if place == probe.way.out.end:
                probe.heard.add(text[start + _SECRET])
            elif place == probe.way.into.end:
                probe.is_refused = True
            return True
        return False

    def refused(self, cookie: int) -> None:
        """A switch has refused an entry, perhaps one of ours."""
        probe = self.probes.get(cookie)
        if probe is not None:
            probe.is_refused = True


_EMPTY: Final = Ipv4(_ONE, _OTHER, UDP, Udp(_PORT, _PORT).build(Ipv4(_ONE, _OTHER, UDP, b"").ends)).build()
