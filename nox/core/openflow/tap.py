"""Listening to what connections carry. It costs nothing while nobody listens.

While somebody does, each channel's `receive` and its outbox's `flush` are replaced by ones that tell of the bytes
first, and so are `connected` and `disconnected` of `Home`. TLS is below: bytes are heard in the clear.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from nox.core.openflow.channel import Channel
from nox.core.openflow.home import Home
from nox.core.openflow.outbox import Outbox


class Ear(Protocol):
    """Who listens."""

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
        setattr(home, "connected", self._connected)  # noqa: B010 - a method is shadowed, and `_end` uncovers it
        setattr(home, "disconnected", self._disconnected)  # noqa: B010
        for channel in home.channels:
            self._cover(channel)

    def _end(self) -> None:
        del self._home.connected, self._home.disconnected
        for channel in self._home.channels:
            self._uncover(channel)

    def _connected(self, channel: Channel) -> None:
        self._cover(channel)
        Home.connected(self._home, channel)

    def _disconnected(self, channel: Channel) -> None:
        self._uncover(channel)
        Home.disconnected(self._home, channel)
        for ear in list(self._ears):
            ear.ended(channel)

    def _cover(self, channel: Channel) -> None:
        def receive(data: bytes) -> None:
            if not channel.closing:
                self._tell(channel, data, is_ours=False)
            Channel.receive(channel, data)

        class Told(Outbox):
            """An outbox that tells of what it sends; slots leave no other way to replace a method of one object."""

            __slots__ = ()

            def flush(self) -> None:
                """Tell, then send."""
                tell(channel, b"".join(self._chunks), is_ours=True)
                super().flush()

        tell = self._tell
        setattr(channel, "receive", receive)  # noqa: B010
        channel.outbox.__class__ = Told

    def _uncover(self, channel: Channel) -> None:
        if "receive" in vars(channel):
            del channel.receive
            channel.outbox.__class__ = Outbox

    def _tell(self, channel: Channel, data: bytes, *, is_ours: bool) -> None:
        for ear in list(self._ears) if data else ():
            ear.heard(channel, data, is_ours=is_ours)
