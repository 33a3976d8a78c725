"""What is for everybody, and what goes to one host without entries.

A packet for everybody is sent out of all edge ports by the controller itself, at once: each switch is sent the packet
once, and none asks about it again. Hop by hop along a tree every switch would ask, and a tree that changes meanwhile
would lose packets or double them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nox.core.interfaces import IDatapaths
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import PacketIn
from nox.lib.actions import Output
from nox.lib.openflow.codec import encode
from nox.netapps.decision import Place
from nox.netapps.interfaces import ITopology

_RESERVED = bytes.fromhex("0180c20000")  # 802.1D, table 7-10: addresses that no bridge forwards

_MOST_HEADS = 10_000  # beginnings of packet-outs that are kept

Reachable = Callable[[int], Iterable[int]]  # the switches that can be reached from one


class Flooder:
    """Sends packets for everybody.

    :param rate: of those from one edge port, a second; twice as many may come at once.
    :ivar flooded: packets for everybody; `too_many`: those that were not sent on.
    """

    def __init__(
        self,
        topology: ITopology,
        datapaths: IDatapaths,
        reachable: Reachable,
        now: Callable[[], float],
        rate: int,
    ) -> None:
        self._topology, self._datapaths, self._reachable = topology, datapaths, reachable
        self._now, self._rate = now, rate
        self._heads: dict[tuple[int, tuple[int, ...]], bytes] = {}
        self._allowance: dict[Place, tuple[float, float]] = {}
        self.flooded = self.too_many = 0

    def flood(self, event: PacketIn, source: Place) -> bool:
        """Send a packet out of all edge ports that can be reached, but for the one where it came from.

        :returns: whether it was: not to an address that no bridge forwards, nor where too many have come.
        """
        destination = event.values[1]
        assert isinstance(destination, bytes)
        if destination.startswith(_RESERVED) and destination[5] <= 0x0F:
            return False
        if not self._may(source):
            self.too_many += 1
            return False
        self.flooded += 1
        for dpid in sorted(self._reachable(source.dpid)):
            ports = self._topology.edge_ports(dpid)
            self.send(event, dpid, ports if dpid != source.dpid else [port for port in ports if port != source.port])
        return True

    def send(self, event: PacketIn, dpid: int, ports: Iterable[int]) -> None:
        """Send a packet out of some ports of a switch. The frame is whole: routing asks for whole frames."""
        datapath, out = self._datapaths.get(dpid), tuple(ports)
        if datapath is None or not out:
            return
        try:
            head = self._heads[datapath.version, out]
        except KeyError:
            head = self._head(datapath, out)
        length = len(head) + len(event.data)
        datapath.send_bytes(head[:2] + length.to_bytes(2) + head[4:] + event.data)

    def _head(self, datapath: Datapath, ports: tuple[int, ...]) -> bytes:
        """A packet-out to these ports without its packet, which stands last in every version."""
        if len(self._heads) >= _MOST_HEADS:
            self._heads.clear()
        message = datapath.translator.packet_out(None, tuple(map(Output, ports)), b"")
        head = self._heads[datapath.version, ports] = encode(message, datapath.version, 0)
        return head

    def _may(self, source: Place) -> bool:
        """One more from this port: a bucket that fills at `rate`."""
        now = self._now()
        left, when = self._allowance.get(source, (2.0 * self._rate, now))
        left = min(2.0 * self._rate, left + (now - when) * self._rate)
        self._allowance[source] = (left - 1 if left >= 1 else left, now)
        return left >= 1

    def forget(self, source: Place) -> None:
        """This port is an edge no more."""
        self._allowance.pop(source, None)
