"""Requests to a switch and the replies to them, matched by xid.

A reply in parts (statistics, multipart) is put together, with bounds: on its bytes, on its parts, and on the time
from the request to the last part. An error that carries the request's xid fails it, and so does silence, or the end of
the connection. What a switch answers only where it refuses it is confirmed by a barrier. Time is counted in ticks of a
second: a timer for each request would cost more memory than all else that a request needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from nox.lib.errors import NoxError
from nox.lib.openflow import messages
from nox.lib.openflow.errorcodes import Error as ErrorNumbers

TIME_LIMIT = 10  # seconds
MOST_PARTS = 0x4000  # of one reply: a switch may send them empty
MOST_BYTES = 64 * 1024 * 1024  # of one reply in parts
_FIRST_XID, _XID_MASK = 0x80000000, 0x7FFFFFFF  # xids of requests; those below number flow-mods

M = TypeVar("M", bound=messages.Message)


class RequestError(NoxError):
    """A request was not answered as it should: refused, unanswered, or the switch has gone.

    :ivar request: the name of the message that was sent: ``GroupMod``.
    :ivar error_type: `ErrorType`, in 1.3's terms, where the switch refused it; None where it did not, or 1.3 has none.
    :ivar error_code: its code: `GroupModFailed` and so on.
    """

    def __init__(self, sentence: str, *, request: str = "", error: ErrorNumbers | None = None) -> None:
        super().__init__(sentence)
        self.request = request
        self.error_type: int | None = error[0] if error else None
        self.error_code: int | None = error[1] if error else None


class _Nothing(messages.Message):
    """The answer to what is not answered."""

    __slots__ = ()


@dataclass(slots=True)
class _Pending:
    name: str
    reply: type[messages.Message]
    deferred: Deferred[Any]
    ticks: int  # seconds that are left
    parts: list[messages.Message] = field(default_factory=list)
    size: int = 0


class Requests:
    """What one switch has been asked and has not answered yet."""

    def __init__(self, send: Callable[[messages.Message, int], None]) -> None:
        self._send: Callable[[messages.Message, int], None] | None = send
        self._pending: dict[int, _Pending] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._pending)

    def ask(self, message: messages.Message, reply: type[M], time_limit: int = TIME_LIMIT) -> Deferred[list[M]]:
        """Send a request.

        :param reply: the class of the message that answers it.
        :param time_limit: whole seconds.
        :returns: the reply's parts, of which only statistics have more than one.
        :raises LocalProtocolError: when the version cannot say it. The Deferred fails with `RequestError`.
        """
        _, answered = self._begin(message, reply, time_limit)
        return cast("Deferred[list[M]]", answered)

    def confirm(self, message: messages.Message, time_limit: int = TIME_LIMIT) -> Deferred[None]:
        """Send what is answered only where it is refused, and a barrier: when this is answered, it was accepted.

        :param time_limit: whole seconds.
        :raises LocalProtocolError: when the version cannot say it. The Deferred fails with `RequestError`.
        """
        xid, confirmed = self._begin(message, _Nothing, time_limit)
        barrier = self.ask(messages.BarrierRequest(), messages.BarrierReply, time_limit)
        name = type(message).__name__

        def failed(failure: Failure) -> None:
            self._fail(xid, f"{name}: it is not known whether it was accepted: {failure.getErrorMessage()}")

        barrier.addCallbacks(lambda _: self._succeed(xid), failed)
        return cast("Deferred[None]", confirmed)

    def _begin(
        self, message: messages.Message, reply: type[messages.Message], time_limit: int
    ) -> tuple[int, Deferred[Any]]:
        """Send a message that is waited for; its xid."""
        name = type(message).__name__
        if self._send is None:
            return 0, fail(RequestError(f"{name}: the switch has gone", request=name))
        self._count += 1
        xid = _FIRST_XID | self._count & _XID_MASK
        self._send(message, xid)
        deferred: Deferred[Any] = Deferred(lambda _: self._cancelled(xid))
        self._pending[xid] = _Pending(name, reply, deferred, time_limit)
        return xid, deferred

    def answer(self, xid: int, message: messages.Message, size: int) -> bool:
        """A reply has come; whether anybody waited for it."""
        pending = self._pending.get(xid)
        if pending is None:
            return False
        if not isinstance(message, pending.reply):
            self._fail(xid, f"{pending.name}: answered with {type(message).__name__}")
            return True
        pending.parts.append(message)
        pending.size += size
        if pending.size > MOST_BYTES:
            self._fail(xid, f"{pending.name}: an answer of more than {MOST_BYTES} bytes")
        elif len(pending.parts) > MOST_PARTS:
            self._fail(xid, f"{pending.name}: an answer in more than {MOST_PARTS} parts")
        elif not getattr(message, "more", False):
            self._succeed(xid)
        return True

    def refuse(self, xid: int, error: str, numbers: ErrorNumbers | None = None) -> bool:
        """An error has come; whether it answers a request.

        :param error: its name. :param numbers: type and code in 1.3's terms, where it has them.
        """
        pending = self._pending.get(xid)
        if pending is not None:
            self._fail(xid, f"{pending.name}: the switch refused it: {error}", numbers)
        return pending is not None

    def close(self, reason: str) -> None:
        """The connection has gone: nothing will be answered, and nothing can be asked."""
        self._send = None
        for xid, pending in list(self._pending.items()):
            self._fail(xid, f"{pending.name}: {reason}")

    def tick(self) -> None:
        """Once a second: what has waited for too long has failed."""
        for xid, pending in list(self._pending.items()):
            pending.ticks -= 1
            if pending.ticks < 0:  # a whole number of seconds has passed at the least
                self._fail(xid, f"{pending.name}: no answer in time")

    def _forget(self, xid: int) -> _Pending | None:
        pending = self._pending.pop(xid, None)
        if not self._pending:
            self._pending = {}  # an emptied dictionary keeps its table
        return pending

    def _cancelled(self, xid: int) -> None:
        self._forget(xid)

    def _succeed(self, xid: int) -> None:
        pending = self._forget(xid)
        if pending is not None:
            pending.deferred.callback(pending.parts)

    def _fail(self, xid: int, sentence: str, numbers: ErrorNumbers | None = None) -> None:
        pending = self._forget(xid)
        if pending is not None:
            pending.deferred.errback(RequestError(sentence, request=pending.name, error=numbers))
