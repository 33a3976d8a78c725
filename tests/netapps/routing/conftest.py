"""Networks whose controller routes, under emulated time."""

from __future__ import annotations

from functools import partial

import pytest

from nox.api import Component
from nox.emulator.handles import NetworkHost
from nox.emulator.hosts.host import Host
from nox.emulator.hosts.udp import UdpSocket
from nox.emulator.network import Network
from nox.lib.openflow.versions import Version
from nox.netapps.routing.component import Routing

SETTLED = 1.5  # seconds until every port's role is known
MEMORY = '[view]\nstore = "memory"\n'


@pytest.fixture(params=[Version.V1_0, Version.V1_3], ids=["1.0", "1.3"])
def versions(request: pytest.FixtureRequest) -> tuple[Version, ...]:
    """The OpenFlow versions that the switches speak."""
    return (request.param,)


def start(net: Network, *components: str | type[Component], toml: str = "") -> Routing:
    """Start a controller that routes, and wait until it knows the network and where every host is."""
    net.start(*(components or ("routing", "allow_all")), toml=MEMORY + toml)
    net.run(SETTLED)
    for host in net.hosts:
        host.do(lambda one, now: one.ping(net.hosts[0].ipv4, now, timeout=0.1))
    net.run(SETTLED)
    return net.controller.component(Routing)


class Stream:
    """Numbered datagrams from one host to another.

    :ivar heard: their numbers, as they arrived.
    """

    def __init__(self, net: Network, one: NetworkHost, other: NetworkHost, port: int = 7) -> None:
        self.net, self.one, self.other, self.port = net, one, other, port
        self.heard: list[int] = []
        self.sent = 0
        other.do(lambda host, _: host.udp(port, lambda got: self.heard.append(int.from_bytes(got.data))))
        self.socket: UdpSocket = one.do(lambda host, _: host.udp())

    def send(self, count: int, every: float = 0.0) -> None:
        """Send so many, this far apart."""
        for _ in range(count):
            data = self.sent.to_bytes(4)
            self.one.do(partial(self._send, data))
            self.sent += 1
            if every:
                self.net.run(every)

    def _send(self, data: bytes, host: Host, now: float) -> bool:
        return self.socket.send(self.other.ipv4, self.port, data, now)
