"""What an ear hears, as a pcapng file: one interface, and a TCP connection in it for each channel."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress

from nox.core.openflow.channel import Channel
from nox.lib.capture import writing
from nox.lib.capture.conversation import Conversation
from nox.lib.capture.segments import Endpoint

MOST_UNKNOWN: Final = 256 * 1024  # bytes that are kept of a connection until it says which switch it is
_STEP: Final = 12  # between the first numbers of two connections, as a power of two
_NOWHERE: Final = ip_address("0.0.0.0")
_OVERHEAD: Final = 128  # bytes that each piece of them takes besides, about

Write = Callable[[bytes], bool]


class _Early:
    """What was heard of a connection that has not said which switch it is.

    :ivar made: when it was made, if that was during the capture.
    :ivar lost: pieces that were too much.
    """

    made: float | None = None

    def __init__(self) -> None:
        self.heard: list[tuple[float, bytes, bool]] = []
        self.lost = self._size = 0

    def keep(self, time: float, data: bytes, *, is_ours: bool) -> None:
        """Keep it, unless that is too much."""
        self._size += len(data) + _OVERHEAD
        if self._size <= MOST_UNKNOWN:
            self.heard.append((time, data, is_ours))
        else:
            self.lost += 1


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
        self._unknown: dict[Channel, _Early] = {}
        self._dropped = self._told = self._count = 0
        write(writing.section("NOX") + writing.interface("openflow"))

    def made(self, channel: Channel) -> None:
        """Write how it was made, or keep that until the switch is known."""
        if self._dpid is None:
            self._begin(channel, self._now())
        else:
            self._unknown[channel] = early = _Early()
            early.made = self._now()

    def heard(self, channel: Channel, data: bytes, *, is_ours: bool) -> None:
        """Write it, or keep it until the switch is known."""
        known = channel.datapath or channel.joining
        if self._dpid is not None and known is None:
            self._unknown.setdefault(channel, _Early()).keep(self._now(), data, is_ours=is_ours)
            return
        early = self._unknown.pop(channel, None)
        if self._dpid is None or (known is not None and known.dpid == self._dpid):
            if early is not None:
                self._early(channel, early)
            self._frames(channel, self._now(), data, is_ours)

    def _early(self, channel: Channel, early: _Early) -> None:
        if early.made is not None:
            self._begin(channel, early.made)
        for time, data, is_ours in early.heard:
            self._frames(channel, time, data, is_ours)
        self._dropped += early.lost

    def ended(self, channel: Channel) -> None:
        """Say that the connection has ended."""
        self._unknown.pop(channel, None)
        talk = self._talks.pop(channel, None)
        if talk is not None:
            self._packet(self._now(), talk.end(is_ours=False))

    def closed(self) -> None:
        """There is nothing more: say what was lost last."""
        if self._dropped > self._told:
            self._write(writing.statistics(self._now(), self._dropped))
        self._over()

    def _begin(self, channel: Channel, time: float) -> None:
        for frame in self._talk(channel).begin():
            self._packet(time, frame)

    def _frames(self, channel: Channel, time: float, data: bytes, is_ours: bool) -> None:
        for frame in self._talk(channel).frames(data, is_ours=is_ours):
            self._packet(time, frame)

    def _talk(self, channel: Channel) -> Conversation:
        talk = self._talks.get(channel)
        if talk is None:
            self._count += 1
            transport = channel.transport
            talk = self._talks[channel] = conversation(transport.getHost(), transport.getPeer(), self._count)
        return talk

    def _packet(self, time: float, frame: bytes) -> None:
        block = writing.packet(time, frame)
        if self._dropped > self._told:
            block = writing.statistics(time, self._dropped) + block
        if self._write(block):
            self._told = self._dropped
        else:
            self._dropped += 1


def conversation(ours: IAddress, theirs: IAddress, number: int) -> Conversation:
    """A connection of a controller as what would be captured of it.

    :param ours: the controller's end; `theirs`: the switch's.
    :param number: of the connection: it stands for the port where there is none, on a UNIX socket.
    """
    ends = _endpoint(ours) or (_NOWHERE, 6653), _endpoint(theirs) or (_NOWHERE, number % 0xFFFF + 1)
    return Conversation(*ends, first=number << _STEP)


def _endpoint(address: IAddress) -> Endpoint | None:
    if isinstance(address, IPv4Address | IPv6Address):
        return ip_address(address.host.partition("%")[0]), address.port
    return None
