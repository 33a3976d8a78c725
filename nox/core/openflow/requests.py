"""Requests to a switch and the replies to them, matched by xid.

A reply in parts (statistics, multipart) is put together, with a bound. An error that carries the request's xid
fails it, and so does silence, or the end of the connection. Time is counted in ticks of a second: a timer for each
request would cost more memory than all else that a request needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from twisted.internet.defer import Deferred, fail

from nox.lib.errors import NoxError
from nox.lib.openflow import messages

TIME_LIMIT = 10  # seconds
MOST_BYTES = 64 * 1024 * 1024  # of one reply in parts
_FIRST_XID, _XID_MASK = 0x80000000, 0x7FFFFFFF  # xids of requests; those below number flow-mods

M = TypeVar("M", bound=messages.Message)


class RequestError(NoxError):
    """A request was not answered as it should: refused, unanswered, or the switch has gone."""


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
        if self._send is None:
            return fail(RequestError(f"{type(message).__name__}: the switch has gone"))
        self._count += 1
        xid = _FIRST_XID | self._count & _XID_MASK
        self._send(message, xid)
        name = type(message).__name__
        deferred: Deferred[Any] = Deferred(lambda _: self._cancel(xid))
        self._pending[xid] = _Pending(name, reply, deferred, time_limit)
        return cast("Deferred[list[M]]", deferred)

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
        elif not getattr(message, "more", False):
            self._cancel(xid)
            pending.deferred.callback(pending.parts)
        return True

    def refuse(self, xid: int, error: str) -> bool:
        """An error has come; whether it answers a request."""
        pending = self._pending.get(xid)
        if pending is not None:
            self._fail(xid, f"{pending.name}: the switch refused it: {error}")
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

    def _cancel(self, xid: int) -> None:
        self._pending.pop(xid, None)
        if not self._pending:
            self._pending = {}  # an emptied dictionary keeps its table

    def _fail(self, xid: int, sentence: str) -> None:
        pending = self._pending.pop(xid, None)
        if pending is not None:
            pending.deferred.errback(RequestError(sentence))
