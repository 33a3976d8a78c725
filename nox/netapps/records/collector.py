"""Where IPFIX messages go: a UDP socket that never waits."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address


class Collector:
    """An address to which messages are sent.

    :ivar sent: messages; `lost`: those that the kernel did not take.
    :ivar trouble: why the last one was not taken; empty where it was.
    """

    def __init__(self, address: IPv4Address | IPv6Address, port: int) -> None:
        """:raises OSError: when the machine has no such sockets."""
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        self._socket = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        self._target = str(address), port
        self.sent = self.lost = 0
        self.trouble = ""

    def send(self, data: bytes) -> None:
        """Send a message. Never waits, never fails: what is lost is counted."""
        try:
            self._socket.sendto(data, self._target)
        except OSError as error:
            self.lost += 1
            self.trouble = error.strerror or str(error)
        else:
            self.sent += 1
            self.trouble = ""

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()


def parse_collector(text: str) -> tuple[IPv4Address | IPv6Address, int]:
    """``192.0.2.1:4739`` or ``[2001:db8::1]:4739``.

    :raises ValueError: when it is neither.
    """
    host, colon, port = text.rpartition(":")
    try:
        is_six = host.startswith("[") and host.endswith("]")
        if not colon or not 0 < int(port) < 65536:
            raise ValueError
        return (IPv6Address(host[1:-1]) if is_six else IPv4Address(host)), int(port)
    except ValueError as error:
        raise ValueError(f'a collector is an address and a port, such as "192.0.2.1:4739", not "{text}"') from error
