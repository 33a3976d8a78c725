"""Who has which Ethernet address: what ARP and neighbour discovery have found, and packets that wait for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from nox.emulator.hosts.timers import Timers
from nox.lib.addresses import EthernetAddress
from nox.lib.packet.checksum import Address

MOST: Final = 1024  # neighbours of one host
MOST_WAITING: Final = 16  # packets for one neighbour
LIFETIME: Final = 60.0  # seconds for which an answer holds
TRIES: Final = 3
BETWEEN_TRIES: Final = 1.0  # seconds (RFC 4861, section 10: RETRANS_TIMER)

Ask = Callable[[Address], None]
Send = Callable[[EthernetAddress, int, bytes], None]


class _Neighbour:
    __slots__ = ("mac", "tries", "until", "waiting")

    def __init__(self) -> None:
        self.mac: EthernetAddress | None = None
        self.until = 0.0
        self.tries = 0
        self.waiting: list[tuple[int, bytes]] = []


class Neighbours:
    """A host's neighbours.

    :param ask: sends a question for an address.
    :param send: sends a packet to an Ethernet address.
    """

    __slots__ = ("_ask", "_known", "_send", "_timers")

    def __init__(self, timers: Timers, ask: Ask, send: Send) -> None:
        self._timers, self._ask, self._send = timers, ask, send
        self._known: dict[Address, _Neighbour] = {}

    def __getitem__(self, address: Address) -> EthernetAddress | None:
        """The Ethernet address that is known; None for none."""
        neighbour = self._known.get(address)
        return neighbour.mac if neighbour else None

    def forget(self) -> None:
        """All of it, with the packets that wait: the host has another address."""
        self._known.clear()

    def send(self, address: Address, eth_type: int, packet: bytes, now: float) -> None:
        """Send a packet to a neighbour, now or when it has answered; after `TRIES` questions it is lost."""
        neighbour = self._known.get(address)
        if neighbour is not None and neighbour.mac is not None and now < neighbour.until:
            self._send(neighbour.mac, eth_type, packet)
            return
        if neighbour is None or neighbour.mac is not None:
            neighbour = self._new(address)
        if len(neighbour.waiting) < MOST_WAITING:
            neighbour.waiting.append((eth_type, packet))
        if not neighbour.tries:
            self._try(address, neighbour, now)

    def _new(self, address: Address) -> _Neighbour:
        if len(self._known) >= MOST:
            del self._known[next(iter(self._known))]
        neighbour = self._known[address] = _Neighbour()
        return neighbour

    def _try(self, address: Address, neighbour: _Neighbour, now: float) -> None:
        if neighbour.mac is not None or self._known.get(address) is not neighbour:
            return
        if neighbour.tries == TRIES:
            del self._known[address]
            return
        neighbour.tries += 1
        self._ask(address)
        self._timers.at(now + BETWEEN_TRIES, lambda later: self._try(address, neighbour, later))

    def learn(self, address: Address, mac: EthernetAddress, now: float, *, create: bool) -> None:
        """What a neighbour has said of itself.

        :param create: whether it is remembered when nobody has asked (RFC 826: who asks us will be answered).
        """
        neighbour = self._known.get(address) or (self._new(address) if create else None)
        if neighbour is None or mac.is_multicast:
            return
        neighbour.mac, neighbour.until, neighbour.tries = mac, now + LIFETIME, 0
        waiting, neighbour.waiting = neighbour.waiting, []
        for eth_type, packet in waiting:
            self._send(mac, eth_type, packet)
