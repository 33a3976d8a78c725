"""A link of the demonstration's ring is cut, and mended: what becomes of a ping that goes over it."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from nox.core.kernel import Kernel
from nox.emulator.hosts.echo import Ping
from nox.emulator.network import Network
from nox.lib.errors import NoxError
from nox.netapps.interfaces import Role
from nox.netapps.routed import RoutedFlow
from nox.netapps.routing.component import Routing
from nox.netapps.topology.component import Topology

_LINKS = 10.0  # seconds for all links to be known
_EVERY, _COUNT = 0.05, 80  # seconds between two pings while the link is cut and mended; pings
_CUT, _MENDED = 1.0, 2.5  # seconds after the first of them


async def linked(kernel: Kernel, network: Network, reactor: Any, console: Console) -> None:
    """Wait until the controller knows all links, and where hosts are.

    :raises NoxError: when it does not.
    """
    topology = kernel.registry.records["topology"].instance
    assert isinstance(topology, Topology)
    wanted, end = 2 * len(network.wiring), reactor.seconds() + _LINKS
    ports = [(network.switch(name).dpid, port) for name, port in (host.switch for host in network.hosts)]
    while topology.graph.number_of_edges() < wanted or any(topology.role(*port) is not Role.EDGE for port in ports):
        if reactor.seconds() > end:
            raise NoxError(f"not all {wanted // 2} links are known after {_LINKS:g} s")
        await deferLater(reactor, 0.05)
    console.print(f"All {wanted // 2} links of the ring are known.")


async def cut(kernel: Kernel, network: Network, reactor: Any, console: Console, names: dict[int, str]) -> None:
    """Ping over a link while it is cut, and while it is mended."""
    routing = kernel.registry.records["routing"].instance
    assert isinstance(routing, Routing)
    one, other = network.hosts[0], next(host for host in network.hosts if host.switch[0] == "s2")
    link = network.link("s1", "s2")

    def shown(when: str) -> None:
        way = next((flow.path for flow in routing.standing(10_000) if _is(flow, one.mac, other.mac)), ())
        console.print(f"  {when}: {one.name} → {' → '.join(names[hop.dpid] for hop in way)} → {other.name}")

    console.print(f"\n{one.name} pings {other.name}, twenty times a second, and the link between s1 and s2 is cut:")
    done: Deferred[Ping] = Deferred()
    one.do(lambda host, now: host.ping(other.ipv4, now, count=_COUNT, interval=_EVERY, when_done=done.callback))
    await deferLater(reactor, _CUT)
    shown("before")
    link.down()
    await deferLater(reactor, 0.5)
    shown("cut")
    await deferLater(reactor, _MENDED - _CUT - 0.5)
    link.up()
    await deferLater(reactor, 1.0)
    shown("mended")
    ping = await done
    style = "green" if ping.lost <= 2 else "red"
    console.print(f"  [{style}]{ping.received} of {ping.sent} pings answered[/]\n")


def _is(flow: RoutedFlow, sender: bytes, receiver: bytes) -> bool:
    return flow.headers.get("icmpv4_type") == "8" and (flow.sender, flow.receiver) == (sender, receiver)
