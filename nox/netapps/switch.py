"""The component ``switch``: each switch learns by itself where addresses are (IEEE 802.1D).

A packet to a known address gets an entry of its own, which matches every header field that the switch's version
knows and is gone after `idle_timeout` seconds without a packet. A packet to an unknown or group address is flooded.
When an address turns up at another port, the entries that lead to the old one, and from there, are removed.

A TCP packet is sure to be answered: the entry for its answers is written with its own, before the packet goes on.

With the component ``topology`` it floods along its tree alone, and takes nothing from ports that are not in it: the
network may have loops. Without, it floods everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from pydantic import Field

from nox.core.component.component import Component
from nox.core.component.declaration import optional, requires
from nox.core.config.model import ComponentConfig
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IDatapaths, IFlows, IPunts
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import DatapathLeave, PacketIn, PortStatus
from nox.core.openflow.prepared import PreparedFlow
from nox.core.openflow.requests import RequestError
from nox.core.openflow.statistics import FlowStats
from nox.core.plan import FLOWS, MISS
from nox.lib.actions import ANY, FLOOD, NO_BUFFER, PORT, Output
from nox.lib.flowkey import SHAPES, TCP
from nox.lib.match import Match
from nox.lib.shapes import Shape, Value
from nox.netapps.events import PortRoleChanged, TopologyChanged
from nox.netapps.interfaces import ITopology, Role

MOST_ADDRESSES = 16_384  # learned for each switch; the oldest makes room

_RESERVED = bytes.fromhex("0180c20000")  # 802.1D, table 7-10: addresses that no bridge forwards
_PORT_DELETED = 1
_OPPOSITE = {"src": "dst", "dst": "src"}

Answer = Callable[[tuple[Value, ...]], tuple[Value, ...]]  # a packet's values to those of its answer, without the port
Address = Value | tuple[Value, Value]  # of a host: six bytes; with its VLAN where the frame has a tag


class Switch(Component):
    """A learning switch."""

    bands = (FLOWS, MISS)
    datapaths = requires(IDatapaths)
    flows = requires(IFlows)
    punts = requires(IPunts)
    topology = optional(ITopology)

    class Config(ComponentConfig):
        """`idle_timeout`, `hard_timeout`: seconds that an entry lasts without a packet, and at all; 0: for ever."""

        idle_timeout: int = Field(default=10, ge=0, le=65535)
        hard_timeout: int = Field(default=0, ge=0, le=65535)

    config: Config

    async def start(self) -> None:
        """Ask for every packet that no entry fits."""
        self._learned: dict[Datapath, dict[Address, int]] = {}
        self._moving: set[tuple[Datapath, bytes]] = set()
        self._flows = {shape: (self._prepare(shape), _answer(shape)) for shape in SHAPES}
        self.punts.want(Match())
        self.flows.adopt(self.adopt)
        self._flood = self._flood_everywhere
        if self.topology is None:
            self.register(PacketIn, self.packet_in)
        else:
            self._flood = self._flood_along_tree
            self.register(PacketIn, self.packet_in_of_tree)
            self.register(TopologyChanged, self.topology_changed)
            self.register(PortRoleChanged, self.role_changed, where={"role": Role.CORE})
        self.register(PortStatus, self.port_status)
        self.register(DatapathLeave, self.leave)

    def _prepare(self, shape: Shape) -> PreparedFlow:
        return self.flows.prepare(
            shape.fields,
            fixed=Match(**shape.fixed),
            priority=FLOWS.low,
            actions=(Output(PORT),),
            idle_timeout=self.config.idle_timeout,
            hard_timeout=self.config.hard_timeout,
            widen=True,  # OpenFlow 1.0 cannot say IPv6 addresses; Ethernet's lead to the same port
        )

    def packet_in(self, event: PacketIn) -> Outcome:
        """Learn where the source is; send the packet to where its destination is."""
        datapath, in_port, shape, values = event.datapath, event.in_port, event.shape, event.values
        dst: Address = values[1]
        src: Address = values[2]
        try:
            learned = self._learned[datapath]
        except KeyError:
            learned = self._learned[datapath] = {}
        if shape.tagged:
            dst, src = (values[3], values[1]), (values[3], values[2])
        if learned.get(src) != in_port:
            self._learn(datapath, learned, src, in_port, event)
        out_port = learned.get(dst)
        if out_port is None:
            self._flood(event)
        elif out_port != in_port:
            flow, answer = self._flows[shape]
            if answer is not None and learned.get(src) == in_port:  # not so for a group address
                flow.add(datapath, (out_port, *answer(values)), in_port)
            flow.add(datapath, values, out_port, event.buffer_id)
            if event.buffer_id == NO_BUFFER:
                datapath.forward(event, out_port)
        return CONTINUE

    def packet_in_of_tree(self, event: PacketIn) -> Outcome:
        """As `packet_in`, unless it came from a port from which nothing is taken: another copy of it comes, or none."""
        assert self.topology is not None
        if self.topology.may_flood(event.datapath.dpid, event.in_port):
            self.packet_in(event)
        return CONTINUE

    def _flood_along_tree(self, event: PacketIn) -> None:
        assert self.topology is not None
        ports = [port for port in self.topology.flood_ports(event.datapath.dpid) if port != event.in_port]
        if ports and _is_flooded(event):
            event.datapath.packet_out(event, [Output(port) for port in ports])

    def _flood_everywhere(self, event: PacketIn) -> None:
        if _is_flooded(event):
            event.datapath.forward(event, FLOOD)

    def _learn(
        self, datapath: Datapath, learned: dict[Address, int], address: Address, port: int, event: PacketIn
    ) -> None:
        """Note that an address is at a port; what led to where it was, and from there, is removed.

        Not from a frame that no bridge forwards: `hosts` lets these pass whoever has sent them.
        """
        mac = address[1] if isinstance(address, tuple) else address
        assert isinstance(mac, bytes)
        if mac[0] & 1 or not _is_flooded(event):  # no station sends from a group address
            return
        moved = learned.pop(address, None) is not None
        if len(learned) >= MOST_ADDRESSES:
            del learned[next(iter(learned))]
        learned[address] = port
        if moved and (datapath, mac) not in self._moving:
            self._moving.add((datapath, mac))
            self.spawn(self._moved(datapath, mac))

    def adopt(self, datapath: Datapath, entry: FlowStats) -> bool:
        """Whether an entry of an earlier run stays: it does where its port is up, unless the address is elsewhere now.

        Where it leads is learned, so that it is removed when the address moves.
        """
        address, ports = _destination(entry.match), [a.port for a in entry.actions if isinstance(a, Output)]
        port = datapath.ports.get(ports[0]) if len(ports) == 1 else None
        if address is None or port is None or not port.is_up:
            return False
        return self._learned.setdefault(datapath, {}).setdefault(address, port.number) == port.number

    async def _moved(self, datapath: Datapath, mac: bytes) -> None:
        try:
            await self._remove(datapath, Match(eth_dst=mac), ANY)
            await self._remove(datapath, Match(eth_src=mac), ANY)  # one would hide that it is back where it was
        finally:
            self._moving.discard((datapath, mac))

    async def _remove(self, datapath: Datapath, match: Match, out_port: int) -> None:
        try:
            await self.flows.remove(datapath, match, out_port=out_port)
        except RequestError as error:
            self.log.warn("switch {dpid} keeps entries that are out of date: {error}", dpid=str(datapath), error=error)

    def port_status(self, event: PortStatus) -> Outcome:
        """Forget who was at a port that is down or gone, and remove the entries that lead there."""
        if event.reason == _PORT_DELETED or not event.port.is_up:
            self._forget(event.datapath, event.port.number)
        return CONTINUE

    def topology_changed(self, event: TopologyChanged) -> Outcome:
        """Where another switch is may be elsewhere now: forget what was learned from there, as bridges do."""
        for datapath, learned in self._learned.items() if event.is_rerouted else ():
            for port in set(learned.values()):
                self._forget_core(datapath, port)
        return CONTINUE

    def role_changed(self, event: PortRoleChanged) -> Outcome:
        """A port leads to another switch: who was learned there may be reached some other way."""
        datapath = self.datapaths.get(event.dpid)
        if datapath is not None and event.port in self._learned.get(datapath, {}).values():
            self._forget_core(datapath, event.port)
        return CONTINUE

    def _forget_core(self, datapath: Datapath, port: int) -> None:
        assert self.topology is not None
        if self.topology.role(datapath.dpid, port) is not Role.EDGE:
            self._forget(datapath, port)

    def _forget(self, datapath: Datapath, port: int) -> None:
        """Forget who was at a port, and remove the entries that lead there."""
        learned = self._learned.get(datapath, {})
        for address in [address for address, where in learned.items() if where == port]:
            del learned[address]
        self.spawn(self._remove(datapath, Match(), port))

    def leave(self, event: DatapathLeave) -> Outcome:
        """Forget a switch that has gone."""
        self._learned.pop(event.datapath, None)
        return CONTINUE


def _is_flooded(event: PacketIn) -> bool:
    """Whether bridges forward packets to its destination."""
    dst = event.values[1]
    assert isinstance(dst, bytes)
    return not dst.startswith(_RESERVED) or dst[5] > 0x0F


def _answer(shape: Shape) -> Answer | None:
    """What turns a packet's values into those of its answer, after ``in_port``; None where none is sure to come.

    Sources and destinations change places; the VLAN and what else there is stays.
    """
    if shape.fixed.get("ip_proto") != TCP:
        return None
    opposite = [name[:-3] + _OPPOSITE.get(name[-3:], name[-3:]) for name in shape.fields[1:]]
    return itemgetter(*map(shape.fields.index, opposite))


def _destination(match: Match) -> Address | None:
    """The address that the packets of an entry go to; None where it does not say."""
    mac, vlan = match.get("eth_dst"), match.get("vlan_vid")
    if mac is None:
        return None
    return (vlan, mac.to_bytes(6)) if vlan else mac.to_bytes(6)
