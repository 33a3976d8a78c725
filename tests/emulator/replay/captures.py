"""Captures made by hand: connections whose messages a test gives, with their times."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

from nox.lib.capture import writing
from nox.lib.capture.conversation import Conversation
from nox.lib.openflow import messages
from nox.lib.openflow.codec import encode
from nox.lib.openflow.messages import Message
from nox.lib.openflow.versions import Version

CONTROLLER, SWITCH = (ip_address("192.0.2.1"), 6653), (ip_address("192.0.2.2"), 40000)
FEATURES = messages.FeaturesReply(datapath_id=7, n_buffers=0, n_tables=1, capabilities=0)

Line = tuple[float, bool, bytes]  # when, whether the switch says it, and what


def switch(time: float, message: Message, xid: int = 0, version: int = Version.V1_3) -> Line:
    """The switch says something."""
    return time, True, encode(message, version, xid)


def controller(time: float, message: Message, xid: int = 0, version: int = Version.V1_3) -> Line:
    """The controller says something."""
    return time, False, encode(message, version, xid)


def handshake(time: float = 0.0) -> list[Line]:
    """How a connection begins."""
    return [
        switch(time, messages.Hello()),
        controller(time, messages.Hello()),
        controller(time, messages.FeaturesRequest(), 1),
        switch(time + 0.001, FEATURES, 1),
    ]


class Capture:
    """A file in the making."""

    def __init__(self) -> None:
        self.blocks = [writing.section("test"), writing.interface("test")]
        self._first = 1

    def connection(self, lines: Iterable[Line], *, end: float | None = None, begin: bool = True) -> Capture:
        """Add a connection, between the same ends as every other."""
        talk = Conversation(CONTROLLER, SWITCH, self._first << 12)
        self._first += 1
        lines = list(lines)
        if begin:
            self.blocks += [writing.packet(lines[0][0], frame) for frame in talk.begin()]
        for time, by_switch, data in lines:
            self.blocks += [writing.packet(time, frame) for frame in talk.frames(data, is_ours=not by_switch)]
        if end is not None:
            self.blocks.append(writing.packet(end, talk.end(is_ours=False)))
        return self

    def without(self, number: int) -> Capture:
        """Take a packet out, by its number from 0."""
        del self.blocks[2 + number]
        return self

    def write(self, file: Path) -> Path:
        """Write it."""
        file.write_bytes(b"".join(self.blocks))
        return file
