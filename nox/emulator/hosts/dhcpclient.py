"""A DHCP client (RFC 2131, section 4.4): it gets an address, keeps it, and gives it back."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from ipaddress import IPv4Address
from typing import Final

from nox.emulator.hosts.interface import Interface
from nox.emulator.hosts.node import UNSPECIFIED, Node
from nox.emulator.hosts.timers import Timer
from nox.emulator.hosts.udp import Datagram, UdpPorts
from nox.lib.errors import RemoteProtocolError
from nox.lib.packet import dhcp
from nox.lib.packet.dhcp import Dhcp

EVERYBODY: Final = IPv4Address("255.255.255.255")
FIRST_WAIT: Final = 4.0  # seconds until it asks again; doubled up to MOST_WAIT (section 4.1)
MOST_WAIT: Final = 64.0
TRIES: Final = 4  # requests for an offer that is not acknowledged, before it begins anew
_FOR_EVER: Final = 0xFFFFFFFF
_WANTED: Final = bytes((dhcp.MASK, dhcp.ROUTER, dhcp.DNS, dhcp.DOMAIN, dhcp.LEASE_TIME))


class Stage(Enum):
    """Where the client stands (section 4.4, figure 5)."""

    SELECTING = "selecting"
    REQUESTING = "requesting"
    BOUND = "bound"
    RENEWING = "renewing"  # the server is asked
    REBINDING = "rebinding"  # anybody is asked
    STOPPED = "stopped"


_ASKED: Final = (Stage.REQUESTING, Stage.RENEWING)  # one server is asked, and no other is heard


class DhcpClient:
    """One host's.

    :ivar stage: where it stands.
    :ivar server: who has given the address.
    :ivar servers: DNS servers that it was told.
    :ivar expires: when the lease ends; None for never.
    """

    __slots__ = (
        "_node",
        "_offer",
        "_rebind",
        "_socket",
        "_started",
        "_timer",
        "_tries",
        "_xid",
        "changed",
        "expires",
        "server",
        "servers",
        "stage",
    )

    def __init__(self, node: Node, ports: UdpPorts, changed: Callable[[DhcpClient], None] | None) -> None:
        """:param changed: called when an address was given, or lost."""
        self._node, self.changed = node, changed
        self.stage = Stage.STOPPED
        self.server: IPv4Address | None = None
        self.servers: tuple[IPv4Address, ...] = ()
        self.expires: float | None = None
        self._socket = ports.bind(dhcp.CLIENT_PORT, self._hear)
        self._offer = UNSPECIFIED
        self._timer: Timer | None = None
        self._tries = self._xid = 0
        self._started = self._rebind = 0.0

    def start(self, now: float) -> None:
        """Ask for an address."""
        self._started, self._xid, self._tries = now, self._node.draw(), 0
        self.stage, self.server = Stage.SELECTING, None
        self._ask(now)

    def release(self, now: float) -> None:
        """Give the address back, and stop."""
        if self.server is not None and self._node.ipv4 is not None:
            options = {dhcp.MESSAGE_TYPE: bytes((dhcp.RELEASE,)), dhcp.SERVER: self.server.packed}
            message = Dhcp(dhcp.REQUEST, self._node.draw(), self._node.mac, options, self._node.ipv4.address)
            self._socket.send(self.server, dhcp.SERVER_PORT, message.build(), now)
        self._cancel()
        self.stage = Stage.STOPPED
        self._node.ipv4 = None  # neighbours are kept: the message may wait for the server's address
        if self.changed is not None:
            self.changed(self)

    # Asking

    def _ask(self, now: float) -> None:
        """Ask as the stage says, and again after a while."""
        dst, source = (EVERYBODY, UNSPECIFIED)
        if self.stage is Stage.RENEWING and self.server is not None:
            dst, source = self.server, self._address
        elif self.stage is Stage.REBINDING:
            source = self._address
        self._socket.send(dst, dhcp.SERVER_PORT, self._message(source, now).build(), now, src=source)
        when = now + min(FIRST_WAIT * 2**self._tries, MOST_WAIT)
        if self.stage is Stage.RENEWING:
            when = min(when, self._rebind)
        elif self.stage is Stage.REBINDING and self.expires is not None:
            when = min(when, self.expires)
        self._tries += 1
        self._at(when, self._late)

    @property
    def _address(self) -> IPv4Address:
        return self._node.ipv4.address if self._node.ipv4 else UNSPECIFIED

    def _message(self, ciaddr: IPv4Address, now: float) -> Dhcp:
        kind = dhcp.DISCOVER if self.stage is Stage.SELECTING else dhcp.ASK
        options = {dhcp.MESSAGE_TYPE: bytes((kind,))}
        if self.stage is Stage.REQUESTING and self.server is not None:
            options |= {dhcp.ADDRESS: self._offer.packed, dhcp.SERVER: self.server.packed}
        options |= {dhcp.PARAMETERS: _WANTED, dhcp.HOST_NAME: self._node.name.encode()[:63]}
        flags = dhcp.BROADCAST if ciaddr == UNSPECIFIED else 0  # without an address it hears broadcasts alone
        secs = min(int(now - self._started), 0xFFFF)
        return Dhcp(dhcp.REQUEST, self._xid, self._node.sender_mac, options, ciaddr, flags=flags, secs=secs)

    def _late(self, now: float) -> None:
        """Nobody has answered."""
        if self.stage is Stage.REQUESTING and self._tries >= TRIES:
            self.start(now)
        elif self.stage in (Stage.RENEWING, Stage.REBINDING) and self.expires is not None and now >= self.expires:
            self._lost(now)
        else:
            if self.stage is Stage.RENEWING and now >= self._rebind:
                self.stage = Stage.REBINDING
            self._ask(now)

    def _lost(self, now: float) -> None:
        self._set(None)
        self.start(now)

    # Hearing

    def _hear(self, heard: Datagram) -> None:
        try:
            message = Dhcp.parse(heard.data)
            options = message.all_options()
        except RemoteProtocolError:
            self._node.malformed += 1
            return
        if message.operation != dhcp.REPLY or message.xid != self._xid or message.chaddr != self._node.sender_mac:
            return
        server = options.get(dhcp.SERVER, b"")
        if len(server) == 4:
            self._answer(message, options, IPv4Address(server), heard.when)

    def _answer(self, message: Dhcp, options: dict[int, bytes], server: IPv4Address, now: float) -> None:
        kind = message.message_type
        if kind == dhcp.OFFER and self.stage is Stage.SELECTING and int(message.yiaddr):
            self.stage, self._offer, self.server, self._tries = Stage.REQUESTING, message.yiaddr, server, 0
            self._ask(now)
        elif self.stage is Stage.REBINDING or (self.stage in _ASKED and server == self.server):
            if kind == dhcp.NAK:
                self._lost(now)
            elif kind == dhcp.ACK and int(message.yiaddr):
                self._bound(message, options, server, now)

    def _bound(self, message: Dhcp, options: dict[int, bytes], server: IPv4Address, now: float) -> None:
        said = Dhcp(message.operation, message.xid, message.chaddr, options)
        mask = said.addresses(dhcp.MASK)
        prefix = int(mask[0]).bit_count() if mask else 24
        gateway = next(iter(said.addresses(dhcp.ROUTER)), None)
        self.stage, self.server, self.servers, self._tries = Stage.BOUND, server, said.addresses(dhcp.DNS), 0
        self._lease(said, now)
        self._set(Interface(message.yiaddr, prefix, gateway))

    def _lease(self, said: Dhcp, now: float) -> None:
        self._cancel()
        lease = said.seconds(dhcp.LEASE_TIME)
        if lease is None or lease == _FOR_EVER:
            self.expires = None
            return
        lease = max(lease, 2)
        self.expires = now + lease
        renewal = said.seconds(dhcp.RENEWAL) or lease * 0.5
        self._rebind = now + min(said.seconds(dhcp.REBINDING) or lease * 0.875, lease)
        self._at(now + min(renewal, lease), self._renew)

    def _renew(self, now: float) -> None:
        self.stage, self._tries, self._xid = Stage.RENEWING, 0, self._node.draw()
        self._ask(now)

    def _set(self, interface: Interface[IPv4Address] | None) -> None:
        if interface != self._node.ipv4:
            self._node.ipv4 = interface
            self._node.forget_neighbours()
            self._node.announce()
        if self.changed is not None:
            self.changed(self)

    def _at(self, when: float, action: Callable[[float], None]) -> None:
        self._cancel()
        self._timer = self._node.timers.at(when, action)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
