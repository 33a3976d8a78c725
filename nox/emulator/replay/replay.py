"""A recording that is played to a controller in this process, under emulated time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from twisted.internet.protocol import Factory

from nox.core.component.component import Component
from nox.emulator.controller import PORT, Controller
from nox.emulator.emulated import EmulatedTime
from nox.emulator.fabric.fabric import Fabric
from nox.emulator.replay.cookies import Cookies
from nox.emulator.replay.difference import Difference, Sent
from nox.emulator.replay.exchanges import exchanges
from nox.emulator.replay.recording import RecordedConnection, Recording
from nox.emulator.replay.switch import ReplayedSwitch
from nox.lib.errors import NoxError
from nox.lib.openflow.messages import BarrierRequest, EchoReply, EchoRequest, Message

_LONGER = 1.0  # second that the controller may take for what it says last
_MOMENTS = (EchoRequest, EchoReply, BarrierRequest)  # how many depends on who is silent, and on what is read together


class Replay:
    """The switches of a recording, and a controller that hears them again.

    As a context manager it ends with `close`. The bytes of a connection take no time here.

    :param recording: or the name of its file.
    :param components: of the controller, and `toml`: its configuration; as for `Network.start`.
    :ivar recording: what is replayed.
    :ivar controller: the controller.
    :ivar sent: what it has sent so far.
    :raises CaptureError: when the file cannot be replayed.
    :raises NoxError: when the configuration is wrong or a component does not start.
    """

    def __init__(self, recording: Recording | str | Path, *components: str | type[Component], toml: str = "") -> None:
        self.recording = recording if isinstance(recording, Recording) else Recording.read(recording)
        self.sent: list[Sent] = []
        self._time = EmulatedTime(Fabric(), latency=0.0)
        self.controller = self._start(components, toml)
        self._begin = self._time.now
        self._cookies = Cookies()
        self._exchanges, self._switches = exchanges(self.recording), dict[int, ReplayedSwitch]()
        for connection in self.recording.connections:
            self._switches[connection.number] = self._switch(connection)

    def _start(self, components: tuple[str | type[Component], ...], toml: str) -> Controller:
        try:
            return self._time.start(components, toml)
        except NoxError:
            self.close()
            raise

    def _switch(self, connection: RecordedConnection) -> ReplayedSwitch:
        reactor, after = self._time.reactor, connection.start - self.recording.start
        shift, known = self._begin - self.recording.start, self._exchanges[connection.number]
        switch = ReplayedSwitch(connection, reactor, shift, known, self._note, self._switches, self._cookies)
        factory = Factory.forProtocol(lambda: switch)
        factory.noisy = False
        reactor.callLater(after, lambda: reactor.endpoint(PORT).connect(factory).addErrback(lambda _: None))
        return switch

    def _note(self, connection: RecordedConnection, message: Message) -> None:
        self.sent.append(Sent(self.now, connection, message))

    @property
    def now(self) -> float:
        """The time, in seconds since the recording's first message."""
        return self._time.now - self._begin

    def run(self, seconds: float | None = None) -> None:
        """Let so much time go by; without a number, the rest of the recording and a second more."""
        left = self.recording.seconds + _LONGER - self.now
        self._time.run(max(0.0, left) if seconds is None else seconds)

    def until(self, check: Callable[[], bool], within: float = 10.0) -> bool:
        """Let time go by until something is so; False when it is not within these seconds."""
        return self._time.until(check, within)

    @property
    def unrecorded(self) -> list[Message]:
        """Requests that were not made then: an emulated switch with the same ports has answered them."""
        return [message for switch in self._switches.values() for message in switch.unrecorded]

    @property
    def unsent(self) -> int:
        """How many messages the switches have not said: not yet, or they were closed before."""
        return sum(switch.unsent for switch in self._switches.values())

    def difference(self, *, ignoring: tuple[type[Message], ...] = _MOMENTS) -> Difference:
        """What the controller has sent, beside what it sent then.

        What is sent after the recording's end and was not sent then is no difference: nobody listened any more.

        :param ignoring: messages that are not compared.
        """
        found, end = Difference.between(self.recorded, self.sent, ignoring), self.recording.seconds
        return replace(found, extra=tuple(sent for sent in found.extra if sent.time <= end))

    @property
    def recorded(self) -> list[Sent]:
        """What the controller sent then."""
        start = self.recording.start
        return [
            Sent(said.time - start, connection, said.message)
            for connection in self.recording.connections
            for said in connection.said
            if said.message is not None
        ]

    def close(self) -> None:
        """Stop the controller."""
        self._time.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
