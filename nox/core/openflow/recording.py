"""What an ear hears, as a pcapng file: one interface, and a TCP connection in it for each channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Final

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress

from nox.core.openflow.channel import Channel
from nox.lib.capture import writing
from nox.lib.capture.conversation import Conversation
from nox.lib.capture.segments import Endpoint

_MOST_UNKNOWN: Final = 256 * 1024  # bytes that are kept of a connection until it says which switch it is

Write = Callable[[bytes], bool]
Heard = tuple[float, bytes, bool]


class Recording:
    """A file in the making.

    :param write: takes a piece of the file that is whole; False when it was dropped, because the reader is slow.
    :param now: seconds since 1970.
    :param dpid: of the switch to record; None for all.
    :param over: called when there will be nothing more.
    """

    def __init__(self, write: Write, now: Callable[[], float], dpid: int | None, over: Callable[[], None]) -> None:
        self._write, self._now, self._dpid, self._over = write, now, dpid, over
        self._talks: dict[Channel, Conversation] = {}
        self._unknown: dict[Channel, list[Heard]] = {}
        self._dropped = self._told = 0
        write(writing.section("NOX") + writing.interface("openflow"))

    def heard(self, channel: Channel, data: bytes, *, is_ours: bool) -> None:
        """Write it, or keep it until the switch is known."""
        known = channel.datapath or channel.joining
        if self._dpid is not None and known is None:
            self._keep(channel, (self._now(), data, is_ours))
        elif self._dpid is None or (known is not None and known.dpid == self._dpid):
            for time, early, ours in self._unknown.pop(channel, ()):
                self._frames(channel, time, early, ours)
            self._frames(channel, self._now(), data, is_ours)
        else:
            self._unknown.pop(channel, None)

    def _keep(self, channel: Channel, heard: Heard) -> None:
        kept = self._unknown.setdefault(channel, [])
        if sum(len(data) for _, data, _ in kept) + len(heard[1]) <= _MOST_UNKNOWN:
            kept.append(heard)

    def ended(self, channel: Channel) -> None:
        """Say that the connection has ended."""
        self._unknown.pop(channel, None)
        talk = self._talks.pop(channel, None)
        if talk is not None:
            self._packet(self._now(), talk.end(is_ours=False))

    def closed(self) -> None:
        """There is nothing more."""
        self._over()

    def _frames(self, channel: Channel, time: float, data: bytes, is_ours: bool) -> None:
        talk = self._talks.get(channel)
        if talk is None:
            talk = self._talks[channel] = Conversation(*_ends(channel))
        for frame in talk.frames(data, is_ours=is_ours):
            self._packet(time, frame)

    def _packet(self, time: float, frame: bytes) -> None:
        block = writing.packet(time, frame)
        if self._dropped > self._told:
            block = writing.statistics(time, self._dropped) + block
        if self._write(block):
            self._told = self._dropped
        else:
            self._dropped += 1


def _ends(channel: Channel) -> Iterator[Endpoint]:
    """Our end and the switch's."""
    transport = channel.transport
    return iter((_endpoint(transport.getHost()), _endpoint(transport.getPeer())))


def _endpoint(address: IAddress) -> Endpoint:
    if isinstance(address, IPv4Address | IPv6Address):
        return ip_address(address.host.partition("%")[0]), address.port
    return ip_address("0.0.0.0"), 0
