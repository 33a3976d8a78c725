"""A controller without a network: it speaks to one switch and keeps what the switch says."""

from __future__ import annotations

from typing import TypeVar

from nox.emulator.switch.switch import Switch
from nox.lib.openflow.codec import encode
from nox.lib.openflow.frames import frames
from nox.lib.openflow.messages import BarrierReply, BarrierRequest, Error, Hello, Message
from nox.lib.openflow.versions import Version

Kind = TypeVar("Kind", bound=Message)


class Controller:
    """One controller, past its hello.

    :ivar heard: what the switch has said and nobody has looked at, in order.
    """

    def __init__(self, switch: Switch, version: Version = Version.V1_3, now: float = 0.0) -> None:
        self.switch, self.version = switch, version
        self.connection = switch.connect(now)
        self.heard: list[Message] = []
        self._xid = 0
        self.say(Hello())
        self.expect(Hello)

    def say(self, *messages: Message) -> None:
        """Send messages."""
        for message in messages:
            self._xid += 1
            self.connection.receive(encode(message, self.version, self._xid), self.switch.now)

    def listen(self) -> list[Message]:
        """What the switch has said since somebody looked."""
        buffer = bytearray(self.connection.take())
        self.heard += [frame.decode() for frame in frames(buffer)]
        assert not buffer
        heard, self.heard = self.heard, []
        return heard

    def expect(self, kind: type[Kind]) -> Kind:
        """The one message that the switch has said, which is of this kind."""
        heard = self.listen()
        assert len(heard) == 1, heard
        assert isinstance(heard[0], kind), heard
        return heard[0]

    def ask(self, message: Message, kind: type[Kind]) -> Kind:
        """Send a message; its one answer."""
        self.say(message)
        return self.expect(kind)

    def do(self, *messages: Message) -> None:
        """Send what has no answer, and see that it is not refused."""
        self.say(*messages, BarrierRequest())
        heard = self.listen()
        assert isinstance(heard[-1], BarrierReply), heard
        assert not [one for one in heard if isinstance(one, Error)], heard
        self.heard = heard[:-1]
