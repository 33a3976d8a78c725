"""Who sends how much to whom: rates by flow and by host, from the entries that something goes through.

A flow has an entry in each switch that it crosses, and what goes through is counted in each. So a flow is a match
without `in_port`; in one switch its entries are added up, and of several switches the one counts where it is most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nox.lib.addresses import EthernetAddress
from nox.lib.match import Match
from nox.netapps.load import FlowLoad, HostLoad
from nox.netapps.monitoring.entries import Active
from nox.netapps.monitoring.ports import Ports
from nox.netapps.names import Names, vlan_of


@dataclass(slots=True)
class Flow:
    """A flow at the switch where most of it goes through."""

    dpid: int
    cookie: int
    match: Match
    bytes: float = 0.0
    packets: float = 0.0


def flows(active: Iterable[tuple[int, Active]]) -> list[Flow]:
    """Each flow once, in no order."""
    found: dict[tuple[Match, int], Flow] = {}
    for dpid, entry in active:
        flow = found.setdefault((entry.match, dpid), Flow(dpid, entry.cookie, entry.match))
        flow.bytes += entry.bytes
        flow.packets += entry.packets
    most: dict[Match, Flow] = {}
    for flow in found.values():
        other = most.get(flow.match)
        if other is None or (flow.bytes, flow.packets) > (other.bytes, other.packets):
            most[flow.match] = flow
    return list(most.values())


def flow_load(flow: Flow, names: Names, owner: Callable[[int], str]) -> FlowLoad:
    """A flow as it is told.

    :param owner: the name of a cookie's component.
    """
    vlan = vlan_of(flow.match)
    source, destination = (names.end(flow.match, side) for side in ("src", "dst"))
    return FlowLoad(
        dpid=flow.dpid,
        owner=owner(flow.cookie),
        match=str(flow.match),
        source=names.host(source, vlan) if source is not None else "",
        destination=names.host(destination, vlan) if destination is not None else "",
        bytes=flow.bytes,
        packets=flow.packets,
    )


Key = tuple[EthernetAddress, int]


def host_loads(found: Iterable[Flow], hosts: Iterable[Key], ports: Ports, names: Names) -> list[HostLoad]:
    """What each host sends and receives, in no order.

    :param hosts: those that are known, with their VLANs; those of flows are added.
    """
    sent: defaultdict[Key, float] = defaultdict(float)
    received: defaultdict[Key, float] = defaultdict(float)
    for flow in found:
        for side, rates in (("src", sent), ("dst", received)):
            mac = names.end(flow.match, side)
            if mac is not None and not mac.is_multicast:
                rates[mac, vlan_of(flow.match)] += flow.bytes
    everybody = dict.fromkeys([*hosts, *sent, *received])
    return [_host(key, ports, names, sent.get(key, 0.0), received.get(key, 0.0)) for key in everybody]


def _host(key: Key, ports: Ports, names: Names, sent: float, received: float) -> HostLoad:
    """One host: what its port receives it sends."""
    place, basis = names.place(*key), "flows"
    rates = ports.rates(place.dpid, place.port) if place is not None and names.alone(place) else None
    if rates is not None and rates.rx_bytes is not None and rates.tx_bytes is not None:
        sent, received, basis = rates.rx_bytes, rates.tx_bytes, "port"
    return HostLoad(host=str(key[0]), name=names.host(*key), place=place, tx_bytes=sent, rx_bytes=received, basis=basis)
