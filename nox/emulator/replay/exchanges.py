"""What a recorded switch answered to what, and what it said unasked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from nox.emulator.replay.likeness import likeness
from nox.emulator.replay.recording import HELLO, RecordedConnection, Said
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

    :ivar place: among all messages of the connection.
    :ivar delay: seconds from the request to it.
    :ivar data: as it was captured.
    """

    place: int
    delay: float
    data: bytes


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
    """A recorded connection, as what can be played.

    :ivar unasked: what the switch said without being asked, its hello excepted, in order.
    """

    def __init__(self, connection: RecordedConnection) -> None:
        self._numbers = _numbers(connection.version)
        self._by_xid: dict[int, deque[Exchange]] = {}
        self._by_likeness: dict[Message, deque[Exchange]] = {}
        self.unasked: list[Unasked] = []
        for place, said in enumerate(connection.said):
            if said.message is not None:
                self._ask(said, said.message)
            elif said.type != HELLO and not self._answer(place, said):
                self.unasked.append(Unasked(place, said.time, said.data))
        self._by_xid.clear()

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

    def _answer(self, place: int, said: Said) -> bool:
        """Add it to what it answers; whether it answers anything."""
        for exchange in self._of_xid(said.xid):
            if self._fits(said, exchange.request):
                exchange.answers.append(Answer(place, max(0.0, said.time - exchange.request.time), said.data))
                return True
        return False

    def _of_xid(self, xid: int) -> Iterator[Exchange]:
        return reversed(self._by_xid.get(xid, deque()))

    def _fits(self, said: Said, request: Said) -> bool:
        """Whether one may answer the other, which has the same xid."""
        if said.type == ERROR:
            return request.data.startswith(said.data[ERROR_AT : ERROR_AT + _COMPARED])
        if said.type == _EXPERIMENTER and not said.xid:  # an event that somebody has defined
            return False
        return request.type == self._numbers.get(said.type)
