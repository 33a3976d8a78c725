"""A recorded switch that connects again: it says what it said then, and answers as it did then."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from twisted.internet.interfaces import IDelayedCall, IReactorTime, ITCPTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure

from nox.emulator.replay.cookies import Cookies
from nox.emulator.replay.exchanges import ERROR, ERROR_AT, Answer, Exchanges, Unasked
from nox.emulator.replay.probes import probe
from nox.emulator.replay.recording import RecordedConnection
from nox.emulator.replay.standin import StandIn
from nox.lib.openflow import messages
from nox.lib.openflow.codec import encode
from nox.lib.openflow.frames import Frame, frames
from nox.lib.openflow.messages import Message

_LAST: Final = 1 << 62  # a place behind all others
_INVENTED: Final = -1  # the place of an answer that was not given then: it waits for nothing
_MOMENT: Final = 0.1  # seconds that an answer waits at most
_ALIKE: Final = (messages.EchoRequest, messages.BarrierRequest)  # which all switches answer alike


class ReplayedSwitch(Protocol):
    """One connection of a recording.

    What the switch said unasked it says at its time. It answers a message as it answered the same one then, as long
    after it. What it was not asked then an emulated switch answers for it. It keeps the order of what it said: both
    wait for each other, answers only a moment, since they may be asked for much earlier now. A probe of the controller
    that came back from a switch then comes back as it is sent now.

    :param shift: what the reactor's time is ahead of the recording's.
    :param exchanges: what was said then.
    :param heard: called with each message of the controller.
    :param others: the switch of each connection, by its number; `cookies`: of entries, then and now.
    :ivar unrecorded: requests that were not made then, but for those that all switches answer alike.
    """

    transport: ITCPTransport

    def __init__(
        self,
        connection: RecordedConnection,
        reactor: IReactorTime,
        shift: float,
        exchanges: Exchanges,
        heard: Callable[[RecordedConnection, Message], None],
        others: Mapping[int, ReplayedSwitch],
        cookies: Cookies,
    ) -> None:
        self.connection = connection
        self.unrecorded: list[Message] = []
        self._stand_in: StandIn | None = None
        self._reactor, self._shift, self._heard = reactor, shift, heard
        self._exchanges, self._others, self._cookies = exchanges, others, cookies
        self._unasked, self._said = self._exchanges.unasked, 0
        self._buffer = bytearray()
        self._awaited = -1  # which of them a timer waits for
        self._due: deque[tuple[float, int]] = deque()  # answers that are to be sent: when, and their places then
        self._calls: set[IDelayedCall] = set()

    def connectionMade(self) -> None:
        """Say hello, in no version but the one that was agreed then, and be there for the rest."""
        hello = next(said for said in self.connection.said if said.message is None)
        self._write(encode(messages.Hello(), self.connection.version, hello.xid))
        self._say()
        if self.connection.end is not None:
            self._at(self.connection.end + self._shift, self.transport.loseConnection)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It has ended, as then or too early."""
        for call in self._calls:
            if call.active():
                call.cancel()

    @property
    def unsent(self) -> int:
        """How much of what it says unasked it has not said."""
        return len(self._unasked) - self._said

    # What it says unasked

    def _say(self) -> None:
        """Say what is due, but nothing before an answer that came earlier then and is on its way; await the rest."""
        while self._is_due(_LAST) and not any(place < self._unasked[self._said].place for _, place in self._due):
            self._say_next()
        if self.unsent and self._awaited < self._said and not self._is_due(_LAST):
            self._awaited = self._said
            self._at(self._time(self._unasked[self._said]), self._say)

    def _say_next(self) -> None:
        self._said += 1
        self._write(self._unasked[self._said - 1].data)

    def _is_due(self, place: int) -> bool:
        """Whether it is time to say something that was said before this place."""
        if not self.unsent:
            return False
        first = self._unasked[self._said]
        return first.place < place and self._time(first) <= self._reactor.seconds()

    def _time(self, unasked: Unasked) -> float:
        return unasked.time + self._shift

    # What it answers

    def dataReceived(self, data: bytes) -> None:
        """Note and answer each message of the controller."""
        self._buffer += data
        for frame in frames(self._buffer):
            message = frame.decode()
            self._heard(self.connection, message)
            for answer in self._answers(frame, message):
                self._others[answer.connection].answer(answer)

    def _answers(self, frame: Frame, message: Message) -> list[Answer]:
        exchange = self._exchanges.take(message)
        if exchange is not None:
            self._cookies.note(exchange.request.message, message)
            return [replace(answer, data=_fitted(answer, frame, probe(message))) for answer in exchange.answers]
        self._stand_in = self._stand_in or StandIn(self.connection)
        data = self._stand_in.answer(frame.data, message, self._reactor.seconds())
        if data and not isinstance(message, _ALIKE):
            self.unrecorded.append(message)
        return [Answer(self.connection.number, _INVENTED, 0.0, data)] if data else []

    def answer(self, answer: Answer) -> None:
        """Send it in time, but not before earlier answers, nor before what the switch said earlier then."""
        if not self.connected:
            return
        due = self._reactor.seconds() + answer.delay
        due = max(due, self._due[-1][0]) if self._due else due
        earlier = bisect_left(self._unasked, answer.place, key=lambda unasked: unasked.place)
        if earlier > self._said and self._time(self._unasked[earlier - 1]) < due + _MOMENT:
            due = max(due, self._time(self._unasked[earlier - 1]))
        self._due.append((due, answer.place))
        self._at(due, lambda: self._send(answer))

    def _send(self, answer: Answer) -> None:
        while self._is_due(answer.place):
            self._say_next()
        self._due.popleft()
        self._write(answer.data)
        self._say()

    def _at(self, time: float, call: Callable[[], None]) -> None:
        def due() -> None:
            self._calls.discard(delayed)
            call()

        delayed = self._reactor.callLater(max(0.0, time - self._reactor.seconds()), due)
        self._calls.add(delayed)

    def _write(self, data: bytes) -> None:
        self.transport.write(self._cookies.translated(data))


def _fitted(answer: Answer, request: Frame, frame: bytes) -> bytes:
    """An answer with what the controller sends now: its probe, or its transaction, of an error its bytes too.

    :param frame: the probe.
    """
    data, xid = answer.data, request.xid.to_bytes(4)
    if answer.frame:
        return data[: -len(frame)] + frame
    if data[1] != ERROR:
        return data[:4] + xid + data[8:]
    shown = request.data[: len(data) - ERROR_AT]
    return data[:2] + (ERROR_AT + len(shown)).to_bytes(2) + xid + data[8:ERROR_AT] + shown
