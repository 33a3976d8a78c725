"""Listening to what connections carry. It costs nothing while nobody listens.

While somebody does, functions that tell of the bytes first stand in `Inbox.instead` and `Flusher.flush_one`. TLS is
below: bytes are heard in the clear.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from nox.core.openflow.channel import Channel
from nox.core.openflow.home import Home
from nox.core.openflow.outbox import Outbox


class Ear(Protocol):
    """Who listens."""

    def made(self, channel: Channel) -> None:
        """A switch has connected. Connections that stood before are heard of when they say something."""

    def heard(self, channel: Channel, data: bytes, *, is_ours: bool) -> None:
        """Bytes have come from the switch, or (`is_ours`) are on their way to it. They need not be whole messages."""

    def ended(self, channel: Channel) -> None:
        """The connection has ended."""

    def closed(self) -> None:
        """There will be nothing more to hear: the component stops."""


class Tap:
    """The connections of a `Home`, for those who listen."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._ears: list[Ear] = []
        self._covered: dict[Outbox, Channel] = {}

    def listen(self, ear: Ear) -> Callable[[], None]:
        """Tell this one of everything from now on.

        :returns: what ends it; doing so twice does no harm.
        """
        if not self._ears:
            self._begin()
        for channel in self._home.channels:
            if rest := channel.unfinished:
                ear.heard(channel, rest, is_ours=False)
        self._ears.append(ear)
        return lambda: self._forget(ear)

    def close(self) -> None:
        """End it for all."""
        for ear in list(self._ears):
            self._forget(ear)
            ear.closed()

    def _forget(self, ear: Ear) -> None:
        if ear in self._ears:
            self._ears.remove(ear)
            if not self._ears:
                self._end()

    def _begin(self) -> None:
        home = self._home
        home.on_connected.append(self._connected)
        home.on_disconnected.append(self._disconnected)
        home.flusher.flush_one = self._flush
        for channel in home.channels:
            self._cover(channel)

    def _end(self) -> None:
        home = self._home
        home.on_connected.remove(self._connected)
        home.on_disconnected.remove(self._disconnected)
        home.flusher.flush_one = None
        for channel in list(self._covered.values()):
            self._uncover(channel)

    def _connected(self, channel: Channel) -> None:
        self._cover(channel)
        for ear in list(self._ears):
            ear.made(channel)

    def _disconnected(self, channel: Channel) -> None:
        self._uncover(channel)
        for ear in list(self._ears):
            ear.ended(channel)

    def _cover(self, channel: Channel) -> None:
        def receive(data: bytes) -> None:
            if not channel.closing:
                self._tell(channel, data, is_ours=False)
            channel.inbox.take(data)

        self._covered[channel.outbox] = channel
        channel.inbox.instead = receive

    def _uncover(self, channel: Channel) -> None:
        if self._covered.pop(channel.outbox, None) is not None:
            channel.inbox.instead = None

    def _flush(self, outbox: Outbox) -> None:
        channel = self._covered.get(outbox)
        if channel is not None:
            self._tell(channel, outbox.gathered, is_ours=True)
        outbox.flush()

    def _tell(self, channel: Channel, data: bytes, *, is_ours: bool) -> None:
        for ear in list(self._ears) if data else ():
            ear.heard(channel, data, is_ours=is_ours)
