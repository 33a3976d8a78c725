"""What a recorded switch answered to what, and what it said unasked."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from heapq import merge
from operator import itemgetter
from typing import Final

from nox.emulator.replay.likeness import likeness
from nox.emulator.replay.probes import brought, probe
from nox.emulator.replay.recording import HELLO, RecordedConnection, Recording, Said
from nox.lib.openflow import messages
from nox.lib.openflow.messages import Message
from nox.lib.openflow.messagetable import MESSAGE_NUMBERS
from nox.lib.openflow.versions import HEADER, Version

_LATEST: Final = 256  # requests of one xid in which an answer's is looked for
ERROR, _EXPERIMENTER = 1, 4  # types, in every version
ERROR_AT: Final = HEADER.size + 4  # where the message begins that an error is about
_COMPARED: Final = 64  # bytes of it that every error has
_PAIRS: Final = (
    (messages.EchoRequest, messages.EchoReply),
    (messages.FeaturesRequest, messages.FeaturesReply),
    (messages.GetConfigRequest, messages.GetConfigReply),
    (messages.MultipartRequest, messages.MultipartReply),
    (messages.BarrierRequest, messages.BarrierReply),
    (messages.QueueGetConfigRequest, messages.QueueGetConfigReply),
    (messages.RoleRequest, messages.RoleReply),
    (messages.GetAsyncRequest, messages.GetAsyncReply),
    (messages.Experimenter, messages.Experimenter),
)


def _numbers(version: Version) -> dict[int, int]:
    """The type of an answer, and of what it answers."""
    known = set(MESSAGE_NUMBERS.classes(version).values())
    return {
        MESSAGE_NUMBERS.number(answer, version): MESSAGE_NUMBERS.number(request, version)
        for request, answer in _PAIRS
        if request in known
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """A message with which a switch answers.

    :ivar connection: the number of the connection on which it comes: a probe may come on another.
    :ivar place: among all messages of that connection.
    :ivar delay: seconds from the request to it.
    :ivar data: as it was captured.
    :ivar frame: the probe in it; empty where there is none.
    """

    connection: int
    place: int
    delay: float
    data: bytes
    frame: bytes = b""


@dataclass(frozen=True, slots=True)
class Unasked:
    """A message that answers nothing.

    :ivar place: among all messages of the connection.
    :ivar time: seconds since 1970.
    """

    place: int
    time: float
    data: bytes


@dataclass(slots=True)
class Exchange:
    """A message of the controller, and what the switch answered: several parts, an error or nothing."""

    request: Said
    answers: list[Answer] = field(default_factory=list)


class Exchanges:
    """What can be played of a recorded connection.

    :param sent: the probes that the controller has sent on any connection, and where.
    :ivar unasked: what the switch said without being asked, its hello excepted, in order.
    """

    def __init__(self, connection: RecordedConnection, sent: dict[bytes, Exchange]) -> None:
        self._number, self._numbers, self._sent = connection.number, _numbers(connection.version), sent
        self._by_xid: dict[int, deque[Exchange]] = {}
        self._by_likeness: dict[Message, deque[Exchange]] = {}
        self.unasked: list[Unasked] = []

    def add(self, place: int, said: Said) -> None:
        """What was said next."""
        if said.message is not None:
            self._ask(said, said.message)
        elif said.type != HELLO and not self._answer(place, said):
            self.unasked.append(Unasked(place, said.time, said.data))

    def take(self, message: Message) -> Exchange | None:
        """What became of the same message then: of the first, of the second …; of the last as often as it is asked for.

        :returns: None where there was none.
        """
        known = self._by_likeness.get(likeness(message))
        if known is None:
            return None
        return known.popleft() if len(known) > 1 else known[0]

    def _ask(self, said: Said, message: Message) -> None:
        exchange = Exchange(said)
        self._by_xid.setdefault(said.xid, deque(maxlen=_LATEST)).append(exchange)
        self._by_likeness.setdefault(likeness(message), deque()).append(exchange)
        if frame := probe(message):
            self._sent[frame] = exchange

    def _answer(self, place: int, said: Said) -> bool:
        """Add it to what it answers; whether it answers anything."""
        frame = brought(said.data)
        exchange = self._sent.get(frame) or self._of_xid(said)
        if exchange is None:
            return False
        delay = max(0.0, said.time - exchange.request.time)
        exchange.answers.append(Answer(self._number, place, delay, said.data, frame))
        return True

    def _of_xid(self, said: Said) -> Exchange | None:
        if said.type != ERROR and said.type not in self._numbers:  # an event, of which there may be very many
            return None
        latest = reversed(self._by_xid.get(said.xid, deque()))
        return next((exchange for exchange in latest if self._fits(said, exchange.request)), None)

    def _fits(self, said: Said, request: Said) -> bool:
        """Whether one may answer the other, which has the same xid."""
        if said.type == ERROR:
            return request.data.startswith(said.data[ERROR_AT : ERROR_AT + _COMPARED])
        if said.type == _EXPERIMENTER and not said.xid:  # an event that somebody has defined
            return False
        return request.type == self._numbers.get(said.type)


def exchanges(recording: Recording) -> dict[int, Exchanges]:
    """What can be played of each connection, by its number."""
    sent: dict[bytes, Exchange] = {}
    found = {connection.number: Exchanges(connection, sent) for connection in recording.connections}
    lines = (
        [(said.time, connection.number, place, said) for place, said in enumerate(connection.said)]
        for connection in recording.connections
    )
    for _, number, place, said in merge(*lines, key=itemgetter(0, 1, 2)):
        found[number].add(place, said)
    return found
