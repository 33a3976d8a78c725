"""Hosts of the lab that claim links between switches."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Sequence

from nox.core.view.rows import LinkKind
from nox.lib.addresses import EthernetAddress
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.lldp import CHASSIS_LOCAL, NEAREST_BRIDGE, PORT_LOCAL, Id, Lldp
from nox.netapps.discovery.frames import Frames
from tests.lab.namespaces import Host
from tests.lab.sockets import raw_socket

LLDP = 0x88CC
PATIENCE = 10.0  # seconds for a frame of discovery's to come


class Attackers:
    """Two hosts, at two switches."""

    def __init__(self, hosts: Sequence[Host]) -> None:
        self._hosts = hosts
        self._sockets = [raw_socket(host, LLDP) for host in hosts]

    def close(self) -> None:
        """Close the sockets."""
        for one in self._sockets:
            one.close()

    def hear(self, host: int = 0) -> bytes:
        """The next frame that discovery sends to a host."""
        return _next(self._sockets[host], PATIENCE)

    def send(self, frame: bytes, host: int = 1) -> None:
        """Have a host send a frame."""
        self._sockets[host].send(frame)

    def fabricate(self) -> None:
        """A link without a signature."""
        lldp = Lldp(Id(CHASSIS_LOCAL, b"dpid:0000000000000001"), Id(PORT_LOCAL, b"1"), 120)
        self.send(Ethernet(NEAREST_BRIDGE, EthernetAddress(self._hosts[1].mac), LLDP, lldp.build()).build())

    def sign(self) -> None:
        """A link with a signature under another key."""
        frames = Frames(bytes(32))
        head = frames.head(1, 1, EthernetAddress(self._hosts[1].mac), LinkKind.DIRECT, 3)
        self.send(frames.frame(head, int(time.time() * 1e6)))

    def cut(self) -> None:
        """A frame that is cut short."""
        self.send(self.hear()[:60])

    def replay(self) -> None:
        """A frame that was right some seconds ago."""
        frame = self.hear()
        time.sleep(6)
        self.send(frame)

    def relay(self) -> None:
        """Whatever one hears the other sends at once, both ways, for a while."""
        end = time.monotonic() + 4
        for one in self._sockets:
            _drain(one)
        while (left := end - time.monotonic()) > 0:
            for ready in select.select(self._sockets, [], [], left)[0]:
                self._sockets[ready is self._sockets[0]].send(ready.recv(2048))


ATTACKS: dict[str, Callable[[Attackers], None]] = {
    "a link without a signature": Attackers.fabricate,
    "a link signed with another key": Attackers.sign,
    "a frame cut short": Attackers.cut,
    "a frame sent again": Attackers.replay,
    "frames relayed at once": Attackers.relay,
}


def _drain(one: socket.socket) -> None:
    while select.select([one], [], [], 0)[0]:
        one.recv(2048)


def _next(one: socket.socket, within: float) -> bytes:
    _drain(one)
    if not select.select([one], [], [], within)[0]:
        raise AssertionError(f"no frame of discovery has come within {within:g} s")
    return one.recv(2048)
