"""A host as a test or a demonstration sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address

from nox.emulator.hosts import http, resolver
from nox.emulator.hosts.dhcpclient import DhcpClient
from nox.emulator.hosts.echo import Echoes, Ping
from nox.emulator.hosts.flood import Flood, Make, many_sources
from nox.emulator.hosts.http import Answer, HttpGet
from nox.emulator.hosts.interface import Interface, interface4, interface6
from nox.emulator.hosts.node import Lie, Node, Packet
from nox.emulator.hosts.resolver import Lookup
from nox.emulator.hosts.tcp import Connection
from nox.emulator.hosts.tcpports import Accept, TcpPorts
from nox.emulator.hosts.udp import Hear, UdpPorts, UdpSocket
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError
from nox.lib.flowkey import ICMP, ICMPV6, TCP, UDP
from nox.lib.packet import dns
from nox.lib.packet.checksum import Address
from nox.lib.packet.ipv4 import Ipv4


class Host(Node):
    """A host with one interface.

    :ivar servers: DNS servers to ask; without any, those that DHCP has told.
    """

    __slots__ = ("_dhcp", "_echoes", "_tcp", "_udp", "servers")

    def __init__(
        self,
        name: str,
        mac: EthernetAddress,
        ipv4: Interface[IPv4Address] | None = None,
        ipv6: Interface[IPv6Address] | None = None,
    ) -> None:
        """:raises ConfigError: when it has no name, or a group's address."""
        if not name or mac.is_multicast or not any(mac):
            raise ConfigError(
                f"a host {name!r} with Ethernet address {mac}: it needs a name, and an address of its own"
            )
        super().__init__(name, mac, ipv4, ipv6)
        self.servers: Sequence[Address] = ()
        self._echoes: Echoes | None = None
        self._udp: UdpPorts | None = None
        self._tcp: TcpPorts | None = None
        self._dhcp: DhcpClient | None = None

    @classmethod
    def of(cls, name: str, mac: str, ipv4: str = "", ipv6: str = "", *, gateway4: str = "", gateway6: str = "") -> Host:
        """A host from text: ``Host.of("h1", "02:00:00:00:00:01", "10.0.0.1/24")``.

        :raises ConfigError: when an address is wrong.
        :raises LocalProtocolError: when the Ethernet address is wrong.
        """
        four = interface4(ipv4, gateway4) if ipv4 else None
        six = interface6(ipv6, gateway6) if ipv6 else None
        return cls(name, EthernetAddress(mac), four, six)

    # What it does

    def ping(
        self,
        target: Address,
        now: float,
        *,
        count: int = 1,
        interval: float = 1.0,
        timeout: float = 1.0,
        when_done: Callable[[Ping], None] | None = None,
    ) -> Ping:
        """Send echo requests.

        :param interval: seconds between two; `timeout`: seconds for an answer.
        """
        ping = self._pings().ping(target, now, count, interval, timeout)
        ping.when_done = when_done
        return ping

    def udp(self, port: int = 0, hear: Hear | None = None) -> UdpSocket:
        """Bind a UDP port; 0 for any.

        :raises LocalProtocolError: when it is bound already.
        """
        return self._udp_ports().bind(port, hear)

    def connect(
        self, dst: Address, port: int, now: float, changed: Callable[[Connection, float], None] | None = None
    ) -> Connection:
        """Begin a TCP connection.

        :raises LocalProtocolError: when it has too many.
        """
        connection = self._tcp_ports().connect(dst, port, now)
        connection.changed = changed
        return connection

    def listen(self, port: int, accept: Accept) -> None:
        """Accept TCP connections; `accept` gets each when it is established.

        :raises LocalProtocolError: when it listens there already.
        """
        self._tcp_ports().listen(port, accept)

    def get(
        self,
        dst: Address,
        path: str,
        now: float,
        *,
        port: int = 80,
        host: str = "",
        when_done: Callable[[HttpGet], None] | None = None,
    ) -> HttpGet:
        """Ask for a page over HTTP."""
        request = HttpGet(host or str(dst), path, when_done)
        self.connect(dst, port, now, request.changed)
        return request

    def serve(self, answer: Answer, port: int = 80) -> None:
        """Answer requests for pages over HTTP; `answer` makes status and body from a path."""
        self.listen(port, lambda connection, now: http.serve(connection, now, answer))

    def dhcp(self, now: float, changed: Callable[[DhcpClient], None] | None = None) -> DhcpClient:
        """Get an address by DHCP, and keep it."""
        if self._dhcp is None:
            self._dhcp = DhcpClient(self, self._udp_ports(), changed)
        self._dhcp.start(now)
        return self._dhcp

    def resolve(
        self, name: str | Address, now: float, kind: int = dns.A, when_done: Callable[[Lookup], None] | None = None
    ) -> Lookup:
        """Ask DNS for a name, or for the name of an address.

        :raises LocalProtocolError: when it is no name.
        """
        servers = self.servers or (self._dhcp.servers if self._dhcp else ())
        lookup = Lookup(self, self._udp_ports(), resolver.question(name, kind), servers, when_done)
        lookup.ask(now)
        return lookup

    # What it suffers, and how it misbehaves

    def sleep(self) -> None:
        """Hear and send nothing."""
        self.asleep = True

    def awake(self, now: float) -> None:
        """Go on; what was due meanwhile is done now."""
        self.asleep = False
        self.run(now)

    def lies(
        self, *, mac: EthernetAddress | None = None, ipv4: IPv4Address | None = None, ipv6: IPv6Address | None = None
    ) -> None:
        """Say to have other addresses from now on, and answer for them; without any, be honest again."""
        self.lie = Lie(mac, ipv4, ipv6) if mac or ipv4 or ipv6 else None

    def flood(self, now: float, *, per_second: float, total: int, make: Make | None = None, seed: int = 0) -> Flood:
        """Send frames at a rate: without `make` each from an Ethernet address of its own."""
        return Flood(self, make or many_sources(seed), per_second, total, now)

    # What arrives

    def deliver(self, packet: Packet, now: float, *, to_all: bool) -> None:
        """A packet for this host."""
        if packet.protocol == UDP:
            self._udp_ports().hear(packet, now, to_all=to_all)
        elif self.ipv4 is None and isinstance(packet, Ipv4) and not self.owns(packet.dst):
            return  # without an address it hears DHCP alone
        elif packet.protocol == ICMP and isinstance(packet, Ipv4):
            self._pings().hear4(packet, now, to_all=to_all)
        elif packet.protocol == ICMPV6 and not isinstance(packet, Ipv4):
            self._pings().hear6(packet, now)
        elif packet.protocol == TCP and not to_all:
            self._tcp_ports().hear(packet, now)

    def _pings(self) -> Echoes:
        if self._echoes is None:
            self._echoes = Echoes(self)
        return self._echoes

    def _udp_ports(self) -> UdpPorts:
        if self._udp is None:
            self._udp = UdpPorts(self)
        return self._udp

    def _tcp_ports(self) -> TcpPorts:
        if self._tcp is None:
            self._tcp = TcpPorts(self)
        return self._tcp
